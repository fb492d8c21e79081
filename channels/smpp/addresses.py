"""Addresses of SMPP and the telephone numbers they stand for (SMPP 3.4, 5.2.5 and 5.2.6)."""

from __future__ import annotations

import re

from channels.numbers import e164
from channels.smpp.errors import Malformed
from channels.smpp.statuses import Status

INTERNATIONAL = 1
ISDN = 1
_DIGITS = re.compile(r"[0-9]{8,15}")


def citizen_number(address: str, ton: int) -> str:
    """The E.164 number of who sent a message.

    A network may say "international" and leave the plus sign out, or write 00, or eight digits.
    Raises Malformed for a short code or a name, which nobody answers.
    """
    is_bare = ton == INTERNATIONAL and _DIGITS.fullmatch(address) and not address.startswith("0")
    number = (e164(f"+{address}") if is_bare else None) or e164(address)
    if number is None:
        raise Malformed("the sender is no telephone", Status.RINVSRCADR)
    return number


def wire_number(phone: str) -> str:
    """An E.164 number as an international address has it: digits alone."""
    return phone.removeprefix("+")
