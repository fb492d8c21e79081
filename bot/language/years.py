"""Years as people say them: "2026", "26 он", "ноднин", "ирэх жил", in either script."""

from __future__ import annotations

import re
from datetime import date

from bot.language import said as speech

_YEARS_BACK = {"nodnin": 1, "nodonin": 1, "orjnan": 2, "orjinan": 2}
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")
_SHORT_YEAR = re.compile(r"(?<!\d)(\d\d)(?= ?on(?:i|d|in|ii)?\b)")
_SHORT_DIGITS = 2
_YEARS_AHEAD = 10
"""A two-digit year is read as at most this far ahead."""
_THIS = re.compile(r"\b(ene|eniy) (jil|on)|\bone?dor\b")
_LAST = re.compile(r"\b(ongorson|ngrsn|ongorsn|omnoh|orid) (jil|on)")
_NEXT = re.compile(r"\b(ireh|daragin|daraachiin|darachin) (jil|on)")


def year(text: str, today: date) -> int | None:
    """Return the calendar year the text names, or None."""
    said = speech.read(text).text
    if found := _YEAR.search(said):
        return int(found[1])
    if (found := _SHORT_YEAR.search(said)) or (said.isdecimal() and len(said) == _SHORT_DIGITS):
        return _full_year(int(found[1] if found else said), today)
    for word, back in _YEARS_BACK.items():
        if word in said.split():
            return today.year - back
    for pattern, ahead in ((_THIS, 0), (_LAST, -1), (_NEXT, 1)):
        if pattern.search(said):
            return today.year + ahead
    return None


def _full_year(short: int, today: date) -> int:
    return 2000 + short if 2000 + short <= today.year + _YEARS_AHEAD else 1900 + short
