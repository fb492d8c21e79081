"""The Telegram bot with the real turn, database and outbox; only the dialogue is scripted."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC
from typing import Any

import pytest

from bot.context import TurnContext
from bot.message import Choice, Expects, Reply
from bot.store.delivery import Deliverer
from bot.store.notices import notices_wanted
from bot.store.outbox import waiting_count
from bot.turn import Turns
from channels.reception import utc_now
from channels.routing import Direct
from channels.sentences import sentence
from channels.telegram_simulator import Faults
from tests.channels.telegram_bench import CITIZEN, Bench, running
from tests.store.support import opened


@dataclass
class Answer:
    """What a dialogue gives back."""

    replies: tuple[Reply, ...]
    events: list[dict[str, Any]] = field(default_factory=list)
    dialogue: dict[str, Any] = field(default_factory=dict)


class Echo:
    """Asks the same question each time and tells what it was given."""

    async def respond(
        self, turn: TurnContext, words: str, payload: str | None, events: list[dict[str, Any]]
    ) -> Answer:
        choices = (Choice("Паспорт", "/a"), Choice("Торгууль", "/b"))
        return Answer((Reply(f"Та «{words}» гэлээ.", choices, Expects.CHOICE),))


@dataclass
class Program:
    """The bot, its store and its worker."""

    bench: Bench
    store: Any
    deliverer: Deliverer

    async def settle(self) -> None:
        await self.bench.network.settled()
        while await self.deliverer.run_once():
            pass
        await self.bench.settle()


@contextlib.asynccontextmanager
async def _program(url: str, mode: str = "webhook") -> AsyncIterator[Program]:
    async with opened(url) as store:
        turns = Turns(store, Echo(), zone=UTC, sms_offer=Choice("", ""))
        async with running(assistant=turns, mode=mode) as bench:
            carrier = Direct("telegram", bench.sender)
            deliverer = Deliverer(store, {"telegram": carrier}, utc_now, owner="test")
            yield Program(bench, store, deliverer)


def test_buttons_edit_old_ones_are_told_and_repeats_do_nothing_in_the_real_database(
    sqlite_url: str,
) -> None:
    async def run() -> None:
        async with _program(sqlite_url) as program:
            bench, people = program.bench, program.bench.people
            bench.network.faults = Faults(duplicates=1)
            people.writes(CITIZEN, "Сайн уу")
            await program.settle()
            first = bench.network.chats[CITIZEN][0].buttons[0]["callback_data"]
            people.presses(CITIZEN, "Торгууль")
            await program.settle()
            assert bench.texts() == ["Та «2» гэлээ."]
            people.presses_data(CITIZEN, bench.network.chats[CITIZEN][0].message_id, first)
            await program.settle()
            assert bench.texts() == ["Та «2» гэлээ."]
            alerts = [answer["text"] for answer in bench.network.presses.values() if answer]
            assert alerts == ["", sentence("telegram", "old_button")]
            assert {post.status for post in bench.network.posts} == {200}

    asyncio.run(run())


def test_a_poll_leaves_its_answers_in_the_outbox(sqlite_url: str) -> None:
    async def run() -> None:
        async with _program(sqlite_url, "polling") as program:
            program.bench.people.writes(CITIZEN, "Сайн уу")
            async with asyncio.timeout(5):
                while not program.bench.texts():  # the worker is called by hand
                    await asyncio.sleep(0.02)
                    await program.settle()
            assert program.bench.texts() == ["Та «Сайн уу» гэлээ."]

    asyncio.run(run())


@pytest.mark.parametrize("is_known", [True, False])
def test_a_message_to_who_blocked_the_bot_ends_the_notices(
    sqlite_url: str, is_known: bool
) -> None:
    async def run() -> None:
        async with _program(sqlite_url) as program:
            bench = program.bench
            bench.people.writes(CITIZEN, "Сайн уу")
            await bench.network.settled()
            if is_known:
                bench.network.blocked.add(CITIZEN)
            await program.settle()
            async with program.store.read() as session:
                wanted = await notices_wanted(session, "telegram", str(CITIZEN))
                waiting = await waiting_count(session)
            assert wanted is not is_known
            assert waiting == {}

    asyncio.run(run())
