"""Free text as it is shown to the citizen and filed for the clerk."""

from __future__ import annotations

import pytest

from actions.answers import spoken_values
from actions.free_text import filed, shown
from bot.catalogue.service import SlotSpec


def slot(name: str, kind: str) -> SlotSpec:
    return SlotSpec(
        name=name, type=kind, label="", ask="", retry="", personal=False, options={"1": "нэг"}
    )


SLOTS = {
    "place": slot("place", "text"),
    "topic": slot("topic", "narrative"),
    "plate": slot("plate", "plate"),
}


def test_what_was_typed_in_latin_is_filed_in_cyrillic_with_the_typed_words_beside_it() -> None:
    typed = "manai gudamjind gerel bhgui, 1234 UNA mashin"
    assert filed(SLOTS, {"topic": typed, "_register": "УБ95021217"}) == {
        "topic": "манай гудамжинд гэрэл байхгүй, 1234 UNA машин",
        "topic_as_typed": typed,
    }


def test_a_text_that_needs_no_restoring_is_filed_once() -> None:
    assert filed(SLOTS, {"place": "Дархан-Уул"}) == {"place": "Дархан-Уул"}


def test_the_name_of_a_known_place_is_filed_as_it_stands_beside_the_words_typed() -> None:
    known = {"place": "Өвөрхангай аймгийн Баян-Өндөр сум", "place_as_typed": "bayan-undur"}
    assert filed({"place": slot("place", "place")}, known) == known


def test_values_of_other_kinds_are_filed_as_they_are() -> None:
    values = {"plate": "1234УНА", "booking": "hezee"}
    assert filed(SLOTS, values) == values


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("text", "Дархан"),
        ("name", "Дархан"),
        ("place", "Дархан"),
        ("narrative", "Дархан"),
        ("plate", "Darhan"),
    ],
)
def test_only_free_text_is_read_back_in_cyrillic(kind: str, expected: str) -> None:
    assert shown(slot("any", kind), "Darhan") == expected


def test_a_confirmation_says_days_and_sums_the_way_they_are_written() -> None:
    slots = {"born": slot("born", "past_day"), "price": slot("price", "money")}
    assert spoken_values(slots, {"born": "2026-11-03", "price": "1250000"}) == {
        "born": "2026.11.03",
        "price": "1,250,000₮",
    }


def test_a_confirmation_repeats_free_text_in_cyrillic_and_a_choice_by_its_label() -> None:
    values = {"place": "Songinohairhan duureg", "topic": "1"}
    assert spoken_values(SLOTS, values) == {"place": "Сонгинохайрхан дүүрэг", "topic": "нэг"}
