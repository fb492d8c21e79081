"""Amounts of money as people write them: "50 мянган төгрөг", "1.2 сая", "20к", "₮5,000"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from bot.language import fold, numerals

_TUGRIK = re.compile(
    r"\s?(?:₮|төг(?:рөг|рог|рг)?\w*|тог(?:рог|рг)\w*|туг(?:руг|рик)\w*|түг(?:рүг)\w*|тгр\w*"
    r"|t[uoöü]g(?:r[uoöü]?g|rik|rg)?\w*|tgr\w*|tvgrvg\w*|mnt|мнт)(?![^\W\d_])",
    re.IGNORECASE,
)
_SIGN_BEFORE = re.compile(r"(?:₮|mnt|төг\.?)\s?$", re.IGNORECASE)
_KILO = re.compile(r"(?<![\w.,])(\d{1,4}(?:[.,]\d)?)\s?[кk](?![^\W_])", re.IGNORECASE)
_FOREIGN = re.compile(r"[$€¥£]|доллар|dollar|юань|yuan|евро|evro|euro|рубл|rubl|usd|cny", re.I)
_THOUSAND = 1000
_SCALE = re.compile(r"m[yi]?a?nga|myan|saya|terbom")


@dataclass(frozen=True)
class Money:
    """An amount in whole tugriks."""

    mnt: int
    certain: bool
    """False for "about" and for a small bare number, which may be meant in thousands."""
    start: int
    end: int
    marked: bool
    """Named as money: by a currency, its sign or "к"."""
    readings: tuple[int, ...] = ()
    """Every amount that may be meant, the likeliest first; empty where there is one."""


def amount(text: str) -> Money | None:
    """Return the one amount in the text, or None; other currencies are none."""
    if _FOREIGN.search(text):
        return None
    found = list(scan(text))
    marked = [one for one in found if one.marked]
    chosen = marked or found
    return chosen[0] if chosen and len({one.mnt for one in chosen}) == 1 else None


def scan(text: str) -> Iterator[Money]:
    """Yield the amounts and bare whole numbers of the text in reading order."""
    kilos = [(m.start(), m.end(), Fraction(m[1].replace(",", "."))) for m in _KILO.finditer(text)]
    for start, end, thousands in kilos:
        yield Money(int(thousands * _THOUSAND), True, start, end, marked=True)
    for number in numerals.scan(text):
        in_kilo = any(start <= number.start < end for start, end, _ in kilos)
        if number.value.denominator == 1 and number.value >= 0 and not in_kilo:
            yield _read(text, number)


def _read(text: str, number: numerals.Number) -> Money:
    start, end, mnt = number.start, number.end, int(number.value)
    before = _SIGN_BEFORE.search(text[max(0, start - 5) : start])
    after = _TUGRIK.match(text, end)
    if before:
        start -= len(before.group())
    if after:
        end = after.end()
    marked = bool(before or after)
    scaled = _SCALE.search(fold.key(text[number.start : number.end])) is not None
    bare = not marked and not scaled and 0 < mnt < _THOUSAND
    readings = (mnt, mnt * _THOUSAND) if bare else ()
    return Money(mnt, not (bare or number.about), start, end, marked, readings)


def shown(mnt: int) -> str:
    """Return the amount as it is written to people: "50,000₮"."""
    return f"{mnt:,}₮"
