"""Typed Mongolian restored to readable Cyrillic: informal Latin, clipped words, stand-in letters.

The likeliest readings of each word are weighed against its neighbours. Numbers, marks, register
and plate numbers, addresses of the internet and foreign words stay as they were typed.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import cache, lru_cache

from bot.language import lexicon, plate, register
from bot.language.candidates import Candidate, Reader, agreeing
from bot.language.readings import lattice

_NET = re.compile(
    r"\S*@\S+|\b(?:https?://|www\.)\S+|\b[\w.-]+\.(?:mn|com|org|net|gov|edu|io|ru)\b(?:/\S*)?",
    re.IGNORECASE,
)
_PIECE = re.compile(r"\d[\w-]*|[^\W\d_]+\d\w*|[^\W\d_]+(?:['’`][^\W\d_]+)*")
_COMPOUND = re.compile(r"\w+(?:-\w+)+")
_ENDING = re.compile(r"(\d{1,3}[-.]?)([a-zA-Z]{1,5})")
_LATIN = re.compile(r"[a-zA-ZüöÜÖ]")
_CYRILLIC = re.compile(r"[а-яёөүА-ЯЁӨҮ]")
_STAND_INS = str.maketrans("єїӫЄЇӨ", "өүөӨҮӨ")
_DOUBLES = str.maketrans("aceopxyk", "асеорхук")
_LONE_V = re.compile(r"(?<![aeiouy])v(?![aeiouy])|vv")
_REPEATED = re.compile(r"([a-z])\1{2,}")
_ENGLISH_WORDS, _ENGLISH_SHARE = 2, 0.3
_NEIGHBOUR_SHARE = 0.6
_FORMS = {form: forms for forms in (("вэ", "бэ"), ("уу", "үү")) for form in forms}
"""Question particles, which take after the word before them."""
_DISAGREEING = 0.02
_CACHED_WORDS = 20_000
_LONGEST_WORD = 40


def cyrillic(text: str) -> str:
    """Return the text with its Mongolian in lower-case Cyrillic, all else as it was typed.

    >>> cyrillic("Unemlehee sungah gsn ym, UB95021217")
    'үнэмлэхээ сунгах гэсэн юм, UB95021217'
    """
    return _shipped().text(text)


def readable(text: str) -> str:
    """Return `cyrillic(text)` with the initial capitals of its words kept.

    >>> readable("Darhan-Uul aimag")
    'Дархан-Уул аймаг'
    """
    return _shipped().text(text, keep_capitals=True)


@cache
def _shipped() -> Restorer:
    return Restorer(lexicon.shipped())


class Restorer:
    """Restores whole utterances with one lexicon."""

    def __init__(self, words: lexicon.Lexicon) -> None:
        """Index the lexicon."""
        self._lexicon = words
        self._reader = Reader(words)
        read: Callable[[str, str], tuple[Candidate, ...]] = self._reader.candidates
        self._candidates = lru_cache(_CACHED_WORDS)(read)

    def text(self, typed: str, *, keep_capitals: bool = False) -> str:
        """Return the text with its Mongolian in Cyrillic, lower-case but for kept capitals."""
        typed = typed.translate(_STAND_INS)
        if self._is_english(typed):
            return typed
        v_is = _meaning_of_v(typed.lower())
        places = [(m.start(), m.end()) for m in self._words(typed)]
        options = [self._options(typed[start:end], v_is) for start, end in places]
        chosen = self._best(options)
        out, at = [], 0
        for (start, end), word in zip(places, chosen, strict=True):
            as_name = keep_capitals and typed[start].isupper() and typed[start + 1 : end].islower()
            out += [typed[at:start], word[:1].upper() + word[1:] if as_name else word]
            at = end
        return "".join([*out, typed[at:]])

    def _is_english(self, typed: str) -> bool:
        words = typed.lower().split()
        found = sum(word.strip(".,!?") in self._lexicon.english for word in words)
        return found >= _ENGLISH_WORDS and found >= _ENGLISH_SHARE * len(words)

    def _words(self, typed: str) -> Iterator[re.Match[str]]:
        """Return the words, without those that are part of a number or an address."""
        shields = [m.span() for m in _NET.finditer(typed)] + list(_numbers(typed))
        compounds = _COMPOUND.finditer(typed)
        shields += [m.span() for m in compounds if m.group().lower() in self._lexicon.foreign]
        for found in _PIECE.finditer(typed):
            if not any(a < found.end() and found.start() < b for a, b in shields):
                yield found

    def _options(self, typed: str, v_is: str) -> tuple[Candidate, ...]:
        """Return the readings of one piece of the text, itself where nothing is to restore."""
        word = typed.lower()
        written = self._lexicon.written.get(word)
        if written is not None and not (word in self._lexicon.words and _CYRILLIC.match(word)):
            forms = _FORMS.get(written, (written,)) if _LATIN.match(word) else (written,)
            return tuple(Candidate(form, 0, known=True) for form in forms)
        is_mongolian = len(word) <= _LONGEST_WORD and word not in self._lexicon.foreign
        if not is_mongolian or not _LATIN.search(word):
            return (Candidate(typed, 0, known=True),)
        if any(letter.isdigit() for letter in word):
            return (Candidate(self._with_ending(typed), 0, known=True),)
        if _CYRILLIC.search(word):
            by_look = word.translate(_DOUBLES)
            if not _LATIN.search(by_look):
                return (Candidate(by_look, 0, known=True),)
        word = _REPEATED.sub(r"\1\1", word)
        found = self._candidates(word, v_is)
        is_kept = found[0].text == word
        return (Candidate(typed, 0, known=False),) if is_kept else found

    def _with_ending(self, typed: str) -> str:
        found = _ENDING.fullmatch(typed)
        if found is None or found[2].isupper():
            return typed
        ending = found[2].lower()
        if len(ending) == 1:
            return found[1] + lattice(ending)[0][0].text
        return found[1] + self._candidates(ending, "")[0].text

    def _best(self, options: Sequence[tuple[Candidate, ...]]) -> list[str]:
        """Return the reading of each piece that together cost least."""
        paths: list[tuple[float, str, list[str]]] = [(0.0, "", [])]
        for candidates in options:
            step = []
            for candidate in candidates:
                spent, _, path = min(
                    ((p[0] + self._cost(p[1], candidate), p[1], p[2]) for p in paths),
                    key=lambda p: p[0],
                )
                step.append((spent, candidate.text.split(" ")[-1], [*path, candidate.text]))
            paths = step
        return min(paths, key=lambda p: p[0])[2]

    def _cost(self, before: str, candidate: Candidate) -> float:
        if not candidate.known:
            return candidate.cost
        spent = candidate.cost
        for word in candidate.text.split(" "):
            spent -= math.log(self._share(before, word))
            before = word
        return spent

    def _share(self, before: str, word: str) -> float:
        alone = self._reader.weight(word)
        count = self._lexicon.words.get(before)
        if word in ("уу", "үү", "вэ", "бэ") and before:
            alone *= (
                1 if agreeing("уу" if word in ("уу", "үү") else "вэ", before) == word else 0.05
            )
        if count is None:
            return alone
        together = self._lexicon.pairs.get((before, word), 0) / count
        return (1 - _NEIGHBOUR_SHARE) * alone + _NEIGHBOUR_SHARE * together


def _meaning_of_v(typed: str) -> str:
    """Return what the writer's v is: "ү" or "в" where the message shows it, else ""."""
    if "w" in typed or _LONE_V.search(typed):
        return "ү" if "v" in typed else ""
    return "в" if "v" in typed else ""


def _numbers(typed: str) -> Iterator[tuple[int, int]]:
    """Return the places of register and plate numbers."""
    at = 0
    while at < len(typed):
        rest = typed[at:]
        found = register.search(rest, date.max) or plate.search(rest)
        if found is None:
            return
        yield at + found.start, at + found.end
        at += found.end
