"""Retention and secrecy: what is kept, for how long, and that none of it lies open."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text

from bot.errors import Busy
from bot.store import cases, citizens, conversations, outbox
from bot.store.access import Access, append_access
from bot.store.database import Store
from bot.store.models import OutboxMessage
from bot.store.retention import Purged, purge
from tests.store.support import NOW, PHONE, REGISTER_NUMBER, opened
from tests.store.test_cases import new_case
from tests.store.test_citizens import AGREEMENT

HOUR = timedelta(hours=1)
SAID = "Миний машины торгууль"


async def fill(store: Store, at: datetime) -> None:
    """Store one of everything, with personal values in each."""
    async with store.write() as session:
        citizen = await citizens.ensure_citizen(session, REGISTER_NUMBER, at=at)
        identity = await citizens.bind_identity(
            session, "sms", PHONE, citizen_id=citizen.id, assurance="phone", at=at
        )
        bound = replace(AGREEMENT, channel_identity_id=identity.id)
        await citizens.add_consent(session, citizen.id, bound, at=at)
        talk = await conversations.load_conversation(session, "sms", PHONE)
        said = replace(talk, state={"text": SAID, "phone": PHONE})
        await conversations.save_conversation(session, said, at=at)
        await conversations.save_turn(
            session, "sms", "m1", conversation=talk.id, outcome=[SAID], at=at
        )
        await conversations.save_hop_history(
            session, "sms", "s1", REGISTER_NUMBER, conversation=talk.id, at=at
        )
        case = await new_case(session)
        await cases.move_case(session, case, "submitted", actor="bot", at=at, note=SAID)
        cases.set_case_form(session, case, {"phone": PHONE, "register": REGISTER_NUMBER})
        message = outbox.NewMessage("sms", PHONE, {"text": SAID}, "m1:0")
        await outbox.enqueue(session, message, at=at)
        access = Access("bot", "WS1", "p", "ok", citizen.id, citizen.id_hash)
        await append_access(session, access, at=at)


def test_nothing_personal_lies_open_in_the_database_file(sqlite_url: str) -> None:
    async def scenario() -> None:
        async with opened(sqlite_url) as store:
            await fill(store, NOW)
            folder = Path(sqlite_url.removeprefix("sqlite:///")).parent
            kept = b"".join(path.read_bytes() for path in folder.iterdir())
        assert AGREEMENT.purpose.encode() in kept
        for value in (PHONE, PHONE[4:], REGISTER_NUMBER, REGISTER_NUMBER[2:], SAID):
            for encoding in ("utf-8", "utf-16-le"):
                assert value.encode(encoding) not in kept

    asyncio.run(scenario())


def test_what_is_young_is_kept(database_url: str) -> None:
    async def scenario() -> Purged:
        async with opened(database_url) as store:
            await fill(store, NOW)
            async with store.write() as session:
                return await purge(session, NOW + HOUR)

    assert asyncio.run(scenario()) == Purged(0, 0, 0, 0, 0)


def test_an_answer_is_blanked_after_an_hour_and_the_message_still_known(database_url: str) -> None:
    async def scenario() -> None:
        async with opened(database_url) as store:
            await fill(store, NOW)
            async with store.write() as session:
                assert await purge(session, NOW + 2 * HOUR) == Purged(0, 0, 1, 0, 0)
                assert await conversations.stored_turn(session, "sms", "m1") == {}

    asyncio.run(scenario())


def test_what_is_old_is_cleared(database_url: str) -> None:
    async def scenario() -> None:
        async with opened(database_url) as store:
            await fill(store, NOW)
            async with store.read() as session:
                stale = await conversations.load_conversation(session, "sms", PHONE)
            async with store.write() as session:
                assert await purge(session, NOW + 25 * HOUR) == Purged(1, 1, 1, 1, 0)
                assert await purge(session, NOW + 25 * HOUR) == Purged(0, 0, 0, 0, 0)
            async with store.write() as session:
                talk = await conversations.load_conversation(session, "sms", PHONE)
                assert talk.state is None
                assert await conversations.stored_turn(session, "sms", "m1") is None
                assert await conversations.hop_history(session, "sms", "s1") is None
                with pytest.raises(Busy):
                    await conversations.save_conversation(session, stale, at=NOW)
                await conversations.save_conversation(session, talk, at=NOW)

    asyncio.run(scenario())


def test_a_body_is_blanked_once_sent_and_old_but_never_unsent(database_url: str) -> None:
    late = NOW + 8 * 24 * HOUR

    async def scenario() -> None:
        async with opened(database_url) as store:
            await fill(store, NOW)
            async with store.write() as session:
                assert (await purge(session, late)).bodies == 0
                await session.execute(text("UPDATE outbox SET state = 'delivered'"))
            async with store.write() as session:
                assert (await purge(session, late)).bodies == 1
                row = (await session.execute(select(OutboxMessage))).scalar_one()
                assert (row.body_enc, row.address_enc) == (None, None)
                again = outbox.NewMessage("sms", PHONE, {"text": SAID}, "m1:0")
                assert not await outbox.enqueue(session, again, at=late)

    asyncio.run(scenario())
