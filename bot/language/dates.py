"""Years and days as people say them, in either script, against a given "today".

All words are compared by their key, so "ирэх даваа" and "ireh dawaa" are one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from bot.language import fold, numerals

_DAYS_AHEAD = {"onodor": 0, "margash": 1, "nogodor": 2, "nogodr": 2, "onodr": 0}
_WEEKDAYS = {
    "dava": 0, "myagmar": 1, "migmar": 1, "lhagva": 2, "lhavga": 2, "porev": 3,
    "poreb": 3, "basan": 4, "byamba": 5, "byamb": 5, "bimba": 5, "nyam": 6, "nyim": 6, "nim": 6,
}  # fmt: skip
_CASES = ("", "d", "t", "nd", "g", "ad", "ed", "in", "din", "gt")
_NEXT = frozenset({"ireh", "irh", "darachin", "daragin", "daragi"})
_YEARS_BACK = {"nodnin": 1, "nodonin": 1, "orjnan": 2, "orjinan": 2}
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")
_SHORT_YEAR = re.compile(r"(?<!\d)(\d\d)(?= ?on(?:i|d|in|ii)?\b)")
_FULL = re.compile(
    r"(?<!\d)(20\d\d) ?(?:on\w* )?(\d{1,2}) (?:r |saar )?(?:sar\w* )?(\d{1,2})(?!\d)"
)
_MONTH_DAY = re.compile(r"(?<!\d)(\d{1,2}) ?(?:r )?sar\w* (?:in )?(\d{1,2})(?!\d)")
_PAIR = re.compile(r"(?<![\d.])(\d{1,2}) ?[./-] ?(\d{1,2})(?![\d.]|\s?[₮%])")
_DAY_ONLY = re.compile(r"(?<!\d)(\d{1,2})[ -]?(?:nd|nii|ni|n|nii odor|ond|ni odor|nd)(?![a-z])")
_AFTER = re.compile(r"(\d{1,2}) (?:honog|odr|odor)\w* dara")
_WEEK = "7 honog"
_DAYS_OF_WEEK = 7
_LAST_MONTH = 12
_SHORT_DIGITS, _TEN, _HUNDRED = 2, 10, 100
_YEARS_AHEAD = 10
"""A two-digit year is read as at most this far ahead."""


@dataclass(frozen=True)
class Day:
    """A day read from a text."""

    day: date
    certain: bool
    """False where another reading is as likely, or the day is past."""


def year(text: str, today: date) -> int | None:
    """Return the calendar year the text names, or None."""
    said = _figures(text)
    words = said.split()
    if found := _YEAR.search(said) or _YEAR.fullmatch(str(numerals.number(text))):
        return int(found[1])
    if (found := _SHORT_YEAR.search(said)) or (said.isdecimal() and len(said) == _SHORT_DIGITS):
        return _full_year(int(found[1] if found else said), today)
    for word, back in _YEARS_BACK.items():
        if word in words:
            return today.year - back
    return _relative_year(said, today)


def day(text: str, today: date) -> Day | None:
    """Return the day the text names, from today on where the year is left out, or None."""
    said = _figures(text)
    for read in (_named, _weekday):
        if (found := read(said.split(), said, today)) is not None:
            return found
    return _numbered(text, said, today)


def _figures(text: str) -> str:
    """Return the key with number words turned into figures ("арван нэгэн сарын" -> 11 sarin)."""
    words: list[str] = []
    open_ten = False
    for word in re.findall(r"\d+|[^\W\d_]+", text):
        value = None if word.isdecimal() else numerals.word_value(word)
        if value is None or value >= _HUNDRED:
            words.append(word)
            open_ten = False
        elif open_ten and 0 < value < _TEN:
            words[-1] = str(int(words[-1]) + value)
            open_ten = False
        else:
            words.append(str(value))
            open_ten = value >= _TEN
    return fold.key(" ".join(words))


def _full_year(short: int, today: date) -> int:
    return 2000 + short if 2000 + short <= today.year + _YEARS_AHEAD else 1900 + short


def _relative_year(said: str, today: date) -> int | None:
    if re.search(r"\b(ene|eniy) (jil|on)|\bone?dor\b", said):
        return today.year
    if re.search(r"\b(ongorson|ngrsn|ongorsn|omnoh|orid) (jil|on)", said):
        return today.year - 1
    if re.search(r"\b(ireh|daragin|daraachiin|darachin) (jil|on)", said):
        return today.year + 1
    return None


def _named(words: list[str], said: str, today: date) -> Day | None:
    if found := _AFTER.search(said):
        return Day(today + timedelta(days=int(found[1])), certain=True)
    for word, ahead in _DAYS_AHEAD.items():
        if any(w.startswith(word) for w in words):
            return Day(today + timedelta(days=ahead), certain=True)
    return None


def _weekday(words: list[str], said: str, today: date) -> Day | None:
    target = next((d for w in words if (d := _weekday_of(w)) is not None), None)
    if target is None:
        return None
    monday = today - timedelta(days=today.weekday())
    if _WEEK in said and _NEXT & set(words):
        return Day(monday + timedelta(days=_DAYS_OF_WEEK + target), certain=True)
    ahead = (target - today.weekday()) % _DAYS_OF_WEEK
    ambiguous = ahead == 0 or (bool(_NEXT & set(words)) and target > today.weekday())
    return Day(today + timedelta(days=ahead or _DAYS_OF_WEEK), certain=not ambiguous)


def _weekday_of(word: str) -> int | None:
    for stem, index in _WEEKDAYS.items():
        if word.startswith(stem) and word[len(stem) :] in _CASES:
            return index
    return None


def _numbered(text: str, said: str, today: date) -> Day | None:
    if found := _FULL.search(said):
        return _checked(int(found[1]), int(found[2]), int(found[3]), today)
    found = _MONTH_DAY.search(said) or _PAIR.search(text)
    if found:
        return _coming(int(found[1]), int(found[2]), today)
    if (found := _DAY_ONLY.search(said)) is not None:
        return _day_of_month(int(found[1]), today)
    return None


def _checked(y: int, m: int, d: int, today: date) -> Day | None:
    try:
        found = date(y, m, d)
    except ValueError:
        return None
    return Day(found, certain=found >= today)


def _coming(month: int, day_: int, today: date) -> Day | None:
    this = _checked(today.year, month, day_, today)
    if this is not None and this.day >= today:
        return this
    return _checked(today.year + 1, month, day_, today)


def _day_of_month(day_: int, today: date) -> Day | None:
    for ahead in range(3):
        month = today.month + ahead
        y = today.year + (month > _LAST_MONTH)
        found = _checked(y, (month - 1) % _LAST_MONTH + 1, day_, today)
        if found is not None and found.day >= today:
            return found
    return None
