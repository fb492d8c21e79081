"""Runs tests/cases/channels/<channel>.yml against the registered channels over real HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from bot.errors import Busy, StoreUnavailable
from channels.base import HttpChannel
from channels.plan import Opened
from channels.reception import Limits, Reception
from channels.registry import PLANS, open_channels
from tests.channels.case_files import case_files, plain_doors
from tests.channels.loopback import async_tools, bound_socket, client_of, serve
from tests.channels.scripted_turn import ScriptedTurn

ERRORS: dict[str, Exception] = {
    "busy": Busy(),
    "store": StoreUnavailable(),
    "unexpected": RuntimeError("+97699000001 said something"),
}
Case = dict[str, Any]


def _files() -> dict[str, Case]:
    """The case files that run here: the settings that open a door, and the cases.

    A door whose messages are no plain HTTP requests has a list of cases, which its own test runs.
    """
    return {name: file for name, file in case_files().items() if isinstance(file, dict)}


def _cases() -> Iterator[Any]:
    for name, file in _files().items():
        for case in file["cases"]:
            if "request" in case:
                yield pytest.param(name, case, id=f"{name}: {case['label']}")


@dataclass(frozen=True)
class Bench:
    """A running application with every HTTP door open."""

    url: str
    turn: ScriptedTurn
    doors: dict[str, Opened]


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    environ = {
        name: value for file in _files().values() for name, value in file["settings"].items()
    }
    turn = ScriptedTurn()
    limits = Limits(burst=1000, stranger_burst=1000)
    with async_tools(demo=True, public_url=environ.get("URTUU_PUBLIC_URL")) as tools:
        opened = open_channels(environ, tools)
        app = Starlette(routes=opened.routes(Reception(turn, limits=limits)))
        with bound_socket() as sock, serve(app, sock) as url:
            yield Bench(url, turn, {one.channel.name: one for one in opened.channels})


def test_every_registered_channel_has_cases() -> None:
    files = case_files()
    listed = {
        name: file["cases"] if isinstance(file, dict) else file for name, file in files.items()
    }
    assert {plan.name for plan in PLANS} - set(listed) == set()
    assert [name for name, cases in listed.items() if not cases] == []


def test_every_plain_door_has_cases_of_a_message_and_of_a_forged_one() -> None:
    for name in plain_doors():
        expected = [case["expect"] for case in case_files()[name]["cases"]]
        assert any(expect["status"] == 200 and expect.get("inbound") for expect in expected), name
        assert any(expect["status"] in (401, 403, 404) for expect in expected), name


@pytest.mark.parametrize("door", sorted(plain_doors()) or [None])
def test_an_oversized_message_to_a_plain_door_is_refused(door: str | None, bench: Bench) -> None:
    for name in [door] if door else ["africastalking_sms"]:
        request = {"body": {"repeat": "a", "times": 70_000}}
        bench.turn.reset()
        assert _send(bench, name, request).status_code == 413
        assert bench.turn.inbounds == []


@pytest.mark.parametrize(("channel", "case"), list(_cases()))
def test_channel_case(bench: Bench, channel: str, case: Case) -> None:
    given, request, expect = case.get("given", {}), case["request"], case["expect"]
    bench.turn.reset()
    bench.turn.error = ERRORS.get(given.get("error"))
    if given.get("history") is not None:
        bench.turn.histories[request["form"]["sessionId"]] = given["history"]
    response = _send(bench, channel, request)
    _check_response(response, expect)
    _check_turn(bench.turn, channel, expect)


def _send(bench: Bench, channel: str, request: Case) -> httpx.Response:
    door = bench.doors[channel]
    assert isinstance(door.channel, HttpChannel)
    assert door.gate is not None
    parts = [bench.url, door.channel.path]
    if door.gate.secret is not None:
        parts.append(request.get("secret", door.gate.secret))
    if "notice" in request:
        parts.append(request["notice"])
    url, headers = "/".join(parts), dict(request.get("headers", {}))
    if request.get("origin"):
        headers["origin"] = bench.url
    method, query = request.get("method", "POST"), request.get("query")
    with client_of(bench.url) as client:
        if request.get("cookie"):
            assert client.get(f"{bench.url}/chat/session").status_code == 204
        if method == "GET":
            return client.get(url, params=query, headers=headers)
        if "form" in request:
            form = {name: _value(value) for name, value in request["form"].items()}
            return client.post(url, data=form, params=query, headers=headers)
        if "json" in request:
            body = {name: _value(value) for name, value in request["json"].items()}
            return client.post(url, json=body, params=query, headers=headers)
        headers.setdefault("content-type", "application/x-www-form-urlencoded")
        content = _value(request["body"]).encode()
        return client.post(url, content=content, params=query, headers=headers)


def _value(value: Any) -> Any:
    if isinstance(value, dict) and set(value) == {"repeat", "times"}:
        return value["repeat"] * value["times"]
    return value


def _check_response(response: httpx.Response, expect: Case) -> None:
    assert response.status_code == expect["status"], response.text
    assert response.headers["cache-control"] == "no-store"
    if "type" in expect:
        assert response.headers["content-type"] == expect["type"]
    if "body" in expect:
        assert response.text == expect["body"]
    if "starts" in expect:
        assert response.text.startswith(expect["starts"])
    if "json" in expect:
        assert response.json() == expect["json"]


def _check_turn(turn: ScriptedTurn, channel: str, expect: Case) -> None:
    if "inbound" in expect and expect["inbound"] is None:
        assert turn.inbounds == []
    elif "inbound" in expect:
        (inbound,) = turn.inbounds
        assert inbound.channel == channel
        found = {name: getattr(inbound, name) for name in expect["inbound"]}
        assert found == expect["inbound"]
    if "dropped" in expect:
        assert turn.dropped == [(channel, session_id) for session_id in expect["dropped"]]
    if "deliveries" in expect:
        assert turn.deliveries == [(channel, *each) for each in expect["deliveries"]]
