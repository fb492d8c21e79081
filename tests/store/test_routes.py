"""What the outbox remembers of routes: doubts, reports that come early, people who opt out."""

from __future__ import annotations

import asyncio
from datetime import UTC, timedelta
from typing import Any, Literal

import pytest

from bot.context import TurnContext
from bot.message import Choice
from bot.store import citizens, outbox
from bot.store.notices import notices_wanted
from bot.store.retention import purge
from bot.turn import Turns
from tests.store.sending import Clock, ListSender, put, rows, take, worker
from tests.store.support import NOW, PHONE, REGISTER_NUMBER, opened


class Doubt(Exception):
    """The provider may have taken the message, by the route named."""

    retryable = True
    maybe_sent = True
    code = "no_answer"
    route = "mobicom"


class Silent:
    """A dialogue that is never asked."""

    async def respond(
        self, turn: TurnContext, words: str, payload: str | None, events: list[dict[str, Any]]
    ) -> Any:
        raise AssertionError


class OptedOut(Exception):
    """The citizen has blocked us with the provider."""

    retryable = False
    opted_out = True
    code = "opted_out"


def test_a_message_that_may_have_been_sent_remembers_its_route(database_url: str) -> None:
    async def scenario() -> None:
        async with opened(database_url) as store:
            await put(store, "1")
            clock = Clock()
            await worker(store, ListSender([Doubt()]), clock).run_once()
            (row,) = await rows(store)
            assert (row.state, row.route) == ("queued", "mobicom")
            (again,) = await take(store, at=row.not_before)
            assert again.doubtful_route == "mobicom"

    asyncio.run(scenario())


def test_a_message_that_must_not_come_twice_is_given_up_as_unknown(database_url: str) -> None:
    async def scenario() -> None:
        async with opened(database_url) as store:
            await put(store, "1", at_most_once=True)
            sender = ListSender([Doubt()])
            await worker(store, sender).run_once()
            (row,) = await rows(store)
            assert (row.state, row.error_code) == ("unknown", "no_answer")
            assert sender.sent == []

    asyncio.run(scenario())


@pytest.mark.parametrize("status", ["delivered", "failed"])
def test_a_report_that_overtakes_the_note_of_sending_counts(
    database_url: str, status: Literal["delivered", "failed"]
) -> None:
    async def scenario() -> None:
        async with opened(database_url) as store:
            await put(store, "1")
            (message,) = await take(store)
            async with store.write() as session:
                assert not await outbox.mark_delivered(session, "mobicom", "p1", "delivered")
                for _ in range(2):
                    await outbox.keep_report(
                        session, "mobicom", "p1", status, error="absent", at=NOW
                    )
            async with store.write() as session:
                await outbox.complete(session, message, provider_id="p1", route="mobicom", at=NOW)
            (row,) = await rows(store)
            assert (row.state, row.route, row.error_code) == (status, "mobicom", "absent")

    asyncio.run(scenario())


def test_a_repeated_report_of_a_settled_message_is_not_kept(database_url: str) -> None:
    async def scenario() -> None:
        async with opened(database_url) as store:
            await put(store, "1")
            (message,) = await take(store)
            async with store.write() as session:
                await outbox.complete(session, message, provider_id="p1", at=NOW)
                assert await outbox.mark_delivered(session, "sms", "p1", "delivered")
                await outbox.keep_report(session, "sms", "p1", "failed", error=None, at=NOW)
            async with store.write() as session:
                assert (await purge(session, NOW + timedelta(days=2))).reports == 0

    asyncio.run(scenario())


def test_early_reports_of_unknown_messages_are_deleted_in_time(database_url: str) -> None:
    async def scenario() -> None:
        async with opened(database_url) as store:
            async with store.write() as session:
                await outbox.keep_report(session, "sms", "p9", "failed", error=None, at=NOW)
            async with store.write() as session:
                assert (await purge(session, NOW + timedelta(hours=1))).reports == 0
                assert (await purge(session, NOW + timedelta(hours=25))).reports == 1

    asyncio.run(scenario())


def test_who_blocks_us_with_the_provider_gets_no_more_notices(database_url: str) -> None:
    async def scenario() -> None:
        async with opened(database_url) as store:
            await put(store, "1")
            await worker(store, ListSender([OptedOut()])).run_once()
            (row,) = await rows(store)
            assert (row.state, row.error_code) == ("failed", "opted_out")
            async with store.read() as session:
                assert not await notices_wanted(session, "phone", PHONE)

    asyncio.run(scenario())


def test_a_linked_chat_belongs_to_whoever_the_phone_is_bound_to(database_url: str) -> None:
    async def scenario() -> None:
        async with opened(database_url) as store:
            async with store.write() as session:
                await citizens.link_phone(session, "telegram", "77", PHONE, at=NOW)
                assert await citizens.find_identity(session, "telegram", "77", at=NOW) is None
            async with store.write() as session:
                citizen = await citizens.ensure_citizen(session, REGISTER_NUMBER, at=NOW)
                await citizens.bind_identity(
                    session, "phone", PHONE, citizen_id=citizen.id, assurance="khur_otp", at=NOW
                )
                found = await citizens.find_identity(session, "telegram", "77", at=NOW)
                assert found is not None
                assert found.citizen_id == citizen.id
                await citizens.unbind_identity(session, "phone", PHONE, at=NOW)
                assert await citizens.find_identity(session, "telegram", "77", at=NOW) is None

    asyncio.run(scenario())


def test_withdrawing_in_the_chat_undoes_the_link(database_url: str) -> None:
    async def scenario() -> None:
        async with opened(database_url) as store, store.write() as session:
            citizen = await citizens.ensure_citizen(session, REGISTER_NUMBER, at=NOW)
            await citizens.bind_identity(
                session, "phone", PHONE, citizen_id=citizen.id, assurance="khur_otp", at=NOW
            )
            await citizens.link_phone(session, "telegram", "77", PHONE, at=NOW)
            await citizens.unbind_identity(session, "telegram", "77", at=NOW)
            assert await citizens.find_identity(session, "telegram", "77", at=NOW) is None
            assert await citizens.find_identity(session, "phone", PHONE, at=NOW) is not None

    asyncio.run(scenario())


def test_a_report_that_the_citizen_has_blocked_us_ends_the_notices(database_url: str) -> None:
    async def scenario() -> None:
        async with opened(database_url) as store:
            await put(store, "1")
            (message,) = await take(store)
            async with store.write() as session:
                await outbox.complete(session, message, provider_id="p1", at=NOW)
            turns = Turns(store, Silent(), zone=UTC, sms_offer=Choice("SMS", "/send_sms"))
            await turns.delivery("sms", "p1", "failed", outbox.OPTED_OUT)
            await turns.delivery("sms", "p2", "failed", outbox.OPTED_OUT)
            async with store.read() as session:
                assert not await notices_wanted(session, "phone", PHONE)

    asyncio.run(scenario())
