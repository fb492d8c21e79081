"""What the actions work with, handed in once by the composition root.

Rasa makes action objects itself and calls them with no arguments, so they find their tools here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from actions.khur.client import Khur
from bot.catalogue.loader import Catalogue
from bot.context import TurnContext, current
from bot.language.ranker import ServiceRanker
from bot.message import Reply
from bot.text.pages import Script


@dataclass(frozen=True)
class LifeEvent:
    """Something that happens in a life, and the services that help then."""

    id: str
    title: str
    services: tuple[str, ...]
    why: str


@dataclass(frozen=True)
class Office:
    """The tools of the actions: catalogue, data exchange, the controller's name."""

    catalogue: Callable[[], Catalogue]
    """Returns the catalogue as it is now: service files may change while the program runs."""
    khur: Khur
    life_events: Mapping[str, LifeEvent]
    life_event_ranker: ServiceRanker
    controller: str
    """Who answers for the data (law on personal data, article 8.2)."""
    contact: str
    sms_channel: str
    """Registered name of the channel that sends text messages."""
    sms_texts: Callable[[Sequence[Reply], str, Script | None], tuple[Any, ...]]
    """Turns replies into the messages of that channel, for an address and the script asked for."""
    codes_per_day: int
    """One-time codes sent for one address within a day: a stranger must not be able to flood the
    phone of whoever a register number belongs to."""
    seed: Callable[[], int]
    """Returns a random number for case numbers."""


@dataclass(frozen=True)
class Desk:
    """One turn at the office."""

    office: Office
    turn: TurnContext

    @property
    def catalogue(self) -> Catalogue:
        """The catalogue as it is now."""
        return self.office.catalogue()


_office: list[Office] = []


def open_office(office: Office) -> None:
    """Give the actions their tools; the latest call holds."""
    _office[:] = [office]


def current_office() -> Office:
    """Return the tools given last; raise RuntimeError before `open_office`."""
    if not _office:
        raise RuntimeError("the actions have no tools: call actions.office.open_office first")
    return _office[0]


def desk() -> Desk:
    """Return the desk of the running turn; raise RuntimeError before `open_office`."""
    return Desk(current_office(), current())
