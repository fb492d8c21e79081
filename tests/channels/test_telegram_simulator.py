"""The simulator of the Bot API objects to what the real one would refuse."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import httpx
import pytest

from channels.telegram_simulator import SimulatorConfig, TelegramNetwork, build_telegram_simulator

USER = 5001
TOKEN = SimulatorConfig().token


def _call(method: str, token: str = TOKEN, **fields: Any) -> tuple[int, dict[str, Any], list[str]]:
    async def run() -> tuple[int, dict[str, Any], list[str]]:
        network = TelegramNetwork()
        network.open_chat(USER)
        transport = httpx.ASGITransport(build_telegram_simulator(network))
        async with httpx.AsyncClient(transport=transport, base_url="http://api") as client:
            response = await client.post(f"/bot{token}/{method}", data=fields)
        await network.aclose()
        codes = [violation.code for violation in network.violations]
        return response.status_code, response.json(), codes

    return asyncio.run(run())


def _keyboard(text: str, data: str) -> str:
    return json.dumps({"inline_keyboard": [[{"text": text, "callback_data": data}]]})


@pytest.mark.parametrize(
    ("method", "fields", "status", "codes"),
    [
        ("getMe", {}, 200, []),
        ("sendMessage", {"chat_id": USER, "text": "🙏" * 2048}, 200, []),
        ("sendMessage", {"chat_id": USER, "text": "🙏" * 2048 + "a"}, 400, ["text_length"]),
        ("sendMessage", {"chat_id": USER, "text": " "}, 400, ["text_empty"]),
        ("sendMessage", {"chat_id": 1, "text": "a"}, 400, []),
        ("sendMessage", {"chat_id": "", "text": "a"}, 400, ["chat_id"]),
        (
            "sendMessage",
            {"chat_id": USER, "text": "a", "reply_markup": _keyboard("a", "ү" * 32)},
            200,
            [],
        ),
        (
            "sendMessage",
            {"chat_id": USER, "text": "a", "reply_markup": _keyboard("a", "ү" * 33)},
            400,
            ["callback_data"],
        ),
        (
            "sendMessage",
            {"chat_id": USER, "text": "a", "reply_markup": _keyboard(" ", "1")},
            400,
            ["button_text"],
        ),
        ("editMessageText", {"chat_id": USER, "message_id": 1, "text": "a"}, 400, []),
        ("answerCallbackQuery", {"callback_query_id": "none"}, 400, []),
        ("getFile", {"file_id": "none"}, 400, []),
        ("setWebhook", {"url": "http://e.mn/x"}, 400, ["webhook_url"]),
        ("setWebhook", {"url": "https://e.mn:8080/x"}, 400, ["webhook_url"]),
        ("setWebhook", {"url": "https://e.mn/x", "secret_token": "a b"}, 400, ["secret_token"]),
        ("setWebhook", {"url": "https://e.mn:8443/x", "secret_token": "a-b"}, 200, []),
        (
            "setMyCommands",
            {"commands": json.dumps([{"command": "Цэс", "description": "a"}])},
            400,
            ["command"],
        ),
        ("sendDice", {"chat_id": USER}, 404, ["method"]),
    ],
)
def test_a_call_is_answered_and_judged(
    method: str, fields: dict[str, Any], status: int, codes: list[str]
) -> None:
    answered, body, found = _call(method, **fields)
    assert (answered, body["ok"], found) == (status, status == 200, codes)


def test_a_wrong_token_is_unauthorised() -> None:
    assert _call("getMe", token="1:x")[:2] == (
        401,
        {"ok": False, "error_code": 401, "description": "Unauthorized"},
    )


def test_a_poll_waits_for_an_update_and_forgets_what_is_confirmed() -> None:
    from channels.telegram_simulator import People  # noqa: PLC0415  # this test alone needs it

    async def run() -> None:
        network = TelegramNetwork()
        people = People(network)
        transport = httpx.ASGITransport(build_telegram_simulator(network))
        async with httpx.AsyncClient(transport=transport, base_url="http://api") as client:
            poll = asyncio.create_task(client.post(f"/bot{TOKEN}/getUpdates", json={"timeout": 5}))
            await asyncio.sleep(0.01)
            update_id = people.writes(USER, "Сайн уу")
            (update,) = (await poll).json()["result"]
            assert update["update_id"] == update_id
            again = await client.post(f"/bot{TOKEN}/getUpdates", json={"timeout": 0})
            assert len(again.json()["result"]) == 1
            confirmed = {"timeout": 0, "offset": update_id + 1}
            last = await client.post(f"/bot{TOKEN}/getUpdates", json=confirmed)
            assert last.json()["result"] == []
        await network.aclose()

    asyncio.run(run())


def test_telephones_can_be_driven_from_outside() -> None:
    async def run() -> None:
        network = TelegramNetwork()
        transport = httpx.ASGITransport(build_telegram_simulator(network))
        async with httpx.AsyncClient(transport=transport, base_url="http://api") as client:
            await client.post("/phone/write", json={"user": USER, "text": "Сайн уу"})
            markup = _keyboard("Паспорт", "1.x")
            await client.post(
                f"/bot{TOKEN}/sendMessage",
                data={"chat_id": USER, "text": "Юу?", "reply_markup": markup},
            )
            press = {"user": USER, "label": "Паспорт"}
            assert (await client.post("/phone/press", json=press)).status_code == 200
            wrong = {"user": USER, "label": "Өөр"}
            assert (await client.post("/phone/press", json=wrong)).status_code == 404
            (message,) = (await client.get(f"/phone/chat/{USER}")).json()["messages"]
            assert (message["text"], message["buttons"]) == ("Юу?", ["Паспорт"])
            assert (await client.get("/violations")).json() == {"violations": []}
        assert network.pending_count == 2
        await network.aclose()

    asyncio.run(run())
