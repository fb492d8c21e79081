"""Takes out of an utterance what may lead to a person: a marker of its kind stands instead.

Numbers of every kind go, whether or not they are sound ones, and so do addresses of mail and web,
numbers said in words and what looks like a name. Where it is unsure it takes away too much.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import yaml

from bot.catalogue.service import Service
from bot.language.fold import clean, key
from bot.language.numerals import word_value
from bot.language.training import Example
from bot.language.values import find

MAX_CHARS = 200
"""What is kept of one utterance: longer ones are told stories, where redaction is least sure."""
MARKERS = {
    "register_number": "<РД>",
    "plate_number": "<дугаар>",
    "phone_number": "<утас>",
    "date": "<огноо>",
}
_FIRST = frozenset({"register_number", "plate_number"})
"""One look finds one of each; a second one's digits would be taken for a phone meanwhile."""
NUMBER, SMALL_NUMBER, NAME, MAIL, WEB = "<дугаар>", "<тоо>", "<нэр>", "<и-мэйл>", "<хаяг>"
MARKER = re.compile(r"<[А-Яа-яЁёӨөҮү\-]+>")
_SMALL_DIGITS = 3
_NAMES_PATH = Path(__file__).parents[2] / "nlu_data" / "names.yml"
_MAIL = re.compile(r"[^\s<>]+@[^\s<>]+")
_WEB = re.compile(
    r"(?:https?://|www\.)[^\s<>]+|(?<!\w)@[\w.]+|\w[\w\-]*\.(?:com|mn|org|net|ru)\b[^\s<>]*",
    re.IGNORECASE,
)
_DATE = re.compile(r"(?<!\d)(?:19|20)\d\d[\s.\-/]{1,2}\d{1,2}[\s.\-/]{1,2}\d{1,2}(?!\d)")
_LETTERED = re.compile(r"(?<![^\W\d_])[^\W\d_]{1,3}[\s\-_.]{0,2}\d(?:[\s\-.]*\d){4,}\w*")
"""A register or document number with a slip in it, which no reader of sound ones knows."""
_DIGITS = re.compile(r"[^\s<>]*\d[^\s<>]*(?:\s+\d[^\s<>]*)*")
"""A word with a figure in it, and the words behind it that begin with one."""
_SPACED = re.compile(r"\s+(?=[,.!?;:](?:\s|$))")
_INITIAL = re.compile(r"(?<!\w)[А-ЯЁӨҮA-Z][a-zа-яёөү]?\.\s?[А-ЯЁӨҮA-Z][\w\-]+")
_TOKEN = re.compile(r"<[^<>\s]+>|[^\W_]+(?:-[^\W_]+)*")
_SPOKEN_DIGITS = 3
"""Number words in a row from here on are taken for a number said aloud."""
_NAME_LETTERS = range(2, 31)
"""A longer word is no name, and its many readings as parts of names would take too long."""
ANSWER_ACT = "inform"
_ENDINGS = (
    r"(?:n|i|g|d|t|gin|gini|aa|oo|ee|in|iin|nii|ni|ig|iig|gig|aar|oor|eer|ar|or|er|aas|oos|ees|as|os"
    r"|es|tai|toi|tei|hai|hoi|hei|ai|oi|ei|a|o|e)?"
)
"""Keys of the case endings and of the reflexive."""


@dataclass(frozen=True)
class _Names:
    composed: re.Pattern[str]
    whole: re.Pattern[str]
    before: frozenset[str]
    behind: frozenset[str]


@dataclass(frozen=True)
class Redactor:
    """Redacts utterances; `known` are the keys of words that are never taken for a name."""

    known: frozenset[str]

    def redact(self, text: str, today: date) -> str:
        """Return the text with a marker for all that may be personal, at most 200 characters."""
        text = clean(text).replace("<", " ").replace(">", " ")
        text = _WEB.sub(WEB, _MAIL.sub(MAIL, text))
        text = _INITIAL.sub(NAME, self._values(text, today))
        text = _DIGITS.sub(_sized, _LETTERED.sub(NUMBER, text))
        text = _names(_spoken(clean(text)), self.known)
        return _cut(_SPACED.sub("", text))

    @staticmethod
    def _values(text: str, today: date) -> str:
        text = _marked(text, today, _FIRST)
        return _marked(_DATE.sub(MARKERS["date"], text), today, frozenset(MARKERS))


def redactor_of(services: Iterable[Service], acts: Iterable[Example]) -> Redactor:
    """Return the redactor that takes no word of the services or acts for a name.

    Examples of answers are left out: names stand in them.
    """
    texts = [text for one in services for text in (one.title, one.short, *one.phrases)]
    texts += [example.text for example in acts if example.act != ANSWER_ACT]
    return Redactor(frozenset(word for text in texts for word in key(text).split()))


def is_telling(text: str) -> bool:
    """Return whether a redacted text still has words to learn from."""
    return any(character.isalpha() for character in MARKER.sub("", text))


def _marked(text: str, today: date, kinds: frozenset[str]) -> str:
    """Return the text with markers for values of these kinds, however many there are."""
    while found := [e for e in find(text, today) if e.kind in kinds and _has_digit(e.text)]:
        for one in reversed(found):
            text = f"{text[: one.start]} {MARKERS[one.kind]} {text[one.end :]}"
    return text


def _has_digit(text: str) -> bool:
    return any(character.isdigit() for character in text)


def _by_size(text: str) -> str:
    return SMALL_NUMBER if sum(c.isdigit() for c in text) <= _SMALL_DIGITS else NUMBER


def _sized(found: re.Match[str]) -> str:
    return f" {_by_size(found.group())} "


def _cut(text: str) -> str:
    """Return the first words that fit."""
    if len(text) <= MAX_CHARS:
        return text
    return text[: MAX_CHARS + 1].rpartition(" ")[0] or text[:MAX_CHARS]


def _spoken(text: str) -> str:
    """Return the text without numbers said digit by digit in words."""
    run: list[re.Match[str]] = []
    runs = [run]
    for token in _TOKEN.finditer(text):
        if word_value(token.group()) is None:
            run = []
            runs.append(run)
        else:
            run.append(token)
    for words in reversed(runs):
        if len(words) >= _SPOKEN_DIGITS:
            text = f"{text[: words[0].start()]}{NUMBER}{text[words[-1].end() :]}"
    return text


def _names(text: str, known: frozenset[str]) -> str:
    tokens = list(_TOKEN.finditer(text))
    keys = [key(token.group()) for token in tokens]
    hidden = [
        token
        for place, token in enumerate(tokens)
        if not token.group().startswith("<")
        and len(token.group()) in _NAME_LETTERS
        and (
            _is_told(keys, place)
            or (not _is_known(keys[place], known) and _may_be(tokens, keys, place))
        )
    ]
    for token in reversed(hidden):
        text = f"{text[: token.start()]}{NAME}{text[token.end() :]}"
    return text


def _is_known(word: str, known: frozenset[str]) -> bool:
    return known.issuperset(word.split())


def _may_be(tokens: list[re.Match[str]], keys: list[str], place: int) -> bool:
    return _is_name(keys[place]) or _is_introduced(keys, place) or _is_capital(tokens, place)


def _is_told(keys: list[str], place: int) -> bool:
    """Return whether this is the word of "my name is …", or "they call me …", framed by both."""
    around = [*keys[max(place - 1, 0) : place], *keys[place + 1 : place + 2]]
    return len(around) > 1 and around[0] in _shapes().before and around[1] in _shapes().behind


def _is_name(word: str) -> bool:
    joined = word.replace(" ", "")
    return any(shape.fullmatch(joined) for shape in (_shapes().composed, _shapes().whole))


def _is_introduced(keys: list[str], place: int) -> bool:
    lead = [" ".join(keys[max(place - n, 0) : place]) for n in (1, 2)]
    behind = keys[place + 1] if place + 1 < len(keys) else ""
    return not _shapes().before.isdisjoint(lead) or behind in _shapes().behind


def _is_capital(tokens: list[re.Match[str]], place: int) -> bool:
    """Return whether a capital sets this word apart from those around it."""
    word = tokens[place].group()
    small = sum(token.group()[:1].islower() for token in tokens)
    is_short_form = len(word) > 1 and word.partition("-")[0].isupper() and word[1].isupper()
    return place > 0 and word[:1].isupper() and not is_short_form and small > 0


@cache
def _shapes() -> _Names:
    raw = yaml.safe_load(_NAMES_PATH.read_text(encoding="utf-8"))
    parts = sorted({key(part) for part in raw["parts"]}, key=len, reverse=True)
    whole = sorted({key(name) for name in raw["whole"]})
    return _Names(
        re.compile(rf"(?:{'|'.join(parts)}){{2,4}}{_ENDINGS}"),
        re.compile(rf"(?:{'|'.join(whole)}){_ENDINGS}"),
        frozenset(key(words) for words in raw["before"]),
        frozenset(key(words) for words in raw["behind"]),
    )
