"""What a turn ends with, and what a conversation keeps between turns, as plain JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Protocol

from bot.message import Choice, Expects, Inbound, Reply
from bot.text.pages import Script


class Door(Protocol):
    """What a turn needs to know of the channel that a message came through."""

    name: str
    paged: bool
    """USSD: answers are pages, 98 and 0 move between them."""
    pushes: bool
    """SMS: answers leave through the outbox, in the turn's transaction."""

    def compose(self, replies: Sequence[Reply], script: Script | None = None) -> tuple[str, ...]:
        """Return the pages or texts of the replies, ready to be shown.

        `script` is the one that the citizen asked for; None: the channel's own.
        """

    def bodies(self, inbound: Inbound, outcome: Outcome) -> tuple[Any, ...]:
        """Return what a channel that pushes leaves in the outbox, as JSON."""


@dataclass(frozen=True)
class Outcome:
    """The answer of one turn."""

    replies: tuple[Reply, ...] = field(repr=False)
    texts: tuple[str, ...] = field(repr=False)
    """What the channel made of the replies: pages of USSD, texts of SMS."""
    page: int
    """Index into `texts` of the page on the screen; 0 where the channel has no pages."""
    ends_session: bool
    script: Script | None = None
    """The script that the citizen asked for; None: the channel's own."""

    def to_json(self) -> dict[str, Any]:
        """Return plain data that `from_json` reads."""
        return {
            "replies": [reply_to_json(reply) for reply in self.replies],
            "texts": list(self.texts),
            "page": self.page,
            "ends_session": self.ends_session,
            "script": self.script,
        }

    @classmethod
    def from_json(cls, plain: dict[str, Any]) -> Outcome:
        """Return what `to_json` wrote; an empty answer for {}, whose text has been forgotten."""
        if not plain:
            return cls((), ("",), 0, True)
        return cls(
            tuple(reply_from_json(reply) for reply in plain["replies"]),
            tuple(plain["texts"]),
            plain["page"],
            plain["ends_session"],
            plain.get("script"),
        )


@dataclass(frozen=True)
class TalkState:
    """The live session of one conversation."""

    events: list[dict[str, Any]] = field(default_factory=list, repr=False)
    """The engine's events of the live session; bounded."""
    dialogue: dict[str, Any] = field(default_factory=dict, repr=False)
    """The dialogue's own state: service in progress, answers, open question."""
    last: tuple[Reply, ...] = field(default=(), repr=False)
    """What was answered last: a digit picks from it."""
    texts: tuple[str, ...] = field(default=(), repr=False)
    """The pages of the last answer, where there are several."""
    page: int = 0
    codes: tuple[datetime, ...] = ()
    """When one-time codes were sent for this address lately: they are limited per day."""
    script: Script | None = None
    """The script that the citizen asked for; None: each channel's own."""
    review: dict[str, Any] = field(default_factory=dict, repr=False)
    """The utterance, redacted, about which the next turn may tell that it was misunderstood."""

    def forgetful(self) -> TalkState:
        """Return the state without the answer said last: its session has ended."""
        masked = tuple(replace(reply, text="") if reply.private else reply for reply in self.last)
        return replace(self, last=masked, texts=(), page=0, review={})

    def to_json(self) -> dict[str, Any]:
        """Return plain data that `from_json` reads."""
        return {
            "events": self.events,
            "dialogue": self.dialogue,
            "last": [reply_to_json(reply) for reply in self.last],
            "texts": list(self.texts),
            "page": self.page,
            "codes": [moment.isoformat() for moment in self.codes],
            "script": self.script,
            "review": self.review,
        }

    @classmethod
    def from_json(cls, plain: dict[str, Any] | None) -> TalkState:
        """Return what `to_json` wrote; a fresh state for None."""
        if not plain:
            return cls()
        return cls(
            plain["events"],
            plain["dialogue"],
            tuple(reply_from_json(reply) for reply in plain["last"]),
            tuple(plain["texts"]),
            plain["page"],
            tuple(datetime.fromisoformat(moment) for moment in plain["codes"]),
            plain.get("script"),
            plain.get("review") or {},
        )


def reply_to_json(reply: Reply) -> dict[str, Any]:
    """Return a reply as plain data."""
    return {
        "text": reply.text,
        "choices": [[choice.label, choice.payload] for choice in reply.choices],
        "expects": reply.expects.value,
        "private": reply.private,
        "ends_session": reply.ends_session,
    }


def reply_from_json(plain: dict[str, Any]) -> Reply:
    """Return what `reply_to_json` wrote."""
    return Reply(
        plain["text"],
        tuple(Choice(label, payload) for label, payload in plain["choices"]),
        Expects(plain["expects"]),
        plain["private"],
        plain["ends_session"],
    )
