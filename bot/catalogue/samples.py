"""Texts as a citizen would get them, filled with values of a usual length.

They measure a template before there is an answer: three rows are said at most, and a fact to be
confirmed adds its sentence.
"""

from __future__ import annotations

from collections.abc import Mapping

from bot.catalogue.service import BOOKING_FIELDS, KhurCall, Service, SlotSpec
from bot.catalogue.template import fill, placeholders

MAX_ROWS = 3
VERIFY_NOTE = "Баталгаажуулаарай: 1111"
"""Said after a text that quotes a fact marked `verify`; docs/services.md."""
ROW_SEPARATOR = "\n"

_TEXT = "Чингис-Өндөр"
"""Twelve letters: a name, a place or a state of things, as agencies write them."""
_KEPT = {
    "text": _TEXT,
    "mnt": "1,250,000",
    "date": "2026.11.23",
    "number": "125",
    "bool": "тийм",
    "year": "2026",
    "month": "11",
}
_SLOT = {
    "register_number": "УБ95021217",
    "plate": "1234УНА",
    "phone": "9911 2233",
    "year": "2026",
    "digits": "1234567890",
    "number": "125",
    "otp": "123456",
    "day": "2026.11.28",
    "past_day": "2026.11.03",
    "time": "10:30",
    "money": "1,250,000₮",
    "place": "Өвөрхангай аймгийн Хайрхандулаан сум",
    "civil_id": "110203040506",
    "imei": "490154203237518",
    "company_number": "1234567",
    "text": _TEXT,
    "name": _TEXT,
    "narrative": _TEXT,
    "passport": "E1234567",
    "choice": _TEXT,
}
_BOOKING = dict(zip(BOOKING_FIELDS, (_TEXT, _TEXT, "2026.11.28", "10:30"), strict=True))

SLOT_TYPES = frozenset(_SLOT)
"""The types that bot/language/values.py parses; a test compares them."""


def sample_texts(service: Service, slots: Mapping[str, SlotSpec]) -> dict[str, str]:
    """Each template of the service by its key, filled; an unknown placeholder stays short."""
    values = _values(service, slots)
    texts = service.say.texts()
    if "row" in texts:
        row = _filled(texts["row"], values)
        values["rows"] = ROW_SEPARATOR.join([row] * MAX_ROWS)
    return {key: _with_note(service, text, values) for key, text in texts.items()}


def _values(service: Service, slots: Mapping[str, SlotSpec]) -> dict[str, str]:
    values = {"count": "12", "number": "4821 7730"}
    values |= _BOOKING if service.booking else {}
    values |= {name: fact.text for name, fact in service.facts.items()}
    values |= {name: _slot_sample(slots[name]) for name in service.ask if name in slots}
    return values | _kept(service.khur)


def _kept(khur: KhurCall | None) -> dict[str, str]:
    return {name: _KEPT.get(kind, _TEXT) for name, kind in khur.keep.items()} if khur else {}


def _slot_sample(slot: SlotSpec) -> str:
    return max(slot.options.values(), key=len, default=_SLOT.get(slot.type, _TEXT))


def _filled(template: str, values: Mapping[str, str]) -> str:
    return fill(template, {name: values.get(name, "…") for name in placeholders(template)})


def _with_note(service: Service, template: str, values: Mapping[str, str]) -> str:
    text = _filled(template, values)
    quoted = (service.facts.get(name) for name in placeholders(template))
    return f"{text} {VERIFY_NOTE}" if any(fact and fact.verify for fact in quoted) else text
