"""Turns what KHUR answered into the sentence of the service file. Nothing of it is kept."""

from __future__ import annotations

from collections.abc import Mapping

from actions.khur.fields import Fields, field, read_flag, rows
from actions.words import amount, words, written
from bot.catalogue.service import Branch, Service, SlotSpec

MAX_ROWS = 3
"""Rows said of a list: what fits three SMS segments together with the first sentence."""


def found(service: Service, values: Mapping[str, str], fields: Fields) -> str | None:
    """Return the answer in words, or None where the agency has nothing to say.

    `values` are the citizen's answers by slot, `fields` the response of the operation.
    """
    if service.khur is None or service.say.found is None:
        return None
    known = dict(values)
    if service.khur.rows:
        listed = _rows(service, fields)
        if not listed:
            return None
        known.update(_totals(service, listed))
    else:
        if all(field(fields, name) is None for name in service.khur.keep):
            return None
        known.update(_record(service, fields))
    return stated(service, _sentence(service, fields), known)


def fact_values(service: Service) -> dict[str, str]:
    """Return the facts of a service as texts by name."""
    return {name: fact.text for name, fact in service.facts.items()}


def spoken_values(slots: Mapping[str, SlotSpec], values: Mapping[str, str]) -> dict[str, str]:
    """Return the citizen's answers as they are said: a choice by its label, never by its key."""
    return {
        name: slots[name].options.get(value, value) if name in slots else value
        for name, value in values.items()
    }


def stated(service: Service, template: str, known: Mapping[str, str]) -> str:
    """Return a text of the service; a quoted fact that must be confirmed says where to ask."""
    text = fill(template, {**fact_values(service), **known})
    if any(fact.verify and f"{{{name}}}" in template for name, fact in service.facts.items()):
        text = f"{text} {words().verify}"
    return text


def fill(template: str, known: Mapping[str, str]) -> str:
    """Return the template with its placeholders filled; an unknown value is said to be unknown."""
    return template.format_map(_Known(known)).strip()


class _Known(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return words().unknown


def _sentence(service: Service, fields: Fields) -> str:
    sentence = service.say.found
    if isinstance(sentence, Branch):
        return sentence.yes if read_flag(fields, sentence.field) else sentence.no
    return sentence or ""


def _record(service: Service, fields: Fields) -> dict[str, str]:
    keep = service.khur.keep if service.khur else {}
    return {name: written(kind, field(fields, name)) for name, kind in keep.items()}


def _rows(service: Service, fields: Fields) -> list[Fields]:
    call = service.khur
    if call is None or call.rows is None:
        return []
    return [
        row
        for row in rows(fields, call.rows)
        if all(_matches(row, name, wanted) for name, wanted in call.only.items())
    ]


def _matches(row: Fields, name: str, wanted: object) -> bool:
    if isinstance(wanted, bool):
        return bool(read_flag(row, name)) is wanted
    return str(field(row, name) or "") == str(wanted)


def _totals(service: Service, listed: list[Fields]) -> dict[str, str]:
    keep = service.khur.keep if service.khur else {}
    shown = [fill(service.say.row or "", _record(service, row)) for row in listed[:MAX_ROWS]]
    if len(listed) > MAX_ROWS:
        shown.append(words().more_rows.format(count=len(listed) - MAX_ROWS))
    sums = {
        name: f"{sum(amount(field(row, name)) or 0 for row in listed):,}"
        for name, kind in keep.items()
        if kind == "mnt"
    }
    first = _record(service, listed[0])
    return {**first, **sums, "count": str(len(listed)), "rows": "\n".join(shown)}
