"""Cases: their numbers, their moves and their history."""

from __future__ import annotations

import asyncio
import random
from dataclasses import replace

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm.exc import StaleDataError

from bot.store import cases
from bot.store.case_status import (
    MOVES,
    IllegalMove,
    case_number,
    check_move,
    parse_case_number,
    spoken_number,
)
from bot.store.database import Store, StoreSession
from bot.store.models import Case, CaseEvent
from tests.store.support import NOW, PHONE, opened

NEW = cases.NewCase(
    service_id="birth_registration",
    channel="sms",
    address=PHONE,
    conversation_id="c" * 64,
    idempotency_key="sms|m1",
    form={"topic": "Хүүхэд төрсөн"},
)


async def new_case(session: StoreSession, key: str = "sms|m1", seed: int = 1) -> Case:
    new = replace(NEW, idempotency_key=key)
    source = random.Random(seed)  # noqa: S311 - a test repeats its numbers
    return await cases.create_case(session, new, actor="bot", at=NOW, source=source)


async def move_all(store: Store, *statuses: str) -> None:
    async with store.write() as session:
        case = await new_case(session)
        for status in statuses:
            await cases.move_case(session, case, status, actor="bot", at=NOW)


def numbers(count: int) -> list[str]:
    source = random.Random(7)  # noqa: S311 - a test repeats its numbers
    return [case_number(source) for _ in range(count)]


@pytest.mark.parametrize("number", numbers(20))
def test_every_wrong_digit_and_every_swap_of_neighbours_is_noticed(number: str) -> None:
    for place, digit in enumerate(number):
        for other in set("0123456789") - {digit}:
            assert parse_case_number(number[:place] + other + number[place + 1 :]) is None
    for place in range(len(number) - 1):
        swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
        assert swapped == number or parse_case_number(swapped) is None


@pytest.mark.parametrize(
    "written", ["{}", "{0:.3} {1}", "{0:.3}-{1}", " {0:.3} – {1} ", "№{}", "{}."]
)
def test_a_number_is_read_however_it_is_written(written: str) -> None:
    number = numbers(1)[0]
    assert parse_case_number(written.format(number, number[3:])) == number


@pytest.mark.parametrize("text", ["", "abc", "99112233445", "123", "УБ95021217", "4729183x", "०"])
def test_what_is_not_a_number_is_not_read(text: str) -> None:
    assert parse_case_number(text) is None


def test_a_number_is_said_in_two_groups() -> None:
    number = numbers(1)[0]
    assert spoken_number(number) == f"{number[:3]} {number[3:]}"
    assert parse_case_number(spoken_number(number)) == number


@pytest.mark.parametrize("status", MOVES)
def test_only_the_listed_moves_are_legal(status: str) -> None:
    for to in MOVES:
        if to in MOVES[status]:
            check_move(status, to)
        else:
            with pytest.raises(IllegalMove, match=f"from {status} to {to}"):
                check_move(status, to)


def test_a_case_lives_through_its_states_and_remembers_them(database_url: str) -> None:
    path = ["awaiting_consent", "submitted", "in_agency", "info_required", "in_agency"]
    path += ["approved", "delivered"]

    async def scenario() -> None:
        async with opened(database_url) as store:
            async with store.write() as session:
                case = await new_case(session)
                for status in path:
                    note = "Гэрчилгээ дутуу" if status == "info_required" else None
                    await cases.move_case(session, case, status, actor="desk", at=NOW, note=note)
            async with store.read() as session:
                found = await cases.case_by_number(session, case.number)
                assert found is not None
                assert found.status == "delivered"
                assert cases.case_form(session, found) == {"topic": "Хүүхэд төрсөн"}
                assert cases.case_address(session, found) == PHONE
                steps = await cases.case_history(session, found)
            assert [step.to_status for step in steps] == ["draft", *path]
            assert steps[0].from_status is None
            assert steps[4].note == "Гэрчилгээ дутуу"
            assert steps[4].at == NOW

    asyncio.run(scenario())


def test_an_illegal_move_changes_nothing(database_url: str) -> None:
    async def scenario() -> None:
        async with opened(database_url) as store:
            async with store.write() as session:
                case = await new_case(session)
            with pytest.raises(IllegalMove):
                await move_all(store, "submitted", "delivered")
            async with store.read() as session:
                found = await cases.case_by_number(session, case.number)
                assert found is not None
                assert found.status == "draft"
                assert len(await cases.case_history(session, found)) == 1

    asyncio.run(scenario())


def test_the_same_key_is_the_same_case(database_url: str) -> None:
    async def scenario() -> None:
        async with opened(database_url) as store:
            async with store.write() as session:
                first = await new_case(session)
            async with store.write() as session:
                again = await new_case(session, seed=2)
                assert again.number == first.number
                events = await session.scalar(select(func.count()).select_from(CaseEvent))
                assert events == 1

    asyncio.run(scenario())


def test_a_taken_number_is_drawn_again(database_url: str) -> None:
    async def scenario() -> None:
        async with opened(database_url) as store, store.write() as session:
            first = await new_case(session, "a")
            second = await new_case(session, "b")
            assert first.number != second.number
            assert first.id != second.id

    asyncio.run(scenario())


def test_of_two_changes_of_one_case_the_stale_one_is_refused(postgres_url: str) -> None:
    async def scenario() -> None:
        async with opened(postgres_url) as store:
            async with store.write() as session:
                await new_case(session)
            async with store.write() as slow:
                case = await new_case(slow)
                await move_all(store, "submitted")
                with pytest.raises(StaleDataError):
                    await cases.move_case(slow, case, "cancelled", actor="bot", at=NOW)
                await slow.rollback()

    asyncio.run(scenario())


def test_cases_are_found_by_conversation_and_by_state(database_url: str) -> None:
    async def scenario() -> None:
        async with opened(database_url) as store:
            async with store.write() as session:
                case = await new_case(session, "a")
                await new_case(session, "b", seed=2)
                await cases.move_case(session, case, "cancelled", actor="citizen", at=NOW)
            async with store.read() as session:
                assert len(await cases.cases_of(session, conversation_id="c" * 64)) == 2
                assert await cases.cases_of(session, citizen_id="nobody") == []
                assert await cases.cases_of(session) == []
                assert [c.status for c in await cases.open_cases(session)] == ["draft"]

    asyncio.run(scenario())
