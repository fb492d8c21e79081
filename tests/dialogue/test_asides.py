"""What is answered beside the dialogue: scripts, linked phones, places nearby."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.asides import Asides, distance_km
from bot.message import Choice, Inbound, Reply, Session
from bot.outcome import TalkState
from bot.places import data_folder

ASIDES = Asides.load(data_folder())
OPEN = TalkState(
    dialogue={"service": "x", "awaiting": "plate"}, last=(Reply("Улсын дугаараа бичнэ үү."),)
)
MENU = TalkState(last=(Reply("Алийг нь?", (Choice("Паспорт", "/passport"),)),))


def _said(text: str | None = None, address: str = "+97699000001") -> Inbound:
    now = datetime(2026, 11, 23, tzinfo=UTC)
    return Inbound("sms", address, "1", Session.NONE, text, None, None, now)


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("латин", "latin"),
        ("ЛАТИН", "latin"),
        ("latin", "latin"),
        ("Кирилл", "cyrillic"),
        ("kirill", "cyrillic"),
        ("кирил", "cyrillic"),
    ],
)
def test_a_citizen_chooses_the_script_with_one_word_in_either_script(
    text: str, script: str
) -> None:
    aside = ASIDES.answer(_said(text), TalkState())
    assert aside is not None
    assert aside.state.script == script
    assert len(aside.replies) == 1


@pytest.mark.parametrize("text", ["латин үсгээр бичсэн паспорт", "паспорт", "1", "", None])
def test_other_words_are_for_the_dialogue(text: str | None) -> None:
    assert ASIDES.answer(_said(text), TalkState()) is None


@pytest.mark.parametrize("state", [OPEN, MENU])
def test_the_open_question_is_asked_again(state: TalkState) -> None:
    aside = ASIDES.answer(_said("latin"), state)
    assert aside is not None
    assert aside.replies[1:] == state.last
    assert aside.state.dialogue == state.dialogue


def test_a_finished_answer_is_not_repeated() -> None:
    aside = ASIDES.answer(_said("latin"), TalkState(last=(Reply("Торгууль алга."),)))
    assert aside is not None
    assert len(aside.replies) == 1


@pytest.mark.parametrize(
    ("place", "centre", "km"),
    [
        ((47.92, 106.92), "Улаанбаатар", "0 км"),
        ((43.5, 104.3), "Даланзадгад", "10 км"),
        ((48.0, 91.0), "Ховд", "50 км"),
        ((49.0, 89.97), "Өлгий", "3 км"),
    ],
)
def test_a_shared_location_is_answered_with_the_nearest_centre(
    place: tuple[float, float], centre: str, km: str
) -> None:
    aside = ASIDES.answer(replace(_said(), location=place), TalkState())
    assert aside is not None
    assert centre in aside.replies[0].text
    assert km in aside.replies[0].text


def test_the_distance_between_two_places_is_that_of_a_globe() -> None:
    ulaanbaatar, khovd = (47.92, 106.92), (48.01, 91.64)
    assert distance_km(ulaanbaatar, khovd) == pytest.approx(1140, rel=0.01)
    assert distance_km((0.0, 0.0), (0.0, 180.0)) == pytest.approx(20015, rel=0.001)
    assert distance_km(khovd, khovd) == 0


def test_a_contact_of_a_telephone_itself_is_no_link() -> None:
    assert ASIDES.answer(replace(_said(), phone="+97699000001"), TalkState()) is None
