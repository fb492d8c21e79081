"""Answers with several readings: what is shown of them, and what is kept."""

from __future__ import annotations

from typing import Any

import pytest

from bot.outcome import TalkState
from bot.store.cases import case_form, cases_of
from bot.store.conversations import load_conversation
from bot.text.pages import Screen
from channels.africastalking_ussd import AfricasTalkingUssd
from tests.town import Phone, Town

NUMBER, RENEWAL = "+97688990031", "үнэмлэхээ сунгуулъя"


def _form(town: Town) -> dict[str, Any]:
    """Return the form of the one case of the phone."""

    async def load() -> dict[str, Any]:
        async with town.store.read() as session:
            owner = town.store.vault.lookup("conversation", f"phone\0{NUMBER}")
            (case,) = await cases_of(session, conversation_id=owner)
            return dict(case_form(session, case))

    return town.loop.run(load())


def _state(town: Town, phone: Phone) -> TalkState:
    async def load() -> TalkState:
        async with town.store.read() as session:
            talk = await load_conversation(session, phone.door.name, phone.number)
        return TalkState.from_json(talk.state)

    return town.loop.run(load())


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        (["Налайх дүүрэг"], {"place": "Налайх дүүрэг"}),
        (
            ["BZD 5-r horoo"],
            {"place": "Баянзүрх дүүрэг", "place_as_typed": "BZD 5-r horoo"},
        ),
        (
            ["Мөрөн", "2"],
            {"place": "Хэнтий аймгийн Мөрөн сум", "place_as_typed": "Мөрөн"},
        ),
        (["Мөрөн", "3", "тийм"], {"place": "Мөрөн"}),
        (["Хятад, Бээжин", "тийм"], {"place": "Хятад, Бээжин"}),
        (
            ["Beejin", "tiim"],
            {"place": "Бээжин", "place_as_typed": "Beejin"},
        ),
    ],
)
def test_a_case_holds_the_place_by_its_full_name_and_as_it_was_written(
    answers: list[str], expected: dict[str, str], sqlite_town: Town
) -> None:
    phone = sqlite_town.phone(NUMBER)
    for words in (RENEWAL, *answers, "тийм"):
        phone.says(words)
    assert _form(sqlite_town) == expected


def test_a_place_corrected_afterwards_leaves_nothing_of_the_words_before(
    sqlite_town: Town,
) -> None:
    phone = sqlite_town.phone(NUMBER)
    for words in (RENEWAL, "BZD 5-r horoo"):
        phone.says(words)
    assert "Налайх дүүрэг:" in phone.says("үгүй, Баянзүрх биш Налайх дүүрэг")
    phone.says("тийм")
    assert _form(sqlite_town) == {"place": "Налайх дүүрэг"}


def test_no_reading_of_a_register_number_leaves_the_program(sqlite_town: Town) -> None:
    phone = sqlite_town.phone(NUMBER)
    phone.says("торгууль байгаа юу 1234УНА")
    answer = phone.says("chp89120357")
    assert phone.heard is not None
    payloads = [choice.payload for choice in phone.heard.replies[-1].choices]
    assert payloads == ['/inform{"value": "1"}', '/inform{"value": "2"}', "/deny"]
    assert "1203" not in answer
    assert "1203" not in str(_state(sqlite_town, phone).last)


def test_the_readings_are_told_apart_on_a_latin_screen_too(sqlite_town: Town) -> None:
    phone = sqlite_town.phone(NUMBER, AfricasTalkingUssd(Screen.LATIN))
    phone.dials()
    phone.presses("торгууль байгаа юу 1234УНА")
    screen = phone.presses("YX95021217")
    assert "YX95----17" in screen
    assert "1 UKH95----17" in screen
    assert "2 ÜKH95----17" in screen
    assert "UKH95021217" not in screen


def test_a_sure_place_is_taken_where_it_is_asked_for_whatever_else_it_may_mean(
    sqlite_town: Town,
) -> None:
    phone = sqlite_town.phone(NUMBER)
    phone.says(RENEWAL)
    assert "Илгээх үү" in phone.says("Төв аймаг")


@pytest.mark.parametrize(
    "words", ["24 цагийн эмнэлэг", "зуун мянган төгрөг хүүхдийнх орсон уу", "490154203237518"]
)
def test_values_of_every_kind_in_a_request_leave_the_engine_quiet(
    words: str, sqlite_town: Town, recwarn: pytest.WarningsRecorder
) -> None:
    assert sqlite_town.phone(NUMBER).says(words)
    assert [str(one.message) for one in recwarn if "entit" in str(one.message).lower()] == []
