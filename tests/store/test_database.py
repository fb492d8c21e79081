"""Transactions and locks: nothing half done, nothing out of order, nothing held by the dead."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm.exc import StaleDataError

from bot.errors import Busy, SettingsError, StoreUnavailable
from bot.store import citizens, conversations, outbox
from bot.store.database import Store
from tests.store.support import NOW, PHONE, REGISTER_NUMBER, opened, started, vault

TALK = "t" * 64


class Interrupted(Exception):
    """Stands for whatever ends a turn early."""


async def interrupted_turn(store: Store) -> None:
    async with store.write() as session:
        talk = await conversations.load_conversation(session, "sms", PHONE)
        await conversations.save_conversation(session, replace(talk, state={"n": 1}), at=NOW)
        await outbox.enqueue(session, outbox.NewMessage("sms", PHONE, "x", "k"), at=NOW)
        raise Interrupted


def test_a_transaction_that_raises_leaves_nothing(database_url: str) -> None:
    async def scenario() -> None:
        async with opened(database_url) as store:
            with pytest.raises(Interrupted):
                await interrupted_turn(store)
            async with store.read() as session:
                talk = await conversations.load_conversation(session, "sms", PHONE)
                assert (talk.version, talk.state) == (0, None)
                assert await outbox.waiting_count(session) == {}

    asyncio.run(scenario())


def test_a_reading_session_cannot_write(database_url: str) -> None:
    async def write(store: Store) -> None:
        async with store.read() as session:
            await citizens.ensure_citizen(session, REGISTER_NUMBER, at=NOW)

    async def scenario() -> None:
        async with opened(database_url) as store:
            with pytest.raises(DBAPIError):
                await write(store)
            async with store.write() as session:
                assert await citizens.find_citizen(session, REGISTER_NUMBER) is None

    asyncio.run(scenario())


def test_reading_goes_on_while_another_writes(database_url: str) -> None:
    async def scenario() -> None:
        async with opened(database_url) as store, store.write() as writing:
            await citizens.ensure_citizen(writing, REGISTER_NUMBER, at=NOW)
            async with asyncio.timeout(1), store.read() as reading:
                assert await citizens.find_citizen(reading, REGISTER_NUMBER) is None

    asyncio.run(scenario())


def test_a_reading_session_sees_one_state(database_url: str) -> None:
    counting = text("SELECT count(*) FROM citizen")

    async def scenario() -> None:
        async with opened(database_url) as store, store.read() as reading:
            assert await reading.scalar(counting) == 0
            async with store.write() as writing:
                await citizens.ensure_citizen(writing, REGISTER_NUMBER, at=NOW)
            assert await reading.scalar(counting) == 0

    asyncio.run(scenario())


def test_a_database_that_was_not_migrated_is_not_taken_for_an_outage(database_url: str) -> None:
    async def ask(store: Store) -> None:
        async with store.read() as session:
            await citizens.find_citizen(session, REGISTER_NUMBER)

    async def scenario() -> None:
        store = Store(database_url, vault())
        with pytest.raises(DBAPIError):
            await ask(store)
        await store.close()

    asyncio.run(scenario())


def test_many_writers_at_once_all_get_through(database_url: str) -> None:
    async def write(store: Store, number: int) -> None:
        async with store.write() as session:
            await citizens.ensure_citizen(session, f"УБ9502{number:04d}", at=NOW)

    async def scenario() -> None:
        async with opened(database_url) as store:
            await asyncio.gather(*(write(store, number) for number in range(40)))
            async with store.read() as session:
                counted = await session.scalar(text("SELECT count(*) FROM citizen"))
                assert counted == 40

    asyncio.run(scenario())


def test_a_lost_update_of_a_conversation_is_refused(database_url: str) -> None:
    async def save(store: Store, talk: conversations.Talk) -> conversations.Talk:
        async with store.write() as session:
            return await conversations.save_conversation(session, talk, at=NOW)

    async def scenario() -> None:
        async with opened(database_url) as store:
            async with store.read() as session:
                fresh = await conversations.load_conversation(session, "sms", PHONE)
            saved = await save(store, fresh)
            for stale in (fresh, replace(saved, version=7)):
                with pytest.raises(Busy):
                    await save(store, stale)
            assert (await save(store, saved)).version == 2

    asyncio.run(scenario())


def test_a_stale_row_is_reported_as_busy(database_url: str) -> None:
    async def fail(store: Store) -> None:
        async with store.write():
            raise StaleDataError("stale")

    async def scenario() -> None:
        async with opened(database_url) as store:
            with pytest.raises(Busy):
                await fail(store)

    asyncio.run(scenario())


def test_a_conversation_is_held_in_order_of_arrival(database_url: str) -> None:
    async def turn(store: Store, number: int, done: list[int]) -> None:
        async with store.hold(TALK):
            await asyncio.sleep(0.002)
            done.append(number)

    async def scenario() -> list[int]:
        done: list[int] = []
        async with opened(database_url) as store:
            await asyncio.gather(*(turn(store, number, done) for number in range(30)))
            assert len(store.locks) == 0
        return done

    assert asyncio.run(scenario()) == list(range(30))


def test_conversations_do_not_wait_for_each_other(database_url: str) -> None:
    async def scenario() -> None:
        async with opened(database_url) as store, store.hold("a"), store.hold("b", wait_s=1):
            assert len(store.locks) == 2

    asyncio.run(scenario())


def test_who_waits_too_long_is_told_that_it_is_busy(database_url: str) -> None:
    async def wait(store: Store) -> None:
        async with store.hold(TALK, wait_s=0.05):
            raise AssertionError("held twice")

    async def scenario() -> None:
        async with opened(database_url) as store:
            async with store.hold(TALK):
                with pytest.raises(Busy):
                    await wait(store)
            async with store.hold(TALK, wait_s=0.5):
                assert len(store.locks) == 1
            assert len(store.locks) == 0

    asyncio.run(scenario())


def test_a_turn_that_raises_frees_its_conversation(database_url: str) -> None:
    async def fail(store: Store) -> None:
        async with store.hold(TALK):
            raise Interrupted

    async def scenario() -> None:
        async with opened(database_url) as store:
            with pytest.raises(Interrupted):
                await fail(store)
            async with store.hold(TALK, wait_s=0.2):
                pass

    asyncio.run(scenario())


def test_a_cancelled_waiter_leaves_the_line(database_url: str) -> None:
    async def wait(store: Store) -> None:
        async with store.hold(TALK):
            pass

    async def scenario() -> None:
        async with opened(database_url) as store:
            async with store.hold(TALK):
                waiter = asyncio.create_task(wait(store))
                await asyncio.sleep(0.05)
                waiter.cancel()
                await asyncio.wait([waiter])
                assert waiter.cancelled()
            async with store.hold(TALK, wait_s=0.5):
                pass
            assert len(store.locks) == 0

    asyncio.run(scenario())


def test_two_replicas_keep_order_and_lose_nothing(postgres_url: str) -> None:
    async def turn(store: Store, number: int) -> None:
        async with store.hold(TALK):
            async with store.read() as session:
                talk = await conversations.load_conversation(session, "sms", PHONE)
            await asyncio.sleep(0.002)
            said = [*(talk.state or []), number]
            async with store.write() as session:
                await conversations.save_conversation(session, replace(talk, state=said), at=NOW)

    async def scenario() -> list[int]:
        async with opened(postgres_url) as one, opened(postgres_url) as two:
            turns = []
            for number in range(24):
                turns.append(asyncio.create_task(turn((one, two)[number % 2], number)))
                await asyncio.sleep(0.001)
            await asyncio.gather(*turns)
            async with one.read() as session:
                talk = await conversations.load_conversation(session, "sms", PHONE)
        said: list[int] = talk.state
        return said

    said = asyncio.run(scenario())
    assert sorted(said) == list(range(24))
    for replica in (0, 1):
        own = [number for number in said if number % 2 == replica]
        assert own == sorted(own)


def test_a_replica_waits_for_another_and_then_gives_up(postgres_url: str) -> None:
    async def wait(store: Store) -> None:
        async with store.hold(TALK, wait_s=0.1):
            raise AssertionError("held twice")

    async def scenario() -> None:
        async with opened(postgres_url) as one, opened(postgres_url) as two:
            async with one.hold(TALK):
                with pytest.raises(Busy):
                    await wait(two)
            async with two.hold(TALK, wait_s=0.5):
                pass

    asyncio.run(scenario())


def test_a_killed_replica_frees_its_conversation_at_once(postgres_url: str) -> None:
    async def scenario() -> float:
        async with opened(postgres_url) as store:
            replica = started("replica", "hold", postgres_url, TALK)
            assert replica.stdout is not None
            assert replica.stdout.readline() == "holding\n"
            with pytest.raises(Busy):
                await store.hold(TALK, wait_s=0.1).__aenter__()
            replica.kill()
            killed = time.monotonic()
            async with store.hold(TALK):
                waited_s = time.monotonic() - killed
            replica.communicate()
            return waited_s

    assert asyncio.run(scenario()) < 1.0


def test_held_locks_never_starve_queries(postgres_url: str) -> None:
    async def turn(store: Store, number: int) -> None:
        async with store.hold(f"talk {number}"), store.write() as session:
            await citizens.ensure_citizen(session, f"УБ9502{number:04d}", at=NOW)
            await asyncio.sleep(0.005)

    async def scenario() -> None:
        async with opened(postgres_url, lock_connections=2) as store:
            async with asyncio.timeout(8):
                await asyncio.gather(*(turn(store, number) for number in range(30)))

    asyncio.run(scenario())


def test_a_connection_the_server_ends_is_reported_and_replaced(postgres_url: str) -> None:
    end_all = text(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )

    async def ended(store: Store, other: Store) -> None:
        async with store.write() as session:
            async with other.write() as killing:
                await killing.execute(end_all)
            await citizens.ensure_citizen(session, REGISTER_NUMBER, at=NOW)

    async def scenario() -> None:
        async with opened(postgres_url) as store, opened(postgres_url) as other:
            with pytest.raises(StoreUnavailable):
                await ended(store, other)
            await store.ping()

    asyncio.run(scenario())


def test_losing_the_lock_connection_does_not_fail_a_turn_that_is_done(postgres_url: str) -> None:
    end_all = text(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )

    async def scenario() -> None:
        async with opened(postgres_url) as store:
            async with store.hold(TALK), store.write() as session:
                await session.execute(end_all)
            async with store.hold(TALK, wait_s=1):
                await store.ping()

    asyncio.run(scenario())


def refused(tmp_path: Path) -> str:
    return f"postgresql://postgres@/x?host={tmp_path}"


def unopenable(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/missing/store.db"


@pytest.mark.parametrize("url", [refused, unopenable])
def test_a_database_that_is_not_there_is_unavailable(
    url: Callable[[Path], str], tmp_path: Path
) -> None:
    async def scenario() -> None:
        store = Store(url(tmp_path), vault())
        for attempt in (store.migrate, store.ping):
            with pytest.raises(StoreUnavailable):
                await attempt()
        await store.close()

    asyncio.run(scenario())


def test_an_unreachable_lock_is_unavailable_not_busy(tmp_path: Path) -> None:
    async def scenario() -> None:
        store = Store(refused(tmp_path), vault())
        with pytest.raises(StoreUnavailable):
            await store.hold(TALK).__aenter__()
        assert len(store.locks) == 0
        await store.close()

    asyncio.run(scenario())


@pytest.mark.parametrize("url", ["mysql://x/y", "sqlite://", "sqlite:///:memory:", "no url"])
def test_a_url_that_cannot_serve_is_refused(url: str) -> None:
    with pytest.raises(SettingsError):
        Store(url, vault())


def test_sqlite_is_set_up_for_safety(sqlite_url: str) -> None:
    async def scenario() -> list[object]:
        async with opened(sqlite_url) as store, store.write() as session:
            pragmas = ("journal_mode", "foreign_keys", "synchronous", "busy_timeout")
            return [await session.scalar(text(f"PRAGMA {pragma}")) for pragma in pragmas]

    assert asyncio.run(scenario()) == ["wal", 1, 2, 10_000]


def test_another_process_that_writes_to_the_file_is_waited_for(sqlite_url: str) -> None:
    async def scenario() -> None:
        async with opened(sqlite_url) as store:
            path = sqlite_url.removeprefix("sqlite:///")
            other = sqlite3.connect(path, isolation_level=None)
            other.execute("BEGIN IMMEDIATE")
            asyncio.get_running_loop().call_later(0.2, other.execute, "COMMIT")
            async with store.write() as session:
                await citizens.ensure_citizen(session, REGISTER_NUMBER, at=NOW)
            other.close()

    asyncio.run(scenario())
