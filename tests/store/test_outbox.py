"""The outbox and its worker: nothing lost, nothing out of order, nothing sent for ever."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text

from bot.store import outbox
from bot.store.database import Store, utc_now
from bot.store.delivery import MAX_ATTEMPTS, Deliverer, backoff_s
from bot.store.models import OutboxMessage
from tests.store.support import NOW, PHONE, opened, started

OTHER_PHONE = "+97688112233"
SECOND = timedelta(seconds=1)


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

    async def send(self, address: str, body: Any, dedupe_key: str) -> str | None:
        await asyncio.sleep(self.pause_s)
        if self.errors:
            raise self.errors.pop(0)
        self.sent.append((address, body))
        self.news.set()
        return f"id-{dedupe_key}"


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


def test_a_dedupe_key_is_stored_once(database_url: str) -> None:
    async def scenario() -> list[bool]:
        async with opened(database_url) as store:
            return await put(store, "k1", "k2", "k1")

    assert asyncio.run(scenario()) == [True, True, False]


def test_one_recipient_is_served_in_order_others_meanwhile(database_url: str) -> None:
    async def scenario() -> None:
        async with opened(database_url) as store:
            await put(store, "1", "2", "3")
            await put(store, "x", address=OTHER_PHONE)
            first = await take(store)
            assert [(m.address, m.body) for m in first] == [(PHONE, "1"), (OTHER_PHONE, "x")]
            assert await take(store, "b") == []
            async with store.write() as session:
                assert await outbox.complete(session, first[0], provider_id="p", at=NOW)
            assert [message.body for message in await take(store)] == ["2"]

    asyncio.run(scenario())


def test_a_failed_message_does_not_hold_up_the_next(database_url: str) -> None:
    async def scenario() -> None:
        async with opened(database_url) as store:
            await put(store, "1", "2")
            (message,) = await take(store)
            async with store.write() as session:
                assert await outbox.fail(session, message, error="gone")
            assert [m.body for m in await take(store)] == ["2"]
            assert [row.state for row in await rows(store)] == ["failed", "leased"]

    asyncio.run(scenario())


def test_a_message_that_is_retried_keeps_its_place(database_url: str) -> None:
    async def scenario() -> None:
        async with opened(database_url) as store:
            await put(store, "1", "2")
            (message,) = await take(store)
            async with store.write() as session:
                later = NOW + 5 * SECOND
                await outbox.retry_later(session, message, error="busy", not_before=later)
            assert await take(store, at=NOW + 4 * SECOND) == []
            (again,) = await take(store, at=later)
            assert (again.body, again.attempts) == ("1", 2)

    asyncio.run(scenario())


def test_a_notice_for_tomorrow_does_not_hold_up_a_reply_today(database_url: str) -> None:
    async def scenario() -> None:
        async with opened(database_url) as store:
            await put(store, "storm", not_before=NOW + timedelta(hours=10))
            await put(store, "reply")
            assert [m.body for m in await take(store)] == ["reply"]

    asyncio.run(scenario())


def test_a_lower_priority_number_goes_first(database_url: str) -> None:
    async def scenario() -> list[object]:
        async with opened(database_url) as store:
            await put(store, "notice", priority=9)
            await put(store, "code", address=OTHER_PHONE, priority=0)
            return [message.body for message in await take(store)]

    assert asyncio.run(scenario()) == ["code", "notice"]


def test_a_worker_takes_only_the_channels_it_serves(database_url: str) -> None:
    async def scenario() -> None:
        async with opened(database_url) as store:
            await put(store, "1")
            none = await outbox.claim(store, "a", NOW, limit=5, lease_s=60, channels=("telegram",))
            assert none == []

    asyncio.run(scenario())


def test_a_lease_that_ran_out_passes_on_and_the_late_owner_cannot_settle(
    database_url: str,
) -> None:
    async def scenario() -> None:
        async with opened(database_url) as store:
            await put(store, "1")
            (late,) = await take(store, "a")
            assert await take(store, "b", at=NOW + 59 * SECOND) == []
            (new,) = await take(store, "b", at=NOW + 60 * SECOND)
            assert new.attempts == 2
            async with store.write() as session:
                assert not await outbox.complete(session, late, provider_id="p", at=NOW)
                assert not await outbox.fail(session, late, error="x")
                assert await outbox.complete(session, new, provider_id="p", at=NOW)

    asyncio.run(scenario())


def test_what_must_not_go_twice_becomes_unknown_when_its_worker_dies(database_url: str) -> None:
    async def scenario() -> None:
        async with opened(database_url) as store:
            await put(store, "payment", at_most_once=True)
            await take(store, "a")
            assert await take(store, "b", at=NOW + 61 * SECOND) == []
            (row,) = await rows(store)
            assert (row.state, row.error_code) == ("unknown", "lease_expired")

    asyncio.run(scenario())


def test_a_delivery_report_is_recorded_once(database_url: str) -> None:
    async def scenario() -> None:
        async with opened(database_url) as store:
            await put(store, "1")
            (message,) = await take(store)
            async with store.write() as session:
                await outbox.complete(session, message, provider_id="p1", at=NOW)
                assert not await outbox.mark_delivered(session, "sms", "p2", "delivered")
                assert not await outbox.mark_delivered(session, "mms", "p1", "delivered")
                assert await outbox.mark_delivered(session, "sms", "p1", "delivered")
                assert not await outbox.mark_delivered(session, "sms", "p1", "failed")
            (row,) = await rows(store)
            assert (row.state, row.sent_at) == ("delivered", NOW)

    asyncio.run(scenario())


def test_a_message_that_cannot_be_opened_fails_and_blocks_nobody(database_url: str) -> None:
    async def scenario() -> None:
        async with opened(database_url) as store:
            await put(store, "1", "2")
            async with store.write() as session:
                swap = "UPDATE outbox SET body_enc = address_enc WHERE dedupe_key = '1'"
                await session.execute(text(swap))
            assert await take(store) == []
            assert [message.body for message in await take(store)] == ["2"]

    asyncio.run(scenario())


def test_two_workers_on_postgresql_never_take_the_same_message(postgres_url: str) -> None:
    async def scenario() -> None:
        async with opened(postgres_url) as one, opened(postgres_url) as two:
            for number in range(20):
                await put(one, f"{number}", address=f"+9769911{number:04d}")
            taken = await asyncio.gather(*(take(s, n) for n, s in (("a", one), ("b", two)) * 2))
            ids = [message.id for batch in taken for message in batch]
            assert len(ids) == len(set(ids))
            assert sorted(ids) == list(range(1, 21))

    asyncio.run(scenario())


def test_the_worker_sends_in_order_and_remembers_the_providers_id(database_url: str) -> None:
    async def scenario() -> None:
        sender = ListSender()
        async with opened(database_url) as store:
            await put(store, "1", "2", "3")
            deliverer = worker(store, sender)
            while await deliverer.run_once():
                pass
            assert sender.sent == [(PHONE, "1"), (PHONE, "2"), (PHONE, "3")]
            assert {(row.state, row.provider_id) for row in await rows(store)} == {
                ("sent", "id-1"),
                ("sent", "id-2"),
                ("sent", "id-3"),
            }

    asyncio.run(scenario())


def test_the_worker_retries_with_growing_waits_and_then_gives_up(database_url: str) -> None:
    async def scenario() -> list[float]:
        sender = ListSender([Refused(retryable=True) for _ in range(10)])
        clock, waits = Clock(), []
        async with opened(database_url) as store:
            await put(store, "1")
            deliverer = worker(store, sender, clock)
            while await deliverer.run_once():
                (row,) = await rows(store)
                waits.append((row.not_before - clock.now).total_seconds())
                clock.now = max(clock.now, row.not_before)
            (row,) = await rows(store)
            assert (row.state, row.attempts, row.error_code) == ("failed", 6, "refused")
        return waits[:-1]

    assert MAX_ATTEMPTS == 6
    assert asyncio.run(scenario()) == [2.0, 4.0, 8.0, 16.0, 32.0]


def test_the_worker_waits_as_long_as_the_provider_asks(database_url: str) -> None:
    async def scenario() -> None:
        sender = ListSender([Refused(retryable=True, retry_after_s=90)])
        async with opened(database_url) as store:
            await put(store, "1")
            await worker(store, sender).run_once()
            (row,) = await rows(store)
            assert row.not_before == NOW + 90 * SECOND

    asyncio.run(scenario())


def test_the_worker_does_not_retry_what_can_never_be_sent(database_url: str) -> None:
    async def scenario() -> None:
        sender = ListSender([Refused(retryable=False)])
        async with opened(database_url) as store:
            await put(store, "1")
            assert await worker(store, sender).run_once() == 1
            (row,) = await rows(store)
            assert (row.state, row.attempts) == ("failed", 1)

    asyncio.run(scenario())


def test_an_unexpected_error_leaves_what_must_not_go_twice_unknown(database_url: str) -> None:
    async def scenario() -> list[str]:
        sender = ListSender([ValueError("?"), ValueError("?")])
        async with opened(database_url) as store:
            await put(store, "1", at_most_once=True)
            await put(store, "2", address=OTHER_PHONE)
            await worker(store, sender).run_once()
            return [row.state for row in await rows(store)]

    assert asyncio.run(scenario()) == ["unknown", "queued"]


def test_the_log_never_shows_a_body_or_an_address(
    database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    async def scenario() -> None:
        sender = ListSender([Refused(retryable=True), ValueError(PHONE)])
        async with opened(database_url) as store:
            await put(store, "нууц")
            await put(store, "нууц 2", address=OTHER_PHONE)
            await worker(store, sender).run_once()

    with caplog.at_level(logging.DEBUG):
        asyncio.run(scenario())
    assert "failed with refused at attempt 1" in caplog.text
    for value in ("нууц", PHONE, OTHER_PHONE):
        assert value not in caplog.text


def test_the_worker_wakes_at_once_and_finishes_what_it_is_sending(database_url: str) -> None:
    async def scenario() -> None:
        sender, stop = ListSender(pause_s=0.15), asyncio.Event()
        async with opened(database_url) as store:
            deliverer = Deliverer(store, {"sms": sender}, Clock(), owner="a", poll_s=30)
            running = asyncio.create_task(deliverer.run(stop))
            await asyncio.sleep(0.1)
            await put(store, "1")
            deliverer.notify()
            await asyncio.sleep(0.1)
            stop.set()
            async with asyncio.timeout(2):
                await running
            assert sender.sent == [(PHONE, "1")]
            assert [row.state for row in await rows(store)] == ["sent"]

    asyncio.run(scenario())


def test_the_running_worker_empties_the_outbox(database_url: str) -> None:
    async def scenario() -> None:
        sender, stop = ListSender(), asyncio.Event()
        async with opened(database_url) as store:
            for number in range(10):
                address = f"+9769911000{number % 3}"
                await put(store, f"{number}", address=address)
            running = asyncio.create_task(worker(store, sender).run(stop))
            async with asyncio.timeout(5):
                await sender.wait_for(10)
            stop.set()
            await running
        for recipient in {address for address, _ in sender.sent}:
            own = [body for address, body in sender.sent if address == recipient]
            assert own == sorted(own)

    asyncio.run(scenario())


def test_the_backoff_doubles_up_to_a_limit_and_is_spread() -> None:
    assert [backoff_s(n, 1.0) for n in (1, 2, 3)] == [2.0, 4.0, 8.0]
    assert backoff_s(3, 0.0) == 4.0
    assert backoff_s(50, 1.0) == 900.0


def test_a_killed_worker_loses_nothing_and_breaks_no_order(
    database_url: str, tmp_path: Path
) -> None:
    count = 24

    async def fill() -> None:
        async with opened(database_url) as store:
            for number in range(count):
                address = f"+9769911000{number % 8}"
                await put(store, f"{number:03d}", address=address, at=utc_now())

    async def states() -> set[str]:
        async with opened(database_url) as store:
            return {row.state for row in await rows(store)}

    asyncio.run(fill())
    paths = [tmp_path / "a.txt", tmp_path / "b.txt"]
    first = started("replica", "deliver", database_url, str(paths[0]), "a")
    assert first.stdout is not None
    assert first.stdout.readline() == "working\n"
    while not paths[0].exists() or len(paths[0].read_text().splitlines()) < 8:
        assert first.poll() is None
    first.kill()
    first.communicate()
    started("replica", "deliver", database_url, str(paths[1]), "b").communicate(timeout=30)

    assert asyncio.run(states()) == {"sent"}
    lines = [line.split() for path in paths for line in path.read_text().splitlines()]
    assert {body for _, body in lines} == {f"{number:03d}" for number in range(count)}
    assert len(lines) <= count + 4  # at most what the killed worker had in flight
    by_recipient = defaultdict(list)
    for address, body in lines:
        by_recipient[address].append(body)
    for bodies in by_recipient.values():
        assert bodies == sorted(bodies)
