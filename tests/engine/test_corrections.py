"""Rasa's corrections change how fast it is, never what it does."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from bot.places import PROJECT
from tests.program import require_model


def _talk(stock: str) -> dict[str, Any]:
    answer = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "tests.engine.conversation_hash"],
        capture_output=True,
        text=True,
        cwd=PROJECT,
        env={**os.environ, "URTUU_RASA_STOCK": stock},
        check=True,
        timeout=240,
    )
    found: dict[str, Any] = json.loads(answer.stdout.splitlines()[-1])
    return found


@pytest.mark.rasa
def test_corrected_and_stock_rasa_hold_the_same_conversations() -> None:
    require_model()
    corrected, stock = _talk(""), _talk("1")
    assert corrected["events"] > 200
    assert corrected == stock
