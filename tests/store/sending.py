"""What tests of the outbox and of its worker share."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select

from bot.store import outbox
from bot.store.database import Store
from bot.store.delivery import Deliverer, Receipt
from bot.store.models import OutboxMessage
from tests.store.support import NOW, PHONE


class Refused(Exception):
    """A provider's answer, as a channel reports it."""

    def __init__(self, retryable: bool, retry_after_s: float | None = None) -> None:
        super().__init__(f"cannot send to {PHONE}")
        self.retryable = retryable
        self.retry_after_s = retry_after_s
        self.code = "refused"


@dataclass
class Clock:
    """A clock that a test moves."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now


@dataclass
class ListSender:
    """Remembers what it sends; first raises the errors it was given."""

    errors: list[Exception] = field(default_factory=list)
    sent: list[tuple[str, Any]] = field(default_factory=list)
    pause_s: float = 0.0
    news: asyncio.Event = field(default_factory=asyncio.Event)

    async def wait_for(self, count: int) -> None:
        while len(self.sent) < count:
            self.news.clear()
            await self.news.wait()

    async def send(self, message: outbox.Claimed) -> Receipt:
        await asyncio.sleep(self.pause_s)
        if self.errors:
            raise self.errors.pop(0)
        self.sent.append((message.address, message.body))
        self.news.set()
        return Receipt(f"id-{message.dedupe_key}")


async def put(
    store: Store, *keys: str, address: str = PHONE, at: datetime = NOW, **more: Any
) -> list[bool]:
    async with store.write() as session:
        return [
            await outbox.enqueue(
                session, outbox.NewMessage("sms", address, key, key, **more), at=at
            )
            for key in keys
        ]


async def take(store: Store, owner: str = "a", at: datetime = NOW) -> list[outbox.Claimed]:
    return await outbox.claim(store, owner, at, limit=10, lease_s=60)


async def rows(store: Store) -> list[OutboxMessage]:
    async with store.read() as session:
        return list(await session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)))


def worker(store: Store, sender: ListSender, clock: Clock | None = None) -> Deliverer:
    clock = clock or Clock()
    return Deliverer(
        store, {"sms": sender}, clock, owner="a", poll_s=0.02, lease_s=60, jitter=lambda: 1.0
    )
