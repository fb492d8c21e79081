"""What the channels make of replies: screens, messages, Latin letters."""

from __future__ import annotations

import pytest

from bot.message import Choice, Reply
from bot.outcome import Outcome
from bot.text.compiler import MAX_SEGMENTS, written_sms
from bot.text.pages import Screen, Script
from bot.text.units import segments, units
from channels.africastalking_sms import AfricasTalkingSms
from channels.africastalking_ussd import AfricasTalkingUssd

CHOICES = (Choice("Паспорт", "/passport"), Choice("Торгууль", "/fines"))
QUESTION = Reply("Юу хэрэгтэй вэ?", CHOICES)
GREETING = Reply("Сайн байна уу?")
SENTENCE = "Иргэний үнэмлэхээ дагалдах бичгийн хамт өөрийн биеэр авч ирнэ үү. "
LONG = Reply((SENTENCE * 8).strip(), CHOICES)


def test_a_screen_holds_the_replies_and_the_choices_of_the_last() -> None:
    (page,) = AfricasTalkingUssd(Screen.CYRILLIC).compose((GREETING, QUESTION))
    assert page.startswith("Сайн байна уу?\nЮу хэрэгтэй вэ?\n1")
    assert "Паспорт" in page
    assert "Торгууль" in page


@pytest.mark.parametrize(
    ("screen", "encoding", "max_units"),
    [(Screen.CYRILLIC, "UCS-2", 80), (Screen.LATIN, "GSM-7", 182)],
)
def test_every_page_of_a_long_answer_fits_its_screen(
    screen: Screen, encoding: str, max_units: int
) -> None:
    pages = AfricasTalkingUssd(screen).compose((LONG,))
    assert len(pages) > 1
    assert {units(page).encoding for page in pages} == {encoding}
    assert all(units(page).count <= max_units for page in pages)


def test_an_sms_numbers_its_choices() -> None:
    (text,) = AfricasTalkingSms().compose((GREETING, QUESTION))
    assert text == "Сайн байна уу?\nЮу хэрэгтэй вэ?\n1 Паспорт\n2 Торгууль"


@pytest.mark.parametrize("latin", [False, True])
def test_no_sms_is_longer_than_three_segments_and_none_is_cut_inside_a_sentence(
    latin: bool,
) -> None:
    script: Script = "latin" if latin else "cyrillic"
    texts = [written_sms(text, script) for text in AfricasTalkingSms(script).compose((LONG,))]
    assert max(segments(text) for text in texts) <= MAX_SEGMENTS
    assert all(text.endswith(".") for text in texts[:-1])
    assert texts[-1].splitlines()[-1].startswith("2 ")


def test_latin_messages_stay_in_the_small_alphabet() -> None:
    texts = [written_sms(text, "latin") for text in AfricasTalkingSms("latin").compose((LONG,))]
    assert {units(text).encoding for text in texts} == {"GSM-7"}


def test_nothing_to_say_is_an_empty_message() -> None:
    assert AfricasTalkingSms().compose(()) == ("",)


@pytest.mark.parametrize(
    ("page", "ends", "expected"),
    [
        (0, False, "CON нэг"),
        (0, True, "CON нэг"),
        (1, True, "END хоёр"),
        (1, False, "CON хоёр"),
    ],
)
def test_only_the_last_page_of_the_last_answer_ends_a_session(
    page: int, ends: bool, expected: str
) -> None:
    outcome = Outcome((GREETING,), ("нэг", "хоёр"), page, ends)
    assert bytes(AfricasTalkingUssd(Screen.CYRILLIC).render(outcome).body).decode() == expected
