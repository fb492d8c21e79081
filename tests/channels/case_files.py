"""The case files of the doors, and which doors their cases alone speak for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from channels.registry import PLANS

FOLDER = Path(__file__).parents[1] / "cases" / "channels"
PROVED = frozenset(
    {"africastalking_ussd", "africastalking_sms", "twilio_sms", "http_gateway", "smpp_sms"}
    | {"smpp_ussd", "telegram", "chat", "webchat"}
)
"""Doors with right requests of their own in tests/channels/rights.py, which are then broken."""


def case_files() -> dict[str, Any]:
    """What each file holds, by door: settings and cases, or a list that its own test runs."""
    return {
        path.stem: yaml.safe_load(path.read_text(encoding="utf-8"))
        for path in sorted(FOLDER.glob("*.yml"))
    }


def plain_doors() -> frozenset[str]:
    """Registered doors of plain HTTP requests that have a case file and nothing else."""
    files = case_files()
    return frozenset(
        plan.name
        for plan in PLANS
        if plan.name not in PROVED and isinstance(files.get(plan.name), dict)
    )
