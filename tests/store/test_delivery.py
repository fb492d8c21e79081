"""The worker of the outbox: in order, with patience, and never for ever."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from datetime import timedelta
from pathlib import Path

import pytest

from bot.store.database import utc_now
from bot.store.delivery import MAX_ATTEMPTS, Deliverer, backoff_s
from tests.store.sending import Clock, ListSender, Refused, put, rows, worker
from tests.store.support import NOW, PHONE, opened, started

OTHER_PHONE = "+97688112233"
SECOND = timedelta(seconds=1)


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
