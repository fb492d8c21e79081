"""What the simulator is told when it is built."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

NLU_DATA = Path(__file__).resolve().parents[3] / "nlu_data"


def random_code() -> str:
    """Six random digits; leading zeros happen."""
    return f"{secrets.randbelow(1_000_000):06d}"


@dataclass(frozen=True)
class SimulatorSettings:
    """The organisation the simulator knows, and how strict and how real it is."""

    token: str = field(repr=False)
    """The organisation's accessToken."""
    public_key_pem: bytes = field(repr=False)
    """The key its signatures are checked with."""
    control_token: str = field(repr=False)
    """Bearer token of the /control endpoints."""
    sms_url: str | None = None
    """Where one-time codes are also posted, as JSON with `to`, `from` and `text`."""
    data_folder: Path = NLU_DATA
    """Where khur_operations.json and khur_extra.json lie."""
    match_name: str = "match"
    """How WS100009 spells its verdict: `match` as on the wire, or the portal's `isMatch`."""
    bare_booleans: bool = True
    """Whether every other `isPaid` goes out as `paid`, as on the wire."""
    clock: Callable[[], float] = time.time
    new_code: Callable[[], str] = random_code
    clock_skew_max_s: int = 300
    code_lifetime_s: int = 300
    codes_max: int = 3
    wrong_checks_max: int = 5
    lock_s: int = 24 * 3600
    """How long a citizen is locked out after too many codes or wrong checks."""
    hold_s: int = 600
    """How long an appointment is held for its confirmation."""
