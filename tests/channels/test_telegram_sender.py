"""What leaves by the Bot API: messages, edits, and what each refusal means for the outbox."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import httpx
import pytest

from bot.errors import SettingsError
from channels.base import SendFailed
from channels.plan import Tools
from channels.telegram import PLAN, TelegramSender
from channels.telegram.api import open_bot
from channels.telegram_simulator import Faults
from tests.channels.loopback import async_client, bound_socket, serve, url_of
from tests.channels.telegram_bench import API, CITIZEN, ENVIRON, OTHER, PUBLIC, TOKEN, running

TEXT = {"text": "Сайн байна уу?"}


def _failure(code: str, **fields: Any) -> dict[str, Any]:
    usual = {"retryable": False, "maybe_sent": False, "opted_out": False, "retry_after_s": None}
    return usual | {"code": code} | fields


def _told(error: SendFailed) -> dict[str, Any]:
    names = ("code", "retryable", "maybe_sent", "opted_out", "retry_after_s")
    return {name: getattr(error, name) for name in names}


async def _send_to_fault(faults: Faults, address: str, body: Any) -> dict[str, Any] | str:
    async with running(serve=False) as bench:
        bench.network.open_chat(CITIZEN)
        bench.network.open_chat(OTHER)
        bench.network.blocked.add(OTHER)
        bench.network.faults = faults
        try:
            return await bench.sender.send(address, body, "k1")
        except SendFailed as error:
            return _told(error)


@pytest.mark.parametrize(
    ("faults", "address", "body", "expected"),
    [
        (Faults(flood=1), CITIZEN, TEXT, _failure("flood_limit", retryable=True, retry_after_s=7)),
        (Faults(), OTHER, TEXT, _failure("blocked", opted_out=True)),
        (Faults(), 9999, TEXT, _failure("chat_not_found")),
        (Faults(), "+97699000001", TEXT, _failure("chat_not_found")),
        (Faults(), -100, TEXT, _failure("chat_not_found")),
        (Faults(), CITIZEN, {"text": "ү" * 4097}, _failure("refused")),
        (Faults(http500=1), CITIZEN, TEXT, _failure("provider_error", retryable=True)),
        (Faults(garble=1), CITIZEN, TEXT, _failure("unreadable_answer", maybe_sent=True)),
    ],
)
def test_a_refusal_says_whether_to_send_again(
    faults: Faults, address: int | str, body: Any, expected: dict[str, Any]
) -> None:
    assert asyncio.run(_send_to_fault(faults, str(address), body)) == expected


@pytest.mark.parametrize(
    ("error", "edit", "expected"),
    [
        (httpx.ConnectError("no"), None, _failure("no_connection", retryable=True)),
        (httpx.ConnectTimeout("no"), None, _failure("no_connection", retryable=True)),
        (httpx.PoolTimeout("no"), None, _failure("no_connection", retryable=True)),
        (httpx.ReadTimeout("no"), None, _failure("no_answer", retryable=True, maybe_sent=True)),
        (httpx.ReadError("no"), None, _failure("no_answer", retryable=True, maybe_sent=True)),
        (httpx.ReadTimeout("no"), 12, _failure("no_answer", retryable=True)),
    ],
)
def test_a_lost_answer_may_mean_a_sent_message_and_an_edit_may_simply_be_repeated(
    error: httpx.HTTPError, edit: int | None, expected: dict[str, Any]
) -> None:
    def fail(request: httpx.Request) -> httpx.Response:
        raise error

    assert asyncio.run(_send_over(httpx.MockTransport(fail), edit)) == expected


@pytest.mark.parametrize(
    ("status", "answer", "expected"),
    [
        (401, {"description": "Unauthorized"}, _failure("unauthorized")),
        (404, {"description": "Not Found"}, _failure("unauthorized")),
        (403, {"description": "Forbidden: user is deactivated"}, "opted out"),
        (429, {"description": "Too Many"}, _failure("provider_error", retryable=True)),
        (502, {"description": "Bad Gateway"}, _failure("provider_error", retryable=True)),
        (409, {"description": "Conflict"}, _failure("refused")),
        (200, {"result": True}, _failure("unreadable_answer", maybe_sent=True)),
        (200, {}, _failure("unreadable_answer", maybe_sent=True)),
    ],
)
def test_every_status_of_the_bot_api_has_a_meaning(
    status: int, answer: dict[str, Any], expected: dict[str, Any] | str
) -> None:
    wanted = _failure("blocked", opted_out=True) if expected == "opted out" else expected
    body = {"ok": status == 200, "error_code": status, **answer}
    transport = httpx.MockTransport(lambda _: httpx.Response(status, json=body))
    assert asyncio.run(_send_over(transport, None)) == wanted


async def _send_over(transport: httpx.AsyncBaseTransport, edit: int | None) -> dict[str, Any]:
    async with httpx.AsyncClient(transport=transport) as client:
        sender = TelegramSender(open_bot(TOKEN, API, client), clock_s=time.monotonic)
        body = TEXT if edit is None else TEXT | {"edit": edit}
        with pytest.raises(SendFailed) as caught:
            await sender.send(str(CITIZEN), body, "k1")
    return _told(caught.value)


def test_after_a_429_the_whole_bot_pauses_as_long_as_it_was_asked_to() -> None:
    async def run() -> None:
        async with running(serve=False) as bench:
            bench.network.open_chat(CITIZEN)
            bench.network.open_chat(OTHER)
            now_s = [100.0]
            bot = open_bot(TOKEN, API, bench.client)
            sender = TelegramSender(bot, clock_s=lambda: now_s[0])
            bench.network.faults = Faults(flood=1, retry_after_s=30)
            with pytest.raises(SendFailed):
                await sender.send(str(CITIZEN), TEXT, "k1")
            now_s[0] += 10
            with pytest.raises(SendFailed) as caught:
                await sender.send(str(OTHER), TEXT, "k2")
            assert caught.value.retry_after_s == 20
            assert bench.network.calls == ["sendmessage"]
            now_s[0] += 20
            assert await sender.send(str(OTHER), TEXT, "k2")

    asyncio.run(run())


def test_messages_are_spaced_so_that_the_bot_stays_under_its_limit() -> None:
    pauses: list[float] = []

    async def sleep(seconds: float) -> None:
        pauses.append(round(seconds, 3))

    async def run() -> None:
        async with running(serve=False) as bench:
            bench.network.open_chat(CITIZEN)
            bot = open_bot(TOKEN, API, bench.client)
            sender = TelegramSender(bot, clock_s=lambda: 0.0, sleep=sleep)
            for number in range(4):
                await sender.send(str(CITIZEN), TEXT, f"k{number}")

    asyncio.run(run())
    assert pauses == [0.04, 0.08, 0.12]


def test_a_repeated_edit_is_no_error_and_no_second_message() -> None:
    async def run() -> None:
        async with running(serve=False) as bench:
            bench.network.open_chat(CITIZEN)
            first = await bench.sender.send(str(CITIZEN), TEXT, "k1")
            body = {"text": "Өөр", "edit": int(first)}
            assert await bench.sender.send(str(CITIZEN), body, "k2") == first
            assert await bench.sender.send(str(CITIZEN), body, "k2") == first
            assert bench.texts() == ["Өөр"]

    asyncio.run(run())


def test_a_notice_is_a_plain_text_without_a_preview_of_its_links() -> None:
    seen: list[httpx.Request] = []

    def take(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        chat = {"id": CITIZEN, "type": "private"}
        sent = {"message_id": 5, "date": 1, "chat": chat, "text": "a"}
        return httpx.Response(200, json={"ok": True, "result": sent})

    async def run() -> str:
        async with httpx.AsyncClient(transport=httpx.MockTransport(take)) as client:
            sender = TelegramSender(open_bot(TOKEN, API, client), clock_s=time.monotonic)
            return await sender.send(str(CITIZEN), "Цаг: <b>10:00</b> *_ https://e.mn", "k1")

    assert asyncio.run(run()) == "5"
    form = dict(httpx.QueryParams(seen[0].content.decode()))
    assert form["text"] == "Цаг: <b>10:00</b> *_ https://e.mn"
    assert "parse_mode" not in form
    assert form["link_preview_options"] == '{"is_disabled": true}'


@pytest.mark.parametrize(
    "environ",
    [
        {"URTUU_TELEGRAM_TOKEN": "not a token"},
        {"URTUU_TELEGRAM_TOKEN": "123:a/../b"},
        {"URTUU_TELEGRAM_SECRET": "short"},
        {"URTUU_TELEGRAM_API": "http://api.telegram.org"},
        {"URTUU_TELEGRAM_MODE": "both"},
        {"URTUU_TELEGRAM_SECRET": ""},
    ],
)
def test_a_wrong_setting_is_named_and_never_quoted(environ: dict[str, str]) -> None:
    (name,) = environ
    tools = Tools(httpx.AsyncClient(), PUBLIC)
    with pytest.raises(SettingsError, match=name) as caught:
        PLAN.open(ENVIRON | environ, tools)
    assert "not a token" not in str(caught.value)


def test_the_webhook_needs_a_public_address_and_polling_does_not() -> None:
    tools = Tools(httpx.AsyncClient())
    with pytest.raises(SettingsError, match="URTUU_PUBLIC_URL"):
        PLAN.open(ENVIRON, tools)
    (opened,) = PLAN.open(ENVIRON | {"URTUU_TELEGRAM_MODE": "polling"}, tools)
    assert opened.gate is None


def test_without_a_setting_the_channel_is_closed() -> None:
    assert PLAN.open({}, Tools(httpx.AsyncClient(), PUBLIC)) == ()


def test_a_message_travels_over_a_real_connection() -> None:
    from channels.telegram_simulator import (  # noqa: PLC0415  # this test alone serves it
        SimulatorConfig,
        TelegramNetwork,
        build_telegram_simulator,
    )

    network = TelegramNetwork(SimulatorConfig(token=TOKEN))
    network.open_chat(CITIZEN)

    async def run(url: str) -> str:
        async with async_client() as client:
            sender = TelegramSender(open_bot(TOKEN, url, client), clock_s=time.monotonic)
            body = {"text": "Сайн 🙏", "rows": [[["Тийм", "y.0123456789"]]]}
            return await sender.send(str(CITIZEN), body, "k1")

    with bound_socket() as sock, serve(build_telegram_simulator(network), sock):
        sent = asyncio.run(run(url_of(sock)))
    (message,) = network.chats[CITIZEN]
    assert (str(message.message_id), message.text) == (sent, "Сайн 🙏")
    assert [button["text"] for button in message.buttons] == ["Тийм"]
