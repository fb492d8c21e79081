"""Turns what KHUR answered into the sentence of the service file. Nothing of it is kept."""

from __future__ import annotations

from collections.abc import Mapping

from actions.free_text import shown
from actions.khur.fields import Fields, field, read_flag, rows
from actions.words import amount, words, written
from bot.catalogue.service import Branch, Service, SlotSpec

MAX_ROWS = 3
"""Rows said of a list: what fits three SMS segments together with the first sentence."""


def found(
    service: Service, values: Mapping[str, str], spoken: Mapping[str, str], fields: Fields
) -> str | None:
    """Return the answer in words, or None where the agency has nothing to say.

    `values` are the citizen's answers by slot, `spoken` the same as they are said, `fields` the
    response of the operation.
    """
    if service.khur is None or service.say.found is None:
        return None
    known = dict(spoken)
    if service.khur.rows:
        listed = _rows(service, values, fields)
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
    """Return the citizen's answers as they are said: a choice by its label, a day with dots,
    a free text in readable Cyrillic.
    """
    return {
        name: _spoken(slots[name], value) if name in slots else value
        for name, value in values.items()
    }


def _spoken(slot: SlotSpec, value: str) -> str:
    if slot.type == "phone":
        national = value.removeprefix("+976")
        return f"{national[:4]} {national[4:]}"
    if slot.type in ("day", "past_day"):
        return written("date", value)
    if slot.type == "money":
        return f"{int(value):,}₮"
    return slot.options.get(value) or shown(slot, value)


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


def _rows(service: Service, values: Mapping[str, str], fields: Fields) -> list[Fields]:
    call = service.khur
    if call is None or call.rows is None:
        return []
    return [
        row
        for row in rows(fields, call.rows)
        if all(_matches(row, name, _wanted(value, values)) for name, value in call.only.items())
    ]


def _wanted(value: object, values: Mapping[str, str]) -> object:
    """Return what `khur.only` asks for: a constant, or the answer to the slot in braces."""
    if isinstance(value, str) and value.startswith("{"):
        return values.get(value.strip("{}"), "")
    return value


def _matches(row: Fields, name: str, wanted: object) -> bool:
    if isinstance(wanted, bool):
        return bool(read_flag(row, name)) is wanted
    return str(field(row, name) or "") == str(wanted)


def _totals(service: Service, listed: list[Fields]) -> dict[str, str]:
    keep = service.khur.keep if service.khur else {}
    lines = [fill(service.say.row or "", _record(service, row)) for row in listed[:MAX_ROWS]]
    if len(listed) > MAX_ROWS:
        lines.append(words().more_rows.format(count=len(listed) - MAX_ROWS))
    sums = {
        name: f"{sum(amount(field(row, name)) or 0 for row in listed):,}"
        for name, kind in keep.items()
        if kind == "mnt"
    }
    first = _record(service, listed[0])
    return {**first, **sums, "count": str(len(listed)), "rows": "\n".join(lines)}
