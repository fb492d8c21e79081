"""Replies as Telegram messages: limits, buttons, scripts."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.message import Choice, Expects, Inbound, Reply, Session
from bot.outcome import Outcome
from bot.text.latin import to_latin
from bot.text.pages import Script
from channels.telegram import TelegramDoor
from channels.telegram.answers import MAX_TEXT_UNITS, split
from channels.telegram.keyboard import Keyboards, pick_of

DOOR = TelegramDoor(Keyboards(b"k" * 32))
ASKED = Inbound(
    channel="telegram",
    address="5001",
    message_id="700001-1",
    session=Session.NONE,
    text="Сайн уу",
    keys=None,
    audio=None,
    received_at=datetime(2026, 11, 23, tzinfo=UTC),
)


def _bodies(
    *replies: Reply, script: Script | None = None, inbound: Inbound = ASKED
) -> list[dict[str, Any]]:
    texts = DOOR.compose(replies, script)
    return list(DOOR.bodies(inbound, Outcome(replies, texts, 0, False, script)))


def _labels(body: dict[str, Any]) -> list[list[str]]:
    return [[label for label, _ in row] for row in body.get("rows", [])]


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def test_each_reply_is_a_message_and_the_last_carries_the_buttons() -> None:
    choices = (Choice("Паспорт", "/a"), Choice("Торгууль", "/b"))
    first, last = _bodies(Reply("Сайн байна уу?"), Reply("Юу хэрэгтэй вэ?", choices))
    assert first == {"text": "Сайн байна уу?"}
    assert _labels(last) == [["Паспорт"], ["Торгууль"]]


def test_only_the_first_message_edits_the_one_that_was_pressed() -> None:
    pressed = replace(ASKED, reply_to="12")
    first, last = _bodies(Reply("Нэг"), Reply("Хоёр"), inbound=pressed)
    assert first["edit"] == 12
    assert "edit" not in last


def test_a_button_carries_its_number_and_the_mark_of_its_message_in_few_bytes() -> None:
    choices = tuple(Choice(f"Сонголт {n}", f"/very/long/payload/{n}") for n in range(1, 100))
    (body,) = _bodies(Reply("Аль нь вэ?", choices))
    data = [data for row in body["rows"] for _, data in row]
    assert max(len(each.encode()) for each in data) <= 64
    picks = [pick_of(each) for each in data]
    assert [pick.key for pick in picks if pick] == [str(n) for n in range(1, 100)]
    other = _bodies(Reply("?", choices), inbound=replace(ASKED, message_id="700001-2"))
    assert {data for row in other[0]["rows"] for _, data in row}.isdisjoint(data)


@pytest.mark.parametrize(
    "data", ["", "1", "0.0123456789", "100.0123456789", "/fines", "1.012345678", "1.0123456789x"]
)
def test_data_of_another_form_is_no_pick(data: str) -> None:
    assert pick_of(data) is None


def test_labels_too_long_for_a_button_are_listed_and_the_buttons_are_their_numbers() -> None:
    choices = tuple(Choice(f"{n} дүгээр сумын иргэний бүртгэлийн хэлтэс", "/x") for n in range(7))
    (body,) = _bodies(Reply("Аль нь вэ?", choices))
    assert body["text"].splitlines()[1] == "1. 0 дүгээр сумын иргэний бүртгэлийн хэлтэс"
    assert _labels(body) == [["1", "2", "3", "4", "5"], ["6", "7"]]


def test_a_yes_or_no_question_without_options_gets_two_buttons() -> None:
    (body,) = _bodies(Reply("Зөв үү?", expects=Expects.YES_NO))
    assert _labels(body) == [["Тийм", "Үгүй"]]


def test_latin_that_was_asked_for_reaches_the_buttons_too() -> None:
    (body,) = _bodies(Reply("Юу хэрэгтэй вэ?", (Choice("Паспорт", "/a"),)), script="latin")
    assert body["text"] == to_latin("Юу хэрэгтэй вэ?")
    assert _labels(body) == [["Pasport"]]


def test_an_answer_without_text_sends_nothing() -> None:
    forgotten = Outcome((), ("",), 0, True)
    assert DOOR.bodies(ASKED, forgotten) == ()
    assert _bodies(Reply("  ")) == []


def test_a_long_answer_is_split_after_lines_and_its_buttons_stand_under_the_end() -> None:
    line = "Иргэний үнэмлэхийг аймаг, дүүргийн бүртгэлийн байгууллагад авна.\n"
    bodies = _bodies(Reply(line * 150, (Choice("За", "/a"),)))
    assert len(bodies) == 3
    assert all(_units(body["text"]) <= MAX_TEXT_UNITS for body in bodies)
    assert all(body["text"].endswith("авна.") for body in bodies)
    assert ["rows" in body for body in bodies] == [False, False, True]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from(["ү", "🙏", " ", "\n", ". ", "паспорт "]), max_size=40),
    st.integers(1, 400),
)
def test_no_piece_is_too_long_or_empty_and_no_letter_is_lost(parts: list[str], times: int) -> None:
    text = "".join(parts) * times
    pieces = split(text)
    assert all(0 < _units(piece) <= MAX_TEXT_UNITS for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join(text.split())
