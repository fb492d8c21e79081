"""Marks what in a text speaks of time, even where no exact date or hour follows.

Patterns run over a reading of `said`, so both scripts and both ways of writing numbers share
them. What kinds of expression occur was learnt from the training part of MASSIVE mn-MN.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.language import said as speech
from bot.language import weekdays

_N = r"\d{1,2}"
_CASE = r"(?: (?:[dt]|nd|ond|and|end|as|es|os|nas|nes|nos|in|ni|nin|ig|nig|i|n|ad|ed|od|ar|or))"
_ORDINAL = r"(?:(?: (?:r|dogar|doger|dgar|d[aeo]?h))?)"
_DAY_OF = rf"{_N}{_CASE}?(?: od[oe]?r\w*)?"
_WEEK = r"7(?: \w)? ho?no?g\w*"
_GARAG = r"(?: gar[ai]g\w*| grg\w*)?"
_WEEKDAY = rf"(?:{weekdays.NAMED}{_GARAG}|{weekdays.SATURDAY}|{weekdays.SUNDAY})"
_WEEKDAY_WITH_NOUN = rf"(?:{weekdays.NAMED} gar[ai]g\w*)"
_ORDINAL_DAY = r"[1-5] (?:d[aeo]?h\w* (?:od[oe]?r(?!\S)|odr\w*)|d[aeo]?h(?:[aeo]d|i[dn]|in))"
_WHICH = r"(?:ene|ireh|dara|daragin|darachin|darach\w*|ongorson|ongorsn|solin|tsashdin|bo[tk]en)"
_REST = r"amralt\w* od[oe]?r\w*"
_AFTER = r"(?:da?ra(?!l)|omno|omn[ea]|hoish|dotor|torsh)\w*"
_NAMED_DAY = (
    r"(?:onod[oe]?r|onodr|margash|margsh|no?go?d[oe]?r|nogodr|ochi?g?d[oe]?r|ochigdr|ochgdr"
    r"|orjigd[ao]?r)\w*"
)
_BARE_PART = (
    r"(?:ogl[oei]\w{0,4}(?! tsai)|(?:ono )?oro?i(?:n|ni|d|gor|hon)?"
    r"|(?:ono )?shono?(?:in|n|ni|gor)?"
    r"|od(?:es|ees) (?:hoish\w*|omn\w+))(?! (?:hol|tsai|son[ia]|med|shodan))"
)
_PART = rf"(?:{_BARE_PART}|orin|orer|od[oe]?rin|od[oe]?r)"
_HOUR = r"(?:tsag|tsg)(?:(?:in|i|t|d|as|ar|ig|os|a|inh|nas)?(?!\S))"
_MINUTES = rf"{_N}{_CASE}? (?:min[ou]?t|sek[ou]n?d)\w*"
_CLOCK = rf"{_N}{_CASE}? {_HOUR}(?: (?:hagas\w*|{_MINUTES}|(?:15|30|45){_CASE}?))?"
_HALF_PAST = rf"{_N} (?:30|15|45){_CASE}?"
_PER = r"(?:bor\w{0,3}|totam\w*|totmin|bolgon\w*)"

_PATTERNS: tuple[tuple[str, str], ...] = (
    ("frequency", rf"(?:od[oe]?r|sa?r|jil|{_WEEK}|{_WEEKDAY}|oglo|oroi|{_N} tsag)\w* {_PER}"),
    ("frequency", rf"{_DAY_OF} {_PER}|(?:ajlin|boh) od[oe]?r\w*"),
    ("date", rf"(?:\d{{4}}{_CASE}? on\w* )?{_N}{_ORDINAL} sa?r\w* {_DAY_OF}(?! tsag)"),
    ("date", rf"{_WHICH} sa?r\w* (?:{_DAY_OF}|eh\w* {_WEEKDAY}|eh\w*|sol\w*|dond\w*)(?! tsag)"),
    ("date", rf"{_WHICH} (?:{_WEEK}|7{_CASE} ho?no?g\w*) {_WEEKDAY}"),
    ("date", rf"{_WHICH} {_WEEK} {_ORDINAL_DAY}"),
    ("date", rf"(?:\d{{1,3}} )?(?:{_WEEK}|\d{{1,3}} (?:ho?no?g|od[oe]?r|sa?r|jil))\w* {_AFTER}"),
    ("date", rf"{_WHICH} (?:{_WEEK}|{_REST}|sa?r\w*|jil\w*|heden od[oe]?r)"),
    ("time", rf"{_WHICH} {_N} (?:{_HOUR}|ho?no?g\w*|od[oe]?r\w*|{_WEEK})|{_WHICH} {_HOUR}"),
    ("date", rf"(?:{_WHICH} )?{_WEEKDAY}"),
    ("date", rf"{_NAMED_DAY}"),
    ("date", rf"(?:\d{{4}}{_CASE}?) on\w*(?: {_N}{_ORDINAL} sa?r\w*)?"),
    ("date", rf"{_N}{_ORDINAL} sa?r\w*(?: eh\w*| sol\w*| dond\w*)?"),
    ("date", _ORDINAL_DAY),
    ("date", _REST),
    ("time", rf"(?:{_PART} )?(?:yag )?{_CLOCK}(?: {_AFTER})?"),
    ("time", rf"{_PART} (?:{_HALF_PAST}|{_N}{_CASE}?)(?! (?:ho?no?g|od[oe]?r|sa?r|jil|hon|ton))"),
    ("time", rf"{_HALF_PAST}(?! hov)|{_N}{_CASE}? hagas\w*(?! sai)"),
    ("time", rf"{_MINUTES}(?: {_AFTER})?|hagas {_HOUR}(?: {_AFTER})?|shono dond\w*"),
    ("timeofday", rf"{_BARE_PART}|od dond\w*|(?<!in )oded|odin tsag\w*"),
    ("day", rf"{_N} (?:nd|d|ond|and|end|ni od[oe]?r|in od[oe]?r)(?: od[oe]?r)?"),
    ("date", r"ono"),
)
_ANY = re.compile(
    r"(?<!\S)(?:"
    + "|".join(f"(?P<{kind}_{at}>{words})" for at, (kind, words) in enumerate(_PATTERNS))
    + r")(?!\S)"
)


@dataclass(frozen=True)
class Span:
    """A stretch of text that speaks of time."""

    kind: str
    """date, time, timeofday ("өглөө") or frequency ("сар бүр")."""
    start: int
    end: int
    weak: bool
    """A number with an ending alone ("гурванд"), which is a day only where days are spoken of."""


def spans(text: str) -> tuple[Span, ...]:
    """Return the stretches in reading order; they do not overlap."""
    return spans_of(speech.read(text))


def spans_of(said: speech.Said) -> tuple[Span, ...]:
    """Return the stretches of a text that has been read already."""
    return tuple(_span(found, said) for found in _ANY.finditer(said.text))


def _span(found: re.Match[str], said: speech.Said) -> Span:
    kind = (found.lastgroup or "").partition("_")[0]
    start, end = said.at(*found.span())
    return Span("date" if kind == "day" else kind, start, end, weak=kind == "day")
