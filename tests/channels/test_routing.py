"""Which way a message leaves, what happens when that way is down, and who is told."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

import pytest

from bot.store.delivery import Receipt
from bot.store.outbox import Claimed
from channels.base import SendFailed
from channels.routing import SICK_FOR_S, SMS, Doubtful, Health, OutRoute, Router

MOBICOM, UNITEL = "+97699000001", "+97688000001"
DOWN = SendFailed("no_connection", retryable=True)
TIMED_OUT = SendFailed("no_answer", retryable=True, maybe_sent=True)


@dataclass
class Provider:
    """Takes messages, or fails as it is told."""

    failure: SendFailed | None = None
    sent: list[tuple[str, str]] = field(default_factory=list)

    async def send(self, address: str, body: Any, dedupe_key: str) -> str:
        if self.failure is not None:
            raise self.failure
        self.sent.append((address, body))
        return f"id-{dedupe_key}"


@dataclass
class Clock:
    """Seconds that a test moves."""

    now_s: float = 1000.0

    def __call__(self) -> float:
        return self.now_s


def _message(body: Any = "Сайн уу", channel: str = SMS, address: str = MOBICOM) -> Claimed:
    return Claimed(1, channel, address, body, "k", 1, False, "worker")


def _send(router: Router, message: Claimed) -> Receipt:
    return asyncio.run(router.send(message))


def test_the_route_of_the_numbers_own_network_is_taken() -> None:
    mobicom, unitel = Provider(), Provider()
    router = Router(
        [
            OutRoute("unitel", unitel, prefixes=("+97688", "+97689")),
            OutRoute("mobicom", mobicom, prefixes=("+97699",)),
        ]
    )
    assert _send(router, _message()).route == "mobicom"
    assert _send(router, _message(address=UNITEL)).route == "unitel"


def test_a_route_for_all_numbers_comes_before_one_for_other_numbers() -> None:
    router = Router(
        [
            OutRoute("unitel", Provider(), prefixes=("+97688",), cost_mnt=Decimal(1)),
            OutRoute("any", Provider(), cost_mnt=Decimal(90)),
        ]
    )
    assert [route.name for route in router.ranked(MOBICOM)] == ["any", "unitel"]


def test_of_equal_routes_the_cheaper_is_taken_and_an_unknown_price_is_last() -> None:
    router = Router(
        [
            OutRoute("unknown", Provider()),
            OutRoute("dear", Provider(), cost_mnt=Decimal("55")),
            OutRoute("cheap", Provider(), cost_mnt=Decimal("19.8")),
        ]
    )
    assert [route.name for route in router.ranked(MOBICOM)] == ["cheap", "dear", "unknown"]


def test_an_answer_leaves_by_the_number_that_the_citizen_wrote_to() -> None:
    router = Router(
        [OutRoute("cheap", Provider(), cost_mnt=Decimal(1)), OutRoute("theirs", Provider())]
    )
    assert _send(router, _message(channel="theirs")).route == "theirs"


def test_a_route_that_is_down_is_passed_over_and_stands_behind_for_a_while() -> None:
    clock, first, second = Clock(), Provider(DOWN), Provider()
    routes = [
        OutRoute("first", first, cost_mnt=Decimal(1)),
        OutRoute("second", second, cost_mnt=Decimal(2)),
    ]
    router = Router(routes, Health(clock))
    assert _send(router, _message()).route == "second"
    first.failure = None
    assert _send(router, _message()).route == "second"
    clock.now_s += SICK_FOR_S + 1
    assert _send(router, _message()).route == "first"


def test_a_message_that_may_have_been_sent_is_not_given_to_another_route() -> None:
    first, second = Provider(TIMED_OUT), Provider()
    router = Router([OutRoute("first", first, cost_mnt=Decimal(1)), OutRoute("second", second)])
    with pytest.raises(Doubtful) as raised:
        _send(router, _message())
    assert raised.value.route == "first"
    assert raised.value.maybe_sent
    assert second.sent == []


def test_a_doubtful_message_goes_the_same_way_again_unmarked() -> None:
    first, second = Provider(), Provider()
    router = Router([OutRoute("cheap", second, cost_mnt=Decimal(1)), OutRoute("first", first)])
    receipt = _send(router, replace(_message(), doubtful_route="first"))
    assert receipt.route == "first"
    assert first.sent == [(MOBICOM, "Сайн уу")]


def test_a_second_copy_by_another_route_says_so() -> None:
    first, second = Provider(DOWN), Provider()
    router = Router([OutRoute("first", first), OutRoute("second", second)])
    assert _send(router, replace(_message(), doubtful_route="first")).route == "second"
    assert second.sent == [(MOBICOM, "(Давтан илгээв.) Сайн уу")]


@pytest.mark.parametrize("code", ["invalid_number", "opted_out", "not_subscribed"])
def test_what_is_wrong_with_the_number_is_wrong_on_every_route(code: str) -> None:
    first, second = Provider(SendFailed(code, retryable=False)), Provider()
    router = Router([OutRoute("first", first, cost_mnt=Decimal(1)), OutRoute("second", second)])
    with pytest.raises(SendFailed, match=code):
        _send(router, _message())
    assert second.sent == []


@pytest.mark.parametrize("code", ["unauthorized", "invalid_sender", "no_balance"])
def test_what_is_wrong_with_our_account_is_another_routes_chance(code: str) -> None:
    first, second = Provider(SendFailed(code, retryable=False)), Provider()
    router = Router([OutRoute("first", first, cost_mnt=Decimal(1)), OutRoute("second", second)])
    assert _send(router, _message()).route == "second"


@pytest.mark.parametrize(
    ("script", "body", "said"),
    [
        ("cyrillic", "Сайн уу", "Сайн уу"),
        ("latin", "Сайн уу", "Sain uu"),
        ("cyrillic", {"text": "Сайн уу", "script": "latin"}, "Sain uu"),
        ("latin", {"text": "Сайн уу", "script": "cyrillic"}, "Sain uu"),
        ("cyrillic", {"text": "Сайн уу", "script": "cyrillic"}, "Сайн уу"),
    ],
)
def test_a_text_is_written_in_the_routes_script_or_the_citizens(
    script: Any, body: Any, said: str
) -> None:
    provider = Provider()
    _send(Router([OutRoute("only", provider, script=script)]), _message(body))
    assert provider.sent == [(MOBICOM, said)]


def test_a_text_made_for_a_latin_route_is_latin_where_cyrillic_would_be_too_long() -> None:
    provider = Provider()
    _send(Router([OutRoute("only", provider)]), _message("Үнэмлэх " * 50))
    assert provider.sent[0][1].startswith("Ünemlekh Ünemlekh")


def test_a_route_sends_no_more_segments_a_second_than_its_provider_allows() -> None:
    async def work() -> list[float]:
        health, route = Health(clock), OutRoute("slow", Provider(), rate_per_s=200.0)
        waits = []
        for _ in range(3):
            began = loop_time()
            await health.turn_of(route, 4)
            waits.append(loop_time() - began)
        return waits

    def loop_time() -> float:
        return asyncio.get_running_loop().time()

    def clock() -> float:
        return loop_time()

    waits = asyncio.run(work())
    assert waits[0] < waits[1]
    assert sum(waits) >= 2 * 4 / 200.0 * 0.9


def test_no_route_at_all_is_tried_again_later() -> None:
    with pytest.raises(SendFailed, match="no_route") as raised:
        _send(Router([]), _message())
    assert raised.value.retryable
