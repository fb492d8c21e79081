"""The sentences of the dialogue itself, filled with usual values and options to be measured."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.catalogue.firsts import First
from bot.catalogue.loader import Catalogue
from bot.catalogue.template import fill, placeholders

_FILE = "domain.yml"
_MENU = 6
"""Entries of one menu page, as actions/choosing.py has it; "…" leads to the next."""
_WHICH = 3
"""Services offered where an utterance may mean several."""
_MORE = "…"
_VALUES: Mapping[str, str] = {
    "value": "УБ95021217",
    "typed": "UB95021217",
    "controller": "Цахим хөгжлийн яам",
    "contact": "1111",
    "number": "4821 773",
    "status": "байгууллага хянаж байна",
    "day": "2026.11.23",
    "count": "3",
    "accesses": "2026.11.23 торгуулийн мэдээллээ үзэх\n" * 3,
    "event": "Хүүхэд төрсөн",
    "why": "Бүртгэл, хүүхдийн мөнгө, жирэмсний тэтгэмж.",
}
"""Values of a usual length; the others are taken from the catalogue."""


def response_answers(
    catalogue: Catalogue, responses: Mapping[str, Mapping[str, Any]]
) -> tuple[First, ...]:
    """Every response of domain.yml as it is said, with its buttons and the usual options."""
    values, options = _values(catalogue), _options(catalogue)
    return tuple(
        First(
            name=name,
            file=_FILE,
            key=f"responses.{name}",
            texts=(_filled(str(said["text"]), name, values),),
            labels=(*options.get(name, ()), *(one["title"] for one in said.get("buttons", ()))),
        )
        for name, said in responses.items()
    )


def _filled(text: str, name: str, values: Mapping[str, str]) -> str:
    known = {**values, "numbers": values[name]} if name in values else values
    return fill(text, {one: known.get(one, "…") for one in placeholders(text)}).strip()


def _values(catalogue: Catalogue) -> dict[str, str]:
    services = catalogue.services.values()
    asked = [service.consent for service in services if service.consent]
    widest = max(asked, key=lambda one: len(one.purpose + one.data), default=None)
    return {
        **_VALUES,
        "service": max((service.short for service in services), key=len, default=""),
        "category": max(catalogue.categories.values(), key=len, default=""),
        "purpose": widest.purpose if widest else "",
        "data": widest.data if widest else "",
        "utter_emergency": _numbers(catalogue, urgent=True),
        "utter_helplines": _numbers(catalogue, urgent=False),
    }


def _numbers(catalogue: Catalogue, *, urgent: bool) -> str:
    listed = (line for line in catalogue.helplines if line.emergency is urgent)
    return "\n".join(f"{line.number} {line.short}" for line in listed)


def _options(catalogue: Catalogue) -> dict[str, tuple[str, ...]]:
    """The options that the dialogue adds, the longest that there are."""
    groups = (*list(catalogue.categories.values())[:_MENU], _MORE)
    shorts = sorted((one.short for one in catalogue.services.values()), key=len, reverse=True)
    which = tuple(shorts[:_WHICH])
    return {
        "utter_menu": groups,
        "utter_not_understood": groups,
        "utter_category": (*shorts[:_MENU], _MORE),
        "utter_which": which,
        "utter_which_unsure": which,
        "utter_suggest": which,
    }
