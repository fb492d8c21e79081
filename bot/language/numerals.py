"""Numbers said in words, in either script, and runs of digits said as words.

A telephone number is said in pairs ("ерэн ес, арван нэг"), so digits are read group by group:
tens with the unit that follows make two digits, a unit alone one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from bot.language import fold, number_words

_UNIT_BASE, _TEN_BASE = 10, 100
_THOUSAND, _MILLION = 1000, 10**6
_PIECES = re.compile(r"\d+|[^\W\d_]+")
_TOKEN = re.compile(
    r"(?P<thousands>(?<![\d.,/-])\d{1,3}(?:[ ,.'’]\d{3})+(?![\d/-]|[.,]\d))"
    r"|(?P<decimal>(?<![\d./-])\d{1,9}[.,]\d{1,2}(?![\d./-]\d|\d))"
    r"|(?P<figures>\d+)|(?P<word>[^\W\d_]+)|(?P<mark>[^\w\s\-‐–₮$]+)"
)
_ABOUT_AFTER = frozenset({"garoi", "garo", "garai", "orchim", "shaham", "ilo", "ilogo", "heden"})
_ABOUT_BEFORE = frozenset({"barag", "oiroltsogor", "oroltsogor", "oirltsogor", "iho"})
"""Keys of гаруй, орчим, шахам, илүү, хэдэн; бараг, ойролцоогоор."""
_SOME = frozenset({"ad", "ed", "od"})
_HALF = frozenset({"hagas", "hags", "hgas"})
_MAX_FIGURES = 13
MAX_NUMBER = 10**12


@dataclass(frozen=True)
class Number:
    """A number found in a text."""

    value: Fraction
    about: bool
    """More or less that many: "гуч гаруй"."""
    figures: bool
    """Begins with figures, not words."""
    start: int
    end: int


@dataclass(frozen=True)
class _Token:
    text: str
    start: int
    end: int
    value: Fraction | None
    figures: bool
    key: str


def word_value(word: str) -> int | None:
    """Return the value of one number word in either script, or None."""
    found = number_words.split(word)
    return None if found is None else found[0]


def number(text: str) -> int | None:
    """Return the one whole number in the text, in figures or words; None if none or several."""
    found = quantity(text)
    return int(found.value) if found and found.value.denominator == 1 else None


def quantity(text: str) -> Number | None:
    """Return the one number in the text, halves and "about" included; None if none or several."""
    found = scan(text)
    return found[0] if found and len({one.value for one in found}) == 1 else None


def scan(text: str) -> tuple[Number, ...]:
    """Return the numbers of the text in reading order, those above 10**12 left out."""
    tokens = list(_tokens(text))
    found: list[Number] = []
    at = 0
    while at < len(tokens):
        run = _Run(tokens, at)
        at = run.end
        if run.used:
            begin = run.begin
            first, last = tokens[begin], tokens[at - 1]
            about = run.about or _said_before(tokens, run.begin)
            about = about or _ending(last) in _SOME
            about = about or any(_ending(one) == number_words.UNSURE for one in tokens[begin:at])
            found.append(Number(run.value, about, first.figures, first.start, last.end))
        else:
            at += 1
    return tuple(one for one in found if one.value <= MAX_NUMBER)


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


def written(value: Fraction) -> str:
    """Return the number in figures: "15", "1.5"."""
    return str(int(value)) if value.denominator == 1 else f"{float(value):g}"


class _Run:
    """The longest number that begins at a token: hundreds, tens and units add, scales multiply."""

    def __init__(self, tokens: list[_Token], begin: int) -> None:
        self.begin = self.end = begin
        self.total, self.part = Fraction(0), Fraction(0)
        self.used = self.about = False
        self._room: Fraction | int = MAX_NUMBER
        self._scale = self._step = MAX_NUMBER
        while self.end < len(tokens) and self._takes(tokens, self.end):
            self.used = True
            self.end += 1
        if self.end < len(tokens):
            self.about = tokens[self.end].key in _ABOUT_AFTER

    @property
    def value(self) -> Fraction:
        return self.total + self.part

    def _takes(self, tokens: list[_Token], at: int) -> bool:
        token = tokens[at]
        if token.key in _HALF:
            return self._takes_half(tokens[at + 1].value if at + 1 < len(tokens) else None)
        if token.value is None or (self.used and self._room == 0 and token.value < _TEN_BASE):
            return False
        if token.figures:
            return self._adds(token.value, 0, free=self.part == 0 and token.value < self._scale)
        if token.value >= _THOUSAND:
            return self._multiplies(int(token.value))
        if token.value == _TEN_BASE:
            return self._hundreds()
        room = _UNIT_BASE if token.value >= _UNIT_BASE and token.value % _UNIT_BASE == 0 else 0
        return self._adds(token.value, room, free=token.value < self._room and self._fits(token))

    def _fits(self, token: _Token) -> bool:
        return token.value != 0 or not self.used

    def _adds(self, value: Fraction, room: int, *, free: bool) -> bool:
        if free:
            self.part, self._room, self._step = self.part + value, room, 1
        return free

    def _hundreds(self) -> bool:
        free = self.part < _UNIT_BASE and self._room in (0, MAX_NUMBER, self._scale)
        if free:
            self.part, self._room = (self.part or Fraction(1)) * _TEN_BASE, _TEN_BASE
            self._step = _TEN_BASE
        return free

    def _multiplies(self, scale: int) -> bool:
        free = scale < self._scale and not (self.used and self.part == 0)
        if free:
            self.total += (self.part or Fraction(1)) * scale
            self.part, self._room, self._scale, self._step = Fraction(0), scale, scale, scale
        return free

    def _takes_half(self, following: Fraction | None) -> bool:
        """ "Нэг хагас", "хоёр сая хагас", and before a scale "хагас сая"."""
        if not self.used:
            return following is not None and following >= _THOUSAND and self._adds_half(1)
        return self._step != MAX_NUMBER and self._adds_half(self._step)

    def _adds_half(self, step: int) -> bool:
        self.part += Fraction(step, 2)
        self._room, self._step = 0, MAX_NUMBER
        return True


def _tokens(text: str) -> Iterator[_Token]:
    """Yield words and numbers; "ер нь" and a lone "сая" (just now) are no numbers."""
    found = list(_TOKEN.finditer(text))
    for at, match in enumerate(found):
        token = _token(match)
        following = found[at + 1].group().lower() if at + 1 < len(found) else ""
        if token.text.lower() == "ер" and following in ("нь", "ни"):
            token = replace(token, value=None)
        if token.value == _MILLION and not token.figures and _is_just_now(found, at):
            token = replace(token, value=None)
        yield token


def _is_just_now(found: list[re.Match[str]], at: int) -> bool:
    """Whether сая says "just now": no number before it and a word after it."""
    before = found[at - 1].group() if at else ""
    counted = before[:1].isdecimal() or word_value(before) is not None
    counted = counted or fold.key(before) in _HALF
    after = fold.key(found[at + 1].group()) if at + 1 < len(found) else ""
    return not counted and bool(after) and not after.startswith(("tog", "tug", "hagas"))


def _token(match: re.Match[str]) -> _Token:
    text, kind = match.group(), match.lastgroup
    value: Fraction | None = None
    key = ""
    if kind == "word":
        key = fold.key(text)
        said = word_value(text)
        value = None if said is None else Fraction(said)
    elif kind == "decimal":
        value = Fraction(text.replace(",", "."))
    elif kind in ("thousands", "figures"):
        value = Fraction(re.sub(r"\D", "", text)[:_MAX_FIGURES])
    return _Token(text, match.start(), match.end(), value, kind != "word", key)


def _ending(token: _Token) -> str:
    """Return the ending of a number word: -аад of "тавиад" is "some" so many."""
    found = None if token.figures else number_words.split(token.text)
    return found[1] if found else ""


def _said_before(tokens: list[_Token], begin: int) -> bool:
    return begin > 0 and tokens[begin - 1].key in _ABOUT_BEFORE
