"""What the program and its channels know of each other: protocols, values, errors.

ChannelError
├── BadRequest     what came in cannot be a message (do not retry; `status` is the HTTP answer)
└── SendFailed     the provider did not take a message (`retryable` says whether to try again)
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from starlette.responses import Response

from bot.message import Inbound
from bot.outcome import Door, Outcome


class ChannelError(Exception):
    """Base of every error a channel raises on purpose."""

    retryable = False


class BadRequest(ChannelError):
    """What came in cannot be a message; the text is a plain reason without personal values."""

    def __init__(self, reason: str, status: int = 400) -> None:
        super().__init__(reason)
        self.status = status


class SendFailed(ChannelError):
    """The provider did not take a message; `code` is ours, from the channel's own table."""

    def __init__(self, code: str, *, retryable: bool) -> None:
        super().__init__(f"not sent: {code}")
        self.code = code
        self.retryable = retryable


class Turn(Protocol):
    """The assistant, as the channels see it."""

    async def handle(self, inbound: Inbound, door: Door) -> Outcome:
        """The answer to one message. Raises bot.errors.Busy, bot.errors.StoreUnavailable."""

    async def history(self, channel: str, session_id: str) -> str | None:
        """What the previous hop of a USSD session left as `Inbound.history`."""

    async def drop(self, channel: str, session_id: str) -> None:
        """Forget a session that the provider says has ended."""

    async def delivery(
        self, channel: str, provider_id: str, status: str, error_code: str | None
    ) -> None:
        """Note what became of a sent message: `sent`, `delivered` or `failed`."""


class Trouble(StrEnum):
    """Why the citizen gets an apology; a key of channels/sentences.yml."""

    BUSY = "busy"
    LIMITED = "limited"
    FAILED = "failed"


@dataclass(frozen=True)
class Posted:
    """One HTTP request, after the door has checked its secret, type and size."""

    body: bytes = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    """Names in lower case."""
    cookies: Mapping[str, str] = field(repr=False)
    client: str = field(repr=False)
    """Internet address of the sender, behind the trusted proxies."""
    received_at: datetime
    """Aware, UTC."""


Notice = Callable[[Posted, Turn], Awaitable[None]]
"""Handles what a provider reports beside messages. Raises BadRequest."""

Opening = Callable[[Posted], Response]
"""Answers a GET that prepares a channel, such as the issue of a cookie."""


class Channel(Door, Protocol):
    """One way for messages to come and go over HTTP."""

    path: str
    """Where the channel is mounted, such as "ussd"."""
    media_type: str
    """The only content type its POST requests may have."""
    notices: Mapping[str, Notice]
    """POST routes below the channel's own, by their last part."""
    openings: Mapping[str, Opening]
    """GET routes below the channel's own, by their last part."""

    def sender(self, posted: Posted) -> str:
        """Whom to count the request against, before any work is done. Raises BadRequest."""

    async def parse(self, posted: Posted, turn: Turn) -> Inbound:
        """The message in a request. Raises BadRequest."""

    def render(self, outcome: Outcome) -> Response:
        """The answer in the provider's form."""

    def apologise(self, trouble: Trouble) -> Response:
        """The answer when there is none, in the citizen's words."""


class Sender(Protocol):
    """Takes messages out of the program; the outbox worker calls it."""

    async def send(self, address: str, body: str, dedupe_key: str) -> str:
        """The provider's id of the message. Raises SendFailed."""
