"""Numbers said in words, in either script, and runs of digits said as words.

A telephone number is said in pairs ("ерэн ес, арван нэг"), so digits are read group by group:
tens with the unit that follows make two digits, a unit alone one.
"""

from __future__ import annotations

import re

from bot.language import fold

_UNITS = {
    "тэг": 0, "ноль": 0, "нойл": 0, "нэг": 1, "нэгэн": 1, "хоёр": 2, "хоёрын": 2, "гурав": 3,
    "гурван": 3, "дөрөв": 4, "дөрвөн": 4, "тав": 5, "таван": 5, "зургаа": 6, "зургаан": 6,
    "долоо": 7, "долоон": 7, "найм": 8, "найман": 8, "ес": 9, "есөн": 9, "ёс": 9, "ёсөн": 9,
}  # fmt: skip
_TENS = {
    "арав": 10, "арван": 10, "хорь": 20, "хорин": 20, "гуч": 30, "гучин": 30, "дөч": 40,
    "дөчин": 40, "тавь": 50, "тавин": 50, "жар": 60, "жаран": 60, "дал": 70, "далан": 70,
    "ная": 80, "наян": 80, "ер": 90, "ерэн": 90, "ерин": 90,
}  # fmt: skip
_SCALES = {"зуу": 100, "зуун": 100, "мянга": 1000, "мянган": 1000, "сая": 10**6, "саяын": 10**6}
_FIFTY = frozenset({"тавь", "tavi", "tawi"})
"""In the key тавь (50) is тав (5): told apart by the soft sign before folding."""

_WORDS = _UNITS | _TENS | _SCALES
_BY_KEY = {fold.key(word): value for word, value in _WORDS.items() if word != "тавь"} | {
    "hori": 20, "gochi": 30, "dochi": 40, "dorov": 4, "dorvon": 4, "hoir": 2, "hoyr": 2,
    "nol": 0, "nayan": 80, "ar": 10, "jaran": 60,
}  # fmt: skip
_UNIT_BASE, _TEN_BASE = 10, 100
_THOUSAND, _MILLION = 1000, 10**6
_THOUSANDS = re.compile(r"(?<!\d)\d{1,3}(?:[ ,.'’]\d{3})+(?!\d)")
_PIECES = re.compile(r"\d+|[^\W\d_]+")
MAX_NUMBER = 10**12


def word_value(word: str) -> int | None:
    """Return the value of one number word in either script, or None."""
    lower = word.lower()
    return 50 if lower in _FIFTY else _BY_KEY.get(fold.key(lower))


def number(text: str) -> int | None:
    """Return the one whole number in the text, in figures or words; None if none or several."""
    found = set(_runs(text))
    return found.pop() if len(found) == 1 else None


def digits_from_words(text: str) -> str | None:
    """Return the digits said in words and figures, in order; None when a word is no number."""
    out: list[str] = []
    ten_open = False
    for piece in _PIECES.findall(text):
        value = None if piece.isdecimal() else word_value(piece)
        if piece.isdecimal():
            out.append(piece)
        elif value is None or value >= _TEN_BASE:
            return None
        elif ten_open and 0 < value < _UNIT_BASE:
            out[-1] = str(int(out[-1]) + value)
        else:
            out.append(str(value))
        ten_open = value is not None and value >= _UNIT_BASE
    return "".join(out) or None


def _runs(text: str) -> list[int]:
    """Return the values of the runs of figures and number words in the text."""
    text = _THOUSANDS.sub(lambda m: re.sub(r"\D", "", m.group()), text)
    runs: list[list[int]] = [[]]
    for piece in _PIECES.findall(text):
        value = int(piece[:13]) if piece.isdecimal() else word_value(piece)
        if value is None or (piece.isdecimal() and runs[-1]):
            runs.append([])
        if value is not None:
            runs[-1].append(value)
    return [total for run in runs if run and (total := _sum(run)) <= MAX_NUMBER]


def _sum(run: list[int]) -> int:
    """Return the value of a run of number words: units and tens add, scales multiply."""
    total = part = 0
    for value in run:
        if value in (_THOUSAND, _MILLION) and len(run) > 1:
            total, part = total + (part or 1) * value, 0
        elif value == _TEN_BASE and part:
            part *= value
        else:
            part += value
    return total + part
