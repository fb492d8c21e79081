"""Days of the week as people say them: by Tibetan name, by number, "хагас сайн"."""

from __future__ import annotations

import re
from datetime import date, timedelta

_STEMS = {
    "dava": 0, "myagmar": 1, "migmar": 1, "mygmar": 1, "mgmar": 1, "myagmr": 1, "lhagva": 2,
    "lhavga": 2, "lagva": 2, "lhagv": 2, "lhgva": 2, "lhgv": 2,
    "porev": 3, "poreb": 3, "prev": 3, "porv": 3,
    "basan": 4, "basn": 4, "byamba": 5, "byamb": 5, "bimba": 5, "bymba": 5, "biamba": 5,
    "nyam": 6, "nyim": 6, "nim": 6,
}  # fmt: skip
_ENDINGS = "d|t|nd|g|ad|ed|in|din|gt|gin|ni|gas|nas|as|es|tai|ar|er|gar"
NAMED = rf"(?:{'|'.join(sorted(_STEMS, key=len, reverse=True))})(?:{_ENDINGS})?"
"""A pattern of the seven names over a reading of `said`."""
NUMBERED = r"[1-5] (?:d[aeo]?h(?:i\w*|[aeo]d|in)?)"
"""Нэг дэх (өдөр) is Monday … тав дахь Friday."""
SATURDAY, SUNDAY = r"hagas ?sain\w*", r"bote?n ?sain\w*"
_NAMED = re.compile(rf"\b(?P<stem>{'|'.join(sorted(_STEMS, key=len, reverse=True))})"
                    rf"(?:{_ENDINGS})?\b(?! hoyor)")  # fmt: skip
_NUMBERED = re.compile(
    r"(?<!\d)(?P<day>[1-5]) (?:d[aeo]?h(?P<case>[aeo]d|i?d|in)?|d[aeo]hi)"
    r"(?: (?P<noun>odor|odr)\w*)?\b(?! (?:7 ho?no?g|sar|jil|hel|horo|odr|odor))"
)
_REST = re.compile(rf"\b(?:(?P<saturday>{SATURDAY})|(?P<sunday>{SUNDAY}))\b")
_NEXT = r"(?:ireh|irh|irehin|da?ra|darachin|daragin|daragi|darach)"
_NEXT_WEEK = re.compile(rf"\b{_NEXT} (?:\w+ )?7 (?:\w+ )?ho?no?g|7 ho?no?gin dara")
_THIS_WEEK = re.compile(r"\bene 7 ho?no?g")
_LAST_WEEK = re.compile(r"\b(?:ongorson|ngrsn|ongorsn|orjd|omnoh|orid) 7 ho?no?g")
_NEXT_WORD = re.compile(rf"\b{_NEXT}\b")
_THIS_WORD = re.compile(r"\b(?:ene|one)\b")
_LAST_WORD = re.compile(r"\b(?:ongorson|ngrsn|ongorsn|omnoh)\b")
_WEEK = timedelta(days=7)
_DAYS = 7


def index(said: str) -> tuple[int, bool] | None:
    """Return the day of the week the reading names (0 is Monday) and whether it is sure."""
    if found := _NAMED.search(said):
        return _STEMS[found["stem"]], True
    if found := _REST.search(said):
        return (5 if found["saturday"] else 6), True
    if found := _NUMBERED.search(said):
        return int(found["day"]) - 1, bool(found["noun"] or found["case"])
    return None


def days(said: str, today: date, *, past: bool) -> tuple[tuple[date, ...], bool] | None:
    """Return the days the reading may mean, likeliest first, and whether the first is sure."""
    named = index(said)
    if named is None:
        return None
    target, sure = named
    this_week = today - timedelta(days=today.weekday()) + timedelta(days=target)
    for pattern, shift in ((_NEXT_WEEK, _WEEK), (_LAST_WEEK, -_WEEK), (_THIS_WEEK, _WEEK * 0)):
        if pattern.search(said):
            day = this_week + shift
            return (day,), sure and (day >= today or past)
    if past or _LAST_WORD.search(said):
        back = (today.weekday() - target) % _DAYS or _DAYS
        return (today - timedelta(days=back),), sure and past
    return _coming(said, today, target, sure=sure)


def _coming(said: str, today: date, target: int, *, sure: bool) -> tuple[tuple[date, ...], bool]:
    """The next such day; today's own name, and "next" before a day of this week, are unsure."""
    ahead = (target - today.weekday()) % _DAYS
    if _THIS_WORD.search(said):
        return (today + timedelta(days=ahead),), sure
    day = today + timedelta(days=ahead or _DAYS)
    if ahead == 0:
        return (day, today), False
    if _NEXT_WORD.search(said) and target > today.weekday():
        return (day, day + _WEEK), False
    return (day,), sure
