"""Vehicle plates: four digits and three Cyrillic letters, in either order (1234УНА, УНА 1234)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.language.letters import EITHER, cyrillic, readings

_GAP = r"[\s\-_.]*"
_L = rf"[{EITHER}](?:{_GAP}[{EITHER}]){{2}}[{EITHER}]?"
_D = r"\d{4}|\d{2}[\s\-.]\d{2}"
_DIGITS_FIRST = re.compile(rf"(?<![\d{EITHER}])({_D})({_GAP})({_L})(?![\d{EITHER}])")
_LETTERS_FIRST = re.compile(rf"(?<![\d{EITHER}])({_L})({_GAP})({_D})(?![\d{EITHER}])")
_SEPARATORS = re.compile(r"[\s\-_.]")
_PLATE_LETTERS = 3
_WORDS_TEXT = (
    "онд оны оноо төг гэж гэх мян сая хүн цаг бол нас хув мал сар жил тоо дүн нэг биш мөн юу код "
    "юм уу нь аас оос ийн ээр аар оор минь ээс өөс маань байна руу рүү шүү хаг "
    "ond oni onii onoo tog gej gj hun tsag bol nas hub mal sar jil too neg bish mun kod bna bga "
    "yum ene ter end tend une vne ymar odoo mnt dugaar minii mini gsn ged car"
)
_WORDS = frozenset(_WORDS_TEXT.split())
"""Words that stand beside four digits in a sentence: no plate letters."""


@dataclass(frozen=True)
class Plate:
    """A plate read from a text."""

    number: str
    """Digits, then upper-case Cyrillic letters: 1234УНА."""
    certain: bool
    """Typed in Cyrillic, in a form that is hardly a word and a number side by side."""
    start: int
    end: int
    readings: tuple[str, ...] = ()
    """Every number the Latin letters may stand for, the likeliest first; empty where one."""


def search(text: str, *, whole: bool = False) -> Plate | None:
    """Return the first plate in the text, or None; `whole` expects the text to be the plate."""
    for shape, digits_at, letters_at in ((_DIGITS_FIRST, 1, 3), (_LETTERS_FIRST, 3, 1)):
        start = 0
        while (found := shape.search(text, start)) is not None:
            start = found.start() + 1
            plate = _read(found, found[digits_at], found[letters_at], whole=whole)
            if plate is not None:
                return plate
    return None


def _read(found: re.Match[str], digits: str, typed: str, *, whole: bool) -> Plate | None:
    bare = _SEPARATORS.sub("", typed)
    read = cyrillic(bare, _PLATE_LETTERS)
    if read is None or bare.lower() in _WORDS or (not whole and bare != typed):
        return None
    letters, as_typed = read
    split = not digits.isdecimal()
    alone = whole and found.group() == found.string.strip()
    if split and not alone and not bare.isupper():
        return None
    clear = whole or not found[2] or bare.isupper()
    digits = _SEPARATORS.sub("", digits)
    others = tuple(digits + each for each in readings(bare, _PLATE_LETTERS))
    return Plate(
        digits + letters,
        as_typed and clear and (whole or not split),
        found.start(),
        found.end(),
        others if len(others) > 1 else (),
    )
