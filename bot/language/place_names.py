"""Places named in a text: "Хөвсгөлийн Мөрөнд", "БЗД-ээс", "darhand", and which unit is meant.

A soum's name that several aimags have is a proposal unless the aimag is named too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from bot.language import fold
from bot.language.gazetteer import Gazetteer, Named, Unit, gazetteer

_WORD = re.compile(r"[^\W\d_]+")
_NOUNS = {
    "soum": re.compile(r"som(?:[aoi]?n|in|d|on[do]?|onin|os|as|ond|nd|inh|tai|ig)?"),
    "aimag": re.compile(r"a[iy]m[aiy]?g\w{0,5}|amag\w{0,3}"),
    "district": re.compile(r"doreg\w{0,4}|dorg(?:in|es|e|er|ig|inh)?|dorig\w{0,2}"),
    "city": re.compile(r"hot(?:in|od|d|os|oos|ond|inh|ig|to|t)?"),
}
_KHOROO = re.compile(r"\W{0,3}(?:ийн|iin|ын)?\s*\d{1,2}\W{0,2}(?:р|r|дугаар|dugaar|дүгээр)?\W*"
                     r"(?:хороо|horoo|xoroo|khoroo)", re.IGNORECASE)  # fmt: skip
_WINDOW = 3
_GAP = 8
"""Characters that may stand between an aimag and its soum."""
_CITY = re.compile(r"hot|hotod|hotin|hotos|hotoos")
_ENDINGS_TEXT = "d t ad ed od in es as os n g ig gin nd ar er ni ro lo ra la"
_ENDINGS = frozenset(_ENDINGS_TEXT.split())
_SHORT, _LONG = 2, 3
_SAFE_LOWER = frozenset({"бзд", "сбд", "бгд", "схд", "bzd", "sbd", "bgd", "shd"})
_FIRST_PART, _APART = 4, 9
"""Shortest first part, and whole, of a name that is one word and may be written apart."""
_OTHER_MEANING = frozenset({"нд", "nd"})
"""Abbreviations that mostly mean something else in free text (нийгмийн даатгал)."""
_TYPED_WHOLE = 11
"""Shortest key that may be mistyped where no noun such as сум stands beside it."""


@dataclass(frozen=True)
class Place:
    """A place read from a text."""

    unit: Unit
    certain: bool
    start: int
    end: int
    readings: tuple[Unit, ...] = ()
    """Every unit that may be meant, the likeliest first; empty where there is one."""


@dataclass(frozen=True)
class _Mention:
    named: tuple[Named, ...]
    start: int
    end: int
    noun: str
    exact: bool
    common: bool
    proper: bool
    """Written with a capital inside a sentence."""


@dataclass(frozen=True)
class _Word:
    text: str
    key: str
    start: int
    end: int


def place(text: str) -> Place | None:
    """Return the one place an answer names, or None; what was mistyped is a proposal."""
    found = list(_resolved(_mentions(text, answer=True)))
    if not found:
        return _bare_city(text)
    units = {one.unit for one in found}
    first = found[0]
    if len(units) == 1:
        return first if _names_all(first, text) else replace(first, certain=False)
    readings = tuple(dict.fromkeys(u for one in found for u in (one.readings or (one.unit,))))
    return Place(first.unit, False, first.start, first.end, readings)


def is_place(text: str) -> bool:
    """Return whether the text is one sure place and nothing else."""
    found = place(text)
    if found is None or not found.certain:
        return False
    return _WORD.search(text[: found.start] + text[found.end :]) is None


def scan(text: str) -> Iterator[Place]:
    """Yield the places of a free text; ordinary words count only beside сум, аймаг, дүүрэг."""
    yield from _resolved(_mentions(text, answer=False), free=True)


def _names_all(found: Place, text: str) -> bool:
    """Whether no soum is left unread: an aimag with a strange "… сум" beside it is a proposal."""
    if found.unit.kind != "aimag":
        return True
    return not any(_NOUNS["soum"].fullmatch(fold.key(word)) for word in _WORD.findall(text))


def _bare_city(text: str) -> Place | None:
    """ "Хот" by itself is the capital for most people, and is asked back."""
    words = _WORD.findall(text)
    if len(words) != 1 or not _CITY.fullmatch(fold.key(words[0])):
        return None
    start = text.index(words[0])
    return Place(gazetteer().units[0], False, start, start + len(words[0]))


def _mentions(text: str, *, answer: bool) -> Iterator[_Mention]:
    names = gazetteer()
    words = [_Word(m.group(), fold.key(m.group()), *m.span()) for m in _WORD.finditer(text)]
    at = 0
    while at < len(words):
        mention, used = _mention(text, words, at, names, answer=answer)
        if mention is not None:
            yield mention
        at += used


def _mention(
    text: str, words: list[_Word], at: int, names: Gazetteer, *, answer: bool
) -> tuple[_Mention | None, int]:
    if _noun_of(words[at].key) or words[at].text.lower().startswith(names.other_words):
        return None, 1
    for exact in (True, False):
        for size in range(min(_WINDOW, len(words) - at), 0, -1):
            part = words[at : at + size]
            if not exact and size > (_WINDOW - 1 if answer and len(words) < _WINDOW else 1):
                continue
            noun = _noun(text, words, at + size)
            named = _named(part, names, noun, exact=exact, answer=answer)
            if not exact and not (noun and answer) and names.is_common(named):
                continue
            if not named or (not exact and not _may_be_mistyped(part, noun, answer=answer)):
                continue
            end = words[at + size].end if noun in _NOUNS and _follows(words, at + size) else None
            used = size + _follows(words, at + size)
            return _made(text, part, named, noun, end or part[-1].end, exact, names), used
    return None, 1


def _made(
    text: str,
    part: list[_Word],
    named: tuple[Named, ...],
    noun: str,
    end: int,
    exact: bool,
    names: Gazetteer,
) -> _Mention:
    kept = tuple(one for one in named if _is_called(one, noun))
    first = part[0]
    proper = first.text[:1].isupper() and text[: first.start].strip() != ""
    common = names.is_common(named) and len(part) == 1
    return _Mention(kept, first.start, end, noun, exact, common, proper)


def _is_called(one: Named, noun: str) -> bool:
    """Whether a unit is what the word after its name says."""
    if noun == "city":
        return one.by in ("capital", "centre", "town")
    if noun == "soum":
        return one.unit.kind == "soum" and one.name == one.unit.name
    return noun not in _NOUNS or one.unit.kind == noun


def _named(
    part: list[_Word], names: Gazetteer, noun: str, *, exact: bool, answer: bool
) -> tuple[Named, ...]:
    if not exact:
        key = "".join(word.key.replace(" ", "") for word in part)
        return names.mistyped(key, clipped=answer)
    if len(part) > 1:
        return _in_words(part, names, noun)
    if len(part) == 1 and (short := _abbreviation(part[0].text, names, answer=answer)):
        return (short,)
    return names.exact("".join(word.key.replace(" ", "") for word in part))


def _in_words(part: list[_Word], names: Gazetteer, noun: str) -> tuple[Named, ...]:
    """A name of several words, or a long one written apart ("сонгино хайрхан", "их тамир сум")."""
    keys = [word.key for word in part]
    joined = "".join(keys)
    is_long = len(keys[0]) >= _FIRST_PART and len(joined) >= _APART
    apart = (is_long or noun in _NOUNS) and keys[-1] not in _ENDINGS
    return names.exact(" ".join(keys)) or (names.exact(joined) if apart else ())


def _abbreviation(typed: str, names: Gazetteer, *, answer: bool) -> Named | None:
    """Return the district or city of "БЗД", "bzd-ees", "СХДийн"; small letters only if safe."""
    low = typed.lower()
    for size in (4, _LONG, _SHORT):
        named = names.abbreviations.get(low[:size])
        if named is None:
            continue
        rest = fold.key(low[size:])
        if (rest and size == _SHORT) or (rest and rest not in _ENDINGS):
            continue
        if not answer and low[:size] in _OTHER_MEANING:
            continue
        if answer or low[:size] in _SAFE_LOWER or (size > _SHORT and typed[:size].isupper()):
            return named
        if typed == "УБ":
            return named
    return None


def _noun(text: str, words: list[_Word], at: int) -> str:
    """Return what the word after a name says it is, or "" ("5-р хороо" tells a district)."""
    if at <= len(words) and _KHOROO.match(text, words[at - 1].end):
        return "khoroo"
    return _noun_of(words[at].key) if at < len(words) else ""


def _noun_of(key: str) -> str:
    return next((name for name, pattern in _NOUNS.items() if pattern.fullmatch(key)), "")


def _follows(words: list[_Word], at: int) -> bool:
    return at < len(words) and _noun_of(words[at].key) != ""


def _may_be_mistyped(part: list[_Word], noun: str, *, answer: bool) -> bool:
    letters = sum(len(word.key) for word in part)
    return noun in _NOUNS or answer or letters > _TYPED_WHOLE


def _resolved(mentions: Iterator[_Mention], *, free: bool = False) -> Iterator[Place]:
    """Yield a place per mention, an aimag and the soum beside it as one."""
    listed = [one for one in mentions if one.named]
    at = 0
    while at < len(listed):
        here, after = listed[at], listed[at + 1] if at + 1 < len(listed) else None
        pair = after and after.start - here.end <= _GAP and _paired(here, after)
        if after and pair:
            certain = here.exact and after.exact and len(pair) == 1
            yield Place(pair[0], certain, here.start, after.end, pair if len(pair) > 1 else ())
            at += 2
            continue
        if not free or here.noun or not here.common or here.proper:
            yield _alone(here)
        at += 1


def _paired(left: _Mention, right: _Mention) -> tuple[Unit, ...]:
    """Return the units of one mention that lie in a unit of the other."""
    for upper, lower in ((left, right), (right, left)):
        above = {one.unit.name for one in upper.named if one.by in ("aimag", "capital")}
        inside = tuple(one.unit for one in lower.named if one.unit.parent in above)
        if inside:
            return _preferring(lower, inside)
    return ()


def _preferring(lower: _Mention, inside: tuple[Unit, ...]) -> tuple[Unit, ...]:
    """Within one aimag a name that is a soum's own wins, as "сум" follows or not."""
    own = tuple(one.unit for one in lower.named if one.by == "soum" and one.unit in inside)
    return own if lower.noun == "soum" and own else inside


def _alone(mention: _Mention) -> Place:
    named = mention.named
    units = tuple(one.unit for one in named)
    if mention.noun == "khoroo" and any(unit.kind == "district" for unit in units):
        units = tuple(unit for unit in units if unit.kind == "district")
    is_aimag = units[0].kind == "aimag" and not any(unit.kind == "district" for unit in units)
    sure = len(units) == 1 or is_aimag
    unclear = mention.common and not mention.noun
    certain = mention.exact and sure and not unclear
    readings = units if len(units) > 1 and not certain else ()
    return Place(units[0], certain, mention.start, mention.end, readings)
