"""A text as it sounds: its words by key, its number words in figures, each with its place.

"арван нэгэн сарын гурванд" is read as "11 sarin 3 d", so one pattern serves both scripts, and a
match leads back to the words as typed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.language import fold, number_words, numerals

_PIECE = re.compile(r"\d+|[^\W\d_]+")


@dataclass(frozen=True)
class Said:
    """The reading of a text."""

    text: str
    """Keys and figures, single spaces between."""
    starts: tuple[int, ...]
    """Where each piece begins in `text`."""
    places: tuple[tuple[int, int], ...]
    """Where each piece stands in the text as typed."""

    @property
    def words(self) -> list[str]:
        """The pieces, endings of number words apart."""
        return self.text.split()

    def at(self, start: int, end: int) -> tuple[int, int]:
        """Return the place in the text as typed of what stands at start:end of `text`."""
        ends = (*self.starts[1:], len(self.text) + 1)
        inside = [
            place
            for place, begin, after in zip(self.places, self.starts, ends, strict=True)
            if begin < end and after - 1 > start
        ]
        return inside[0][0], inside[-1][1]


def read(text: str) -> Said:
    """Return how the text sounds."""
    numbers = {
        one.start: one
        for one in numerals.scan(text)
        if not one.figures and one.value.denominator == 1
    }
    pieces: list[str] = []
    places: list[tuple[int, int]] = []
    done = 0
    for found in _PIECE.finditer(text):
        if found.start() < done:
            continue
        number = numbers.get(found.start())
        done = found.end() if number is None else number.end
        piece = fold.key(found.group()) if number is None else _in_figures(number, text)
        if piece:
            pieces.append(piece)
            places.append((found.start(), done))
    return Said(" ".join(pieces), _starts(pieces), tuple(places))


def _in_figures(number: numerals.Number, text: str) -> str:
    last = _PIECE.findall(text[number.start : number.end])[-1]
    ending = (number_words.split(last) or (0, ""))[1]
    return f"{int(number.value)} {ending}".strip()


def _starts(pieces: list[str]) -> tuple[int, ...]:
    starts, at = [], 0
    for piece in pieces:
        starts.append(at)
        at += len(piece) + 1
    return tuple(starts)
