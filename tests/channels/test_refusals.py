"""On every registered door, by its name: what is redelivered, forged, oversized or replayed.

Redelivered: the provider sends a message again, at once. Forged: somebody else sends what looks
like a message. Oversized: more than a message may be. Replayed: somebody who has overheard a right
request sends it again later, or changed, or elsewhere. Nothing refused costs a query or a model:
the turn is the way to both, and its calls are counted.

The doors of SMPP connect out, so nobody can call them. Forged there means: a server that is not
the operator's, or a deliver_sm before our bind was accepted.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from channels.registry import PLANS
from channels.smpp.pdus import MAX_PDU_BYTES, Pdu
from channels.smpp.statuses import Status
from tests.channels.asgi import Ask, ask
from tests.channels.case_files import plain_doors
from tests.channels.counted import EFFECT, UntouchedTurn, books
from tests.channels.desks import Desks, hop, message
from tests.channels.every_door import (
    CHAT_SESSION,
    PUBLIC,
    SITE,
    TALKS,
    House,
    Right,
    gateway_path,
    house,
    kannel_report,
    twilio_status,
)
from tests.channels.smpp_door import opened, running
from tests.channels.smsc import Smsc, delivered, smsc

HUGE = 70_000
OTHER_SECRET = "another-secret-of-the-same-length"  # nobody's
HTTP = [
    plan.name
    for plan in PLANS
    if not plan.name.startswith("smpp_") and plan.name not in plain_doors()
]
SMPP = [plan.name for plan in PLANS if plan.name.startswith("smpp_")]
PREFIXES = {"smpp_sms": "URTUU_SMPP", "smpp_ussd": "URTUU_SMPP_USSD"}
LATER = timedelta(hours=13)
"""After the longest time that a cookie or a ticket holds."""

Tried = tuple[Ask, int]
"""A request and the status that refuses it."""


@dataclass(frozen=True)
class Refusals:
    """What a door refuses, each made of a right request."""

    forged: Callable[[Right], Sequence[Tried]]
    oversized: Callable[[Right], Sequence[Tried]]
    replayed: Callable[[Right], Sequence[Tried]]
    """Changed, or sent elsewhere."""
    expires: int | None = None
    """The status of the same request long after; None: it is harmless for its message's id."""


def _elsewhere(right: Right, path: str) -> Ask:
    return replace(right.ask(), path=path)


def _wrong_secret(right: Right) -> list[Tried]:
    head, _, tail = right.path.removeprefix("/").rpartition("/")
    assert tail
    return [(_elsewhere(right, f"/{head}/{OTHER_SECRET}"), 404)]


def _without(right: Right, *names: str) -> Ask:
    asked = right.ask()
    kept = tuple(pair for pair in asked.headers if pair[0].decode() not in names)
    return replace(asked, headers=kept)


def _with(right: Right, **headers: str) -> Ask:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return replace(right, headers={**right.headers, **named}).ask()


def _huge_body(right: Right) -> list[Tried]:
    asked = right.ask()
    return [(replace(asked, body=asked.body + b"a" * HUGE), 413)]


def _huge_address(right: Right) -> list[Tried]:
    asked = right.ask()
    return [(replace(asked, query=asked.query + b"&a=" + b"a" * HUGE), 414)]


def _nothing(_: Right) -> list[Tried]:
    return []


def _forged_twilio(right: Right) -> list[Tried]:
    unsigned = right.unsealed()
    wrong = replace(unsigned, headers=(*unsigned.headers, (b"x-twilio-signature", b"a" * 28)))
    changed = replace(right.ask(), body=right.ask().body + b"&a=b")
    return [(unsigned, 403), (wrong, 403), (changed, 403)]


def _replayed_twilio(right: Right) -> list[Tried]:
    report = twilio_status("SM" + "0" * 32, "delivered").ask()
    there = replace(right.ask(), path="/twilio/sms/status")
    return [(there, 403), (replace(report, path="/twilio/sms"), 403)]


def _replayed_gateway(right: Right) -> list[Tried]:
    """A report of one message cannot be made one of another, nor of another gateway."""
    told = kannel_report("0123456789abcdef" * 2, "1").ask()
    other = replace(told, query=told.query.replace(b"urtuu_id=0", b"urtuu_id=1"))
    return [(other, 403), (replace(told, path=f"{gateway_path('mobicom')}/reports"), 404)]


def _forged_telegram(right: Right) -> list[Tried]:
    header = "x-telegram-bot-api-secret-token"
    wrong = _with(right, x_telegram_bot_api_secret_token="a" * 64)  # forged
    return [(_without(right, header), 403), (wrong, 403), *_wrong_secret(right)]


def _forged_chat(right: Right) -> list[Tried]:
    cookie = right.headers["cookie"]
    flipped = cookie[:-1] + ("0" if cookie[-1] != "0" else "1")
    return [
        (_without(right, "cookie"), 401),
        (_with(right, cookie=flipped), 401),
        (_with(right, origin="https://elsewhere.example"), 403),
        (_without(right, "origin"), 403),
    ]


def _forged_webchat(right: Right) -> list[Tried]:
    ticket = right.headers["authorization"]
    flipped = ticket[:-1] + ("0" if ticket[-1] != "0" else "1")
    return [
        (_without(right, "authorization"), 401),
        (_with(right, authorization=flipped), 401),
        (_with(right, origin="https://elsewhere.example"), 403),
    ]


def _replayed_webchat(right: Right) -> list[Tried]:
    """A ticket is its own site's; the page of our own is another."""
    assert right.headers["origin"] == SITE
    return [(_with(right, origin=PUBLIC), 401)]


REFUSALS: dict[str, Refusals] = {
    "africastalking_ussd": Refusals(_wrong_secret, _huge_body, _nothing),
    "africastalking_sms": Refusals(_wrong_secret, _huge_body, _nothing),
    "twilio_sms": Refusals(_forged_twilio, _huge_body, _replayed_twilio),
    "http_gateway": Refusals(_wrong_secret, _huge_address, _replayed_gateway),
    "telegram": Refusals(_forged_telegram, _huge_body, _nothing),
    "chat": Refusals(_forged_chat, _huge_body, _nothing, expires=401),
    "webchat": Refusals(_forged_webchat, _huge_body, _replayed_webchat, expires=401),
}


def test_every_registered_door_has_its_refusals() -> None:
    assert set(HTTP) == set(REFUSALS) == set(TALKS)
    assert set(SMPP) == set(PREFIXES)


async def _right(doors: House, door: str) -> Right:
    """The first message of a conversation through the door's first channel."""
    begin = next(iter(TALKS[door].values()))
    return (await begin(doors, 1))(0)


async def _refused(doors: House, turn: UntouchedTurn, tried: Sequence[Tried]) -> None:
    turn.calls = 0
    for asked, status in tried:
        assert (await ask(doors.app, asked)).status == status
    assert turn.calls == 0


def _in_house(work: Callable[[House, UntouchedTurn], Awaitable[None]]) -> None:
    async def run() -> None:
        turn = UntouchedTurn()
        async with house(turn) as doors:
            await work(doors, turn)

    asyncio.run(run())


@pytest.mark.parametrize("door", HTTP)
def test_a_redelivered_request_has_no_second_effect(door: str, sqlite_url: str) -> None:
    async def run() -> None:
        async with books(sqlite_url) as kept, house(kept.turns) as doors:
            asked = (await _right(doors, door)).ask()
            answers = [await ask(doors.app, asked) for _ in range(3)]
            assert [answer.status for answer in answers] == [200] * 3
            assert len({answer.body for answer in answers}) == 1
            assert (await kept.count(EFFECT), kept.engine.turns) == (1, 1)

    asyncio.run(run())


@pytest.mark.parametrize("door", HTTP)
def test_a_forged_request_is_refused_and_costs_nothing(door: str) -> None:
    async def work(doors: House, turn: UntouchedTurn) -> None:
        right = await _right(doors, door)
        tried = REFUSALS[door].forged(right)
        assert tried
        await _refused(doors, turn, tried)
        assert (await ask(doors.app, right.ask())).status == 200
        assert turn.calls > 0

    _in_house(work)


@pytest.mark.parametrize("door", HTTP)
def test_an_oversized_request_is_refused_and_costs_nothing(door: str) -> None:
    async def work(doors: House, turn: UntouchedTurn) -> None:
        tried = REFUSALS[door].oversized(await _right(doors, door))
        assert tried
        await _refused(doors, turn, tried)

    _in_house(work)


@pytest.mark.parametrize("door", HTTP)
def test_a_request_replayed_changed_or_elsewhere_is_refused_and_costs_nothing(door: str) -> None:
    async def work(doors: House, turn: UntouchedTurn) -> None:
        await _refused(doors, turn, REFUSALS[door].replayed(await _right(doors, door)))

    _in_house(work)


@pytest.mark.parametrize("door", HTTP)
def test_a_request_replayed_much_later_is_refused_or_harmless(door: str, sqlite_url: str) -> None:
    async def run() -> None:
        async with books(sqlite_url) as kept, house(kept.turns) as doors:
            asked = (await _right(doors, door)).ask()
            first = await ask(doors.app, asked)
            doors.clock[0] += LATER
            again = await ask(doors.app, replace(asked, client="127.0.0.9"))
            assert again.status == (REFUSALS[door].expires or 200)
            assert again.status != 200 or again.body == first.body
            assert (await kept.count(EFFECT), kept.engine.turns) == (1, 1)

    asyncio.run(run())


def test_a_new_chat_is_no_way_around_a_cookie() -> None:
    async def work(doors: House, turn: UntouchedTurn) -> None:
        first, second = [(await ask(doors.app, CHAT_SESSION.ask())).headers for _ in range(2)]
        assert first["set-cookie"] != second["set-cookie"]
        assert turn.calls == 0

    _in_house(work)


@pytest.mark.parametrize("door", SMPP)
def test_a_redelivered_or_replayed_deliver_sm_has_no_second_effect(
    door: str, sqlite_url: str
) -> None:
    async def run() -> None:
        async with books(sqlite_url) as kept:
            desks = Desks(kept.turns)
            take = desks.sms if door == "smpp_sms" else desks.ussd
            pdu = message("97699000001", "1") if door == "smpp_sms" else hop("97699000001", 7, 0)
            await asyncio.gather(take(pdu), take(pdu))
            desks.now_s, desks.binds = 20, 2
            await take(pdu)
            assert (await kept.count(EFFECT), kept.engine.turns) == (1, 1)
            assert desks.statuses == [Status.ROK] * 3

    asyncio.run(run())


async def _smpp(
    door: str, throw: Callable[[Smsc], Awaitable[None]], server: Smsc | None = None
) -> int:
    """How often the turn was called while an SMSC did something."""
    turn = UntouchedTurn()
    async with smsc(server) as peer, running(opened(peer.port, PREFIXES[door]), turn):
        await throw(peer)
    return turn.calls


@pytest.mark.parametrize("door", SMPP)
def test_an_oversized_pdu_is_refused_and_costs_nothing(door: str) -> None:
    async def throw(peer: Smsc) -> None:
        await peer.until(lambda: peer.binds)
        peer.throw((MAX_PDU_BYTES + 1).to_bytes(4, "big") + b"a" * 64)
        await peer.until(lambda: peer.binds == 2)

    assert asyncio.run(_smpp(door, throw)) == 0


@pytest.mark.parametrize("door", SMPP)
def test_a_text_longer_than_any_message_is_refused_and_costs_nothing(door: str) -> None:
    async def throw(peer: Smsc) -> None:
        await peer.until(lambda: peer.binds)
        payload = {0x0424: b"a" * 5000}
        if door == "smpp_ussd":
            payload |= {0x0501: b"\x01", 0x1383: b"\x07\x00"}
        assert await peer.deliver(b"", payload, source_addr="97699000001") != Status.ROK

    assert asyncio.run(_smpp(door, throw)) == 0


class Forger(Smsc):
    """A server that delivers before it has seen whether we are let in."""

    def take(self, pdu: Pdu, writer: asyncio.StreamWriter) -> None:
        if pdu.command == "bind_transceiver":
            self.writer = writer
            self.send("deliver_sm", delivered(b"1"))
        else:
            super().take(pdu, writer)


@pytest.mark.parametrize("door", SMPP)
def test_what_a_forged_server_delivers_before_the_bind_is_refused_and_costs_nothing(
    door: str,
) -> None:
    async def throw(peer: Smsc) -> None:
        await peer.until(lambda: peer.others)
        assert {pdu.status for pdu in peer.others} == {Status.RINVBNDSTS}

    assert asyncio.run(_smpp(door, throw, Forger())) == 0


@pytest.mark.parametrize("door", SMPP)
def test_by_default_the_server_must_prove_itself_by_its_certificate(door: str) -> None:
    plan = next(plan for plan in PLANS if plan.name == door)
    (tls,) = (s for s in plan.settings if s.name == f"{PREFIXES[door]}_TLS")
    assert tls.default == "on"
