"""Whole conversations, written as data, on both databases and a real KHUR simulator."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.town import Town

CASES: list[dict[str, Any]] = [
    case
    for path in sorted((Path(__file__).parents[1] / "cases" / "dialogues").glob("*.yml"))
    for case in yaml.safe_load(path.read_text(encoding="utf-8"))
]


@pytest.mark.parametrize("case", CASES, ids=[case["label"] for case in CASES])
def test_conversation(case: dict[str, Any], town: Town) -> None:
    if "knows" in case:
        town.knows(case["phone"], case["knows"])
    phone = town.phone(case["phone"])
    for number, turn in enumerate(case["turns"], start=1):
        said = turn["says"]
        if "{code}" in said:
            said = said.replace("{code}", town.code())
        answer = phone.says(said)
        for expected in turn.get("hears", ()):
            assert expected.lower() in answer.lower(), f"turn {number} answered: {answer}"
        for forbidden in turn.get("not", ()):
            assert forbidden.lower() not in answer.lower(), f"turn {number} answered: {answer}"
