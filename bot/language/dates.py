"""Days as people say them, in either script, against a given "today".

All words are compared by their key, so "ирэх даваа" and "ireh dawaa" are one.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from bot.language import said as speech
from bot.language import weekdays
from bot.language.years import year

__all__ = ["Day", "day", "year"]

_TODAY = r"onod[oe]?r\w*|onodr\w*|ono (?:oglo|oroi|odor|shono)\w*"
_TOMORROW = r"margash\w*|margsh\w*|mrgash\w*|margas\b"
_AFTER_TOMORROW = r"no?go?d[oe]?r\w*|nogodr\w*"
_YESTERDAY, _BEFORE_YESTERDAY = r"ochi?g?d[oe]?r\w*", r"orjigd[ao]?r\w*"
_NAMED = tuple(
    (re.compile(rf"\b(?:{words})"), ahead)
    for words, ahead in (
        (_TODAY, 0), (_TOMORROW, 1), (_AFTER_TOMORROW, 2), (_YESTERDAY, -1),
        (_BEFORE_YESTERDAY, -2),
    )
)  # fmt: skip
_OVERMORROW = re.compile(r"margash(?:in|in ni|ni|ain) nogo")
"""Маргаашийн нөгөөдөр: two days ahead for some, three for others."""
_WEEKEND = re.compile(r"\bamralt\w* odr|\bamralt\w* odor")
_WAY = r"(?P<way>da?ra(?!l)|hoish|omn[oea])\w*"
_WEEKS = re.compile(rf"(?:(?P<low>\d{{1,2}}) )??(?:(?P<count>\d{{1,2}}) )?7 ho?no?g\w* {_WAY}")
_DAYS_ON = re.compile(
    rf"(?:(?P<low>\d{{1,3}}) )?(?P<count>\d{{1,3}}) (?:in )?"
    rf"(?P<unit>ho?no?g|odor|odr|sa?r|jil)\w* {_WAY}"
)
_ONE_ON = re.compile(rf"\b(?P<unit>sar|jil)in {_WAY}")
_FULL = re.compile(
    r"(?<!\d)((?:19|20)\d\d) ?(?:on\w* )?(\d{1,2}) (?:r |saar |dogar |doger )?(?:sa?r\w* )?"
    r"(\d{1,2})(?!\d)"
)
_DAY_FIRST = re.compile(r"(?<![\d.])(\d{1,2})[./-](\d{1,2})[./-](20\d\d)(?!\d)")
_ORDINAL = r"(?:r |dogar |doger |dgar |dah |deh )?"
_MONTH_DAY = re.compile(
    rf"(?<!\d)(\d{{1,2}}) ?{_ORDINAL}sa?r\w* (?:in )?(?:ni )?(\d{{1,2}})(?!\d)"
)
_PAIR = re.compile(r"(?<![\d.])(\d{1,2}) ?[./-] ?(\d{1,2})(?![\d.]|\s?[₮%])")
_MONTH = r"(?P<which>ene|ireh|irh|dara|darachin|daragin|ongorson|ongorsn) sa?r\w*"
_THAT_MONTH = re.compile(rf"\b{_MONTH} (?P<day>\d{{1,2}})(?!\d)")
_OF_MONTH = re.compile(r"\bsa?rin (\d{1,2})(?!\d)")
_EDGE = re.compile(
    rf"(?:\b{_MONTH}|(?<!\d)(?P<month>\d{{1,2}}) {_ORDINAL}sa?r\w*|\bsa?rin) "
    r"(?P<edge>ehn?\w*|dond\w*|sol\w*|etses\w*)"
)
_DAY_ONLY = re.compile(
    r"(?<!\d)(\d{1,2}) ?(?:nd|n|ni|nii|d|ond|and|end|nas|nes|nos|in)(?: od[o]?r\w*)?(?![a-z])"
)
_BARE = re.compile(r"(\d{1,2})(?: odor)?")
_LAST_MONTH, _MID_MONTH, _LAST_DAY = 12, 15, 31
_JUST_PASSED = timedelta(days=31)
"""A day that passed within this time may be meant itself, not the one a year on."""


@dataclass(frozen=True)
class Day:
    """A day read from a text."""

    day: date
    certain: bool
    """False where another reading is as likely, or the day is past."""
    readings: tuple[date, ...] = ()
    """Every day that may be meant, the likeliest first; empty where there is one."""


def day(text: str, today: date, *, past: bool = False) -> Day | None:
    """Return the day the text names, or None.

    Where the year, month or week is left out it is the next such day, with `past` the last one.
    """
    said = speech.read(text).text
    return (
        _shifted(said, today, past=past)
        or _named(said, today, past=past)
        or _weekday(said, today, past=past)
        or _numbered(text, said, today, past=past)
    )


def _shifted(said: str, today: date, *, past: bool) -> Day | None:
    """ "3 хоногийн дараа", "долоо хоногийн өмнө", "2 сарын дараа"."""
    found = _WEEKS.search(said) or _DAYS_ON.search(said) or _ONE_ON.search(said)
    if found is None:
        return None
    parts = found.groupdict()
    count = int(parts.get("count") or 1)
    back = found["way"].startswith("om")
    shifted = _shift(today, -count if back else count, parts.get("unit") or "week")
    return Day(shifted, certain=back == past and not parts.get("low"))


def _shift(today: date, count: int, unit: str) -> date:
    if unit == "week":
        return today + timedelta(weeks=count)
    if unit in ("sar", "sr", "jil"):
        months = today.year * 12 + today.month - 1 + count * (12 if unit == "jil" else 1)
        year_, month = divmod(months, 12)
        return date(year_, month + 1, min(today.day, monthrange(year_, month + 1)[1]))
    return today + timedelta(days=count)


def _named(said: str, today: date, *, past: bool) -> Day | None:
    ahead = [days for pattern, days in _NAMED if pattern.search(said)]
    if _OVERMORROW.search(said):
        ahead = [2, 3]
    if not ahead:
        return None
    readings = tuple(today + timedelta(days=days) for days in ahead)
    if len(readings) > 1:
        return Day(readings[0], certain=False, readings=readings)
    return Day(readings[0], certain=ahead[0] >= 0 or past)


def _weekday(said: str, today: date, *, past: bool) -> Day | None:
    found = weekdays.days(said, today, past=past)
    if found is not None:
        readings, sure = found
        return Day(readings[0], sure, readings if len(readings) > 1 else ())
    if _WEEKEND.search(said) and not past:
        saturday = today + timedelta(days=(5 - today.weekday()) % 7)
        return Day(saturday, certain=False, readings=(saturday, saturday + timedelta(days=1)))
    return None


def _numbered(text: str, said: str, today: date, *, past: bool) -> Day | None:
    if found := _DAY_FIRST.search(text):
        return _checked(int(found[3]), int(found[2]), int(found[1]), today, past=past)
    if found := _FULL.search(said):
        return _checked(int(found[1]), int(found[2]), int(found[3]), today, past=past)
    if found := _MONTH_DAY.search(said) or _PAIR.search(text):
        return _in_year(int(found[1]), int(found[2]), today, past=past)
    return _in_a_month(said, today, past=past)


def _in_a_month(said: str, today: date, *, past: bool) -> Day | None:
    """ "Энэ сарын 28", "сарын сүүлээр", "28-нд", "28"."""
    if found := _THAT_MONTH.search(said):
        year_, month = _month(found["which"], today)
        return _checked(year_, month, int(found["day"]), today, past=past)
    if found := _EDGE.search(said):
        return _edge(found, today, past=past)
    if found := _OF_MONTH.search(said) or _DAY_ONLY.search(said):
        return _day_of_month(int(found[1]), today, past=past)
    found = _BARE.fullmatch(said)
    bare = found and _day_of_month(int(found[1]), today, past=past)
    return Day(bare.day, certain=False) if bare else None


def _month(which: str, today: date) -> tuple[int, int]:
    ahead = {"ene": 0, "ongorson": -1, "ongorsn": -1}.get(which, 1)
    months = today.year * 12 + today.month - 1 + ahead
    return months // 12, months % 12 + 1


def _edge(found: re.Match[str], today: date, *, past: bool) -> Day | None:
    """The first, 15th or last day for "эхээр", "дундуур", "сүүлээр": never certain."""
    year_, month = _month(found["which"] or "ene", today)
    if found["month"]:
        month = int(found["month"])
        if not 1 <= month <= _LAST_MONTH:
            return None
        year_ = today.year + (month < today.month and not past)
    last = monthrange(year_, month)[1]
    edge = found["edge"]
    return Day(
        date(year_, month, 1 if edge[0] == "e" and edge[1] == "h" else _middle(edge, last)),
        certain=False,
    )


def _middle(edge: str, last: int) -> int:
    return _MID_MONTH if edge.startswith("dond") else last


def _checked(y: int, m: int, d: int, today: date, *, past: bool) -> Day | None:
    try:
        found = date(y, m, d)
    except ValueError:
        return None
    return Day(found, certain=found <= today if past else found >= today)


def _in_year(month: int, day_: int, today: date, *, past: bool) -> Day | None:
    this = _checked(today.year, month, day_, today, past=past)
    if this is not None and this.certain:
        return this
    other = _checked(today.year + (-1 if past else 1), month, day_, today, past=past)
    if this is None or other is None or abs(today - this.day) > _JUST_PASSED:
        return other
    return Day(other.day, certain=False, readings=(other.day, this.day))


def _day_of_month(day_: int, today: date, *, past: bool) -> Day | None:
    if not 1 <= day_ <= _LAST_DAY:
        return None
    for step in range(3):
        months = today.year * 12 + today.month - 1 + (-step if past else step)
        found = _checked(months // 12, months % 12 + 1, day_, today, past=past)
        if found is not None and found.certain:
            return found
    return None
