"""Finds the values that stand in free text: registers, plates, phones, cases, days, places …"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from bot.language import dates, money, numerals, place_names, plate, register, temporal, times
from bot.language import said as speech

_PHONE = re.compile(r"(?<!\d)(?:\+?976|00976)?[\s\-.]*((?:\d[\s\-.]*){7}\d)(?!\d)")
_ONLY_PHONE = re.compile(r"(?:\+?976|00976)?(\d{8})")
MOBILE_OR_FIXED = "56789"
"""First digits of subscriber numbers seen in the numbering plan (data of libphonenumber)."""
_PREFIXED = re.compile(r"(?:\+|00)?976[\s\-.]*$")
_ASKED = r"(?:хүсэлт|өргөдө?л|гомдо?л|huselt|hvselt|urgudu?l|gomdo?l)\w*"
_NAMED = r"(?:дугаар|dugaar)\w*"
_CASE_NUMBER = r"(\d[\d\-/]{2,17}\d)"
_CASE = re.compile(
    rf"{_ASKED}\s*(?:{_NAMED}\s*)?(?:нь\s*|ni\s*)?[:№#]?\s*{_CASE_NUMBER}(?!\d)"
    rf"|[№#]\s*{_CASE_NUMBER}(?!\d)|(?<!\d){_CASE_NUMBER}\s*{_NAMED}\s+{_ASKED}",
    re.IGNORECASE,
)
_DAY = re.compile(
    r"(?<![\d.])(?:20\d\d[.\-/]\d{1,2}[.\-/]\d{1,2}|\d{1,2}\s*(?:-?р\s*)?сар\w*\s+\d{1,2}(?:-?нд?)?"
    r"|\d{1,2}\s*(?:-?r\s*)?sar\w*\s+\d{1,2}(?:-?nd?)?|(?:0?[1-9]|1[0-2])\.(?:[0-3]\d)"
    r"|маргааш|нөгөөдөр|өнөөдөр|margaash|nuguudur|nogoodor|onoodor|unuudur)(?![\d.])",
    re.IGNORECASE,
)
_SCALED = re.compile(r"\d\s*[^\W\d_]")
_WORTH_READING = re.compile(r"[^\W\d_]{2}|\d")
_NUMBER = re.compile(r"(?<![\d\w])\d{1,20}(?!\d)")
_CIVIL_ID_DIGITS, _IMEI_DIGITS = 12, 15
_LUHN_BASE = 10


@dataclass(frozen=True)
class Entity:
    """A value in a text: its kind, normalised value and place."""

    kind: str
    """register_number, plate_number, phone_number, civil_id, imei, case_number, date, time, money,
    place or number."""
    value: str
    start: int
    end: int
    text: str
    certain: bool
    readings: tuple[str, ...] = ()
    """Every value that may be meant, the likeliest first; empty where there is one."""


def find(text: str, today: date) -> tuple[Entity, ...]:
    """Return the values in the text in reading order; they do not overlap.

    Offsets are those of the text as given.
    """
    taken: list[Entity] = []
    for found in _candidates(text, today):
        if all(found.end <= other.start or found.start >= other.end for other in taken):
            taken.append(found)
    return tuple(sorted(taken, key=lambda entity: entity.start))


def national_phone(text: str) -> str | None:
    """Return the eight digits of the one telephone number in the text, or None."""
    bare = re.sub(r"[\s\-.()]", "", text)
    if whole := _ONLY_PHONE.fullmatch(bare):
        return whole[1]
    found = {re.sub(r"\D", "", m[1]) for m in _PHONE.finditer(text)}
    return found.pop() if len(found) == 1 else None


def luhn_valid(digits: str) -> bool:
    """Return whether the last digit is the Luhn check digit (ISO/IEC 7812-1, used by IMEI)."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 * (value >= _LUHN_BASE)
    return total % _LUHN_BASE == 0


def _candidates(text: str, today: date) -> Iterator[Entity]:
    """Yield every value found, the kind that wins a conflict first."""
    if _WORTH_READING.search(text) is None:
        return
    if (number := register.search(text, today)) is not None:
        yield _entity("register_number", number.number, text, number)
    if (car := plate.search(text)) is not None:
        yield _entity("plate_number", car.number, text, car)
    spans = temporal.spans_of(speech.read(text))
    yield from _spoken_days(text, spans, today)
    yield from _days(text, today)
    yield from _phones(text)
    yield from _cases(text)
    yield from _amounts(text)
    yield from _hours(text, spans)
    yield from _places(text)
    yield from _scaled(text)
    yield from _numbers(text)


def _entity(kind: str, value: str, text: str, at: register.Register | plate.Plate) -> Entity:
    typed = text[at.start : at.end]
    return Entity(kind, value, at.start, at.end, typed, at.certain, at.readings)


def _days(text: str, today: date) -> Iterator[Entity]:
    for found in _DAY.finditer(text):
        if (read := dates.day(found.group(), today)) is not None:
            yield Entity("date", read.day.isoformat(), *found.span(), found.group(), read.certain)


def _spoken_days(text: str, spans: Iterable[temporal.Span], today: date) -> Iterator[Entity]:
    """Yield days said in words; a number alone with an ending ("гурванд") is none."""
    for span in spans:
        typed = text[span.start : span.end]
        if span.kind == "date" and not span.weak and (read := dates.day(typed, today)) is not None:
            readings = tuple(day.isoformat() for day in read.readings)
            value = read.day.isoformat()
            yield Entity("date", value, span.start, span.end, typed, read.certain, readings)


def _hours(text: str, spans: Iterable[temporal.Span]) -> Iterator[Entity]:
    """Yield times of day that are sure; a bare hour ("3 цагт") stays a number."""
    for span in spans:
        typed = text[span.start : span.end]
        clock = times.time(typed) if span.kind == "time" else None
        if clock is not None and clock.certain:
            yield Entity("time", clock.value, span.start, span.end, typed, certain=True)


def _amounts(text: str) -> Iterator[Entity]:
    for one in money.scan(text):
        if one.marked:
            typed = text[one.start : one.end]
            yield Entity("money", str(one.mnt), one.start, one.end, typed, one.certain)


def _places(text: str) -> Iterator[Entity]:
    for one in place_names.scan(text):
        readings = tuple(unit.label for unit in one.readings)
        typed = text[one.start : one.end]
        yield Entity("place", one.unit.label, one.start, one.end, typed, one.certain, readings)


def _phones(text: str) -> Iterator[Entity]:
    for found in _PHONE.finditer(text):
        digits = re.sub(r"\D", "", found[1])
        prefixed = _PREFIXED.search(text[found.start() : found.start(1)]) is not None
        if prefixed or digits[0] in MOBILE_OR_FIXED:
            start = found.start() + len(found.group()) - len(found.group().lstrip())
            shown = text[start : found.end()]
            yield Entity("phone_number", f"+976{digits}", start, found.end(), shown, certain=True)


def _cases(text: str) -> Iterator[Entity]:
    for found in _CASE.finditer(text):
        group = found.lastindex or 0
        value = re.sub(r"\D", "", found[group])
        yield Entity("case_number", value, *found.span(group), found[group], certain=True)


def _scaled(text: str) -> Iterator[Entity]:
    """Yield figures with a scale word, which mean more than the figures ("50 мянган хонь")."""
    for one in numerals.scan(text):
        typed = text[one.start : one.end]
        if one.figures and _SCALED.search(typed):
            yield Entity("number", numerals.written(one.value), one.start, one.end, typed, True)


def _numbers(text: str) -> Iterator[Entity]:
    for found in _NUMBER.finditer(text):
        digits = found.group()
        kind = "number"
        if len(digits) == _CIVIL_ID_DIGITS:
            kind = "civil_id"
        elif len(digits) == _IMEI_DIGITS and luhn_valid(digits):
            kind = "imei"
        yield Entity(kind, digits, *found.span(), digits, certain=True)
