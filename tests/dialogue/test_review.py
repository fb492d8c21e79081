"""Whole conversations: what the review queue takes of each, and that nothing personal is in it."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select, text, update

from actions.words import words
from bot.app import ZONE, recorder_of
from bot.message import Choice
from bot.outcome import TalkState
from bot.review.recorder import Recorder
from bot.review.redaction import Redactor
from bot.store.conversations import load_conversation
from bot.store.models import ReviewItem
from bot.store.review import Item, review_items
from bot.text.pages import Screen
from bot.turn import Turns
from channels.africastalking_ussd import AfricasTalkingUssd
from tests.town import Phone, Town

NUMBER = "+97688000003"
DRIVER, DRIVER_PHONE, PLATE = "ЧП89120357", "+97688000006", "1234УНА"
UNCLEAR = "тэтгэвэр"
FOREIGN = "зцш фщъ ыыы"
FINES = "торгууль байгаа юу"


def _watching(town: Town, redactor: Redactor | None = None) -> Town:
    town.turns = Turns(
        town.store,
        town.assembly.engine,
        zone=ZONE,
        sms_offer=Choice(words().sms_offer, "/send_sms"),
        recorder=Recorder(redactor) if redactor else recorder_of(town.assembly.live.catalogue),
    )
    return town


@pytest.fixture
def watched(sqlite_town: Town) -> Town:
    """The program with the review turned on."""
    return _watching(sqlite_town)


def _items(town: Town) -> list[Item]:
    async def read() -> list[Item]:
        async with town.store.read() as session:
            return await review_items(session)

    return town.loop.run(read())


def _pending(town: Town, phone: Phone) -> dict[str, Any]:
    async def load() -> TalkState:
        async with town.store.read() as session:
            talk = await load_conversation(session, phone.door.name, phone.number)
        return TalkState.from_json(talk.state)

    return town.loop.run(load()).review


def _raw(town: Town) -> str:
    """Return every stored column of the queue as text."""

    async def read() -> str:
        async with town.store.read() as session:
            rows = await session.execute(select(ReviewItem.__table__))
            return str(rows.all())

    return town.loop.run(read())


def test_what_is_not_understood_is_kept_as_rejected(town: Town) -> None:
    _watching(town)
    town.phone(NUMBER).says(FOREIGN)
    (item,) = _items(town)
    assert (item.text, item.reason, item.count) == (FOREIGN, "rejected", 1)
    assert (item.channel, item.script) == ("terminal", "cyrillic")
    assert item.decided["kind"] == "reject"
    assert 0 < len(item.decided["services"]) <= 3
    assert item.first_day == town.clock.now.astimezone(ZONE).date()


def test_a_which_is_kept_with_the_choice_that_follows(watched: Town) -> None:
    phone = watched.phone(NUMBER)
    phone.says(UNCLEAR)
    (asked,) = _items(watched)
    assert (asked.reason, asked.chosen) == ("reasked", None)
    phone.says("1")
    (item,) = _items(watched)
    assert (item.reason, item.count) == ("reasked", 1)
    assert item.chosen == item.decided["services"][0]["id"]


def test_another_choice_than_the_first_is_a_correction(town: Town) -> None:
    _watching(town)
    phone = town.phone(NUMBER)
    phone.says(UNCLEAR)
    phone.says("2")
    (item,) = _items(town)
    assert item.reason == "corrected"
    assert item.chosen == item.decided["services"][1]["id"]


def test_the_way_through_the_menu_leads_to_what_was_meant(watched: Town) -> None:
    phone = watched.phone(NUMBER)
    phone.says(FOREIGN)
    phone.says("үйлчилгээнүүд")
    _press_the_first_until_a_service_begins(watched, phone)
    (item,) = _items(watched)
    assert item.reason == "rejected"
    assert item.chosen in watched.assembly.live.catalogue.services


def _press_the_first_until_a_service_begins(town: Town, phone: Phone) -> None:
    for _ in range(3):
        assert phone.heard is not None
        choices = phone.heard.replies[-1].choices
        if not choices or not _pending(town, phone):
            return
        phone.says("1")


@pytest.mark.parametrize("no", ["үгүй", "биш", "буцах", "энэ биш ээ"])
def test_a_no_right_after_a_service_is_a_correction_of_what_was_said_before(
    watched: Town, no: str
) -> None:
    phone = watched.phone(NUMBER)
    phone.says(FINES)
    assert _items(watched) == []
    phone.says(no)
    (item,) = _items(watched)
    assert (item.text, item.reason) == (FINES, "corrected")
    assert item.decided["services"][0]["id"] == "vehicle_fines"


def test_a_correction_that_names_the_service_says_what_was_meant(watched: Town) -> None:
    phone = watched.phone(NUMBER)
    phone.says("тэтгэмж")
    phone.says("биш ээ паспорт захиалъя")
    (item,) = _items(watched)
    assert (item.text, item.reason, item.chosen) == ("тэтгэмж", "corrected", "passport_order")


def test_a_no_to_consent_is_an_answer_and_no_correction(watched: Town) -> None:
    watched.knows(DRIVER_PHONE, DRIVER)
    phone = watched.phone(DRIVER_PHONE)
    phone.says(f"{FINES} {PLATE}")
    phone.says("үгүй")
    assert _items(watched) == []


def test_a_corrected_value_is_no_correction_of_the_service(watched: Town) -> None:
    watched.knows(DRIVER_PHONE, DRIVER)
    phone = watched.phone(DRIVER_PHONE)
    phone.says(f"{FINES} {PLATE}")
    phone.says("үгүй 1234УНА биш 4321УНА")
    assert _items(watched) == []


def test_a_question_asked_again_is_kept_where_it_asks_for_nothing_personal(watched: Town) -> None:
    phone = watched.phone(NUMBER)
    phone.says("валютын ханш")
    phone.says(FOREIGN)
    (item,) = _items(watched)
    assert (item.text, item.reason) == (FOREIGN, "reasked")


def test_a_service_that_was_right_leaves_nothing(watched: Town) -> None:
    phone = watched.phone(NUMBER)
    phone.says("мал эмнэлгийн гэрчилгээ яаж авах вэ")
    phone.says("баярлалаа")
    phone.says("сайн байна уу")
    assert _items(watched) == []


@pytest.mark.parametrize(
    ("asked", "answers"),
    [
        (FINES, ["маш нууц дугаартай", "огт санахгүй байна даа", "юу гэнээ"]),
        ("гудамжны гэрэл асахгүй байна гомдол гаргамаар байна", ["Батболдын хашаа", "үгүй"]),
    ],
)
def test_answers_to_questions_for_personal_values_are_never_kept(
    watched: Town, asked: str, answers: list[str]
) -> None:
    phone = watched.phone(NUMBER)
    phone.says(asked)
    for answer in answers:
        phone.says(answer)
    assert not {item.text for item in _items(watched)} & set(answers)


def test_a_register_number_that_cannot_be_read_is_not_kept(watched: Town) -> None:
    phone = watched.phone("+97688990077")
    phone.says(f"{FINES} {PLATE}")
    assert "регистр" in phone.says("чөтгөр мэдэх юм").lower()
    assert _items(watched) == []


def test_personal_values_of_an_utterance_are_markers_at_rest(town: Town) -> None:
    _watching(town)
    said = (f"{FINES} УБ95021217", f"{FINES} 99112233 bold@mail.mn", f"{FINES} Энхжаргал")
    for number, words_said in enumerate(said):
        phone = town.phone(f"+9768800000{number}")
        phone.says(words_said)
        phone.says("биш")
    texts = [item.text for item in _items(town)]
    assert len(texts) == 3
    assert {"<РД>", "<утас>", "<и-мэйл>", "<нэр>"} <= set(" ".join(texts).split())
    shown = " ".join(texts) + _raw(town)
    for value in ("95021217", "99112233", "bold", "Энхжаргал", "8800000"):
        assert value not in shown


def test_the_conversation_keeps_only_redacted_words_for_the_next_turn(watched: Town) -> None:
    phone = watched.phone(NUMBER)
    phone.says(f"{FINES} {PLATE}")
    pending = _pending(watched, phone)
    assert pending["text"] == f"{FINES} <дугаар>"
    phone.says("баярлалаа")
    assert _pending(watched, phone) == {}


@pytest.mark.parametrize("word", ["зогс", "цуцлах"])
def test_who_stops_or_withdraws_is_kept_no_more(town: Town, word: str) -> None:
    _watching(town)
    phone = town.phone(NUMBER)
    phone.says(word)
    phone.says(FOREIGN)
    assert _items(town) == []
    town.phone("+97688000005").says(FOREIGN)
    assert len(_items(town)) == 1


def test_a_message_delivered_twice_is_counted_once(watched: Town) -> None:
    phone = watched.phone(NUMBER)
    phone.says(FOREIGN, message_id="same")
    phone.says(FOREIGN, message_id="same")
    assert [item.count for item in _items(watched)] == [1]


def test_the_same_words_of_two_people_share_a_row(watched: Town) -> None:
    watched.phone(NUMBER).says(FOREIGN)
    watched.phone("+97688000005").says(FOREIGN)
    assert [item.count for item in _items(watched)] == [2]


def test_a_dropped_session_forgets_what_it_waited_for(watched: Town) -> None:
    phone = watched.phone(DRIVER_PHONE, AfricasTalkingUssd(Screen.CYRILLIC))
    phone.dials()
    phone.presses(FINES)
    assert _pending(watched, phone)
    watched.loop.run(watched.turns.drop(phone.door.name, phone.session_id))
    assert _pending(watched, phone) == {}


def test_nothing_is_kept_unless_the_operator_turns_it_on(sqlite_town: Town) -> None:
    phone = sqlite_town.phone(NUMBER)
    phone.says(FOREIGN)
    phone.says(UNCLEAR)
    assert _items(sqlite_town) == []
    assert _pending(sqlite_town, phone) == {}


class _Failing(Redactor):
    def redact(self, text: str, today: object) -> str:
        raise RuntimeError("redaction fails")


def test_a_turn_is_answered_where_looking_at_it_fails(sqlite_town: Town) -> None:
    town = _watching(sqlite_town, _Failing(frozenset()))
    phone = town.phone(NUMBER)
    assert phone.says(FOREIGN)
    assert "улсын дугаар" in phone.says(FINES)
    assert _items(town) == []


def test_a_turn_is_stored_where_writing_to_the_queue_fails(town: Town) -> None:
    _watching(town)

    async def break_queue() -> None:
        async with town.store.write() as session:
            await session.execute(text("ALTER TABLE review_item RENAME TO elsewhere"))

    town.loop.run(break_queue())
    phone = town.phone(NUMBER)
    first = phone.says(FOREIGN, message_id="m1")
    assert first
    assert phone.says(FOREIGN, message_id="m1") == first
    assert "улсын дугаар" in phone.says(FINES)


def test_a_labelled_utterance_that_is_said_again_keeps_its_label(watched: Town) -> None:
    phone = watched.phone(NUMBER)
    phone.says(FOREIGN)

    async def label() -> None:
        async with watched.store.write() as session:
            await session.execute(update(ReviewItem).values(label="land_contract"))

    watched.loop.run(label())
    phone.says(FOREIGN)

    async def read() -> list[Item]:
        async with watched.store.read() as session:
            return await review_items(session, labelled=True)

    (item,) = watched.loop.run(read())
    assert (item.label, item.count) == ("land_contract", 2)
