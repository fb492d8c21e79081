"""Text is measured and cut in the units of SMS."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.text.units import Units, is_gsm7, segments, split_sms, units
from tests.text.random_text import texts

SIZES = [
    ("", Units("GSM-7", 0), 1),
    ("a" * 160, Units("GSM-7", 160), 1),
    ("a" * 161, Units("GSM-7", 161), 2),
    ("a" * 306, Units("GSM-7", 306), 2),
    ("a" * 307, Units("GSM-7", 307), 3),
    ("a" * 459, Units("GSM-7", 459), 3),
    ("a" * 460, Units("GSM-7", 460), 4),
    ("€" * 80, Units("GSM-7", 160), 1),
    ("€" * 81, Units("GSM-7", 162), 2),
    ("a" * 152 + "€" + "a" * 152, Units("GSM-7", 306), 3),
    ("ö" * 160, Units("GSM-7", 160), 1),
    ("ү" * 70, Units("UCS-2", 70), 1),
    ("ү" * 71, Units("UCS-2", 71), 2),
    ("ү" * 134, Units("UCS-2", 134), 2),
    ("ү" * 135, Units("UCS-2", 135), 3),
    ("ү" * 201, Units("UCS-2", 201), 3),
    ("ү" * 202, Units("UCS-2", 202), 4),
    ("😀" * 35, Units("UCS-2", 70), 1),
    ("ү" * 66 + "😀" + "ү" * 66, Units("UCS-2", 134), 3),
    ("a" * 69 + "№", Units("UCS-2", 70), 1),
    ("a" * 70 + "₮", Units("UCS-2", 71), 2),
    ("€" * 70 + "ү", Units("UCS-2", 71), 2),
]


@pytest.mark.parametrize(("text", "measured", "messages"), SIZES)
def test_a_text_is_measured_in_its_own_encoding(text: str, measured: Units, messages: int) -> None:
    assert units(text) == measured
    assert segments(text) == messages


@pytest.mark.parametrize(
    "text", ["Sain uu?\r\n@£$", "^{}\\[~]|€\f", "ÄÖÑÜ§äöñüàèéùìò", "ΔΦΓΛΩΠΨΣΘΞ"]
)
def test_the_gsm_alphabet_is_whole(text: str) -> None:
    assert is_gsm7(text)


@pytest.mark.parametrize("text", ["а", "Ө", "ү", "№", "₮", "`", "ç", "“", "…", "\t", "😀"])
def test_other_characters_are_outside_the_gsm_alphabet(text: str) -> None:
    assert not is_gsm7(text)


def test_a_text_that_fits_is_not_cut() -> None:
    assert split_sms("Сайн байна уу?") == ("Сайн байна уу?",)
    assert split_sms("") == ("",)


def test_a_long_text_is_cut_after_a_sentence() -> None:
    first = "Нэгдүгээр өгүүлбэр энэ байна. " * 6
    text = first + "Үргэлжлэл нь дараагийн мессежид очно."
    assert split_sms(text) == (first.rstrip(), "Үргэлжлэл нь дараагийн мессежид очно.")


def test_a_long_sentence_is_cut_after_a_word() -> None:
    pieces = split_sms("торгууль " * 29)
    assert [segments(piece) for piece in pieces] == [3, 1]
    assert " ".join(pieces).split() == ["торгууль"] * 29


def test_an_amount_is_not_taken_for_the_end_of_a_sentence() -> None:
    text = "Төлбөр " * 24 + "1.5 сая " + "төгрөг " * 10
    assert not any(piece.endswith("1.") for piece in split_sms(text))


def test_a_word_longer_than_a_message_is_cut_inside_and_an_emoji_is_not() -> None:
    pieces = split_sms("ү" * 66 + "😀" * 10, max_segments=1)
    assert "".join(pieces) == "ү" * 66 + "😀" * 10
    assert [units(piece).count for piece in pieces] == [70, 16]


@settings(deadline=None)
@given(text=texts(900), most=st.integers(min_value=1, max_value=3))
def test_no_message_is_too_long_and_no_word_is_lost(text: str, most: int) -> None:
    pieces = split_sms(text, most)
    assert all(segments(piece) <= most for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join(text.split())
