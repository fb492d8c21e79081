"""Where a conversation stands: the service in progress, what is known, what was asked.

It is kept in one Rasa slot, so that a new service needs neither a new slot nor training.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

MAX_STACK = 3
"""Services put aside by interruptions; the oldest is dropped beyond this many."""


@dataclass(frozen=True)
class Dialogue:
    """The state of one conversation between turns; immutable, stored as plain data."""

    service: str | None = None
    values: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Answers by slot; names that begin with "_" are the dialogue's own."""
    awaiting: str | None = None
    """The open question: "slot:<name>", "sure:<name>", "which:<name>", "switch:<name>",
    "identity", "consent", "code", …"""
    awaiting_type: str | None = None
    """The parser of `bot.language.values` that reads the answer; None for menus."""
    awaiting_options: Mapping[str, str] | None = field(default=None, repr=False)
    """Options of a choice question, or the readings of an answer (value: label)."""
    attempts: int = 0
    """How often the open question has been answered unreadably."""
    rejections: int = 0
    """How many utterances in a row were not understood."""
    introduced: bool = False
    confirmed: bool = False
    consented: bool = False
    returning: bool = False
    """True from the end of an interruption until the interrupted service goes on."""
    stack: tuple[Mapping[str, Any], ...] = ()
    """Interrupted services, the latest last."""

    @classmethod
    def from_slot(cls, slot: Mapping[str, Any] | None) -> Dialogue:
        """Return the dialogue that `to_slot` wrote; an empty one for None."""
        known = {k: v for k, v in (slot or {}).items() if k in cls.__dataclass_fields__}
        known["stack"] = tuple(known.get("stack") or ())
        return cls(**known)

    @property
    def question(self) -> tuple[str, str]:
        """The open question and what it is about: ("slot", "plate_number"), ("", "") for none."""
        question, _, subject = (self.awaiting or "").partition(":")
        return question, subject

    def to_slot(self) -> dict[str, Any]:
        """Return plain data for Rasa's slot."""
        plain = asdict(self)
        plain["stack"] = list(self.stack)
        return plain

    def asking(
        self, awaiting: str, kind: str | None = None, options: Mapping[str, str] | None = None
    ) -> Dialogue:
        """Return the dialogue with this question open."""
        attempts = self.attempts if awaiting == self.awaiting else 0
        return replace(
            self,
            awaiting=awaiting,
            awaiting_type=kind,
            awaiting_options=options,
            attempts=attempts,
            rejections=0,
        )

    def answered(self, **values: str) -> Dialogue:
        """Return the dialogue with more values and no question open."""
        return replace(
            self,
            values={**self.values, **values},
            awaiting=None,
            awaiting_type=None,
            awaiting_options=None,
            attempts=0,
            rejections=0,
        )

    def without(self, *names: str) -> Dialogue:
        """Return the dialogue with these values forgotten."""
        kept = {name: value for name, value in self.values.items() if name not in names}
        return replace(self, values=kept)

    def begin(self, service: str) -> Dialogue:
        """Return the dialogue with `service` in progress, putting aside an unfinished one."""
        stack = self.stack
        if self.service and self.awaiting and self.service != service:
            aside = {k: v for k, v in self.to_slot().items() if k != "stack"}
            stack = (*stack, aside)[-MAX_STACK:]
        return Dialogue(service=service, stack=stack)

    def finish(self) -> Dialogue:
        """Return the dialogue after its service ended: the one put aside, or an empty one."""
        if not self.stack:
            return Dialogue()
        return replace(Dialogue.from_slot(self.stack[-1]), stack=self.stack[:-1], returning=True)
