"""Reads the value of a slot from what a citizen answered: one parser per slot type.

The slot types are those of nlu_data/slots.yml. A parser accepts the bare value and the value
inside a sentence, in both scripts, and says whether it had to guess: an uncertain value is echoed
and confirmed before it is used.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from bot.language import (
    choices,
    dates,
    fold,
    money,
    numerals,
    place_names,
    plate,
    register,
    times,
)
from bot.language.correction import correction
from bot.language.entities import (
    MOBILE_OR_FIXED,
    Entity,
    find,
    luhn_valid,
    national_phone,
)

__all__ = [
    "FREE_KINDS",
    "KINDS",
    "NAME",
    "NARRATIVE",
    "PLACE",
    "Entity",
    "Parsed",
    "Reading",
    "correction",
    "find",
    "parse",
]

PLACE, NAME, NARRATIVE = "place", "name", "narrative"
FREE_KINDS = frozenset({"text", NAME, PLACE})
"""Kinds that short words of any sense may answer; a place is one that the gazetteer may know."""

MAX_DIGITS = 20
MAX_TEXT_CHARS = 300
_MIN_LETTERS = 2
_OTP_DIGITS = range(4, 9)
_COMPANY_DIGITS = 7
_IMEI_DIGITS = 15
_CIVIL_ID_DIGITS = 12
_DIGIT_RUN = re.compile(r"\d(?:[\s\-.]*\d)*")
_ONLY_DIGITS = re.compile(r"[\d\s\-.,№#]+")
_PASSPORT = re.compile(r"(?<![^\W\d_])([A-Za-zЕЁеё]{1,2})\s?(\d{6,8})(?!\d)")
_LETTER = re.compile(r"[^\W\d_]")


@dataclass(frozen=True)
class Reading:
    """One of the values an answer may mean."""

    value: str
    shown: str
    """As `Parsed.shown`."""


@dataclass(frozen=True)
class Parsed:
    """A value read from an answer."""

    value: str
    """Normalised: what is stored and sent on."""
    shown: str
    """What may be shown back: a register number is masked."""
    certain: bool
    """False where the value is a proposal that the citizen must confirm."""
    readings: tuple[Reading, ...] = ()
    """Every value that may be meant, the likeliest first, to ask which; empty where there is one.
    """
    typed: str = ""
    """What stood in Latin letters and is Cyrillic in `shown`, as it may be shown; else empty."""


def parse(
    kind: str, text: str, today: date, options: Mapping[str, str] | None = None
) -> Parsed | None:
    """Return the value of a slot of this kind in the text, or None where there is none.

    `options` (value: label) belongs to the kind "choice". Raises KeyError for an unknown kind.
    """
    text = fold.clean(text)
    if kind == "choice":
        found = choices.pick(text, options or {})
        return Parsed(found.value, found.label, found.certain) if found else None
    return _PARSERS[kind](text, today)


def _register_number(text: str, today: date) -> Parsed | None:
    found = register.search(text, today) or register.search(text, today, whole=True)
    if found is None:
        return None
    readings = _readings((number, register.masked(number)) for number in found.readings)
    return Parsed(found.number, found.masked, found.certain, readings, found.typed_masked)


def _plate(text: str, today: date) -> Parsed | None:
    found = plate.search(text, whole=True) or plate.search(text)
    if found is None:
        return None
    readings = _readings((number, number) for number in found.readings)
    return Parsed(found.number, found.number, found.certain, readings)


def _phone(text: str, today: date) -> Parsed | None:
    taken = register.search(text, today)
    if taken is not None:
        text = f"{text[: taken.start]} {text[taken.end :]}"
    national = national_phone(text) or national_phone(numerals.digits_from_words(text) or "")
    if national is None:
        return None
    certain = national[0] in MOBILE_OR_FIXED
    return Parsed(f"+976{national}", f"{national[:4]} {national[4:]}", certain)


def _year(text: str, today: date) -> Parsed | None:
    found = dates.year(text, today)
    return None if found is None else _plain(str(found))


def _digits(text: str, today: date) -> Parsed | None:
    found = _one_run(text)
    return _plain(found) if found and len(found) <= MAX_DIGITS else None


def _number(text: str, today: date) -> Parsed | None:
    """Return a number; "about" so many, and a fraction, are proposals."""
    found = numerals.quantity(text)
    if found is None:
        return None
    value = numerals.written(found.value)
    return Parsed(value, value, certain=value.isdecimal() and not found.about)


def _otp(text: str, today: date) -> Parsed | None:
    runs = [r for r in _runs(text) if len(r) in _OTP_DIGITS]
    found = runs[0] if len(runs) == 1 else numerals.digits_from_words(text)
    return _plain(found) if found and len(found) in _OTP_DIGITS else None


def _day(text: str, today: date) -> Parsed | None:
    return _dated(dates.day(text, today))


def _past_day(text: str, today: date) -> Parsed | None:
    """Return a day that has been: the last 3 November, not the next."""
    return _dated(dates.day(text, today, past=True))


def _dated(found: dates.Day | None) -> Parsed | None:
    if found is None:
        return None
    readings = _readings((day.isoformat(), f"{day:%Y.%m.%d}") for day in found.readings)
    return Parsed(found.day.isoformat(), f"{found.day:%Y.%m.%d}", found.certain, readings)


def _time(text: str, today: date) -> Parsed | None:
    found = times.time(text)
    if found is None:
        return None
    readings = _readings((one, one) for one in found.readings)
    return Parsed(found.value, found.value, found.certain, readings)


def _money(text: str, today: date) -> Parsed | None:
    """Return an amount in whole tugriks."""
    found = money.amount(text)
    if found is None:
        return None
    readings = _readings((str(mnt), money.shown(mnt)) for mnt in found.readings)
    return Parsed(str(found.mnt), money.shown(found.mnt), found.certain, readings)


def _place(text: str, today: date) -> Parsed | None:
    """Return an aimag, soum or district by its full name: "Хөвсгөл аймгийн Мөрөн сум"."""
    found = place_names.place(text)
    if found is None:
        return None
    readings = _readings((unit.label, unit.label) for unit in found.readings)
    return Parsed(found.unit.label, found.unit.label, found.certain, readings)


def _civil_id(text: str, today: date) -> Parsed | None:
    """Return the 12 digits of a civil registration number."""
    runs = [r for r in _runs(text) if len(r) == _CIVIL_ID_DIGITS]
    found = runs[0] if len(set(runs)) == 1 else numerals.digits_from_words(text)
    return _plain(found) if found and len(found) == _CIVIL_ID_DIGITS else None


def _imei(text: str, today: date) -> Parsed | None:
    return next((_plain(r) for r in _runs(text) if len(r) == _IMEI_DIGITS and luhn_valid(r)), None)


def _company_number(text: str, today: date) -> Parsed | None:
    runs = [r for r in _runs(text) if len(r) == _COMPANY_DIGITS]
    return _plain(runs[0]) if len(runs) == 1 else None


def _text(text: str, today: date) -> Parsed | None:
    if len(_LETTER.findall(text)) < _MIN_LETTERS:
        return None
    return _plain(text[:MAX_TEXT_CHARS])


def _passport(text: str, today: date) -> Parsed | None:
    """Return a passport number: a letter or two and 6 to 8 digits ("E1234567")."""
    found = _PASSPORT.search(text)
    return found and _plain((found[1] + found[2]).upper())


def _plain(value: str) -> Parsed:
    return Parsed(value, value, certain=True)


def _readings(pairs: Iterable[tuple[str, str]]) -> tuple[Reading, ...]:
    return tuple(Reading(value, shown) for value, shown in pairs)


def _runs(text: str) -> list[str]:
    return [re.sub(r"\D", "", run) for run in _DIGIT_RUN.findall(text)]


def _one_run(text: str) -> str | None:
    """Return the only digits of the text, be they figures or words; None where there are more."""
    if _ONLY_DIGITS.fullmatch(text):
        return re.sub(r"\D", "", text) or None
    runs = _runs(text)
    return runs[0] if len(runs) == 1 else numerals.digits_from_words(text)


_PARSERS: Mapping[str, Callable[[str, date], Parsed | None]] = {
    "register_number": _register_number,
    "plate": _plate,
    "phone": _phone,
    "year": _year,
    "digits": _digits,
    "number": _number,
    "otp": _otp,
    "day": _day,
    "past_day": _past_day,
    "time": _time,
    "money": _money,
    PLACE: _place,
    "civil_id": _civil_id,
    "imei": _imei,
    "company_number": _company_number,
    "text": _text,
    "name": _text,
    NARRATIVE: _text,
    "passport": _passport,
}
KINDS = frozenset(_PARSERS) | {"choice"}
"""Every slot type that parse() knows."""
