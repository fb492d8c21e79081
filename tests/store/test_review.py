"""The review queue: counted, sealed, deleted in time, and closed to those who want none of it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.exc import IntegrityError

from bot.store import citizens
from bot.store.database import Store, StoreSession
from bot.store.models import REVIEW_REASONS, ReviewItem
from bot.store.notices import set_notices
from bot.store.retention import Purged, purge
from bot.store.review import (
    Item,
    Seen,
    decline_review,
    drop_item,
    keep_seen,
    label_item,
    note_choice,
    review_item,
    review_items,
)
from tests.store.support import NOW, PHONE, REGISTER_NUMBER, opened

DECIDED = {
    "kind": "reject",
    "act": "ask_service",
    "confidence": 0.4,
    "services": [{"id": "vehicle_fines", "score": 0.09}],
}
SEEN = Seen(
    "торгуулийн юм харах <дугаар>",
    "rejected",
    DECIDED,
    "africastalking_sms",
    "cyrillic",
    date(2026, 11, 23),
)


async def _keep(session: StoreSession, seen: Seen = SEEN) -> None:
    await keep_seen(session, seen, identity_channel="phone", address=PHONE)


async def _all(store: Store) -> list[Item]:
    async with store.read() as session:
        return await review_items(session)


def test_what_is_kept_comes_back_as_it_was(database_url: str) -> None:
    async def scenario() -> list[Item]:
        async with opened(database_url) as store:
            async with store.write() as session:
                await _keep(session)
            return await _all(store)

    (item,) = asyncio.run(scenario())
    assert (item.text, item.reason, item.decided) == (SEEN.text, "rejected", DECIDED)
    assert (item.channel, item.script, item.count) == ("africastalking_sms", "cyrillic", 1)
    assert (item.first_day, item.last_day) == (SEEN.day, SEEN.day)
    assert (item.chosen, item.label) == (None, None)


def test_the_same_words_in_any_spelling_are_counted_not_repeated(database_url: str) -> None:
    later = replace(
        SEEN,
        text="Torguuliin yum harah <дугаар>",
        reason="corrected",
        day=SEEN.day + timedelta(days=3),
        chosen="fine_payment",
    )

    async def scenario() -> list[Item]:
        async with opened(database_url) as store:
            for seen in (SEEN, later, SEEN):
                async with store.write() as session:
                    await _keep(session, seen)
            return await _all(store)

    (item,) = asyncio.run(scenario())
    assert item.text == SEEN.text
    assert item.count == 3
    assert item.reason == "rejected"
    assert item.chosen == "fine_payment"
    assert item.first_day == SEEN.day


@pytest.mark.parametrize("corrected", [True, False])
def test_the_choice_in_the_end_joins_the_utterance(database_url: str, corrected: bool) -> None:
    async def scenario() -> list[Item]:
        async with opened(database_url) as store:
            async with store.write() as session:
                await _keep(session, replace(SEEN, reason="reasked"))
                await note_choice(session, SEEN.text, "fine_payment", corrected=corrected)
            return await _all(store)

    (item,) = asyncio.run(scenario())
    assert item.chosen == "fine_payment"
    assert item.reason == ("corrected" if corrected else "reasked")


async def _stops_notices(session: StoreSession) -> None:
    await set_notices(session, "phone", PHONE, wanted=False, at=NOW)


async def _revokes(session: StoreSession) -> None:
    citizen = await citizens.ensure_citizen(session, REGISTER_NUMBER, at=NOW)
    await citizens.bind_identity(
        session, "phone", PHONE, citizen_id=citizen.id, assurance="khur_otp", at=NOW
    )
    await citizens.unbind_identity(session, "phone", PHONE, at=NOW)


async def _is_erased(session: StoreSession) -> None:
    citizen = await citizens.ensure_citizen(session, REGISTER_NUMBER, at=NOW)
    await citizens.bind_identity(
        session, "phone", PHONE, citizen_id=citizen.id, assurance="khur_otp", at=NOW
    )
    await citizens.erase_citizen(session, citizen, at=NOW)


async def _declines(session: StoreSession) -> None:
    await decline_review(session, "phone", PHONE, at=NOW)
    await decline_review(session, "phone", PHONE, at=NOW)


@pytest.mark.parametrize("refuses", [_stops_notices, _revokes, _is_erased, _declines])
def test_nothing_is_kept_of_who_wants_none_of_it(database_url: str, refuses: object) -> None:
    assert callable(refuses)

    async def scenario() -> list[Item]:
        async with opened(database_url) as store:
            async with store.write() as session:
                await refuses(session)
                await _keep(session)
                other = replace(SEEN, text="өөр хүний өгүүлбэр")
                await keep_seen(session, other, identity_channel="phone", address="+97699000000")
            return await _all(store)

    assert [item.text for item in asyncio.run(scenario())] == ["өөр хүний өгүүлбэр"]


def test_who_wants_notices_again_is_kept_again(database_url: str) -> None:
    async def scenario() -> list[Item]:
        async with opened(database_url) as store:
            async with store.write() as session:
                await _stops_notices(session)
                await set_notices(session, "phone", PHONE, wanted=True, at=NOW)
                await _keep(session)
            return await _all(store)

    assert len(asyncio.run(scenario())) == 1


def test_labels_part_the_queue_and_a_drop_deletes(database_url: str) -> None:
    async def scenario() -> None:
        async with opened(database_url) as store:
            async with store.write() as session:
                await _keep(session)
                await _keep(session, replace(SEEN, text="өөр үг"))
            first, second = await _all(store)
            async with store.write() as session:
                assert await label_item(session, first.number, "vehicle_fines")
                assert not await label_item(session, 999, "vehicle_fines")
                assert [one.number for one in await review_items(session)] == [second.number]
                (done,) = await review_items(session, labelled=True)
                assert (done.number, done.label) == (first.number, "vehicle_fines")
                assert await drop_item(session, second.number)
                assert not await drop_item(session, second.number)
                assert await review_item(session, second.number) is None

    asyncio.run(scenario())


def test_the_list_begins_with_the_most_frequent_and_knows_reasons(database_url: str) -> None:
    async def scenario() -> None:
        async with opened(database_url) as store, store.write() as session:
            await _keep(session, replace(SEEN, text="нэг удаа"))
            for _ in range(3):
                await _keep(session, replace(SEEN, text="олон удаа", reason="reasked"))
            listed = await review_items(session)
            assert [item.text for item in listed] == ["олон удаа", "нэг удаа"]
            (asked,) = await review_items(session, reason="reasked")
            assert asked.text == "олон удаа"
            assert len(await review_items(session, limit=1)) == 1

    asyncio.run(scenario())


@pytest.mark.parametrize(("kept_days", "left"), [(90, 1), (30, 0), (29, 0)])
def test_what_is_old_is_deleted_labelled_or_not(
    database_url: str, kept_days: int, left: int
) -> None:
    old = replace(SEEN, day=(NOW - timedelta(days=30)).date())

    async def scenario() -> tuple[Purged, int]:
        async with opened(database_url) as store, store.write() as session:
            await _keep(session, old)
            await label_item(session, 1, "vehicle_fines")
            await _keep(session, replace(old, day=SEEN.day))
            purged = await purge(session, NOW, timedelta(days=kept_days))
            count = await session.scalar(select(func.count()).select_from(ReviewItem))
            return purged, int(count or 0)

    purged, rows = asyncio.run(scenario())
    assert rows == left
    assert purged.reviews == 1 - left


def test_the_text_is_sealed_and_no_address_is_beside_it(sqlite_url: str) -> None:
    async def scenario() -> bytes:
        async with opened(sqlite_url) as store:
            async with store.write() as session:
                await _keep(session)
                await decline_review(session, "phone", PHONE, at=NOW)
            folder = Path(sqlite_url.removeprefix("sqlite:///")).parent
            return b"".join(path.read_bytes() for path in folder.iterdir())

    stored = asyncio.run(scenario())
    assert b"vehicle_fines" in stored
    for value in (SEEN.text, "торгуулийн", PHONE, PHONE[4:]):
        assert value.encode() not in stored


def test_no_column_names_a_person_a_conversation_or_a_moment() -> None:
    assert set(ReviewItem.__table__.columns.keys()) == {
        "id", "text_hash", "text_enc", "reason", "decided", "chosen", "channel", "script",
        "first_day", "last_day", "count", "label",
    }  # fmt: skip


def test_the_database_refuses_a_reason_that_is_none(database_url: str) -> None:
    assert "bored" not in REVIEW_REASONS

    async def scenario() -> None:
        async with opened(database_url) as store:
            async with store.write() as session:
                for reason in REVIEW_REASONS:
                    await _keep(session, replace(SEEN, text=reason, reason=reason))
            with pytest.raises(IntegrityError):
                async with store.write() as session:
                    await _keep(session, replace(SEEN, reason="bored"))

    asyncio.run(scenario())


def test_two_turns_with_the_same_words_at_once_are_both_counted(database_url: str) -> None:
    async def scenario() -> list[Item]:
        async with opened(database_url) as store:

            async def one() -> None:
                async with store.write() as session:
                    await _keep(session)

            await asyncio.gather(*(one() for _ in range(8)))
            return await _all(store)

    (item,) = asyncio.run(scenario())
    assert item.count == 8


def test_keeping_an_utterance_is_one_statement(database_url: str) -> None:
    async def scenario() -> list[str]:
        said: list[str] = []
        async with opened(database_url) as store, store.write() as session:
            connection = (await session.connection()).sync_connection

            def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
                said.append(statement)

            event.listen(connection, "before_cursor_execute", note)
            await _keep(session)
            event.remove(connection, "before_cursor_execute", note)
        return said

    (statement,) = asyncio.run(scenario())
    assert statement.startswith("INSERT INTO review_item")
