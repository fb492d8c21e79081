"""Whole services over the wire form of Africa's Talking, by USSD and by SMS."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tests.e2e.conftest import PhoneOf
from tests.e2e.phone import Phone

DRIVER, DRIVER_REGISTER, PLATE = "+97688000006", "ЧП89120357", "1234УНА"
HERDER = "+97688000002"
PENSIONER = "+97688000003"
COMPANY_OWNER, COMPANY_OWNER_REGISTER = "+97688000008", "ХД78101984"

Ask = Callable[[Phone, str], str]


def by_ussd(phone: Phone, text: str) -> str:
    """Return all pages of the answer to an input, dialling first where no session is open."""
    if not phone.is_open:
        phone.dials()
    phone.presses(text)
    return phone.reads_on()


def by_sms(phone: Phone, text: str) -> str:
    """Return the answer to a text message."""
    return phone.says(text)


either_way = pytest.mark.parametrize("ask", [by_ussd, by_sms])


@either_way
def test_fines_are_told_after_plate_identity_consent_and_code(
    ask: Ask, demo_phone: PhoneOf
) -> None:
    phone = demo_phone(DRIVER)
    assert "улсын дугаар" in ask(phone, "торгууль байгаа юу")
    consent = ask(phone, PLATE)
    if "Регистрийн дугаар" in consent:
        consent = ask(phone, DRIVER_REGISTER)
    for part in ("Зорилго", "Авах мэдээлэл", "Үндэслэл", "Хариуцагч", "ЦУЦЛАХ", "1 Тийм"):
        assert part in consent
    seen = len(phone.codes())
    assert "код илгээлээ" in ask(phone, "1")
    answer = ask(phone, phone.code(seen))
    assert "150,000₮" in answer
    assert "100,000₮" in answer
    assert "20,000₮" not in answer, "a fine that is paid"


@either_way
def test_information_is_told_at_once_and_without_consent(ask: Ask, demo_phone: PhoneOf) -> None:
    answer = ask(demo_phone(HERDER), "малын гарал үүслийн гэрчилгээ яаж авах вэ")
    assert "эмч" in answer
    assert "Зөвшөөрөх үү" not in answer


@either_way
def test_a_complaint_becomes_a_case_with_a_number_and_a_state(
    ask: Ask, demo_phone: PhoneOf
) -> None:
    phone = demo_phone(PENSIONER)
    assert "бичнэ үү" in ask(phone, "гудамжны гэрэл асахгүй байна гомдол гаргамаар байна")
    assert "Илгээх үү" in ask(phone, "Манай гудамжны гэрэл сар гаруй асахгүй байна")
    number = re.search(r"\b\d{3} \d{4}\b", ask(phone, "1"))
    assert number is not None
    told = ask(phone, "хүсэлт минь юу болсон бэ")
    assert number[0] in told
    assert "илгээсэн" in told


@either_way
def test_a_refused_consent_fetches_nothing(ask: Ask, demo_phone: PhoneOf) -> None:
    phone = demo_phone("+97688000001")
    ask(phone, "торгууль шалгах")
    assert "Зөвшөөрөх үү" in ask(phone, "5521УБЗ")
    answer = ask(phone, "2")
    assert "мэдээлэл аваагүй" in answer
    assert "₮" not in answer


def test_what_was_begun_by_ussd_may_be_asked_about_by_sms(demo_phone: PhoneOf) -> None:
    phone = demo_phone("+97688000009")
    by_ussd(phone, "гомдол гаргамаар байна")
    by_ussd(phone, "Хог ачихгүй долоо хонолоо")
    number = re.search(r"\b\d{3} \d{4}\b", by_ussd(phone, "1"))
    assert number is not None
    assert number[0] in by_sms(phone, "хүсэлт минь юу болсон бэ")


AGREEMENTS = ("1", "тийм", "Тийм!", "tiim", "за", "зөвшөөрч байна")


@pytest.mark.parametrize(("number", "agreement"), list(enumerate(AGREEMENTS)))
def test_nobody_agrees_to_what_was_not_on_the_screen_yet(
    number: int, agreement: str, demo_phone: PhoneOf
) -> None:
    phone, owner = demo_phone(f"+9768899020{number}"), demo_phone(COMPANY_OWNER)
    phone.dials()
    phone.presses("торгууль шалгах")
    phone.presses("7010УНБ")
    assert "1 Тийм" not in phone.presses(COMPANY_OWNER_REGISTER)
    seen = len(owner.codes())
    assert "код илгээлээ" not in phone.presses(agreement)
    assert "1 Тийм" in phone.reads_on()
    phone.presses("2")
    assert len(owner.codes()) == seen
