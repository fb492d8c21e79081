"""Sending through Twilio: documented answers, lost answers, the request of Twilio's own client."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest
import yaml
from twilio.rest import Client

from bot.errors import SettingsError
from channels.base import SendFailed
from channels.twilio_sender import TwilioAccount, TwilioSender

CASES = Path(__file__).parents[1] / "cases" / "sending" / "twilio.yml"
SID = "AC0123456789abcdef0123456789abcdef"
SECRET = "a-secret-of-the-account"
STATUS_URL = "https://urtuu.example.mn/twilio/sms/status"
PHONE, TEXT = "+97699000001", "Сайн уу 50% + &"
NOW = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
MADE = [f"SM{number:032x}" for number in range(10)]

Provider = Callable[[httpx.Request], httpx.Response]


def _account(sender: str = "+12028831111", status_url: str | None = STATUS_URL) -> TwilioAccount:
    return TwilioAccount("https://api.twilio.com", SID, SID, SECRET, sender, status_url)


def _sender(provider: Provider, account: TwilioAccount | None = None) -> TwilioSender:
    client = httpx.AsyncClient(transport=httpx.MockTransport(provider))
    return TwilioSender(account or _account(), client, lambda: NOW)


def _send(sender: TwilioSender, key: str = "m1", text: str = TEXT) -> str:
    return asyncio.run(sender.send(PHONE, text, key))


def _cases() -> list[Any]:
    loaded = yaml.safe_load(CASES.read_text(encoding="utf-8"))
    return [pytest.param(case, id=case["label"]) for case in loaded]


@pytest.mark.parametrize("case", _cases())
def test_documented_answer(case: dict[str, Any]) -> None:
    answer = case["answer"]
    kind = {"json": answer["json"]} if "json" in answer else {"text": answer["text"]}
    sender = _sender(
        lambda _: httpx.Response(answer["status"], headers=answer.get("headers"), **kind)
    )
    if "id" in case:
        assert _send(sender) == case["id"]
        return
    with pytest.raises(SendFailed) as caught:
        _send(sender)
    found = {name: getattr(caught.value, name) for name in case["failed"]}
    assert found == case["failed"]
    assert PHONE not in str(caught.value)


@pytest.mark.parametrize(
    ("sender", "kind"),
    [
        ("+12028831111", "From"),
        ("URTUU", "From"),
        ("141111", "From"),
        ("MG00000000000000000000000000000001", "MessagingServiceSid"),
    ],
)
def test_the_request_is_the_one_that_twilios_own_client_makes(sender: str, kind: str) -> None:
    seen: list[httpx.Request] = []

    def provider(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(201, json={"sid": MADE[1]})

    assert _send(_sender(provider, _account(sender))) == MADE[1]
    (request,) = seen
    theirs = _Recorder()
    names = {"From": "from_", "MessagingServiceSid": "messaging_service_sid"}
    Client(SID, SECRET, http_client=theirs).messages.create(
        to=PHONE, body=TEXT, status_callback=STATUS_URL, **{names[kind]: sender}
    )
    method, url, form = theirs.calls[0]
    assert (request.method, str(request.url)) == (method, url)
    ours = parse_qs(request.content.decode(), strict_parsing=True)
    assert {name: values[0] for name, values in ours.items()} == form
    assert request.headers["authorization"].startswith("Basic ")


class _Recorder:
    """An HTTP client for Twilio's library that only writes down what it is asked."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, str, dict[str, Any]]] = []

    def request(self, method: str, uri: str, data: dict[str, Any], **_: Any) -> Any:
        form = {name: value for name, value in data.items() if isinstance(value, str)}
        self.calls.append((method, uri, form))
        return _Created()


class _Created:
    status_code = 201
    headers: Mapping[str, str] = MappingProxyType({})
    text = '{"sid": "SM1"}'


@pytest.mark.parametrize(
    ("error", "code", "maybe_sent"),
    [
        (httpx.ConnectError("refused"), "no_connection", False),
        (httpx.ConnectTimeout("slow"), "no_connection", False),
        (httpx.ReadTimeout("slow"), "no_answer", True),
        (httpx.RemoteProtocolError("broken"), "no_answer", True),
    ],
)
def test_a_lost_connection_says_whether_the_message_may_have_left(
    error: httpx.HTTPError, code: str, *, maybe_sent: bool
) -> None:
    def provider(_: httpx.Request) -> httpx.Response:
        raise error

    with pytest.raises(SendFailed) as caught:
        _send(_sender(provider))
    assert (caught.value.code, caught.value.retryable) == (code, True)
    assert caught.value.maybe_sent is maybe_sent


class _Twilio:
    """Keeps messages as the list of the REST interface shows them, and may lose its answers."""

    def __init__(self, *, loses: int, keeps: bool) -> None:
        self.loses = loses
        self.keeps = keeps
        self.made: list[dict[str, Any]] = []
        self.posts = 0
        self.lists = True

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.method == "GET":
            return self._listed(request)
        self.posts += 1
        form = {name: values[0] for name, values in parse_qs(request.content.decode()).items()}
        is_lost = self.loses > 0
        if not is_lost or self.keeps:
            self.add(form["Body"], NOW)
        if is_lost:
            self.loses -= 1
            raise httpx.ReadTimeout("slow")
        return httpx.Response(201, json=self.made[0])

    def add(self, body: str, made_at: datetime, direction: str = "outbound-api") -> str:
        sid = MADE[len(self.made)]
        message = {"sid": sid, "body": body, "direction": direction}
        self.made.insert(0, message | {"date_created": format_datetime(made_at)})
        return sid

    def _listed(self, request: httpx.Request) -> httpx.Response:
        assert request.url.params["To"] == PHONE
        if not self.lists:
            return httpx.Response(503)
        return httpx.Response(200, json={"messages": self.made})


def _send_all(sender: TwilioSender, keys: Sequence[str]) -> list[str]:
    results = []
    for key in keys:
        try:
            results.append(_send(sender, key))
        except SendFailed as error:
            results.append(error.code)
    return results


def test_a_message_whose_answer_was_lost_is_found_and_not_sent_again() -> None:
    twilio = _Twilio(loses=1, keeps=True)
    assert _send_all(_sender(twilio), ["m1", "m1"]) == ["no_answer", MADE[0]]
    assert twilio.posts == 1


def test_a_message_that_never_arrived_there_is_sent_again() -> None:
    twilio = _Twilio(loses=1, keeps=False)
    assert _send_all(_sender(twilio), ["m1", "m1"]) == ["no_answer", MADE[0]]
    assert twilio.posts == 2


def test_an_earlier_message_with_the_same_words_is_not_taken_for_the_lost_one() -> None:
    twilio = _Twilio(loses=0, keeps=False)
    sender = _sender(twilio)
    assert _send_all(sender, ["m1"]) == [MADE[0]]
    twilio.loses = 1
    assert _send_all(sender, ["m2", "m2"]) == ["no_answer", MADE[1]]
    assert twilio.posts == 3


@pytest.mark.parametrize(
    ("body", "age", "direction"),
    [
        (TEXT, timedelta(minutes=5), "outbound-api"),
        ("other words", timedelta(0), "outbound-api"),
        (TEXT, timedelta(0), "inbound"),
    ],
)
def test_what_is_older_differs_or_came_in_is_not_the_lost_message(
    body: str, age: timedelta, direction: str
) -> None:
    twilio = _Twilio(loses=1, keeps=False)
    twilio.add(body, NOW - age, direction)
    assert _send_all(_sender(twilio), ["m1", "m1"]) == ["no_answer", MADE[1]]
    assert twilio.posts == 2


def test_while_the_list_cannot_be_read_nothing_is_sent_again() -> None:
    twilio = _Twilio(loses=1, keeps=True)
    sender = _sender(twilio)
    twilio.lists = False
    assert _send_all(sender, ["m1", "m1"]) == ["no_answer", "not_looked_up"]
    twilio.lists = True
    assert _send_all(sender, ["m1"]) == [MADE[0]]
    assert twilio.posts == 1


@pytest.mark.parametrize("sender", ["", "+1", "a sender that is too long", "Өртөө", "12"])
def test_a_wrong_sender_is_refused_at_start(sender: str) -> None:
    with pytest.raises(SettingsError):
        _account(sender)


def test_the_secret_is_never_printed() -> None:
    assert SECRET not in repr(_account())
