"""An answer becomes SMS of a route: in its script, measured as sent, kept in Cyrillic."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.text.compiler import (
    MAX_SEGMENTS,
    compile_sms,
    first_part,
    message_text,
    sms_segments,
    written_sms,
)
from bot.text.pages import Script
from bot.text.units import is_gsm7, segments
from tests.text.random_text import texts

SCRIPTS: tuple[Script, ...] = ("cyrillic", "latin")
SENTENCE = "Хүсэлтийг хүлээн авлаа, ажилтан тантай холбогдоно. "
MORE = "Үргэлжлэл: 1"


def test_a_text_is_measured_in_the_letters_that_are_sent() -> None:
    text = SENTENCE * 3
    assert sms_segments(text, "cyrillic") == 3
    assert sms_segments(text, "latin") == 2


def test_a_latin_route_gets_longer_messages_and_all_stay_cyrillic() -> None:
    text = (SENTENCE * 12).strip()
    in_cyrillic, in_latin = (compile_sms(text, script) for script in SCRIPTS)
    assert len(in_latin) < len(in_cyrillic)
    assert " ".join(in_latin) == " ".join(in_cyrillic) == text


def test_a_message_ends_after_a_sentence_in_either_script() -> None:
    for script in SCRIPTS:
        parts = compile_sms((SENTENCE * 12).strip(), script)
        assert all(part.endswith("холбогдоно.") for part in parts)


@pytest.mark.parametrize(
    ("text", "script", "written"),
    [
        ("«Үнэгүй» – 5₮", "cyrillic", "«Үнэгүй» – 5₮"),
        ("VIN – 5…", "cyrillic", "VIN - 5..."),
        ("“E-Mongolia” 20,000₮", "cyrillic", '"E-Mongolia" 20,000 tug'),
        ("OK 👍 – 5", "cyrillic", "OK 👍 – 5"),
        ("«Үнэгүй» – 5₮", "latin", '"Ünegüi" - 5 tug'),
        ("a  b", "latin", "a b"),
    ],
)
def test_a_route_writes_no_sign_that_doubles_the_price_for_nothing(
    text: str, script: Script, written: str
) -> None:
    assert written_sms(text, script) == written


def test_options_are_numbered_lines_under_the_text() -> None:
    assert message_text(["Хоёр бий.", "Аль нь вэ?"], ["А", "Б"]) == (
        "Хоёр бий.\nАль нь вэ?\n1 А\n2 Б"
    )
    assert message_text([], []) == ""


def test_what_fits_is_one_part_and_leaves_nothing() -> None:
    assert first_part("Баярлалаа.", "cyrillic", 1, MORE) == ("Баярлалаа.", "")


def test_a_long_answer_ends_after_a_sentence_and_offers_the_rest() -> None:
    text = (SENTENCE * 16).strip()
    for script in SCRIPTS:
        part, rest = first_part(text, script, MAX_SEGMENTS, MORE)
        said, _, offer = part.rpartition("\n")
        assert offer == MORE
        assert said.endswith("холбогдоно.")
        assert f"{said} {rest}" == text
        assert sms_segments(part, script) <= MAX_SEGMENTS


def test_an_offer_that_fills_the_message_is_refused() -> None:
    with pytest.raises(ValueError, match="fills the whole message"):
        first_part("ү" * 300, "cyrillic", 1, "ү" * 69)


@settings(deadline=None)
@given(text=texts(900), script=st.sampled_from(SCRIPTS), most=st.integers(1, 3))
def test_no_compiled_message_is_too_long_and_no_word_is_lost(
    text: str, script: Script, most: int
) -> None:
    parts = compile_sms(text, script, most)
    assert all(sms_segments(part, script) <= most for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())


@settings(deadline=None)
@given(text=texts(900), script=st.sampled_from(SCRIPTS), most=st.integers(1, 3))
def test_parts_that_offer_more_lead_through_the_whole_answer(
    text: str, script: Script, most: int
) -> None:
    said, rest = "", text
    while rest:
        part, left = first_part(rest, script, most, MORE)
        assert sms_segments(part, script) <= most
        assert len(left) < len(rest)
        said += part.removesuffix(MORE) if left else part
        rest = left
    assert "".join(said.split()) == "".join(text.split())


@settings(deadline=None)
@given(text=texts(200))
def test_signs_are_replaced_only_where_that_makes_the_text_cheaper(text: str) -> None:
    written = written_sms(text, "cyrillic")
    assert written == text or (is_gsm7(written) and segments(written) <= segments(text) * 3)
