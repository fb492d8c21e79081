"""What the program and its channels know of each other: protocols, values, errors.

ChannelError
├── BadRequest     what came in cannot be a message (do not retry; `status` is the HTTP answer)
├── Ignored        what came in is genuine and says nothing to the assistant
└── SendFailed     the provider did not take a message (`retryable` says whether to try again)
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Protocol

from starlette.responses import PlainTextResponse, Response

from bot.message import Inbound, Reply
from bot.outcome import Door, Outcome
from bot.text.pages import Script

if TYPE_CHECKING:
    from channels.reception import Reception

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"


class ChannelError(Exception):
    """Base of every error a channel raises on purpose."""

    retryable = False


class BadRequest(ChannelError):
    """What came in cannot be a message; the text is a plain reason without personal values."""

    def __init__(self, reason: str, status: int = 400) -> None:
        super().__init__(reason)
        self.status = status


class Ignored(ChannelError):
    """What came in is genuine and says nothing to the assistant: it is acknowledged."""

    def __init__(self, reason: str = "", answer: Response | None = None) -> None:
        """Take the channel's own answer, where an empty one would not do."""
        super().__init__(reason)
        self.answer = answer


class SendFailed(ChannelError):
    """The provider did not take a message; `code` is ours, from the channel's own table."""

    def __init__(
        self,
        code: str,
        *,
        retryable: bool,
        maybe_sent: bool = False,
        opted_out: bool = False,
        retry_after_s: float | None = None,
    ) -> None:
        """Say what happened.

        `maybe_sent`: the provider may have taken the message all the same, as after a time-out.
        `opted_out`: the citizen has blocked us with the provider. `retry_after_s`: how long the
        provider asks to wait.
        """
        super().__init__(f"not sent: {code}")
        self.code = code
        self.retryable = retryable
        self.maybe_sent = maybe_sent
        self.opted_out = opted_out
        self.retry_after_s = retry_after_s


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
    method: str = "POST"
    path: str = field(default="", repr=False)
    """As requested, secret and all."""
    query: str = field(default="", repr=False)
    """As sent, without the question mark."""


Notice = Callable[[Posted, Turn], Awaitable[None]]
"""Handles what a provider reports beside messages. Raises BadRequest, Ignored."""

Opening = Callable[[Posted], Response]
"""Answers a GET that prepares a channel, such as the issue of a cookie."""


class HttpChannel:
    """One way for messages to come and go over HTTP: what most channels have in common.

    A channel sets `name` and `path` and overrides what differs.
    """

    name: str
    path: str
    """Where the channel is mounted, such as "ussd"."""
    paged: bool = False
    pushes: bool = False
    methods: frozenset[str] = frozenset({"POST"})
    """Of messages and notices."""
    media_types: frozenset[str] = frozenset({FORM})
    """The only content types its POST requests may have."""
    notices: Mapping[str, Notice] = MappingProxyType({})
    """Routes below the channel's own, by their last part."""
    openings: Mapping[str, Opening] = MappingProxyType({})
    """GET routes below the channel's own, by their last part."""

    def compose(self, replies: Sequence[Reply], script: Script | None = None) -> tuple[str, ...]:
        """One text for each reply."""
        return tuple(reply.text for reply in replies)

    def bodies(self, inbound: Inbound, outcome: Outcome) -> tuple[Any, ...]:
        """The texts as they are."""
        return outcome.texts

    def verify(self, posted: Posted) -> None:
        """Check a signature or a secret header, before anything is read. Raises BadRequest."""

    def sender(self, posted: Posted) -> str:
        """Whom to count the request against, before any work is done. Raises BadRequest."""
        raise NotImplementedError

    async def parse(self, posted: Posted, turn: Turn) -> Inbound:
        """The message in a request. Raises BadRequest, Ignored."""
        raise NotImplementedError

    def render(self, outcome: Outcome) -> Response:
        """The answer in the provider's form; empty where the answer leaves by the outbox."""
        return self.acknowledge()

    def acknowledge(self) -> Response:
        """The answer to what is genuine and asks for none."""
        return PlainTextResponse("")

    def apologise(self, trouble: Trouble) -> Response:
        """An error status, after which a provider delivers the message again."""
        status = {Trouble.BUSY: 503, Trouble.LIMITED: 429, Trouble.FAILED: 500}[trouble]
        return PlainTextResponse("", status_code=status, headers={"Retry-After": "10"})


class Sender(Protocol):
    """Takes messages out of the program."""

    async def send(self, address: str, body: Any, dedupe_key: str) -> str:
        """The provider's id of the message. Raises SendFailed."""


class Service(Protocol):
    """What a channel does beside answering HTTP: a socket to keep open, a queue to poll."""

    name: str

    async def run(self, reception: Reception, stop: asyncio.Event) -> None:
        """Work until `stop` is set. When it raises, it is begun again after a pause."""
