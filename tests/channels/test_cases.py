"""Runs tests/cases/channels/<channel>.yml against the registered channels over real HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from starlette.applications import Starlette

from bot.errors import Busy, StoreUnavailable
from channels.chat import ChatSettings
from channels.doors import Limits
from channels.registry import CHANNELS, ChannelSettings, channel_routes, open_channels
from tests.channels.loopback import bound_socket, client_of, serve
from tests.channels.scripted_turn import ScriptedTurn

FOLDER = Path(__file__).parents[1] / "cases" / "channels"
SECRET = "a-secret-for-the-test-of-channels"
ERRORS: dict[str, Exception] = {
    "busy": Busy(),
    "store": StoreUnavailable(),
    "unexpected": RuntimeError("+97699000001 said something"),
}
Case = dict[str, Any]


def _cases() -> Iterator[Any]:
    for path in sorted(FOLDER.glob("*.yml")):
        for case in yaml.safe_load(path.read_text(encoding="utf-8")):
            yield pytest.param(path.stem, case, id=f"{path.stem}: {case['label']}")


@dataclass(frozen=True)
class Bench:
    """A running application with every channel open."""

    url: str
    turn: ScriptedTurn
    paths: dict[str, str]


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    settings = ChannelSettings(
        ussd_secret=SECRET,
        sms_secret=SECRET,
        chat=ChatSettings(b"k" * 32, secure_cookie=False),
        limits=Limits(burst=1000, stranger_burst=1000),
    )
    turn = ScriptedTurn()
    channels = open_channels(settings)
    app = Starlette(routes=list(channel_routes(settings, turn, channels)))
    with bound_socket() as sock, serve(app, sock) as url:
        yield Bench(url, turn, {channel.name: channel.path for channel, _ in channels})


def test_every_registered_channel_has_cases() -> None:
    assert {path.stem for path in FOLDER.glob("*.yml")} == set(CHANNELS)


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
    parts = [bench.url, bench.paths[channel]]
    if channel != "chat":
        parts.append(request.get("secret", SECRET))
    if "notice" in request:
        parts.append(request["notice"])
    headers = dict(request.get("headers", {}))
    if request.get("origin"):
        headers["origin"] = bench.url
    with client_of(bench.url) as client:
        if request.get("cookie"):
            assert client.get(f"{bench.url}/chat/session").status_code == 204
        if "form" in request:
            form = {name: _value(value) for name, value in request["form"].items()}
            return client.post("/".join(parts), data=form, headers=headers)
        if "json" in request:
            body = {name: _value(value) for name, value in request["json"].items()}
            return client.post("/".join(parts), json=body, headers=headers)
        headers.setdefault("content-type", "application/x-www-form-urlencoded")
        content = _value(request["body"]).encode()
        return client.post("/".join(parts), content=content, headers=headers)


def _value(value: Any) -> Any:
    return value["repeat"] * value["times"] if isinstance(value, dict) else value


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
