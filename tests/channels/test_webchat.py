"""The web chat by HTTP: its cases, tickets, origins, rates, and the files of the widget."""

from __future__ import annotations

import contextlib
import json
import logging
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from hypothesis import given, strategies
from starlette.applications import Starlette

from bot.errors import Busy, SettingsError
from channels.base import BadRequest
from channels.reception import Limits, Reception
from channels.sentences import sentence
from channels.webchat import PLAN
from channels.webchat.counter import CounterLimits
from channels.webchat.files import PARTS, widget_integrity, widget_script
from channels.webchat.origins import Origins
from channels.webchat.tickets import LASTS, Tickets
from channels.webchat.wire import read_object, read_said
from tests.channels.loopback import async_tools, bound_socket, client_of, serve
from tests.channels.scripted_turn import ScriptedTurn
from tests.channels.webchat_house import KEY, SITE, House, house

CASES = Path(__file__).parents[1] / "cases" / "channels" / "webchat.yml"
ERRORS = {"busy": Busy(), "unexpected": RuntimeError("УБ95021217 said something")}
NOW = datetime(2026, 11, 23, 4, tzinfo=UTC)


@pytest.fixture(scope="module")
def running() -> Iterator[House]:
    with house() as made:
        yield made


@pytest.fixture
def chat(running: House) -> House:
    running.turn.reset()
    return running


def _cases() -> Iterator[Any]:
    for case in yaml.safe_load(CASES.read_text(encoding="utf-8")):
        yield pytest.param(case, id=case["label"])


def _value(value: Any) -> Any:
    return value["repeat"] * value["times"] if isinstance(value, dict) else value


def _post(chat: House, token: str, message: object, **headers: str) -> httpx.Response:
    sent = {"origin": SITE, "authorization": f"Bearer {token}", **headers}
    with client_of(chat.url) as client:
        return client.post("/webchat/message", json=message, headers=sent)


@pytest.mark.parametrize("case", list(_cases()))
def test_webchat_case(chat: House, case: dict[str, Any]) -> None:
    request, expect = case["request"], case["expect"]
    chat.turn.error = ERRORS.get(case.get("given", {}).get("error", ""))
    headers = {"origin": SITE} if request.get("origin") else {}
    if request.get("ticket"):
        headers["authorization"] = f"Bearer {chat.ticket()}"
    headers |= request.get("headers", {})
    sent: dict[str, Any] = {"headers": headers}
    if "body" in request:
        sent["content"] = _value(request["body"]).encode()
    elif "form" in request:
        sent["data"] = request["form"]
    else:
        sent["json"] = {name: _value(value) for name, value in request["json"].items()}
    with client_of(chat.url) as client:
        response = client.post("/webchat/message", **sent)
    assert response.status_code == expect["status"], response.text
    assert response.headers["cache-control"] == "no-store"
    if "body" in expect:
        assert response.text == expect["body"]
    if "json" in expect:
        assert response.json() == expect["json"]
    if expect.get("inbound"):
        (inbound,) = chat.turn.inbounds
        assert {name: getattr(inbound, name) for name in expect["inbound"]} == expect["inbound"]
    elif "inbound" in expect:
        assert chat.turn.inbounds == []


def test_a_redelivered_message_is_the_same_message_and_gets_the_same_answer(chat: House) -> None:
    token = chat.ticket()
    answers = [_post(chat, token, {"id": "m1", "text": "сайн уу"}).json() for _ in range(2)]
    assert answers[0] == answers[1]
    assert len({inbound.message_id for inbound in chat.turn.inbounds}) == 1


def test_the_same_id_in_another_conversation_is_another_message(chat: House) -> None:
    for token in (chat.ticket(), chat.ticket()):
        _post(chat, token, {"id": "m1", "text": "сайн уу"})
    assert len({inbound.message_id for inbound in chat.turn.inbounds}) == 2
    assert len({inbound.address for inbound in chat.turn.inbounds}) == 2


def test_a_ticket_replayed_from_another_site_is_refused(chat: House) -> None:
    token = chat.ticket()
    answer = _post(chat, token, {"id": "m1", "text": "a"}, origin=chat.url)
    assert answer.status_code == 401
    assert chat.turn.inbounds == []


def test_a_ticket_ends_by_itself(chat: House) -> None:
    token = chat.ticket()
    chat.now[0] += LASTS + timedelta(seconds=1)
    try:
        assert _post(chat, token, {"id": "m1", "text": "a"}).status_code == 401
    finally:
        chat.now[0] = NOW
    assert chat.turn.inbounds == []


@pytest.mark.parametrize("change", ["id", "time", "mac", "key"])
def test_a_changed_ticket_is_no_ticket(change: str) -> None:
    ticket = Tickets(KEY, lambda: "someone").issue(SITE, NOW)
    session_id, issued, mac = ticket.split(".")
    forged = {
        "id": f"someother.{issued}.{mac}",
        "time": f"{session_id}.{int(issued) + 1}.{mac}",
        "mac": f"{session_id}.{issued}.{mac[:-1]}{'0' if mac[-1] != '0' else '1'}",
        "key": Tickets(b"j" * 32, lambda: "someone").issue(SITE, NOW),
    }
    assert Tickets(KEY).session_of(ticket, SITE, NOW) == "someone"
    assert Tickets(KEY).session_of(forged[change], SITE, NOW) is None


def test_a_preflight_names_the_one_site_and_allows_no_credentials(chat: House) -> None:
    asked = {"origin": SITE, "access-control-request-method": "POST"}
    with client_of(chat.url) as client:
        answer = client.options("/webchat/message", headers=asked)
        stranger = client.options("/webchat/message", headers={**asked, "origin": "https://b.mn"})
    assert answer.status_code == 204
    assert answer.headers["access-control-allow-origin"] == SITE
    assert answer.headers["access-control-allow-headers"] == "authorization, content-type"
    assert answer.headers["vary"] == "Origin"
    assert "access-control-allow-credentials" not in answer.headers
    assert stranger.status_code == 403
    assert "access-control-allow-origin" not in stranger.headers


def test_a_site_of_the_list_can_read_why_it_is_refused(chat: House) -> None:
    answer = _post(chat, "none", {"id": "m1", "text": "a"})
    assert answer.status_code == 401
    assert answer.headers["access-control-allow-origin"] == SITE


def test_two_origins_at_once_are_none(chat: House) -> None:
    with client_of(chat.url) as client:
        answer = client.post(
            "/webchat/session", headers=[("origin", SITE), ("origin", "https://elsewhere.example")]
        )
    assert answer.status_code == 403


def test_no_cookie_is_ever_set(chat: House) -> None:
    with client_of(chat.url) as client:
        answer = client.post("/webchat/session", headers={"origin": SITE})
        assert _post(chat, answer.json()["token"], {"id": "m", "text": "a"}).status_code == 200
        assert not client.cookies


def test_new_conversations_of_one_address_are_limited_before_any_turn() -> None:
    limits = Limits(stranger_burst=2, stranger_rate_per_s=0.001)
    with house(limits=limits, proxies=1) as chat, client_of(chat.url) as client:
        headers = {"origin": SITE, "x-forwarded-for": "192.0.2.7"}
        answers = [client.post("/webchat/session", headers=headers) for _ in range(3)]
        other = {"origin": SITE, "x-forwarded-for": "192.0.2.8"}
        elsewhere = client.post("/webchat/session", headers=other)
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[2].json()["replies"][0]["text"] == sentence("webchat", "limited")
    assert elsewhere.status_code == 200


def test_one_citizen_over_the_rate_is_told_to_wait() -> None:
    with house(limits=Limits(burst=2, rate_per_s=0.001)) as chat:
        token = chat.ticket()
        answers = [_post(chat, token, {"id": f"m{n}", "text": "a"}) for n in range(3)]
        assert len(chat.turn.inbounds) == 2
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[2].json()["trouble"] == "limited"


def test_an_address_cannot_escape_its_rate_by_new_tickets_or_false_ones() -> None:
    counting = CounterLimits(address_burst=2, address_rate_per_s=0.001)
    with house(counting=counting) as chat:
        tokens = [chat.ticket(), "none", chat.ticket()]
        answers = [_post(chat, token, {"id": "m", "text": "a"}) for token in tokens]
        assert len(chat.turn.inbounds) == 1
    assert [answer.status_code for answer in answers] == [200, 401, 429]


def test_the_log_of_an_error_names_no_citizen_and_no_ticket(
    chat: House, caplog: pytest.LogCaptureFixture
) -> None:
    chat.turn.error = RuntimeError("УБ95021217 wrote")
    with caplog.at_level(logging.DEBUG):
        token = chat.ticket()
        _post(chat, token, {"id": "m1", "text": "УБ95021217"})
    said = "\n".join(record.getMessage() for record in caplog.records)
    assert "RuntimeError at " in said
    assert "УБ95" not in said
    assert token not in said


ANYTHING = strategies.recursive(
    strategies.none() | strategies.booleans() | strategies.integers() | strategies.text(),
    lambda inner: strategies.lists(inner) | strategies.dictionaries(strategies.text(), inner),
)
NAMES = strategies.sampled_from(["id", "text", "choice", "payload", "token"])
IDS = strategies.from_regex(r"[A-Za-z0-9_-]{1,64}", fullmatch=True)


@given(strategies.dictionaries(NAMES, ANYTHING | IDS, max_size=3))
def test_any_object_is_a_message_or_refused(data: dict[str, object]) -> None:
    try:
        said = read_said(read_object(json.dumps(data).encode()))
    except BadRequest:
        return
    assert data["id"] == said.id
    assert (said.text is None) is not (said.keys is None)


@given(strategies.binary(max_size=200))
def test_any_bytes_are_an_object_or_refused(body: bytes) -> None:
    with contextlib.suppress(BadRequest):
        assert isinstance(read_object(body), dict)


@pytest.mark.parametrize(
    "origins",
    [
        "",
        "*",
        "https://*.example.mn",
        "https://yam.example.mn/",
        "https://yam.example.mn/chat",
        "http://yam.example.mn",
        "https://yam.example.mn:443",
        "https://Yam.example.mn",
        "https://яам.мон",
        "https://a@yam.example.mn",
        "yam.example.mn",
        "null",
        "https://a.mn https://b.mn",
    ],
)
def test_what_is_no_exact_origin_is_refused_at_start(origins: str) -> None:
    with pytest.raises(SettingsError, match="URTUU_WEBCHAT_ORIGINS"):
        Origins.read(origins)


def test_exact_origins_and_those_of_this_machine_are_taken() -> None:
    text = "https://yam.example.mn, https://xn--80a1ad.xn--l1acc:8443,http://127.0.0.1:8080"
    assert len(Origins.read(text).admitted) == 3


def test_the_plan_opens_the_door_and_names_what_is_missing() -> None:
    key = "a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s="
    environ = {"URTUU_WEBCHAT_ORIGINS": SITE}
    with async_tools(public_url="https://urtuu.example.mn/") as tools:
        assert PLAN.open({}, tools) == ()
        with pytest.raises(SettingsError, match="URTUU_WEBCHAT_KEY"):
            PLAN.open(environ, tools)
        (opened,) = PLAN.open({**environ, "URTUU_WEBCHAT_KEY": key}, tools)
    assert opened.pages is not None
    app = Starlette(routes=list(opened.pages(Reception(ScriptedTurn()))))
    with bound_socket() as sock, serve(app, sock) as url, client_of(url) as client:
        statuses = [
            client.post("/webchat/session", headers={"origin": origin}).status_code
            for origin in (SITE, "https://urtuu.example.mn", "https://elsewhere.example")
        ]
    assert statuses == [200, 200, 403]


def test_the_script_is_one_file_that_any_site_may_load(chat: House) -> None:
    with client_of(chat.url) as client:
        answer = client.get("/webchat/widget.js")
    assert answer.text == widget_script()
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"


def test_every_part_of_the_widget_is_in_the_script_and_none_writes_markup() -> None:
    folder = Path(__file__).parents[2] / "channels" / "webchat" / "widget"
    assert {path.name for path in folder.glob("*.js")} == set(PARTS)
    script = widget_script()
    for path in folder.iterdir():
        text = path.read_text(encoding="utf-8")
        assert len(text.splitlines()) <= 200
        assert re.findall(r"https?://[a-z]|//[a-z]+\.[a-z]", text) == []
    assert not re.search(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function"
        r"|localStorage|\.cookie|\.style\b|setAttribute\(\"style",
        script,
    )


def test_the_page_to_try_it_on_pins_the_script_and_has_nothing_inline(chat: House) -> None:
    with client_of(chat.url) as client:
        page = client.get("/webchat/embed")
        assert client.get("/webchat/embed.css").status_code == 200
    assert widget_integrity().replace("+", "&#43;") in page.text or widget_integrity() in page.text
    assert chat.url in page.text
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", page.text)
    assert all("src=" in script for script in re.findall(r"<script[^>]*>", page.text))
    assert "unsafe" not in page.headers["content-security-policy"]


def test_the_words_are_said_in_the_script_and_are_cyrillic() -> None:
    path = Path(__file__).parents[2] / "channels" / "webchat" / "words.yml"
    words: dict[str, str] = yaml.safe_load(path.read_text(encoding="utf-8"))
    parts = widget_script().partition("const STYLE")[2]
    assert {name for name in words if not re.search(rf"WORDS\.{name}\b", parts)} <= {"you", "bot"}
    assert not re.search(r"[A-Za-z]", " ".join(words.values()))
    assert json.dumps(words) in widget_script()
