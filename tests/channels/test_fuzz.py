"""Thousands of malformed requests at every HTTP door: no 5xx, no hang, nothing in a log."""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from starlette.routing import Route, WebSocketRoute

from channels.registry import PLANS
from tests.channels.asgi import Ask, ask, converse
from tests.channels.attacks import MARK, Attack, attacks
from tests.channels.case_files import plain_doors
from tests.channels.every_door import HOST, SECRETS, SITE, TALKS, House, Right, house
from tests.channels.judge import JudgingTurn, Watch, watched
from tests.channels.rights import DIGITS, rights_of

REFUSED = 10_000
"""So many are refused, at the least; the others are malformed where nobody looks, or hardly."""
SOCKETS = 400
OUTBOUND = frozenset({"smpp_sms", "smpp_ussd"})
"""Doors that connect out and have no HTTP route; test_smpp_malformed.py is theirs."""
SHARES = {
    "africastalking_ussd": (2000, 1650),
    "africastalking_sms": (2000, 1600),
    "twilio_sms": (2000, 1600),
    "http_gateway": (2800, 2000),
    "telegram": (1900, 1500),
    "chat": (1200, 800),
    "webchat": (1700, 850),
}
"""How many requests each door gets, and how many of them it refuses at the least."""

_frame = st.one_of(
    st.sampled_from(
        [
            "",
            "{",
            "[]",
            "null",
            "[" * 8000,
            "1" * 5000,
            b"{}",
            b"\xff",
            "\x00",
            '{"id": "m", "text": "\\ud83d"}',
            '{"id": "m", "text": ""}',
            '{"id": "m", "payload": "/a"}',
            '{"id": "m", "choice": true}',
            '{"id": "m", "choice": 1e400}',
            '{"token": null}',
            '{"token": "a.9999999999999.b"}',
            '{"token": "' + "a" * 9000 + '"}',
            json.dumps({"id": MARK, "text": MARK * 2000}),
            json.dumps({"id": MARK, "text": MARK, MARK: MARK}),
        ]
    ),
    st.text(max_size=20),
    st.binary(max_size=20),
)


def _drawn(strategy: st.SearchStrategy[Any], count: int) -> list[Any]:
    """So many examples, the same ones in every run."""
    drawn: list[Any] = []

    @settings(
        max_examples=count,
        phases=[Phase.generate],
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def collect(example: Any) -> None:
        drawn.append(example)

    collect()
    return drawn


def test_every_registered_door_is_attacked() -> None:
    assert {plan.name for plan in PLANS} - plain_doors() == set(SHARES) | OUTBOUND
    assert set(TALKS) == set(SHARES)
    assert sum(refused for _, refused in SHARES.values()) >= REFUSED


def test_every_route_of_every_door_is_attacked() -> None:
    async def run() -> None:
        async with house(JudgingTurn()) as doors:
            asked = [right.ask() for name in SHARES for right in await rights_of(doors, name)]
            left = [
                route.path
                for route in doors.app.routes
                if isinstance(route, Route)
                and not any(route.path_regex.match(each.path) for each in asked)
            ]
            assert left == []
            sockets = [each for each in doors.app.routes if isinstance(each, WebSocketRoute)]
            assert [each.path for each in sockets] == ["/webchat/socket"]

    asyncio.run(run())


@pytest.mark.parametrize("door", SHARES)
def test_what_the_attacks_are_made_of_is_right(door: str) -> None:
    async def run() -> None:
        turn = JudgingTurn()
        async with house(turn) as doors:
            for right in await rights_of(doors, door):
                answer = await ask(doors.app, right.ask())
                assert answer.status in (200, 204), (right.path, answer)
        assert turn.calls > 0
        assert turn.faults == []

    asyncio.run(run())


@pytest.mark.parametrize("door", SHARES)
def test_malformed_requests_neither_break_the_door_nor_leak_nor_pass(door: str) -> None:
    count, least_refused = SHARES[door]

    async def run() -> list[int]:
        turn = JudgingTurn()
        async with house(turn) as doors:
            drawn = _drawn(attacks(await rights_of(doors, door)), count)
            with watched([MARK, DIGITS, *SECRETS]) as watch:
                return [
                    await _attack(doors, turn, watch, attack, client)
                    for attack, client in zip(drawn, _clients(), strict=False)
                ]

    statuses = asyncio.run(run())
    assert len(statuses) == count
    assert sum(status >= 400 for status in statuses) >= least_refused


async def _attack(
    doors: House, turn: JudgingTurn, watch: Watch, attack: Attack, client: str
) -> int:
    """The status that answers an attack."""
    before, asked = turn.calls, attack.ask
    answer = await ask(doors.app, Ask(**{**vars(asked), "client": client}))
    assert answer.status < 500, attack
    assert watch.faults == [], attack
    assert turn.faults == [], attack
    if attack.must_be_refused:
        assert answer.status >= 400, attack
        assert turn.calls == before, attack
    assert "location" not in answer.headers, attack
    assert MARK not in answer.headers.get("access-control-allow-origin", ""), attack
    return answer.status


def _clients() -> Any:
    """Addresses, so that the rates of one do not hide what lies behind them."""
    return (f"127.{n >> 16 & 255}.{n >> 8 & 255}.{n & 255}" for n in itertools.count())


def test_malformed_frames_close_their_socket_and_never_reach_the_turn() -> None:
    frames = _drawn(st.lists(_frame, min_size=1, max_size=3), SOCKETS)

    async def run() -> None:
        turn = JudgingTurn()
        async with house(turn) as doors:
            ticket = json.dumps({"token": await doors.ticket()})
            with watched([MARK, *SECRETS]) as watch:
                for number, (thrown, client) in enumerate(zip(frames, _clients(), strict=False)):
                    sent = [ticket, *thrown] if number % 4 else thrown
                    await _throw(doors, sent, client)
                    assert (turn.calls, turn.faults, watch.faults) == (0, [], []), sent

    assert len(frames) == SOCKETS
    asyncio.run(run())


async def _throw(doors: House, frames: Sequence[str | bytes], client: str) -> None:
    headers = ((b"host", HOST.encode()), (b"origin", SITE.encode()))
    said = await converse(doors.app, "/webchat/socket", headers, frames, client)
    assert said[0]["type"] == "websocket.accept"
    assert said[-1]["type"] == "websocket.close", frames
    assert 4400 <= said[-1]["code"] <= 4499 or said[-1]["code"] == 1009, frames


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"origin": "null"},
        {"origin": "http://["},
        {"origin": "\xff"},
        {"origin": SITE, "host": "["},
    ],
)
def test_a_socket_of_another_site_is_never_opened(headers: dict[str, str]) -> None:
    async def run() -> None:
        async with house(JudgingTurn()) as doors:
            pairs = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
            said = await converse(doors.app, "/webchat/socket", tuple(pairs), [], "192.0.2.1")
            expected = "websocket.accept" if headers.get("origin") == SITE else "websocket.close"
            assert said[0]["type"] == expected

    asyncio.run(run())


def test_a_right_request_still_passes_after_a_wrong_one() -> None:
    async def run() -> None:
        turn = JudgingTurn()
        async with house(turn) as doors:
            (right, *_), wrong = await rights_of(doors, "twilio_sms"), Right("POST", "/twilio/sms")
            statuses = [(await ask(doors.app, each.ask())).status for each in (wrong, right)]
            assert statuses == [415, 200]
            assert turn.calls == 1

    asyncio.run(run())
