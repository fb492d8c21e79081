"""How the simulator misbehaves when a test or the demonstration asks for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

REFUSED_CODE = 203
DELAY_MAX_S = 60.0


class Kind(StrEnum):
    """What happens to a call."""

    UP = "up"
    DOWN = "down"
    """HTTP 503."""
    SLOW = "slow"
    """The right answer after `delay_s`."""
    REFUSE = "refuse"
    """Result code `code`, 203 unless told."""
    FAULT = "fault"
    """A SOAP fault."""
    GARBAGE = "garbage"
    """A web page where XML is due."""


@dataclass(frozen=True)
class Mode:
    """One behaviour, of all operations or of one."""

    kind: Kind = Kind.UP
    delay_s: float = 6.0
    code: int = REFUSED_CODE
    operation: str | None = None


def mode_from(body: Mapping[str, Any]) -> Mode:
    """Read a control request. Raises ValueError for an unknown mode or a value out of range."""
    operation = body.get("operation")
    mode = Mode(
        kind=Kind(str(body.get("mode"))),
        delay_s=float(body.get("delay_s", Mode.delay_s)),
        code=int(body.get("code", Mode.code)),
        operation=None if operation is None else str(operation),
    )
    if not 0 <= mode.delay_s <= DELAY_MAX_S:
        raise ValueError(f"delay_s must lie between 0 and {DELAY_MAX_S}")
    return mode


class Modes:
    """The behaviours in force; an operation's own wins over that of all."""

    def __init__(self) -> None:
        self._modes: dict[str | None, Mode] = {}

    def set(self, mode: Mode) -> None:
        """Put a behaviour in force; `up` for all clears every other."""
        if mode.kind is Kind.UP and mode.operation is None:
            self._modes.clear()
        self._modes[mode.operation] = mode

    def of(self, operation: str | None) -> Mode:
        """The behaviour of an operation."""
        return self._modes.get(operation) or self._modes.get(None) or Mode()
