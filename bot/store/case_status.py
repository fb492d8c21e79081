"""The life of a case: its states, the moves between them, and its number.

The states follow the e-Mongolia request states of 2021 (SUBMITTED, PROCESSING, EDIT, GRANTED,
COMPLETED, REJECTED, EXPIRED); the mapping of names is this project's own.
"""

from __future__ import annotations

import random

from bot.errors import UrtuuError

MOVES: dict[str, tuple[str, ...]] = {
    "draft": ("awaiting_consent", "awaiting_payment", "submitted", "cancelled", "expired"),
    "awaiting_consent": ("awaiting_payment", "submitted", "cancelled", "expired"),
    "awaiting_payment": ("submitted", "cancelled", "expired"),
    "submitted": ("in_agency", "approved", "rejected", "failed", "cancelled"),
    "in_agency": ("info_required", "approved", "rejected", "failed"),
    "info_required": ("in_agency", "cancelled", "expired"),
    "approved": ("delivered", "failed"),
    "failed": ("submitted", "cancelled"),
    "delivered": (),
    "rejected": (),
    "expired": (),
    "cancelled": (),
}
"""Where a case may go from each state; a state without moves is an end."""

STATUSES = tuple(MOVES)
OPEN_STATUSES = tuple(status for status, moves in MOVES.items() if moves)

# The quasigroup of order 10 of H. M. Damm, "Total anti-symmetrische Quasigruppen" (2004): its
# check digit finds every single wrong digit and every swap of two neighbours.
_DAMM = (
    "0317598642",
    "7092154863",
    "4206871359",
    "1750983426",
    "6123045978",
    "3674209581",
    "5869720134",
    "8945362017",
    "9438617205",
    "2581436790",
)
NUMBER_DIGITS = (6, 7)
"""How many random digits a case number may have before its check digit."""


class IllegalMove(UrtuuError):
    """A case cannot go from its state to the one asked for."""


def check_move(status: str, to: str) -> None:
    """Return when a case in `status` may go to `to`. Raises IllegalMove."""
    if to not in MOVES[status]:
        raise IllegalMove(f"a case cannot go from {status} to {to}")


def case_number(source: random.Random, digits: int = NUMBER_DIGITS[0]) -> str:
    """Return a new number: `digits` random digits, the first not zero, and a check digit."""
    body = str(source.randrange(10 ** (digits - 1), 10**digits))
    return body + _check_digit(body)


def spoken_number(number: str) -> str:
    """Return a number as it is shown and said: "472 9183"."""
    return f"{number[:3]} {number[3:]}"


def parse_case_number(text: str) -> str | None:
    """Return the number written in `text`, or None when it is not one.

    Spaces and dashes of any kind are allowed; a wrong digit or two swapped neighbours are not.
    """
    digits = "".join(
        letter for letter in text if not letter.isspace() and letter not in "-‐‑–—.№#"
    )
    if not (digits.isascii() and digits.isdigit()) or digits.startswith("0"):
        return None
    if len(digits) - 1 not in NUMBER_DIGITS or _check_digit(digits) != "0":
        return None
    return digits


def _check_digit(digits: str) -> str:
    """Return the Damm digit that follows `digits`; "0" when it is already among them."""
    interim = 0
    for digit in digits:
        interim = int(_DAMM[interim][int(digit)])
    return str(interim)
