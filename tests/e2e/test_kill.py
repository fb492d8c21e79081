"""The program is killed between messages and during one: what citizens began goes on.

One conversation is held on each database, both at the same time because a start takes seconds.
The telephone network and KHUR live in the test, so they remember what a crash must not repeat.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field

import httpx
import pytest

from actions.khur.simulator.modes import Kind
from tests.e2e import rows
from tests.e2e.phone import Phone, Said, inbox_over_http, until
from tests.e2e.world import World, world
from tests.postgres import postgres_server

DRIVER, DRIVER_REGISTER, PLATE = "+97688000006", "ЧП89120357", "1234УНА"
ORDER, APPROVE = "WS300110_eHealthOnlineAppointmentOrder", "WS300111_eHealthTimeOrderApprove"
KHUR_DELAY_S = 3.0
KILLED_AFTER_S = 1.0
"""By then the message is with KHUR, whose answer comes later."""
MESSAGE_ID = "the-message-that-was-cut-off"


@dataclass(frozen=True)
class Step:
    """One message of the conversation about fines and a part of its answer."""

    says: str
    hears: str
    after_kill: bool = True


DIAL, CODE = "dial", "code"
STEPS = (
    Step(DIAL, "Юу хэрэгтэйгээ бичнэ үү", after_kill=False),
    Step("торгууль байгаа юу", "Машины улсын дугаар"),
    Step(PLATE, "Регистрийн дугаар"),
    Step(DRIVER_REGISTER, "Зорилго"),
    Step("98", "98 Цааш 0 Буцах"),
    Step("98", "98 Цааш 0 Буцах", after_kill=False),
    Step("98", "1 Тийм", after_kill=False),
    Step("1", "код илгээлээ"),
    Step(CODE, "150,000₮"),
    Step("98", "100,000₮", after_kill=False),
)
BOOKING = ("эмчид үзүүлэх цаг авъя", "1", CODE, "1", "1", "1")


@dataclass
class Story:
    """What was heard and counted in one conversation."""

    heard: list[str] = field(default_factory=list)
    cases_after_kill: int = -1
    half_made: int = -1
    cases: int = -1
    bookings: tuple[int, int] = (-1, -1)
    receipts: list[str] = field(default_factory=list)


def live_through(outside: World, database_url: str) -> Story:
    """Hold the conversations, killing the program again and again."""
    story, said = Story(), Said()
    program = outside.program
    program.start()
    with program.client() as client:
        at_url = program.environ["URTUU_AT_URL"]
        phone = Phone(program, client, DRIVER, inbox_over_http(client, at_url), said)
        for step in STEPS:
            if step.after_kill:
                program.restart()
            story.heard.append(_hear(phone, step.says))
        for text in BOOKING:
            phone.says(phone.code(1) if text == CODE else text)
        _cut_off(outside, phone, "1")
        story.cases_after_kill = rows.cases(database_url)
        program.start()
        seen = len(phone.answers())
        phone.says("1", MESSAGE_ID)
        phone.post_sms("1", MESSAGE_ID)
        phone.says("баярлалаа")
        story.receipts = [text for text in phone.answers()[seen:] if "Цаг захиаллаа" in text]
        story.cases = rows.cases(database_url)
        story.half_made = rows.half_made_cases(database_url)
        story.bookings = outside.calls(ORDER), outside.calls(APPROVE)
    said.note(DRIVER)
    said.is_not_in(program.log)
    return story


def _hear(phone: Phone, says: str) -> str:
    if says == DIAL:
        return phone.dials()
    return phone.presses(phone.code(0) if says == CODE else says)


def _cut_off(outside: World, phone: Phone, text: str) -> None:
    """Kill the program while it waits for KHUR's answer to a message."""
    outside.khur_is(Kind.SLOW, KHUR_DELAY_S)

    def post() -> None:
        with suppress(httpx.TransportError):
            phone.post_sms(text, MESSAGE_ID)

    sending = threading.Thread(target=post)
    sending.start()
    time.sleep(KILLED_AFTER_S)
    outside.program.kill()
    sending.join()
    until(lambda: outside.calls(ORDER) == 1)
    outside.khur_is(Kind.UP)


@pytest.fixture(scope="module")
def stories(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, Story]]:
    with ExitStack() as stack, ThreadPoolExecutor() as pool:
        urls = {
            "sqlite": f"sqlite:///{tmp_path_factory.mktemp('database') / 'urtuu.db'}",
            "postgresql": stack.enter_context(postgres_server()),
        }
        worlds = {
            name: stack.enter_context(world(tmp_path_factory.mktemp(name), url))
            for name, url in urls.items()
        }
        told = {
            name: pool.submit(live_through, outside, urls[name])
            for name, outside in worlds.items()
        }
        yield {name: future.result() for name, future in told.items()}


on_each_database = pytest.mark.parametrize("database", ["sqlite", "postgresql"])


@on_each_database
@pytest.mark.parametrize("number", range(len(STEPS)), ids=[step.says for step in STEPS])
def test_the_conversation_goes_on_after_a_kill_as_if_nothing_had_happened(
    stories: Mapping[str, Story], database: str, number: int
) -> None:
    assert STEPS[number].hears in stories[database].heard[number]


@on_each_database
def test_a_message_cut_off_by_a_kill_is_carried_out_once_when_it_comes_again(
    stories: Mapping[str, Story], database: str
) -> None:
    story = stories[database]
    assert story.cases_after_kill == 0
    assert len(story.receipts) == 1
    assert story.bookings == (1, 1)
    assert (story.cases, story.half_made) == (1, 0)
