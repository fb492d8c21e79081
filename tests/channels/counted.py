"""The real turn and database with a scripted dialogue, whose effects and replies are counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, select

from bot.context import TurnContext
from bot.message import Choice, Inbound, Reply
from bot.outcome import Door, Outcome
from bot.store.database import Store, StoreSession
from bot.store.delivery import Deliverer, Receipt
from bot.store.models import OutboxMessage
from bot.store.outbox import Claimed, NewMessage, enqueue
from bot.turn import Turns
from tests.channels.scripted_turn import ScriptedTurn
from tests.store.support import opened

EFFECT = "effect"
"""The channel under which effects lie in the outbox."""
_LATE = datetime(2027, 1, 1, tzinfo=UTC)

Sent = Callable[[Claimed], Awaitable[str]]
"""Takes a message and gives the provider's id of it."""


@dataclass
class _Answer:
    replies: tuple[Reply, ...]
    events: list[dict[str, Any]] = field(default_factory=list)
    dialogue: dict[str, Any] = field(default_factory=dict)


class CountingEngine:
    """Answers each message with a number of its own, and leaves an effect that counts."""

    def __init__(self) -> None:
        self.turns = 0

    async def respond(
        self, turn: TurnContext, words: str, payload: str | None, events: list[dict[str, Any]]
    ) -> _Answer:
        self.turns += 1
        number = self.turns

        async def effect(session: StoreSession) -> None:
            # A key of its own each time: nothing but the turn keeps a second effect out.
            message = NewMessage(EFFECT, turn.address, words, dedupe_key=f"{EFFECT}|{number}")
            await enqueue(session, message, at=turn.now)

        turn.stage(effect)
        return _Answer((Reply(f"{number} дэх хариу: {words}"),))


@dataclass
class Books:
    """The turn, and what its database holds."""

    store: Store
    turns: Turns
    engine: CountingEngine
    sent: Counter[str] = field(default_factory=Counter)
    """How often each message left, by its dedupe key."""

    async def count(self, channel: str) -> int:
        """How many messages of a channel were ever stored."""
        query = select(func.count()).where(OutboxMessage.channel == channel)
        async with self.store.read() as session:
            return await session.scalar(query) or 0

    async def states(self, channel: str) -> Counter[str]:
        """What became of the messages of a channel."""
        query = select(OutboxMessage.state).where(OutboxMessage.channel == channel)
        async with self.store.read() as session:
            return Counter(await session.scalars(query))

    async def send_all(self, channel: str, sent: Sent) -> None:
        """Let a worker send what waits for a channel."""
        carrier = _Carrier(self.sent, sent)
        deliverer = Deliverer(self.store, {channel: carrier}, lambda: _LATE, owner="test")
        while await deliverer.run_once():
            pass


@dataclass(frozen=True)
class _Carrier:
    counted: Counter[str]
    sent: Sent

    async def send(self, message: Claimed) -> Receipt:
        self.counted[message.dedupe_key] += 1
        return Receipt(await self.sent(message))


@asynccontextmanager
async def books(url: str) -> AsyncIterator[Books]:
    """The turn before an empty database."""
    async with opened(url) as store:
        engine = CountingEngine()
        yield Books(store, Turns(store, engine, zone=UTC, sms_offer=Choice("", "")), engine)


class UntouchedTurn(ScriptedTurn):
    """A turn that counts every call: the database or the model would be behind each."""

    def __init__(self) -> None:
        super().__init__()
        self.calls = 0

    async def handle(self, inbound: Inbound, door: Door) -> Outcome:
        self.calls += 1
        return await super().handle(inbound, door)

    async def history(self, channel: str, session_id: str) -> str | None:
        self.calls += 1
        return await super().history(channel, session_id)

    async def drop(self, channel: str, session_id: str) -> None:
        self.calls += 1
        await super().drop(channel, session_id)

    async def delivery(
        self, channel: str, provider_id: str, status: str, error_code: str | None
    ) -> None:
        self.calls += 1
        await super().delivery(channel, provider_id, status, error_code)
