"""Times of day as people say them: "өглөөний 9 цаг", "14:30", "тав гучид", "10 tsagt".

Offices are open by day, so a bare hour from 8 to 12 is taken as said; one from 1 to 7 may be of
the morning or of the afternoon, and is read as a proposal unless the part of the day is named.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.language import said as speech

HOUR = r"(?:tsag|tsg|sag|cag)(?:in|t|d|as|ar|ig|a|os)?"
_MINUTE = r"(?:minot|minut|min|mnt)\w*"
_CASE = r"(?:[dt]|nd|ond|and|end|as|es|os|in|ni|n|aad|ad|ed|od)"
_PARTS = (
    ("morning", r"og?l[oe]\w{0,6}|ogl[oe]\w{0,6}|orin|orer|or|od[oe]?[eo]?s omn\w+|am"),
    ("afternoon", r"od[oe]?[eoa]?s hoish\w*|odhoish\w*|od hoish\w*|pm"),
    ("day", r"odrin|odorin|odor|odr|odert"),
    ("evening", r"oroi|oroin|oroini|oroigor|oroid|orio"),
    ("night", r"shono|shonin|shon|shnin|shno|shonor"),
)
_PART = re.compile(
    r"(?:\b|(?<=\d))(?:" + "|".join(f"(?P<{name}>{words})" for name, words in _PARTS) + r")\b"
)
PART = "(?:" + "|".join(words for _, words in _PARTS) + ")"
"""A pattern of the parts of a day over a reading of `said`."""
_COLON = re.compile(r"(?<![\d:])([01]?\d|2[0-4])\s?:\s?([0-5]\d)(?![\d:])")
_DOT = re.compile(r"(?<![\d.])([01]?\d|2[0-3])[.\-]([0-5]\d)(?![\d.]\d)")
_TO = re.compile(
    rf"(?<!\d)(\d{{1,2}}) (?:{HOUR} |{_CASE} )?(?:bolo?h\w* )?(\d{{1,2}}) (?:{_MINUTE} )?doto"
)
_HOURS = re.compile(
    rf"(?<!\d)(?P<hour>\d{{1,2}}) ?(?:{_CASE} )?{HOUR}\b(?: bolj?)?"
    rf"(?: (?:(?P<half>haga?s|hgas)\w*"
    rf"|(?P<minute>[0-5]?\d)(?!\d)(?: {_CASE}\b)?(?: {_MINUTE})?(?! \w)))?"
)
_LASTING = re.compile(rf"\d (?:{_CASE} )?{HOUR} (?:dara|torsh|omn|hogats|hogots|orchim|dotor)")
_HALF = re.compile(r"(?<!\d)(?P<hour>\d{1,2}) (?:haga?s|hgas)(?! ?sai?n)")
_FOUR_DIGITS = re.compile(r"([01]\d|2[0-3])([0-5]\d)")
_PAIR = re.compile(rf"(?<!\d)(?P<hour>\d{{1,2}}) (?P<minute>[0-5]\d)(?: {_CASE}| {_MINUTE})?$")
_BY_PART = re.compile(rf"{PART} (?:yag |ni |n )?(?P<hour>\d{{1,2}})(?: (?:{_CASE}|r))?(?! \d)")
_BEFORE_PART = re.compile(rf"(?<!\d)(?P<hour>\d{{1,2}}) ?(?:{_CASE} )?(?:oroi|am|pm)\b")
_BARE = re.compile(rf"(?:yag )?(?P<hour>\d{{1,2}})(?: {_CASE})?(?: gehed| ged)?")
_NOON = re.compile(r"\b(?:od dond\w*|odin 12|od boloh\w*|oded)\b|^od[dt]?$")
_MIDNIGHT = re.compile(r"\bsho?no dond\w*|\bshono?in dond\w*")
_MIDNIGHT_HOUR, _NOON_HOUR, _LAST_HOUR, _LAST_MINUTE = 24, 12, 23, 59
_FIRST_OFFICE_HOUR, _FIRST_MORNING_HOUR = 8, 7
_EARLIEST_EVENING, _LATEST_AFTERNOON, _LATEST_SMALL_HOUR, _EARLIEST_NIGHT = 4, 6, 5, 9


@dataclass(frozen=True)
class Clock:
    """A time of day."""

    value: str
    """HH:MM, 24 hours."""
    certain: bool
    """False where another time is as likely."""
    readings: tuple[str, ...] = ()
    """Every time that may be meant, the likeliest first; empty where there is one."""


def time(text: str) -> Clock | None:
    """Return the time of day the text names, or None; a lasting ("3 цагийн дараа") is none."""
    said = speech.read(text).text
    if _LASTING.search(said):
        return None
    part = _part(said)
    if found := _COLON.search(text):
        return _clock(int(found[1]), int(found[2]), part, written=True)
    if found := _TO.search(said):
        return _to(int(found[1]), int(found[2]), part)
    if _MIDNIGHT.search(said):
        return Clock("00:00", certain=True)
    if _NOON.search(said):
        return Clock("12:00", certain=True)
    return _spoken(text, said, part)


def _spoken(text: str, said: str, part: str) -> Clock | None:
    all_hours = {(m["hour"], m["minute"], m["half"]) for m in _HOURS.finditer(said)}
    if found := _HOURS.search(said):
        minute = 30 if found["half"] else int(found["minute"] or 0)
        read = _clock(int(found["hour"]), minute, part)
        return read if read is None or len(all_hours) == 1 else Clock(read.value, certain=False)
    if found := _FOUR_DIGITS.fullmatch(text.strip()):
        return _clock(int(found[1]), int(found[2]), "", written=True)
    if found := _DOT.search(text):
        return _clock(int(found[1]), int(found[2]), part, written=len(found[1]) > 1)
    if found := _PAIR.search(said):
        return _clock(int(found["hour"]), int(found["minute"]), part)
    if found := _HALF.search(said):
        return _clock(int(found["hour"]), 30, part)
    found = (part and (_BY_PART.search(said) or _BEFORE_PART.search(said))) or None
    found = found or _BARE.fullmatch(said)
    return _clock(int(found["hour"]), 0, part) if found else None


def _part(said: str) -> str:
    """Return the one part of the day that is named, or ""; "өдөр" may be any day."""
    named = {found.lastgroup or "" for found in _PART.finditer(said)}
    if len(named) > 1:
        named.discard("day")
    return named.pop() if len(named) == 1 else ""


def _to(hour: int, minutes: int, part: str) -> Clock | None:
    if not 1 <= minutes <= _LAST_MINUTE or hour < 1:
        return None
    return _clock(hour - 1, 60 - minutes, part)


def _clock(hour: int, minute: int, part: str, *, written: bool = False) -> Clock | None:
    hour = 0 if hour == _MIDNIGHT_HOUR else hour
    if hour > _LAST_HOUR or minute > _LAST_MINUTE:
        return None
    hours, certain = _hours(hour, part)
    if written and not part and (hour == 0 or hour >= _FIRST_MORNING_HOUR):
        hours, certain = (hour,), True
    values = tuple(f"{one:02}:{minute:02}" for one in hours)
    return Clock(values[0], certain, values if len(values) > 1 else ())


def _hours(hour: int, part: str) -> tuple[tuple[int, ...], bool]:
    """Return the hours that may be meant, likeliest first, and whether the first is sure."""
    if hour > _NOON_HOUR or hour == 0:
        return (hour,), part not in ("morning",) or hour == 0
    if part:
        return _in_part(hour, part)
    if hour >= _FIRST_OFFICE_HOUR:
        return (hour,), True
    later = hour + _NOON_HOUR
    return ((hour, later) if hour >= _FIRST_MORNING_HOUR else (later, hour)), False


def _in_part(hour: int, part: str) -> tuple[tuple[int, ...], bool]:
    later = hour % _NOON_HOUR + _NOON_HOUR
    if part == "morning":
        return (hour,), hour < _NOON_HOUR
    if part == "afternoon":
        return (later,), True
    if part == "day":
        return ((later if hour <= _LATEST_AFTERNOON else hour),), True
    if part == "evening":
        return (
            ((later,), True) if _EARLIEST_EVENING <= hour < _NOON_HOUR else ((hour % 12,), False)
        )
    if hour == _NOON_HOUR or hour <= _LATEST_SMALL_HOUR:
        return (hour % _NOON_HOUR,), True
    return (later, hour), hour >= _EARLIEST_NIGHT
