"""The Telegram bot in conversation: buttons, repeats, voice, groups, failures, both ways in."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import pytest

from bot.errors import Busy
from bot.language.quick import quick_act
from bot.message import Choice, Expects, Inbound, Reply
from channels.reception import Limits
from channels.sentences import sentence
from channels.telegram.commands import commands, in_words
from channels.telegram_simulator import Faults
from tests.channels.telegram_bench import (
    CITIZEN,
    OTHER,
    PUBLIC,
    SECRET,
    TOKEN,
    Bench,
    PushingTurn,
    running,
)

MODES = ["webhook", "polling"]
ACTS = {
    "start": "start",
    "menu": "menu",
    "help": "help",
    "status": "status",
    "mydata": "my_data",
    "delete": "my_data",
    "human": "human",
    "stop": "stop",
}


def _alert(bench: Bench) -> list[str]:
    return [answer["text"] for answer in bench.network.presses.values() if answer]


async def _answered(bench: Bench, count: int) -> None:
    """Wait for the turn to have had so many messages, then deliver its answers."""
    await bench.until(lambda: len(bench.turn.inbounds) >= count)
    await bench.settle()


@pytest.mark.parametrize("mode", MODES)
def test_a_press_edits_the_message_that_carried_the_button(mode: str) -> None:
    def script(inbound: Inbound) -> tuple[Reply, ...]:
        if inbound.keys == "2":
            return (Reply("Торгуулийг улсын дугаараар шалгана."),)
        choices = (Choice("Паспорт", "/a"), Choice("Торгууль", "/b"))
        return (Reply("Юу хэрэгтэй вэ?", choices, Expects.CHOICE),)

    async def run() -> None:
        async with running(PushingTurn(script), mode=mode) as bench:
            bench.people.writes(CITIZEN, "Сайн уу")
            await _answered(bench, 1)
            bench.people.presses(CITIZEN, "Торгууль")
            await _answered(bench, 2)
            (message,) = bench.network.chats[CITIZEN]
            assert message.text == "Торгуулийг улсын дугаараар шалгана."
            assert (message.edits, message.buttons) == (1, [])
            assert bench.turn.inbounds[1].reply_to == str(message.message_id)
            assert _alert(bench) == [""]
            assert bench.network.actions == [(CITIZEN, "typing")] * 2
            assert not bench.network.violations

    asyncio.run(run())


@pytest.mark.parametrize("mode", MODES)
def test_a_press_on_an_old_keyboard_is_told_to_be_old_and_answers_nothing(mode: str) -> None:
    async def run() -> None:
        async with running(mode=mode) as bench:
            bench.people.writes(CITIZEN, "Сайн уу")
            await _answered(bench, 1)
            old = bench.network.chats[CITIZEN][0]
            bench.people.writes(CITIZEN, "Өөр асуулт")
            await _answered(bench, 2)
            bench.people.presses_data(CITIZEN, old.message_id, old.buttons[0]["callback_data"])
            await bench.until(lambda: _alert(bench))
            await bench.settle()
            assert _alert(bench) == [sentence("telegram", "old_button")]
            assert [inbound.text for inbound in bench.turn.inbounds] == ["Сайн уу", "Өөр асуулт"]
            bench.people.presses(CITIZEN, "Паспорт")
            await _answered(bench, 3)
            assert bench.turn.inbounds[2].keys == "1"

    asyncio.run(run())


def test_a_button_of_another_chat_does_not_answer_here() -> None:
    async def run() -> None:
        async with running() as bench:
            for user in (CITIZEN, OTHER):
                bench.people.writes(user, "Сайн уу")
                await bench.settle()
            theirs = bench.network.chats[OTHER][0]
            bench.people.presses_data(
                CITIZEN, theirs.message_id, theirs.buttons[0]["callback_data"]
            )
            await bench.settle()
            assert len(bench.turn.inbounds) == 2
            assert _alert(bench) == [sentence("telegram", "old_button")]

    asyncio.run(run())


@pytest.mark.parametrize("reachable", [True, False])
def test_an_answer_that_cannot_edit_is_sent_anew(reachable: bool) -> None:
    async def run() -> None:
        async with running() as bench:
            bench.people.writes(CITIZEN, "Сайн уу")
            await bench.settle()
            shown = bench.network.chats[CITIZEN][0]
            bench.network.faults = Faults(uneditable=True)
            data = shown.buttons[0]["callback_data"]
            bench.people.presses_data(CITIZEN, shown.message_id, data, reachable=reachable)
            await bench.settle()
            assert len(bench.texts()) == 2
            assert bench.turn.inbounds[1].reply_to == (
                str(shown.message_id) if reachable else None
            )

    asyncio.run(run())


@pytest.mark.parametrize(("label", "text"), [("Тийм", "affirm"), ("Үгүй", "deny")])
def test_a_yes_or_no_question_has_two_buttons_that_say_the_words(label: str, text: str) -> None:
    script = lambda inbound: (Reply("Зөв үү?", expects=Expects.YES_NO),)  # noqa: E731  # one line

    async def run() -> None:
        async with running(PushingTurn(script)) as bench:
            bench.people.writes(CITIZEN, "Торгууль")
            await bench.settle()
            bench.people.presses(CITIZEN, label)
            await bench.settle()
            assert quick_act(bench.turn.inbounds[1].text or "") == text

    asyncio.run(run())


def test_start_offers_to_share_the_number_and_the_place() -> None:
    async def run() -> None:
        async with running() as bench:
            bench.people.writes(CITIZEN, "/start")
            await bench.settle()
            keyboard = (bench.network.chats[CITIZEN][-1].markup or {})["keyboard"]
            assert [row[0].get("request_contact") for row in keyboard] == [True, None]
            assert [row[0].get("request_location") for row in keyboard] == [None, True]

    asyncio.run(run())


@pytest.mark.parametrize(("name", "act"), ACTS.items())
def test_a_command_stands_for_words_that_every_channel_knows(name: str, act: str) -> None:
    assert quick_act(in_words(f"/{name}")) == act


def test_the_menu_of_commands_is_mongolian_for_every_phone() -> None:
    async def run() -> dict[str, Any]:
        async with running() as bench:
            return bench.network.commands

    shown = asyncio.run(run())
    assert set(shown) == {"", "mn"}
    assert [each["command"] for each in shown[""]] == list(commands())
    assert set(commands()) == set(ACTS)
    assert shown[""] == shown["mn"]


def test_a_redelivered_update_has_one_effect_and_a_press_is_not_called_old() -> None:
    async def run() -> None:
        async with running() as bench:
            bench.network.faults = Faults(duplicates=2)
            bench.people.writes(CITIZEN, "Сайн уу")
            await bench.settle()
            bench.people.presses(CITIZEN, "Паспорт")
            await bench.settle()
            assert len({inbound.message_id for inbound in bench.turn.inbounds}) == 2
            assert len(bench.turn.inbounds) == 6
            assert len(bench.texts()) == 1
            assert _alert(bench) == [""]

    asyncio.run(run())


def test_a_hint_is_given_once_for_an_update_that_comes_again() -> None:
    async def run() -> None:
        async with running() as bench:
            update = bench.people.sends_sticker(CITIZEN)
            await bench.settle()
            bench.network.redeliver(update)
            await bench.settle()
            assert bench.texts() == [sentence("telegram", "unreadable")]

    asyncio.run(run())


def test_a_group_is_refused_once_a_day_and_nothing_in_it_is_read() -> None:
    async def run() -> None:
        async with running() as bench:
            for text in ("Паспорт", "/start@urtuu_bot", "99000001"):
                bench.people.writes_in_group(CITIZEN, text, group=-100)
            bench.people.writes_in_group(CITIZEN, "Паспорт", group=-200)
            await bench.settle()
            assert bench.texts(-100) == bench.texts(-200) == [sentence("telegram", "crowd")]
            assert bench.turn.inbounds == []

    asyncio.run(run())


def test_who_blocks_the_bot_has_said_stop_and_gets_no_answer() -> None:
    async def run() -> None:
        async with running() as bench:
            bench.people.writes(CITIZEN, "Сайн уу")
            await bench.settle()
            bench.people.blocks(CITIZEN)
            await bench.settle()
            assert quick_act(bench.turn.inbounds[1].text or "") == "stop"
            assert bench.network.calls.count("sendmessage") == 1

    asyncio.run(run())


@pytest.mark.parametrize("mode", MODES)
def test_a_busy_turn_is_tried_again_until_it_answers(mode: str) -> None:
    async def run() -> None:
        async with running(mode=mode, retry_first_s=0.01) as bench:
            bench.turn.error = Busy()
            bench.people.writes(CITIZEN, "Сайн уу")
            await bench.until(lambda: len(bench.turn.inbounds) >= 2)
            bench.turn.error = None
            await bench.until(lambda: bench.turn.outbox)
            await bench.settle()
            assert len(bench.texts()) == 1

    asyncio.run(run())


@pytest.mark.parametrize("mode", MODES)
def test_an_update_that_always_fails_is_apologised_for_and_lets_the_next_one_pass(
    mode: str,
) -> None:
    def script(inbound: Inbound) -> tuple[Reply, ...]:
        if inbound.text == "гацаа":
            raise RuntimeError("a defect")
        return (Reply("Сайн байна уу?"),)

    async def run() -> None:
        async with running(PushingTurn(script), mode=mode, retry_first_s=0.01) as bench:
            bench.people.writes(CITIZEN, "гацаа")
            await bench.until(bench.texts)
            bench.people.writes(CITIZEN, "Сайн уу")
            await _answered(bench, 4)
            assert bench.texts() == [sentence("telegram", "failed"), "Сайн байна уу?"]
            assert len(bench.turn.inbounds) == 4

    asyncio.run(run())


def test_a_poll_confirms_an_update_only_after_its_turn() -> None:
    async def run() -> None:
        async with running(mode="polling", retry_first_s=0.01) as bench:
            bench.turn.error = Busy()
            bench.people.writes(CITIZEN, "Сайн уу")
            await bench.until(lambda: len(bench.turn.inbounds) >= 7)
            assert bench.network.pending_count == 1
            bench.turn.error = None
            await bench.until(lambda: bench.network.pending_count == 0)

    asyncio.run(run())


def test_a_citizen_over_the_rate_is_told_by_the_poll_and_told_to_telegram_by_the_webhook() -> None:
    limits = Limits(burst=1, rate_per_s=0.0001)

    async def run() -> None:
        async with running(mode="polling", limits=limits) as bench:
            bench.people.writes(CITIZEN, "нэг")
            bench.people.writes(CITIZEN, "хоёр")
            await bench.until(bench.texts)
            assert bench.texts() == [sentence("telegram", "limited")]
        async with running(limits=limits) as bench:
            bench.people.writes(CITIZEN, "нэг")
            bench.people.writes(CITIZEN, "хоёр")
            await bench.network.settled()
            assert {post.status for post in bench.network.posts} == {200, 429}
            assert len(bench.turn.inbounds) == 1

    asyncio.run(run())


def test_the_webhook_is_registered_with_a_secret_of_its_own_and_again_after_an_outage() -> None:
    async def run() -> None:
        async with running(serve=False, retry_first_s=0.01) as bench:
            bench.network.faults = Faults(http500=3)
            stop = asyncio.Event()
            assert bench.opened.service is not None
            task = asyncio.create_task(bench.opened.service.run(bench.reception, stop))
            await bench.until(lambda: bench.network.webhook)
            stop.set()
            await task
            webhook = bench.network.webhook
            assert webhook is not None
            assert webhook.url == f"{PUBLIC}/telegram/{SECRET}"
            assert SECRET not in webhook.secret
            assert len(webhook.secret) == 64
            assert bench.network.calls.count("setwebhook") == 4

    asyncio.run(run())


def test_polling_takes_an_earlier_webhook_away() -> None:
    async def run() -> None:
        async with running(serve=False, mode="polling") as bench:
            bench.network.webhook = object()  # type: ignore[assignment]  # any webhook will do
            stop = asyncio.Event()
            assert bench.opened.service is not None
            task = asyncio.create_task(bench.opened.service.run(bench.reception, stop))
            await bench.until(lambda: bench.network.calls.count("getupdates"))
            assert bench.network.webhook is None
            stop.set()
            await asyncio.wait_for(task, 2)

    asyncio.run(run())


def test_no_log_holds_the_token_the_chat_or_the_words(caplog: pytest.LogCaptureFixture) -> None:
    async def run() -> None:
        async with running(retry_first_s=0.01) as bench:
            bench.network.faults = Faults(http500=1)
            bench.people.writes(CITIZEN, "УБ95021217")
            await bench.settle()
            bench.turn.error = RuntimeError(f"{CITIZEN} УБ95021217")
            bench.people.writes(CITIZEN, "УБ95021217")
            await bench.settle()
            bench.network.blocked.add(OTHER)
            bench.people.sends_sticker(OTHER)
            await bench.settle()

    with caplog.at_level(logging.DEBUG):
        asyncio.run(run())
    printed = "\n".join(record.getMessage() for record in caplog.records)
    assert "telegram: " in printed
    for secret in (TOKEN, TOKEN.split(":")[1], SECRET, str(CITIZEN), str(OTHER), "УБ95"):
        assert secret not in printed
