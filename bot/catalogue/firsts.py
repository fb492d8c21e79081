"""What is answered first when a service is asked for in one line, put together without the engine.

An introduction and the first question with its options; the register number where one has to be
known; or, for what is only told, the answer with the services offered beside it. The rule is that
of actions/steps.py, and tests/dialogue/test_reach.py holds it against the real dialogue.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bot.catalogue.loader import Catalogue
from bot.catalogue.service import Approval, Service
from bot.catalogue.template import fill, placeholders
from bot.places import PROJECT

MAX_NEIGHBOURS = 2
"""Services offered beside an answer, as actions/performing.py has it."""
_REGISTER = "register_number"


@dataclass(frozen=True)
class First:
    """One answer before a channel composes it."""

    name: str
    """Id of the service, or name of the response of domain.yml."""
    file: str
    """Shown to people, such as nlu_data/services/vehicle_fines.yml."""
    key: str
    """The key that its author would shorten, such as "say.answer"."""
    texts: tuple[str, ...]
    labels: tuple[str, ...] = ()
    """Options under it, without their numbers."""
    ends: bool = False
    """Whether nothing is asked afterwards, so that USSD may offer it as a text message."""


@dataclass(frozen=True)
class Notes:
    """The short words of nlu_data/words.yml that answers are put together from."""

    verify: str
    """Said after a text that quotes a fact to be confirmed."""
    sms_offer: str
    """Label of the option that sends a long USSD answer as a text message."""


def read_notes(root: Path) -> Notes:
    """The words of that data folder. Raises OSError, KeyError where they are missing."""
    raw = yaml.safe_load((root / "words.yml").read_text(encoding="utf-8"))
    return Notes(raw["verify"], raw["sms_offer"])


def read_responses(folder: Path = PROJECT) -> Mapping[str, Mapping[str, Any]]:
    """The responses of domain.yml in that folder: name, and its "text" and "buttons"."""
    raw = yaml.safe_load((folder / "domain.yml").read_text(encoding="utf-8"))
    return {name: variants[0] for name, variants in raw["responses"].items()}


def first_answers(catalogue: Catalogue, notes: Notes) -> tuple[First, ...]:
    """The first answer of every service and helpline, in the order of the catalogue."""
    return tuple(_first(catalogue, one, notes) for one in catalogue.services.values())


def _first(catalogue: Catalogue, service: Service, notes: Notes) -> First:
    intro = (_stated(service, service.say.intro, notes),) if service.say.intro else ()
    key = "say.intro" if intro else "say.answer"
    slot = catalogue.slots.get(next(iter(service.ask), ""))
    if slot is None and service.approval is Approval.OTP:
        slot = catalogue.slots[_REGISTER]
    if slot is not None:
        options = tuple(slot.options.values()) if service.ask else ()
        key, file = (key, service.source_file) if intro else _asked(slot.name)
        return First(service.id, file, key, (*intro, slot.ask), options)
    answer = _stated(service, service.say.answer or "", notes)
    beside = [catalogue.services[name].short for name in service.neighbours[:MAX_NEIGHBOURS]]
    return First(service.id, service.source_file, key, (*intro, answer), tuple(beside), ends=True)


def _asked(slot: str) -> tuple[str, str]:
    return f"{slot}.ask", "nlu_data/slots.yml"


def _stated(service: Service, template: str, notes: Notes) -> str:
    """A text of the service with its facts; one to be confirmed says where to ask."""
    named = placeholders(template)
    facts = {name: fact.text for name, fact in service.facts.items()}
    text = fill(template, {name: facts.get(name, "…") for name in named}).strip()
    quoted = (service.facts.get(name) for name in named)
    return f"{text} {notes.verify}" if any(fact and fact.verify for fact in quoted) else text
