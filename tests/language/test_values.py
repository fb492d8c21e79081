"""Slot values as people type them: tables in tests/cases/language."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.language import values

TODAY = date(2026, 11, 23)
CASES = Path(__file__).parents[1] / "cases" / "language"
REASONS = {
    "lost": "Гээсэн",
    "damaged": "Гэмтсэн",
    "expired": "Хугацаа дууссан",
    "changed": "Мэдээлэл өөрчлөгдсөн",
}
RATINGS = {"5": "Маш сайн", "4": "Сайн", "3": "Дунд", "2": "Муу", "1": "Маш муу"}


def _table(name: str) -> Any:
    return yaml.safe_load((CASES / name).read_text(encoding="utf-8"))


VALUES = [(kind, *row) for kind, rows in _table("values.yml").items() for row in rows]


@pytest.mark.parametrize(("kind", "text", "value", "certain"), VALUES)
def test_an_answer_is_read_as_its_value(
    kind: str, text: str, value: str | None, certain: bool
) -> None:
    parsed = values.parse(kind, text, TODAY, REASONS if kind == "choice" else None)

    assert (parsed and parsed.value) == value
    assert bool(parsed and parsed.certain) == certain


def test_every_slot_type_has_cases() -> None:
    assert set(_table("values.yml")) == values.KINDS


def test_every_slot_of_the_project_has_a_parser() -> None:
    slots = yaml.safe_load((Path(__file__).parents[2] / "nlu_data/slots.yml").read_text("utf-8"))

    assert {slot["type"] for slot in slots.values()} <= values.KINDS


def test_a_register_number_is_shown_masked() -> None:
    parsed = values.parse("register_number", "УБ95021217", TODAY)

    assert parsed is not None
    assert parsed.shown == "УБ95••••17"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("5", "5"),
        ("маш сайн", "5"),
        ("mash muu", "1"),
        ("муу", "2"),
        ("таван од", "5"),
        ("6", None),
    ],
)
def test_a_number_among_numeric_options_is_the_value_not_the_place(
    text: str, value: str | None
) -> None:
    parsed = values.parse("choice", text, TODAY, RATINGS)

    assert (parsed and parsed.value) == value


@pytest.mark.parametrize(("text", "expected"), _table("corrections.yml"))
def test_a_correction_gives_the_new_value(text: str, expected: str | None) -> None:
    assert values.correction(text) == expected


@pytest.mark.parametrize(("text", "expected"), _table("entities.yml"))
def test_values_are_found_in_free_text(text: str, expected: list[list[object]]) -> None:
    found = values.find(text, TODAY)

    assert [[e.kind, e.value, e.text, e.certain] for e in found] == expected
    assert all(text[e.start : e.end] == e.text for e in found)
