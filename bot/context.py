"""What one turn knows and collects, within reach of the actions that run inside it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING, Any

from bot.message import Reply
from bot.text.pages import Script

if TYPE_CHECKING:
    from bot.store.database import Store, StoreSession

Effect = Callable[["StoreSession"], Awaitable[object]]
"""A write that the turn carries out in its one transaction, after the dialogue has answered."""


@dataclass(frozen=True)
class Person:
    """The citizen whom an earlier one-time code bound to this phone."""

    citizen_id: str
    register_number: str = field(repr=False)


@dataclass
class TurnContext:
    """One turn while it runs: who writes, what was said before, what is to be stored."""

    conversation_id: str
    channel: str
    address: str = field(repr=False)
    message_id: str = field(repr=False)
    now: datetime
    store: Store
    zone: tzinfo = UTC
    """The citizens' time zone, for days and hours that are said."""
    identity_channel: str = ""
    """Where the person of this address is bound: "phone" for every channel of one number."""
    owner_id: str = ""
    """Keyed hash of that: whose cases this conversation may see."""
    person: Person | None = None
    script: Script | None = None
    """The script that the citizen asked for; None: each channel's own."""
    words: str = field(default="", repr=False)
    """What the citizen wrote in this turn, cleaned; empty for a key press on a menu."""
    parsed: Mapping[str, Any] = field(default_factory=dict, repr=False)
    """What the engine made of the words: the act that stands, the decision, a pick's entities."""
    last: tuple[Reply, ...] = field(default=(), repr=False)
    """What was answered in the turn before."""
    unfinished: Mapping[str, object] = field(default_factory=dict, repr=False)
    """The dialogue that a dropped session left, to be offered again."""
    dialogue: Mapping[str, object] = field(default_factory=dict, repr=False)
    """The dialogue's state as the turn found it."""
    codes: list[datetime] = field(default_factory=list)
    """When one-time codes were sent for this address within the last day; actions add to it."""
    effects: list[Effect] = field(default_factory=list, repr=False)
    deadline: float | None = None
    """When the turn must have answered, on the event loop's clock; None: whenever it can."""
    forgets: bool = False
    """Whether nothing of the conversation's state may outlive this turn."""
    failure: Exception | None = None
    """What an action raised: nothing of this turn is stored."""

    def stage(self, effect: Effect) -> None:
        """Add a write to the turn's transaction."""
        self.effects.append(effect)


_current: ContextVar[TurnContext] = ContextVar("urtuu_turn")


def current() -> TurnContext:
    """Return the turn that is running; raise LookupError outside a turn."""
    return _current.get()


def enter(context: TurnContext) -> None:
    """Make `context` the running turn of this task."""
    _current.set(context)
