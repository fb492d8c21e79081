"""Cyrillic letters of register and plate numbers typed on a Latin keyboard.

A Latin letter may stand for the Cyrillic letter it looks like (B for В) or the one it sounds like
(B for Б), so what these functions return is a proposal that the citizen must confirm.
"""

from __future__ import annotations

import itertools
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
_ALSO = {"O": "Ө", "U": "Ү", "V": "Ү", "Y": "Ү", "E": "Э"}
"""Cyrillic letters that the Latin one stands for beside its look and its sound."""
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


def readings(letters: str, count: int) -> tuple[str, ...]:
    """Return every Cyrillic reading of the letters, the one `cyrillic` gives first.

    After it stand the readings by look alone and by sound alone, then the mixed ones. Empty where
    the letters are not `count`.
    """
    first = cyrillic(letters, count)
    if first is None:
        return ()
    if first[1]:
        return (first[0],)
    upper = letters.upper()
    found = [first[0]]
    for parts in (list(upper), _PAIR_OR_ONE.findall(upper)):
        if len(parts) == count:
            found += ["".join(each) for each in _likeliest(parts)]
    return tuple(dict.fromkeys(found))


def _look(part: str) -> str:
    # Two Latin letters that are one sound ("YA" for Я) have no look of their own.
    look = part.translate(_LOOKS) if len(part) == 1 else ""
    return look if _ONLY_CYRILLIC.fullmatch(look) else _sound(part)


def _sound(part: str) -> str:
    return _PAIRS.get(part) or _SOUNDS.get(part, part)


def _likeliest(parts: list[str]) -> list[list[str]]:
    """Return the combinations: all by look, all by sound, then those with fewer rare letters."""
    looks, sounds = [_look(part) for part in parts], [_sound(part) for part in parts]
    meanings = [
        list(dict.fromkeys((look, sound, *_ALSO.get(part, ""))))
        for part, look, sound in zip(parts, looks, sounds, strict=True)
    ]
    ranked = sorted(
        itertools.product(*(enumerate(one) for one in meanings)),
        key=lambda each: sum(rank for rank, _ in each),
    )
    return [looks, sounds, *([letter for _, letter in each] for each in ranked)]


def _by_pairs(upper: str) -> str:
    return _PAIR_OR_ONE.sub(lambda m: _PAIRS.get(m.group()) or _SOUNDS.get(m.group(), "?"), upper)
