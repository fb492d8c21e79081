"""Conversations, redelivered messages, and the hops of a USSD session."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from bot.errors import Busy
from bot.store import conversations
from bot.store.database import Store
from tests.store.support import NOW, PHONE, opened


def test_a_conversation_is_found_again_with_its_state(database_url: str) -> None:
    state = {"events": [{"text": "Жолооны үнэмлэх"}], "slot": None}

    async def scenario() -> None:
        async with opened(database_url) as store:
            async with store.write() as session:
                talk = await conversations.load_conversation(session, "sms", PHONE)
                changed = replace(talk, state=state, session_no=3)
                saved = await conversations.save_conversation(session, changed, at=NOW)
            async with store.read() as session:
                assert await conversations.load_conversation(session, "sms", PHONE) == saved
                other = await conversations.load_conversation(session, "telegram", PHONE)
            assert saved == conversations.Talk(talk.id, "sms", state, 1, 3, NOW)
            assert other.version == 0
            assert other.id != saved.id

    asyncio.run(scenario())


def test_a_conversation_does_not_print_what_was_said() -> None:
    talk = conversations.Talk("t", "sms", {"text": "нууц"})
    assert "нууц" not in repr(talk)


def test_a_message_delivered_again_gets_the_stored_outcome(database_url: str) -> None:
    async def answer(store: Store, channel: str, outcome: object) -> object:
        """Return the outcome of message m1 as a turn does: the stored one, else a new one."""
        async with store.hold("t"), store.write() as session:
            stored = await conversations.stored_turn(session, channel, "m1")
            if stored is not None:
                return stored
            await conversations.save_turn(
                session, channel, "m1", conversation="t", outcome=outcome, at=NOW
            )
            return outcome

    async def scenario() -> None:
        async with opened(database_url) as store:
            first = {"replies": ["Сайн байна уу?"]}
            outcomes = await asyncio.gather(*(answer(store, "sms", first) for _ in range(3)))
            assert outcomes == [first] * 3
            assert await answer(store, "sms", {"replies": ["өөр"]}) == first
            assert await answer(store, "telegram", {"replies": []}) == {"replies": []}

    asyncio.run(scenario())


def test_a_message_is_answered_only_once(database_url: str) -> None:
    async def save(store: Store) -> None:
        async with store.write() as session:
            await conversations.save_turn(
                session, "sms", "m1", conversation="t", outcome=[], at=NOW
            )

    async def scenario() -> None:
        async with opened(database_url) as store:
            await save(store)
            with pytest.raises(Busy):
                await save(store)

    asyncio.run(scenario())


def test_a_ussd_session_remembers_what_it_sent(database_url: str) -> None:
    async def scenario() -> None:
        async with opened(database_url) as store:
            for history in ("1", "1*УБ95021217"):
                async with store.write() as session:
                    await conversations.save_hop_history(
                        session, "at_ussd", "s1", history, conversation="t", at=NOW
                    )
            async with store.read() as session:
                found = await conversations.hop_history(session, "at_ussd", "s1")
                assert found == "1*УБ95021217"
                assert await conversations.hop_history(session, "at_ussd", "s2") is None

    asyncio.run(scenario())
