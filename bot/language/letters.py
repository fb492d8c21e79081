"""Cyrillic letters of register and plate numbers typed on a Latin keyboard.

A Latin letter may stand for the Cyrillic letter it looks like (B for В) or the one it sounds like
(B for Б), so what these functions return is a proposal that the citizen must confirm.
"""

from __future__ import annotations

import re

CYRILLIC = "А-ЯЁӨҮа-яёөү"
EITHER = f"{CYRILLIC}A-Za-z"

_LOOKS = str.maketrans("ABEKMHOPCTYX", "АВЕКМНОРСТУХ")
_PAIRS = {"CH": "Ч", "SH": "Ш", "TS": "Ц", "KH": "Х", "ZH": "Ж", "YU": "Ю", "YA": "Я", "YO": "Ё"}
_SOUNDS = {
    "A": "А", "B": "Б", "C": "Ц", "D": "Д", "E": "Е", "F": "Ф", "G": "Г", "H": "Х", "I": "И",
    "J": "Ж", "K": "К", "L": "Л", "M": "М", "N": "Н", "O": "О", "P": "П", "Q": "Ч", "R": "Р",
    "S": "С", "T": "Т", "U": "У", "V": "В", "W": "В", "X": "Х", "Y": "У", "Z": "З",
}  # fmt: skip
_ONLY_CYRILLIC = re.compile(f"[{CYRILLIC}]+")
_ONLY_LOOKALIKES = re.compile("[ABEKMHOPCTYX]+")
_PAIR_OR_ONE = re.compile("|".join([*_PAIRS, "."]))


def cyrillic(letters: str, count: int) -> tuple[str, bool] | None:
    """Return (upper-case Cyrillic, typed so), or None unless they are `count` letters.

    Letters that all have a Cyrillic double, or stand beside Cyrillic ones, are read by their look,
    the rest by their sound.
    """
    upper = letters.upper()
    if _ONLY_CYRILLIC.fullmatch(upper):
        return (upper, True) if len(upper) == count else None
    mixed = _ONLY_CYRILLIC.search(upper) is not None
    if len(upper) == count and (mixed or _ONLY_LOOKALIKES.fullmatch(upper)):
        read = "".join(_SOUNDS.get(c, c) for c in upper.translate(_LOOKS))
        return read, False
    for read in (_by_pairs(upper), "".join(_SOUNDS.get(c, c) for c in upper)):
        if len(read) == count and _ONLY_CYRILLIC.fullmatch(read):
            return read, False
    return None


def _by_pairs(upper: str) -> str:
    return _PAIR_OR_ONE.sub(lambda m: _PAIRS.get(m.group()) or _SOUNDS.get(m.group(), "?"), upper)
