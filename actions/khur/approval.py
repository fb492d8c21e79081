"""The citizen's approval of a KHUR call: a register number and the one-time code typed for it."""

from __future__ import annotations

from dataclasses import dataclass

CODE_MAX_DIGITS = 9
"""The wire carries the code as xs:int, so more digits cannot be sent."""


@dataclass(frozen=True, repr=False)
class Approval:
    """What the citizen approved. Prints as ***; lives only as long as the call."""

    register_number: str
    code: str
    """The digits as typed, leading zeros kept; they become a number on the wire alone."""

    def __post_init__(self) -> None:
        """Raise ValueError where the code cannot be sent; the message never holds it."""
        if not (self.code.isascii() and self.code.isdigit() and len(self.code) <= CODE_MAX_DIGITS):
            raise ValueError(f"a one-time code is 1 to {CODE_MAX_DIGITS} digits")

    def __repr__(self) -> str:
        return "Approval(***)"
