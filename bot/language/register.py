"""Register numbers (РД): two Cyrillic letters and eight digits.

Digits 1-6 are the birth date (month + 20 from the year 2000 on), the 7th is odd for men, the 8th
is a control digit whose rule is not published (order 2010/331), so the structure alone is checked
here and the state register decides. Letters typed in Latin are never taken without asking.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from bot.language.letters import EITHER, cyrillic, readings

_GAP = r"[\s\-_.]*"
_SHAPE = re.compile(
    rf"(?<![{EITHER}\d])(?P<letters>[{EITHER}]{_GAP}[{EITHER}]{{1,3}})(?P<gap>{_GAP})"
    rf"(?P<digits>[\dOОoо](?:{_GAP}[\dOОoо]){{7}})(?![\d{EITHER}])"
)
_SEPARATORS = re.compile(r"[\s\-_.]")
_SIGNS = frozenset("ЬЪ")
"""Letters no code of a place begins or ends with."""
_ZEROS = str.maketrans("OОoо", "0000")
_PARTICLES_TEXT = "юм уу үү вэ бэ аа ээ өө оо ba ym uu vv we ve be bn bna"
_WORDS_TEXT = (
    "нь за ба би чи та ор ир ав өг ял эд ам эм од он ах эх ээж юу "
    "ni za bi chi ta or ir aw av ug on ah eh em no n shu yu tel"
)
_PARTICLES = frozenset(_PARTICLES_TEXT.split())
_WORDS = _PARTICLES | frozenset(_WORDS_TEXT.split())
"""Short words that stand before a bare eight-digit number (a phone) in a sentence; the particles
among them never begin one."""
_MONTHS_FROM_2000 = 20
_CENTURY_20, _CENTURY_21 = 1900, 2000


@dataclass(frozen=True)
class Register:
    """A register number of sound structure."""

    number: str
    """Upper-case Cyrillic letters and digits, without separators."""
    birth_date: date
    male: bool
    certain: bool
    """Typed in Cyrillic letters and digits, so nothing was guessed."""
    start: int
    end: int
    readings: tuple[str, ...] = ()
    """Every number the Latin letters may stand for, the likeliest first; empty where one."""
    typed: str = ""
    """Upper-case letters and digits as typed, where a letter is Latin; empty otherwise."""

    @property
    def masked(self) -> str:
        """The number as it may be shown: the middle four digits hidden."""
        return masked(self.number)

    @property
    def typed_masked(self) -> str:
        """The number as it was typed and may be shown; empty where no letter was Latin."""
        return masked(self.typed) if self.typed else ""


def masked(number: str) -> str:
    """Return a number without separators as it may be shown: the middle four digits hidden.

    Letters typed in Latin may be more than two.
    """
    return f"{number[:-6]}••••{number[-2:]}"


def search(text: str, today: date, *, whole: bool = False) -> Register | None:
    """Return the first sound register number in the text, or None.

    `whole` takes the text to be the number alone, so that a pair of letters that is also a word
    ("аа 95021217") may be it; it is then uncertain.
    """
    start = 0
    while (found := _SHAPE.search(text, start)) is not None:
        start = found.start() + 1
        alone = whole and found.group() == text.strip()
        word = _is_word(found)
        if word and not alone:
            continue
        word = word and found["letters"].lower() not in _PARTICLES
        if (register := _read(found, today, word=word)) is not None:
            return register
    return None


def birth_date(number: str) -> date | None:
    """Return the date in a normalised register number, or None where it does not exist."""
    year, month, day = (int(number[i : i + 2]) for i in (2, 4, 6))
    century = _CENTURY_20 if month <= _MONTHS_FROM_2000 else _CENTURY_21
    try:
        return date(century + year, month % _MONTHS_FROM_2000, day)
    except ValueError:
        return None


def _read(found: re.Match[str], today: date, *, word: bool) -> Register | None:
    bare = _SEPARATORS.sub("", found["letters"])
    pair = cyrillic(bare, 2)
    typed = _SEPARATORS.sub("", found["digits"])
    if pair is None or not _SIGNS.isdisjoint(pair[0]):
        return None
    letters, as_typed = pair
    number = letters + typed.translate(_ZEROS)
    born = birth_date(number)
    if born is None or born > today:
        return None
    others = [two for two in readings(bare, 2) if _SIGNS.isdisjoint(two)]
    return Register(
        number=number,
        birth_date=born,
        male=int(number[8]) % 2 == 1,
        certain=as_typed and typed.isdecimal() and not word,
        start=found.start(),
        end=found.end(),
        readings=tuple(two + number[2:] for two in others) if len(others) > 1 else (),
        typed="" if as_typed else bare.upper() + typed.translate(_ZEROS),
    )


def _is_word(found: re.Match[str]) -> bool:
    return bool(found["gap"]) and found["letters"].lower() in _WORDS
