"""Slot values as people type them: tables in tests/cases/language."""

from __future__ import annotations

import time
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.language import temporal, values
from bot.language.gazetteer import Unit, gazetteer
from bot.language.place_names import is_place

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


def _values() -> dict[str, list[list[Any]]]:
    """Return the rows of each kind: those of values.yml and of its own file in values/."""
    rows: dict[str, list[list[Any]]] = _table("values.yml")
    for path in sorted((CASES / "values").glob("*.yml")):
        rows.setdefault(path.stem, []).extend(_table(f"values/{path.name}"))
    return rows


VALUES = [(kind, *row) for kind, rows in _values().items() for row in rows]


@pytest.mark.parametrize(("kind", "text", "value", "certain"), VALUES)
def test_an_answer_is_read_as_its_value(
    kind: str, text: str, value: str | None, certain: bool
) -> None:
    parsed = values.parse(kind, text, TODAY, REASONS if kind == "choice" else None)

    assert (parsed and parsed.value) == value
    assert bool(parsed and parsed.certain) == certain


def test_every_slot_type_has_cases() -> None:
    assert set(_values()) == values.KINDS


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


READINGS = [(kind, *row) for kind, rows in _table("readings.yml").items() for row in rows]


@pytest.mark.parametrize(("kind", "text", "expected"), READINGS)
def test_an_uncertain_answer_keeps_everything_it_may_mean(
    kind: str, text: str, expected: list[str]
) -> None:
    parsed = values.parse(kind, text, TODAY)

    assert parsed is not None
    assert [reading.value for reading in parsed.readings] == expected
    assert not expected or parsed.value == expected[0]
    assert not (expected and parsed.certain)


def test_the_readings_of_a_register_number_are_shown_masked() -> None:
    parsed = values.parse("register_number", "AB95021217", TODAY)

    assert parsed is not None
    assert [reading.shown for reading in parsed.readings] == ["АВ95••••17", "АБ95••••17"]


def test_a_register_number_in_latin_letters_is_shown_as_typed_too() -> None:
    shown = {
        text: getattr(values.parse("register_number", text, TODAY), "typed", None)
        for text in ("tsh 95021217", "уB95021217", "УБ95021217", "УБ950212О7")
    }

    assert shown == {
        "tsh 95021217": "TSH95••••17",
        "уB95021217": "УB95••••17",
        "УБ95021217": "",
        "УБ950212О7": "",
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Хөвсгөл Мөрөн", True),
        ("Хөвсгөл аймгийн Мөрөн сум", True),
        ("Налайх дүүрэгт", True),
        ("Налайх дүүргийн торгууль", False),
        ("Мөрөн", False),
        ("заавар", False),
        ("Сөүл", False),
    ],
)
def test_only_a_sure_place_and_nothing_else_is_a_place_for_certain(
    text: str, expected: bool
) -> None:
    assert is_place(text) is expected


@pytest.mark.parametrize(("text", "expected"), _table("spans.yml"))
def test_what_speaks_of_time_is_marked(text: str, expected: list[list[str]]) -> None:
    assert [[s.kind, text[s.start : s.end]] for s in temporal.spans(text)] == expected


@pytest.mark.parametrize(
    "kind",
    [
        "register_number", "plate", "phone", "civil_id", "number", "day", "time", "money",
        "place", "choice",
    ],
)  # fmt: skip
def test_every_extractor_has_a_table_worth_the_name(kind: str) -> None:
    rows = _values()[kind]

    assert len(rows) >= 40
    assert any(row[1] is None for row in rows)
    assert any(row[1] is not None for row in rows)


@pytest.mark.parametrize("name", ["corrections.yml", "entities.yml", "spans.yml"])
def test_every_finder_has_a_table_worth_the_name(name: str) -> None:
    assert len(_table(name)) >= 40


def test_the_gazetteer_knows_every_unit_of_the_country() -> None:
    kinds = Counter(unit.kind for unit in gazetteer().units)

    assert kinds == {"capital": 1, "district": 9, "aimag": 21, "soum": 330}


@pytest.mark.parametrize("unit", gazetteer().units, ids=lambda unit: unit.label)
def test_every_unit_is_read_back_from_its_own_name(unit: Unit) -> None:
    read = values.parse("place", unit.label, TODAY)

    assert read is not None
    assert (read.value, read.certain) == (unit.label, True)


def test_searching_a_message_takes_milliseconds_at_most() -> None:
    rows = [text for text, _ in _table("entities.yml")] * 20
    begun = time.perf_counter()
    for text in rows:
        values.find(text, TODAY)

    assert (time.perf_counter() - begun) / len(rows) < 0.01
