"""Sending SMS: recorded answers, time-outs, and the whole way through the simulator."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest
import yaml

from bot.errors import SettingsError
from channels.africastalking_sender import Account, AfricasTalkingSender
from channels.africastalking_simulator import Network, SimulatorConfig, build_at_simulator
from channels.base import SendFailed

CASES = Path(__file__).parents[1] / "cases" / "sending" / "africastalking.yml"
ACCOUNT = Account("https://provider.example", "sandbox", "simulator-key", sender="141111")
PHONE = "+97699000001"


def _send(transport: httpx.AsyncBaseTransport, account: Account = ACCOUNT) -> str:
    async def run() -> str:
        async with httpx.AsyncClient(transport=transport) as client:
            return await AfricasTalkingSender(account, client).send(PHONE, "Сайн уу", "m1")

    return asyncio.run(run())


def _cases() -> list[Any]:
    loaded = yaml.safe_load(CASES.read_text(encoding="utf-8"))
    return [pytest.param(case, id=case["label"]) for case in loaded]


@pytest.mark.parametrize("case", _cases())
def test_recorded_answer(case: dict[str, Any]) -> None:
    answer = case["answer"]

    def provider(request: httpx.Request) -> httpx.Response:
        if "json" in answer:
            return httpx.Response(answer["status"], json=answer["json"])
        return httpx.Response(answer["status"], text=answer["text"])

    transport = httpx.MockTransport(provider)
    if "id" in case:
        assert _send(transport) == case["id"]
        return
    with pytest.raises(SendFailed) as caught:
        _send(transport)
    error = caught.value
    expected = {"maybe_sent": False, "opted_out": False, **case["failed"]}
    assert {name: getattr(error, name) for name in expected} == expected
    assert PHONE not in str(caught.value)


def test_the_request_has_the_documented_form() -> None:
    seen: list[httpx.Request] = []

    def provider(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(500)

    with pytest.raises(SendFailed):
        _send(httpx.MockTransport(provider))
    (request,) = seen
    assert str(request.url) == "https://provider.example/version1/messaging"
    assert request.headers["apikey"] == "simulator-key"
    assert request.headers["accept"] == "application/json"
    assert parse_qs(request.content.decode()) == {
        "username": ["sandbox"],
        "to": [PHONE],
        "message": ["Сайн уу"],
        "from": ["141111"],
        "bulkSMSMode": ["1"],
        "enqueue": ["1"],
    }


@pytest.mark.parametrize(
    ("error", "code", "maybe_sent"),
    [
        (httpx.ConnectError("refused"), "no_connection", False),
        (httpx.ConnectTimeout("slow"), "no_connection", False),
        (httpx.ReadTimeout("slow"), "no_answer", True),
        (httpx.RemoteProtocolError("broken"), "no_answer", True),
    ],
)
def test_no_answer_may_be_tried_again_and_may_have_been_heard(
    error: httpx.HTTPError, code: str, maybe_sent: bool
) -> None:
    def provider(request: httpx.Request) -> httpx.Response:
        raise error

    with pytest.raises(SendFailed) as caught:
        _send(httpx.MockTransport(provider))
    assert (caught.value.code, caught.value.retryable) == (code, True)
    assert caught.value.maybe_sent == maybe_sent


@pytest.mark.parametrize("url", ["http://provider.example", "provider.example", "ftp://a", ""])
def test_an_open_line_is_refused(url: str) -> None:
    with pytest.raises(SettingsError):
        Account(url, "sandbox", "key")


def test_the_key_is_never_printed() -> None:
    assert "simulator-key" not in repr(ACCOUNT)


@pytest.mark.parametrize(
    ("faults", "account", "failed"),
    [
        ({}, ACCOUNT, None),
        ({"refuse": "InsufficientBalance"}, ACCOUNT, "no_balance"),
        ({"refuse": "InvalidSenderId"}, ACCOUNT, "invalid_sender"),
        ({"http500": 1}, ACCOUNT, "http_500"),
        ({}, Account("https://provider.example", "sandbox", "wrong"), "unauthorized"),
        (
            {},
            Account("https://provider.example", "sandbox", "simulator-key", "X"),
            "invalid_sender",
        ),
    ],
)
def test_the_simulator_answers_the_sender_as_the_provider_would(
    faults: dict[str, Any], account: Account, failed: str | None
) -> None:
    async def run() -> str:
        config = SimulatorConfig(
            "http://127.0.0.1:9/ussd", "http://127.0.0.1:9/sms", controls=True, report_delay_s=0
        )
        network = Network(config)
        app = build_at_simulator(config, network)
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url=account.base_url) as client:
            assert (await client.post("/control", json=faults)).is_success
            message_id = await AfricasTalkingSender(account, client).send(PHONE, "Сайн уу", "m1")
            await network.settled()
            assert [each.text for each in network.inbox(PHONE)] == ["Сайн уу"]
            return message_id

    if failed is None:
        assert asyncio.run(run()).startswith("ATXid_")
        return
    with pytest.raises(SendFailed) as caught:
        asyncio.run(run())
    assert caught.value.code == failed
