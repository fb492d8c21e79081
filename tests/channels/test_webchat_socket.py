"""The web chat over its socket: what opens it, what it carries, what closes it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import timedelta

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection

from bot.errors import Busy
from channels.reception import Limits
from channels.webchat.counter import CounterLimits
from channels.webchat.tickets import LASTS
from channels.webchat.wire import MAX_BYTES
from tests.channels.loopback import client_of
from tests.channels.webchat_house import SITE, House, hear, house


@pytest.fixture(scope="module")
def running() -> Iterator[House]:
    with house() as made:
        yield made


@pytest.fixture
def chat(running: House) -> House:
    running.turn.reset()
    return running


def _ask(line: ClientConnection, message: Mapping[str, object]) -> dict[str, object]:
    line.send(json.dumps(message))
    answer: dict[str, object] = hear(line)
    return answer


def _closed(line: ClientConnection) -> int:
    """The code under which the server closes the socket."""
    with pytest.raises(ConnectionClosed) as raised:
        line.recv(timeout=5)
    received = raised.value.rcvd
    assert received is not None
    return received.code


def test_a_conversation_by_text_and_by_choice(chat: House) -> None:
    with chat.conversation() as line:
        first = _ask(line, {"id": "m1", "text": "сайн уу"})
        _ask(line, {"id": "m2", "choice": 2})
    assert first["id"] == "m1"
    assert [(one.text, one.keys) for one in chat.turn.inbounds] == [("сайн уу", None), (None, "2")]
    assert len({one.address for one in chat.turn.inbounds}) == 1


def test_messages_sent_at_once_are_answered_in_their_order(chat: House) -> None:
    with chat.conversation() as line:
        for number in range(5):
            line.send(json.dumps({"id": f"m{number}", "text": "a"}))
        assert [hear(line)["id"] for _ in range(5)] == [f"m{number}" for number in range(5)]


def test_a_message_redelivered_by_http_is_the_same_message(chat: House) -> None:
    token, message = chat.ticket(), {"id": "m1", "text": "сайн уу"}
    with chat.conversation(token) as line:
        by_socket = _ask(line, message)
    headers = {"origin": SITE, "authorization": f"Bearer {token}"}
    with client_of(chat.url) as client:
        by_http = client.post("/webchat/message", json=message, headers=headers).json()
    assert by_socket == by_http
    assert len({inbound.message_id for inbound in chat.turn.inbounds}) == 1


@pytest.mark.parametrize("origin", ["https://elsewhere.example", "null", None])
def test_a_forged_or_missing_origin_never_gets_a_socket(chat: House, origin: str | None) -> None:
    with pytest.raises(InvalidStatus) as raised, chat.line(origin):
        raise AssertionError
    assert raised.value.response.status_code == 403


@pytest.mark.parametrize(
    "first",
    [
        {"token": "forged.1795406400." + "0" * 64},
        {"token": 7},
        {"id": "m1", "text": "a"},
        {},
    ],
)
def test_without_a_ticket_the_socket_closes(chat: House, first: dict[str, object]) -> None:
    with chat.line() as line:
        line.send(json.dumps(first))
        assert _closed(line) == 4401
    assert chat.turn.inbounds == []


def test_a_ticket_replayed_from_another_site_is_refused(chat: House) -> None:
    token = chat.ticket(chat.url)
    with chat.line() as line:
        line.send(json.dumps({"token": token}))
        assert _closed(line) == 4401


def test_a_ticket_that_ends_while_the_socket_is_open_ends_it(chat: House) -> None:
    before = chat.now[0]
    with chat.conversation() as line:
        chat.now[0] += LASTS + timedelta(seconds=1)
        line.send(json.dumps({"id": "m1", "text": "a"}))
        try:
            assert _closed(line) == 4401
        finally:
            chat.now[0] = before
    assert chat.turn.inbounds == []


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        ("{", 4400),
        ("[]", 4400),
        ("[" * 8000, 4400),
        (b'{"id": "m1", "text": "a"}', 4400),
        ('{"id": "m1", "payload": "/fines"}', 4400),
        ('{"id": "m1", "text": "\\ud83d"}', 4400),
        (json.dumps({"id": "m1", "text": "a" * MAX_BYTES}), 1009),
    ],
    ids=["broken", "list", "endless", "binary", "payload", "half an emoji", "oversized"],
)
def test_what_is_no_message_closes_the_socket(chat: House, frame: str | bytes, code: int) -> None:
    with chat.conversation() as line:
        line.send(frame)
        assert _closed(line) == code
    assert chat.turn.inbounds == []


def test_an_error_is_an_apology_and_the_socket_stays(chat: House) -> None:
    with chat.conversation() as line:
        chat.turn.error = Busy()
        assert _ask(line, {"id": "m1", "text": "a"})["trouble"] == "busy"
        chat.turn.error = RuntimeError("УБ95021217")
        assert _ask(line, {"id": "m1", "text": "a"})["trouble"] == "failed"
        chat.turn.error = None
        assert "trouble" not in _ask(line, {"id": "m1", "text": "a"})


def test_one_conversation_over_the_rate_is_told_to_wait() -> None:
    with house(limits=Limits(burst=2, rate_per_s=0.001)) as chat, chat.conversation() as line:
        answers = [_ask(line, {"id": f"m{number}", "text": "a"}) for number in range(3)]
        assert len(chat.turn.inbounds) == 2
    assert [answer.get("trouble") for answer in answers] == [None, None, "limited"]


def test_an_address_over_the_rate_is_told_to_wait_whatever_its_tickets() -> None:
    counting = CounterLimits(address_burst=1, address_rate_per_s=0.001)
    with house(counting=counting) as chat:
        with chat.conversation() as line:
            assert "trouble" not in _ask(line, {"id": "m1", "text": "a"})
        with chat.conversation() as line:
            assert _ask(line, {"id": "m1", "text": "a"})["trouble"] == "limited"
        assert len(chat.turn.inbounds) == 1


def test_sockets_are_limited_by_conversation_and_freed_when_they_close() -> None:
    with house(counting=CounterLimits(session_sockets=1)) as chat:
        token = chat.ticket()
        with chat.conversation(token), chat.line() as second:
            second.send(json.dumps({"token": token}))
            assert _closed(second) == 4429
        with chat.conversation(token) as line:
            assert _ask(line, {"id": "m1", "text": "a"})["id"] == "m1"


@pytest.mark.parametrize("counting", [CounterLimits(address_sockets=1), CounterLimits(sockets=1)])
def test_sockets_of_one_address_and_of_all_are_limited(counting: CounterLimits) -> None:
    with house(counting=counting) as chat, chat.line():
        with pytest.raises(InvalidStatus) as raised, chat.line():
            raise AssertionError
        assert raised.value.response.status_code == 403


def test_a_silent_socket_is_closed() -> None:
    counting = CounterLimits(greeting_s=0.2, idle_s=0.2)
    with house(counting=counting) as chat:
        with chat.line() as line:
            assert _closed(line) == 4408
        with chat.conversation() as line:
            assert _closed(line) == 4408
