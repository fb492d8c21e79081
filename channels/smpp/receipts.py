"""Delivery receipts: what the SMSC says became of a message.

Sources: SMPP 3.4, 5.2.12 (esm_class), 5.2.28 (message_state) and appendix B, whose text form
("id:… stat:DELIVRD err:000 …") SMSCs vary in length and order of fields, hence single searches.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from channels.smpp.errors import Malformed
from channels.smpp.pdus import Pdu, Tlv

ReceiptIds = Literal["same", "hex_to_decimal", "decimal_to_hex"]
RECEIPT_IDS: tuple[ReceiptIds, ...] = ("same", "hex_to_decimal", "decimal_to_hex")

_MESSAGE_TYPE = 0x3C
RECEIPT = 0x04
NOTIFICATION = 0x20
_ID = re.compile(rb"\bid:\s*([\x21-\x7e]{1,64})", re.IGNORECASE)
_STATE = re.compile(rb"\bstat:\s*([A-Za-z]{1,10})", re.IGNORECASE)
_ERROR = re.compile(rb"\berr:\s*([0-9A-Za-z]{1,8})", re.IGNORECASE)

_STATES: Mapping[str, tuple[str, str | None]] = MappingProxyType(
    {
        "ENROUTE": ("sent", None),
        "ACCEPTD": ("sent", None),
        "UNKNOWN": ("sent", None),
        "DELIVRD": ("delivered", None),
        "EXPIRED": ("failed", "expired"),
        "DELETED": ("failed", "deleted"),
        "UNDELIV": ("failed", "not_delivered"),
        "REJECTD": ("failed", "rejected"),
    }
)
"""The state in the text, our status, our code."""

_NUMBERS: Mapping[int, str] = MappingProxyType(
    {
        1: "ENROUTE",
        2: "DELIVRD",
        3: "EXPIRED",
        4: "DELETED",
        5: "UNDELIV",
        6: "ACCEPTD",
        7: "UNKNOWN",
        8: "REJECTD",
    }
)
"""message_state, and the state of the text that it stands for."""


@dataclass(frozen=True)
class Receipt:
    """What became of a message."""

    provider_id: str = field(repr=False)
    status: str
    """`sent`, `delivered` or `failed`."""
    code: str | None


def message_type(pdu: Pdu) -> int:
    """The message type of a deliver_sm; 0 is a citizen's message."""
    return pdu.number("esm_class") & _MESSAGE_TYPE


def read_receipt(pdu: Pdu, octets: bytes, ids: ReceiptIds) -> Receipt:
    """The receipt in a deliver_sm with the given text.

    The optional parameters are believed before the text. Raises Malformed.
    """
    number = pdu.tlv_number(Tlv.MESSAGE_STATE, 1)
    state = _NUMBERS.get(number) if number is not None else _found(_STATE, octets)
    provider_id = pdu.tlv_text(Tlv.RECEIPTED_MESSAGE_ID) or _found(_ID, octets)
    if provider_id is None or state is None or state.upper() not in _STATES:
        raise Malformed("a delivery receipt cannot be read")
    status, code = _STATES[state.upper()]
    error = _found(_ERROR, octets)
    if code is not None and error is not None and error.strip("0"):
        code = f"{code}_{error}"
    return Receipt(_CONVERSIONS[ids](provider_id), status, code)


def _found(pattern: re.Pattern[bytes], octets: bytes) -> str | None:
    match = pattern.search(octets)
    return match[1].decode("ascii") if match else None


def _hex_to_decimal(text: str) -> str:
    """The id as the submit_sm_resp gave it in decimal, where the receipt has it in hexadecimal."""
    try:
        return str(int(text, 16))
    except ValueError:
        return text


def _decimal_to_hex(text: str) -> str:
    try:
        return f"{int(text):X}"
    except ValueError:
        return text


_CONVERSIONS: Mapping[ReceiptIds, Callable[[str], str]] = MappingProxyType(
    {"same": str, "hex_to_decimal": _hex_to_decimal, "decimal_to_hex": _decimal_to_hex}
)
