"""The outbox and its worker: nothing lost, nothing out of order, nothing sent for ever."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from sqlalchemy import text

from bot.store import outbox
from tests.store.sending import put, rows, take
from tests.store.support import NOW, PHONE, opened

OTHER_PHONE = "+97688112233"
SECOND = timedelta(seconds=1)


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
