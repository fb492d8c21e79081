"""A text as the submit_sm that carry it: one, or several that the telephone puts together.

Sources: 3GPP TS 23.040, 9.2.3.24.1 and .8 (user data headers 00 and 08, whose octets leave 153 or
152 septets, 67 or 66 units of UCS-2 in a part), SMPP 3.4, 5.3.2.22-24 (sar_*) and 5.3.2.32
(message_payload).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from bot.text.units import SINGLE_UNITS, units
from channels.smpp.codings import encode, encode_gsm7
from channels.smpp.pdus import Tlv

Concatenation = Literal["udh8", "udh16", "sar", "payload"]
CONCATENATIONS: tuple[Concatenation, ...] = ("udh8", "udh16", "sar", "payload")
UDHI = 0x40
"""Bit of esm_class: the short message begins with a user data header."""
MAX_PARTS = 255
_OCTETS_OF_SMS = 140


@dataclass(frozen=True)
class Part:
    """What one submit_sm carries of a text."""

    octets: bytes = field(repr=False)
    coding: int
    esm_class: int = 0
    tlvs: Mapping[int, bytes] = field(default_factory=dict, repr=False)


def parts_of(text: str, concatenation: Concatenation, reference: int) -> tuple[Part, ...]:
    """The parts of a text, in order; never cut inside a surrogate pair or an escape sequence.

    `reference` is the same for each part and each attempt, so that a telephone which gets a part
    twice shows it once; only its lowest 8 or 16 bits are sent. Raises ValueError above 255 parts.
    """
    measured = units(text)
    octets, coding = encode(text)
    if measured.count <= SINGLE_UNITS[measured.encoding]:
        return (Part(octets, coding),)
    if concatenation == "payload":
        return (Part(b"", coding, tlvs={Tlv.MESSAGE_PAYLOAD: octets}),)
    header_octets = 7 if concatenation == "udh16" else 6
    pieces = _pieces(text, _room(measured.encoding == "GSM-7", header_octets))
    if len(pieces) > MAX_PARTS:
        raise ValueError(f"a text needs more than {MAX_PARTS} parts")
    return tuple(
        _part(piece, coding, concatenation, reference, len(pieces), number)
        for number, piece in enumerate(pieces, 1)
    )


def _room(is_gsm7: bool, header_octets: int) -> int:
    """How many octets of the encoded text a part holds; a septet of GSM-7 is an octet here."""
    if is_gsm7:
        return (_OCTETS_OF_SMS - header_octets) * 8 // 7
    return (_OCTETS_OF_SMS - header_octets) // 2 * 2


def _pieces(text: str, room: int) -> list[bytes]:
    is_gsm7 = units(text).encoding == "GSM-7"
    pieces = [b""]
    for character in text:
        octets = encode_gsm7(character) if is_gsm7 else character.encode("utf-16-be")
        if len(pieces[-1]) + len(octets) > room:
            pieces.append(b"")
        pieces[-1] += octets
    return pieces


def _part(
    piece: bytes, coding: int, concatenation: Concatenation, ref: int, total: int, number: int
) -> Part:
    if concatenation == "sar":
        tlvs: dict[int, bytes] = {
            Tlv.SAR_REFERENCE: (ref & 0xFFFF).to_bytes(2, "big"),
            Tlv.SAR_TOTAL: bytes([total]),
            Tlv.SAR_NUMBER: bytes([number]),
        }
        return Part(piece, coding, tlvs=tlvs)
    if concatenation == "udh16":
        header = b"\x06\x08\x04" + (ref & 0xFFFF).to_bytes(2, "big")
    else:
        header = b"\x05\x00\x03" + bytes([ref & 0xFF])
    return Part(header + bytes([total, number]) + piece, coding, UDHI)
