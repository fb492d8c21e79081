"""Whatever comes twice, late or out of order on a door: one effect, and the same reply.

Each property throws random conversations at a door before the real turn and an SQLite database,
redelivered and reordered as the provider of that door may do it.
"""

from __future__ import annotations

import asyncio
import hashlib
import itertools
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass, replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.store.outbox import Claimed
from channels.http_gateway.reports import own_id
from channels.registry import PLANS
from channels.smpp.statuses import Status
from tests.channels.asgi import ask
from tests.channels.case_files import plain_doors
from tests.channels.counted import EFFECT, Books, books
from tests.channels.desks import Desks, hop, message, receipt
from tests.channels.every_door import (
    TALKS,
    House,
    Right,
    at_end,
    at_report,
    house,
    kannel_report,
    own_report,
    twilio_status,
)

EXAMPLES = 30
IN_ORDER = frozenset({"africastalking_ussd"})
"""Of these the next message follows from the answer to the one before."""
CHANNELS = [(plan, channel) for plan, channels in TALKS.items() for channel in channels]
SMPP = frozenset({"smpp_sms", "smpp_ussd"})

_bounded = settings(
    max_examples=EXAMPLES,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)


@dataclass(frozen=True)
class Bench:
    """Every door before the real turn, in one event loop."""

    books: Books
    house: House
    run: Callable[[Awaitable[None]], None]
    talks: Iterator[int]


@contextmanager
def bench(url: str) -> Iterator[Bench]:
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()

        async def enter() -> tuple[Books, House]:
            kept = await stack.enter_async_context(books(url))
            return kept, await stack.enter_async_context(house(kept.turns))

        def run(work: Awaitable[None]) -> None:
            async def done() -> None:
                await work

            runner.run(done())

        try:
            yield Bench(*runner.run(enter()), run, itertools.count(1))
        finally:
            runner.run(stack.aclose())


@st.composite
def schedules(draw: st.DrawFn, *, in_order: bool) -> list[list[int]]:
    """Deliveries of up to four messages; those of one batch come at the same time."""
    count = draw(st.integers(1, 4))
    first = list(range(count)) if in_order else draw(st.permutations(range(count)))
    batches: list[list[int]] = []
    for place, number in enumerate(first, 1):
        batches.append([number] * draw(st.integers(1, 3)))
        again = st.lists(st.sampled_from(first[:place]), max_size=3)
        batches += [[each] for each in draw(again)]
    return batches


def test_every_registered_door_has_its_property() -> None:
    assert {plan.name for plan in PLANS} - plain_doors() == set(TALKS) | SMPP


@pytest.mark.parametrize("channel", [channel for _, channel in CHANNELS])
def test_a_redelivered_message_has_one_effect_and_the_same_reply(
    channel: str, sqlite_url: str
) -> None:
    plan = next(plan for plan, each in CHANNELS if each == channel)

    with bench(sqlite_url) as world:

        @_bounded
        @given(schedules(in_order=channel in IN_ORDER))
        def holds(batches: list[list[int]]) -> None:
            world.run(_redelivered(world, plan, channel, batches))

        holds()


async def _redelivered(
    world: Bench, plan: str, channel: str, batches: Sequence[Sequence[int]]
) -> None:
    kept, doors = world.books, world.house
    talk = next(world.talks)
    say, client = await TALKS[plan][channel](doors, talk), f"127.1.{talk >> 8}.{talk & 255}"
    before = [await kept.count(EFFECT), kept.engine.turns, await kept.count(channel)]
    replies: dict[int, bytes] = {}
    for batch in batches:
        asked = (replace(say(number).ask(), client=client) for number in batch)
        answers = await asyncio.gather(*(ask(doors.app, each) for each in asked))
        for number, answer in zip(batch, answers, strict=True):
            assert answer.status == 200
            assert replies.setdefault(number, answer.body) == answer.body
    pushes = doors.open.door(channel).pushes
    after = [await kept.count(EFFECT), kept.engine.turns, await kept.count(channel)]
    expected = [len(replies), len(replies), len(replies) if pushes else 0]
    assert [new - old for new, old in zip(after, before, strict=True)] == expected
    assert pushes or len(set(replies.values())) == len(replies)


def test_the_end_of_a_session_may_come_twice_and_before_a_hop_that_comes_again(
    sqlite_url: str,
) -> None:
    with bench(sqlite_url) as world:

        async def run(again: list[int]) -> None:
            talk = next(world.talks)
            say = await TALKS["africastalking_ussd"]["africastalking_ussd"](world.house, talk)
            before, replies = world.books.engine.turns, []
            for number in range(3):
                replies.append((await ask(world.house.app, say(number).ask())).body)
            for number in again:
                end = at_end(f"ATUid_{talk}")
                assert (await ask(world.house.app, end.ask())).status == 200
                repeated = await ask(world.house.app, say(number).ask())
                assert repeated.body == replies[number]
            assert world.books.engine.turns - before == 3

        @_bounded
        @given(st.lists(st.integers(0, 2), min_size=1, max_size=4))
        def holds(again: list[int]) -> None:
            world.run(run(again))

        holds()


def _sid(message: Claimed) -> str:
    return "SM" + hashlib.md5(message.dedupe_key.encode(), usedforsecurity=False).hexdigest()


def _own_id(message: Claimed) -> str:
    return own_id("kannel", message.dedupe_key)


_IdOf = Callable[[Claimed], str]
_Report = Callable[[str, str], Right]
REPORTS: dict[str, tuple[str, _IdOf, _Report, tuple[str, str]]] = {
    "africastalking_sms": ("africastalking_sms", _sid, at_report, ("Submitted", "Success")),
    "twilio_sms": ("twilio_sms", _sid, twilio_status, ("sent", "delivered")),
    "gateway_kannel": ("http_gateway", _own_id, kannel_report, ("8", "1")),
    "gateway_own": ("http_gateway", _sid, own_report, ("done", "done")),
}
"""Plan, the provider's id of a message, its report, and what it says on the way and at the end."""


@pytest.mark.parametrize("channel", REPORTS)
def test_a_delivery_report_may_come_before_its_message_is_known_as_sent_after_it_and_twice(
    channel: str, sqlite_url: str
) -> None:
    with bench(sqlite_url) as world:

        @_bounded
        @given(early=st.lists(st.booleans(), max_size=3), late=st.lists(st.booleans(), max_size=3))
        def holds(early: list[bool], late: list[bool]) -> None:
            world.run(_reported(world, channel, early, late))

        holds()


async def _reported(world: Bench, channel: str, early: list[bool], late: list[bool]) -> None:
    """`early` and `late`: the reports, each of the end or of the way."""
    plan, id_of, report, (on_its_way, at_its_end) = REPORTS[channel]
    ids: list[str] = []

    async def tell(ends: Sequence[bool]) -> None:
        for is_end in ends:
            right = report(ids[-1], at_its_end if is_end else on_its_way)
            assert (await ask(world.house.app, right.ask())).status == 200

    async def send(message: Claimed) -> str:
        ids.append(id_of(message))
        await tell(early)
        return ids[-1]

    kept = world.books
    before = await kept.states(channel)
    say = await TALKS[plan][channel](world.house, next(world.talks))
    await ask(world.house.app, say(1).ask())
    await kept.send_all(channel, send)
    await tell(late)
    is_delivered = any((*early, *late)) or (on_its_way == at_its_end and bool(early or late))
    expected = before + Counter(["delivered" if is_delivered else "sent"])
    assert await kept.states(channel) == expected
    assert set(kept.sent.values()) == {1}


_DELIVERIES = st.lists(
    st.tuples(st.integers(0, 2), st.sampled_from(["lost", "twice", "crossing"])),
    min_size=1,
    max_size=8,
)
"""Of one of three messages: its answer is lost, it comes twice at once, or crosses its answer."""


def test_smpp_sms_delivers_again_and_has_one_effect_and_one_reply(sqlite_url: str) -> None:
    with bench(sqlite_url) as world:

        @_bounded
        @given(_DELIVERIES)
        def holds(deliveries: list[tuple[int, str]]) -> None:
            world.run(_smpp_sms(world.books, f"976990{next(world.talks):05}", deliveries))

        holds()


async def _smpp_sms(kept: Books, phone: str, deliveries: Sequence[tuple[int, str]]) -> None:
    desks, answered = Desks(kept.turns), set[int]()
    before = [await kept.count(EFFECT), await kept.count("smpp_sms")]
    for number, how in deliveries:
        pdu = message(phone, f"асуулт {number}")
        if number in answered:
            # Answered for good: what crosses the answer comes within seconds, or not at all.
            continue
        desks.now_s += 30
        desks.loses_answers = how == "lost"
        copies = 2 if how == "twice" else 1
        await asyncio.gather(*(desks.sms(pdu) for _ in range(copies)))
        if how != "lost":
            answered.add(number)
        if how == "crossing":
            desks.now_s += 4
            await desks.sms(pdu)
    distinct = len({number for number, _ in deliveries})
    after = [await kept.count(EFFECT), await kept.count("smpp_sms")]
    assert [new - old for new, old in zip(after, before, strict=True)] == [distinct] * 2
    assert set(desks.statuses) == {Status.ROK}


def test_an_smpp_receipt_may_come_early_late_and_twice(sqlite_url: str) -> None:
    with bench(sqlite_url) as world:

        async def run(early: int, late: int) -> None:
            kept, desks = world.books, Desks(world.books.turns)
            ids: list[str] = []

            async def send(claimed: Claimed) -> str:
                ids.append(_sid(claimed))
                for _ in range(early):
                    await desks.sms(receipt(ids[-1], "DELIVRD"))
                return ids[-1]

            before = (await kept.states("smpp_sms"))["delivered"]
            await desks.sms(message(f"976990{next(world.talks):05}", "асуулт"))
            await kept.send_all("smpp_sms", send)
            for _ in range(late):
                await desks.sms(receipt(ids[-1], "DELIVRD"))
            after = (await kept.states("smpp_sms"))["delivered"]
            assert after - before == bool(early + late)
            assert set(kept.sent.values()) == {1}

        @_bounded
        @given(early=st.integers(0, 2), late=st.integers(0, 2))
        def holds(early: int, late: int) -> None:
            world.run(run(early, late))

        holds()


def test_smpp_ussd_repeats_a_hop_and_has_one_effect_and_the_same_screen(sqlite_url: str) -> None:
    with bench(sqlite_url) as world:

        @_bounded
        @given(st.lists(st.sampled_from(["once", "twice", "crossing", "rebound"]), max_size=5))
        def holds(hows: list[str]) -> None:
            world.run(_smpp_ussd(world.books, next(world.talks), ["once", *hows]))

        holds()


async def _smpp_ussd(kept: Books, talk: int, hows: Sequence[str]) -> None:
    desks = Desks(kept.turns)
    before = [await kept.count(EFFECT), kept.engine.turns]
    for number, how in enumerate(hows):
        pdu, shown = hop(f"976990{talk:05}", talk, number), len(desks.screens)
        desks.now_s += 5
        await asyncio.gather(*(desks.ussd(pdu) for _ in range(2 if how == "twice" else 1)))
        if how == "crossing":
            desks.now_s += 0.5
            await desks.ussd(pdu)
        if how == "rebound":
            desks.now_s, desks.binds = desks.now_s + 20, desks.binds + 1
            await desks.ussd(pdu)
        screens = desks.screens[shown:]
        assert len(set(screens)) == 1
        assert len(screens) == (2 if how == "rebound" else 1)
    after = [await kept.count(EFFECT), kept.engine.turns]
    assert [new - old for new, old in zip(after, before, strict=True)] == [len(hows)] * 2
    assert len(set(desks.screens)) == len(hows)
