"""The turn: redelivery, order, pages, resuming, forgetting, failures."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from sqlalchemy import func, select

from actions.khur.simulator.modes import Kind, Mode
from bot.message import Session
from bot.outcome import TalkState
from bot.store.cases import cases_of
from bot.store.conversations import load_conversation
from bot.store.models import AccessLog, Case, CaseEvent, Consent, OutboxMessage
from bot.store.retention import purge
from bot.text.pages import Screen
from channels.africastalking_sms import AfricasTalkingSms
from channels.africastalking_ussd import AfricasTalkingUssd
from tests.town import Phone, Town

DRIVER, DRIVER_PHONE, PLATE = "ЧП89120357", "+97688000006", "1234УНА"
COMPLAINT = "гудамжны гэрэл асахгүй байна гомдол гаргамаар байна"


def _count(town: Town, model: type[Any]) -> int:
    async def count() -> int:
        async with town.store.read() as session:
            return int(await session.scalar(select(func.count()).select_from(model)) or 0)

    return town.loop.run(count())


def _state(town: Town, phone: Phone) -> TalkState:
    async def load() -> TalkState:
        async with town.store.read() as session:
            talk = await load_conversation(session, phone.door.name, phone.number)
        return TalkState.from_json(talk.state)

    return town.loop.run(load())


def _ussd(town: Town, number: str = DRIVER_PHONE) -> Phone:
    return town.phone(number, AfricasTalkingUssd(Screen.CYRILLIC))


def test_a_message_delivered_twice_gets_the_same_answer_and_acts_once(town: Town) -> None:
    phone = town.phone("+97688000003")
    phone.says(COMPLAINT)
    phone.says("Манай гудамжны гэрэл асахгүй байна")
    first = phone.says("тийм", message_id="same")
    again = phone.says("тийм", message_id="same")
    assert again == first
    assert _count(town, Case) == 1


def test_messages_of_one_phone_that_arrive_together_are_all_answered_in_turn(town: Town) -> None:
    phone = town.phone("+97688000003")
    inbounds = [phone.inbound("сайн байна уу", Session.NONE) for _ in range(10)]

    async def all_at_once() -> list[Any]:
        return await asyncio.gather(
            *(town.turns.handle(inbound, phone.door) for inbound in inbounds)
        )

    outcomes = town.loop.run(all_at_once())
    assert len(outcomes) == 10
    assert all(outcome.texts for outcome in outcomes)


def test_pages_turn_forward_and_back_without_the_dialogue(sqlite_town: Town) -> None:
    town = sqlite_town
    town.knows(DRIVER_PHONE, DRIVER)
    phone = _ussd(town)
    phone.dials()
    phone.presses("торгууль байгаа юу")
    first = phone.presses(PLATE)
    second = phone.presses("98")
    assert first != second
    assert phone.presses("0") == first
    assert _state(town, phone).dialogue["awaiting"] == "consent"


def test_consent_cannot_be_given_before_its_text_has_been_on_the_screen(sqlite_town: Town) -> None:
    town = sqlite_town
    town.knows(DRIVER_PHONE, DRIVER)
    phone = _ussd(town)
    phone.dials()
    phone.presses("торгууль байгаа юу")
    phone.presses(PLATE)
    sent = len(town.khur.outbox)
    pages = len(phone.heard.texts) if phone.heard else 0
    assert pages > 1
    for _ in range(pages - 1):
        phone.presses("1")
        assert len(town.khur.outbox) == sent
    phone.presses("1")
    assert len(town.khur.outbox) == sent + 1


def test_a_dropped_session_is_offered_again_at_the_next_dial(town: Town) -> None:
    town.knows(DRIVER_PHONE, DRIVER)
    phone = _ussd(town)
    phone.dials()
    phone.presses("торгууль байгаа юу")
    town.loop.run(town.turns.drop(phone.door.name, phone.session_id))
    screen = phone.dials()
    assert "Дутуу хүсэлт" in screen
    assert "1 Үргэлжлүүлэх" in screen
    assert "улсын дугаар" in phone.presses("1")
    assert "Зорилго" in phone.presses(PLATE)


def test_an_unfinished_request_is_not_offered_after_half_an_hour(sqlite_town: Town) -> None:
    phone = _ussd(sqlite_town)
    phone.dials()
    phone.presses("торгууль байгаа юу")
    sqlite_town.clock.forward(minutes=31)
    assert "Дутуу" not in phone.dials()


def test_a_code_is_not_sent_again_when_the_session_is_resumed(sqlite_town: Town) -> None:
    town = sqlite_town
    town.knows(DRIVER_PHONE, DRIVER)
    phone = _ussd(town)
    phone.dials()
    phone.presses(f"торгууль байгаа юу {PLATE}")
    while phone.heard and phone.heard.page < len(phone.heard.texts) - 1:
        phone.presses("98")
    phone.presses("1")
    sent = len(town.khur.outbox)
    phone.dials()
    assert "Код ирсэн үү" in phone.presses("1")
    assert len(town.khur.outbox) == sent
    assert "₮" in phone.presses(town.code())


def test_answers_to_an_sms_are_queued_in_the_same_transaction(town: Town) -> None:
    phone = town.phone("+97688000003", AfricasTalkingSms())
    answer = phone.says("малын гарал үүслийн гэрчилгээ яаж авах вэ", message_id="m1")
    phone.says("малын гарал үүслийн гэрчилгээ яаж авах вэ", message_id="m1")
    assert answer
    assert phone.heard is not None
    assert _count(town, OutboxMessage) == len(phone.heard.texts)


def test_a_long_answer_is_offered_by_sms_and_queued_when_asked(sqlite_town: Town) -> None:
    phone = _ussd(sqlite_town)
    phone.dials()
    phone.presses("мал эмнэлгийн гэрчилгээ яаж авах вэ")
    assert phone.heard is not None
    labels = [choice.label for choice in phone.heard.replies[-1].choices]
    assert "SMS-ээр авах" in labels
    while phone.heard.page < len(phone.heard.texts) - 1:
        phone.presses("98")
    assert "илгээлээ" in phone.presses(str(labels.index("SMS-ээр авах") + 1))
    assert _count(sqlite_town, OutboxMessage) >= 1


def test_fetched_data_is_gone_from_the_conversation_after_the_reply(town: Town) -> None:
    town.knows(DRIVER_PHONE, DRIVER)
    phone = town.phone(DRIVER_PHONE)
    phone.says(f"торгууль байгаа юу {PLATE}")
    phone.says("тийм")
    assert "₮" in phone.says(town.code())
    kept = str(_state(town, phone).to_json())
    assert "₮" not in kept
    assert town.code() not in kept
    assert PLATE not in kept
    assert DRIVER not in kept


def test_the_stored_answer_is_blanked_after_an_hour_and_acted_on_no_more(town: Town) -> None:
    phone = town.phone("+97688000003")
    phone.says("сайн байна уу", message_id="m1")
    town.clock.forward(hours=2)

    async def tidy() -> None:
        async with town.store.write() as session:
            await purge(session, town.clock.now)

    town.loop.run(tidy())
    assert phone.says("сайн байна уу", message_id="m1") == ""


def test_an_approved_answer_leaves_consent_and_an_access_log_entry(town: Town) -> None:
    town.knows(DRIVER_PHONE, DRIVER)
    phone = town.phone(DRIVER_PHONE)
    phone.says(f"торгууль байгаа юу {PLATE}")
    phone.says("тийм")
    phone.says(town.code())
    assert _count(town, Consent) == 1
    assert _count(town, AccessLog) == 1


def test_silence_or_no_leaves_neither_consent_nor_access(town: Town) -> None:
    town.knows(DRIVER_PHONE, DRIVER)
    phone = town.phone(DRIVER_PHONE)
    phone.says(f"торгууль байгаа юу {PLATE}")
    phone.says("үгүй")
    assert _count(town, Consent) == 0
    assert _count(town, AccessLog) == 0


@pytest.mark.parametrize("kind", [Kind.DOWN, Kind.FAULT, Kind.GARBAGE])
def test_a_broken_data_exchange_is_said_plainly_and_the_request_goes_on_later(
    kind: Kind, sqlite_town: Town
) -> None:
    town = sqlite_town
    town.knows(DRIVER_PHONE, DRIVER)
    phone = town.phone(DRIVER_PHONE)
    phone.says(f"торгууль байгаа юу {PLATE}")
    town.khur.modes.set(Mode(kind))
    assert "хариу өгөхгүй байна" in phone.says("тийм")
    town.khur.modes.set(Mode())
    assert "код" in phone.says("1").lower()
    assert "₮" in phone.says(town.code())


def test_a_slow_data_exchange_is_given_up_within_five_seconds(sqlite_town: Town) -> None:
    town = sqlite_town
    town.knows(DRIVER_PHONE, DRIVER)
    phone = town.phone(DRIVER_PHONE)
    phone.says(f"торгууль байгаа юу {PLATE}")
    town.khur.modes.set(Mode(Kind.SLOW, delay_s=8))
    assert "хариу өгөхгүй байна" in phone.says("тийм")


def test_an_expired_code_is_said_and_a_new_one_helps(sqlite_town: Town) -> None:
    town = sqlite_town
    town.knows(DRIVER_PHONE, DRIVER)
    phone = town.phone(DRIVER_PHONE)
    phone.says(f"торгууль байгаа юу {PLATE}")
    phone.says("тийм")
    town.khur.modes.set(Mode(Kind.REFUSE, code=203, operation="WS100403_getVehiclePenaltyList"))
    assert "хугацаа" in phone.says(town.code())
    town.khur.modes.set(Mode())
    assert "код" in phone.says("1").lower()
    assert "₮" in phone.says(town.code())


def test_a_turn_whose_action_fails_stores_nothing_and_the_next_message_is_served(
    town: Town,
) -> None:
    phone = town.phone("+97688000003")
    phone.says(COMPLAINT)
    broken = phone.inbound("Манай гудамжны гэрэл асахгүй байна", Session.NONE)
    key = broken.message_id
    seed = town.assembly.engine

    class Failing:
        async def respond(self, turn: Any, *rest: Any) -> Any:
            answer = await seed.respond(turn, *rest)

            async def fail(_: Any) -> None:
                raise RuntimeError("the write fails")

            turn.stage(fail)
            return answer

    town.turns._engine = Failing()
    with pytest.raises(RuntimeError):
        town.loop.run(town.turns.handle(broken, phone.door))
    town.turns._engine = seed
    assert _count(town, Case) == 0
    answer = phone.says("Манай гудамжны гэрэл асахгүй байна", message_id=key)
    assert "Илгээх үү" in answer


def test_a_case_has_its_number_its_history_and_its_owner(town: Town) -> None:
    phone = town.phone("+97688000003")
    phone.says(COMPLAINT)
    phone.says("Манай гудамжны гэрэл асахгүй байна")
    said = phone.says("тийм")

    async def mine() -> list[Case]:
        async with town.store.read() as session:
            vault = town.store.vault
            owner = vault.lookup("conversation", "phone\0+97688000003")
            return await cases_of(session, conversation_id=owner)

    (case,) = town.loop.run(mine())
    assert f"{case.number[:3]} {case.number[3:]}" in said
    assert case.status == "submitted"
    assert _count(town, CaseEvent) == 1
    stranger = town.phone("+97688000005")
    assert "илгээсэн" not in stranger.says(f"{case.number} дугаартай хүсэлт юу болсон бэ")


def test_turn_one_hundred_keeps_no_more_than_turn_ten(sqlite_town: Town) -> None:
    phone = sqlite_town.phone("+97688000003")
    sizes = []
    for _ in range(100):
        phone.says("сайн байна уу")
        sizes.append(len(_state(sqlite_town, phone).events))
    assert max(sizes) <= 90


def test_a_stranger_cannot_flood_a_phone_with_codes(sqlite_town: Town) -> None:
    town = sqlite_town
    stranger = town.phone("+97688990077")
    limit = 4
    with town.limited_codes(limit):
        sent = len(town.khur.outbox)
        for _ in range(limit):
            stranger.says(f"торгууль байгаа юу {PLATE}")
            stranger.says(DRIVER)
            assert "код" in stranger.says("тийм").lower()
            stranger.says("болих")
        assert len(town.khur.outbox) == sent + limit
        stranger.says(f"торгууль байгаа юу {PLATE}")
        stranger.says(DRIVER)
        assert "зогсоолоо" in stranger.says("тийм")
        assert len(town.khur.outbox) == sent + limit
        town.clock.forward(hours=25)
        stranger.says(f"торгууль байгаа юу {PLATE}")
        stranger.says(DRIVER)
        assert "зогсоолоо" not in stranger.says("тийм")
