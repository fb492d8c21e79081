"""YAML is read as its author means it."""

from __future__ import annotations

from decimal import Decimal

import pytest
import yaml

from bot.catalogue.yaml_file import parse_yaml


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("true", True),
        ("false", False),
        ("yes", "yes"),
        ("no", "no"),
        ("on", "on"),
        ("2026-10-09", "2026-10-09"),
        ("2026-09", "2026-09"),
        ("10:30", "10:30"),
        ("0101", "0101"),
        ("20_000", "20_000"),
        ("20000", 20000),
        ("-3", -3),
        ("0.5", Decimal("0.5")),
        ("1e3", "1e3"),
        ("null", None),
        ("~", None),
        ("", None),
        ("'1111'", "1111"),
    ],
)
def test_only_plain_numbers_and_true_and_false_are_not_text(written: str, read: object) -> None:
    assert parse_yaml(f"key: {written}") == {"key": read}


def test_yes_and_no_may_be_keys() -> None:
    assert parse_yaml("{yes: Тийм, no: Үгүй}") == {"yes": "Тийм", "no": "Үгүй"}


def test_a_python_object_is_refused() -> None:
    with pytest.raises(yaml.YAMLError):
        parse_yaml("key: !!python/object/apply:os.getcwd []")
