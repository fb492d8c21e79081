"""PDUs of SMPP 3.4 to bytes and back.

The layouts of the commands and the numbers of the optional parameters are smpplib's. Writing is
smpplib's too. Reading is stricter than its parser, which takes a string without an end for
another string and a parameter of the wrong length for its neighbour: here every length is checked
against the layout and the end of the PDU, and unknown optional parameters are kept as bytes.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from functools import cache
from types import MappingProxyType
from typing import Literal

from smpplib import command, command_codes, consts, exceptions
from smpplib.ptypes import ostr

from channels.smpp.errors import Malformed
from channels.smpp.statuses import Status

HEADER = struct.Struct(">LLLL")
MAX_PDU_BYTES = 16 * 1024
"""Far above any PDU with a text of 254 octets or a payload of a few SMS."""
_TLV = struct.Struct(">HH")
RESPONSE = 0x80000000
"""Bit of a command id: the PDU answers another."""

Kind = Literal["number", "string", "octets"]


class Tlv(IntEnum):
    """Optional parameters that the doors read or write (SMPP 3.4, 5.3.2)."""

    RECEIPTED_MESSAGE_ID = 0x001E
    SAR_REFERENCE = 0x020C
    SAR_TOTAL = 0x020E
    SAR_NUMBER = 0x020F
    NETWORK_ERROR = 0x0423
    MESSAGE_PAYLOAD = 0x0424
    MESSAGE_STATE = 0x0427
    USSD_SERVICE_OP = 0x0501
    ITS_SESSION_INFO = 0x1383


@dataclass(frozen=True)
class Pdu:
    """One PDU, read."""

    command: str
    """Such as "deliver_sm"."""
    status: int
    sequence: int
    fields: Mapping[str, int | bytes] = field(default_factory=dict, repr=False)
    tlvs: Mapping[int, bytes] = field(default_factory=dict, repr=False)

    @property
    def is_response(self) -> bool:
        """Whether it answers one of ours."""
        return self.command.endswith("_resp") or self.command == "generic_nack"

    def number(self, name: str) -> int:
        """A field that is a number; 0 where the PDU ended before it."""
        value = self.fields.get(name, 0)
        return value if isinstance(value, int) else 0

    def octets(self, name: str) -> bytes:
        """A field that is octets; b"" where the PDU ended before it."""
        value = self.fields.get(name, b"")
        return value if isinstance(value, bytes) else b""

    def text(self, name: str) -> str:
        """A field that is a string of ASCII. Raises Malformed."""
        return ascii_of(self.octets(name))

    def tlv_number(self, tag: int, size: int) -> int | None:
        """An optional number of `size` octets, None where it is absent. Raises Malformed."""
        raw = self.tlvs.get(tag)
        if raw is None:
            return None
        if len(raw) != size:
            raise Malformed("an optional parameter has a wrong length", Status.RINVPARLEN)
        return int.from_bytes(raw, "big")

    def tlv_text(self, tag: int) -> str | None:
        """An optional string, with or without its NUL, None where absent. Raises Malformed."""
        raw = self.tlvs.get(tag)
        return None if raw is None else ascii_of(raw.rstrip(b"\0"))


def ascii_of(raw: bytes) -> str:
    """The octets as printable ASCII. Raises Malformed."""
    text = raw.decode("latin-1")
    if not (text.isascii() and (not text or text.isprintable())):
        raise Malformed("a string is not ASCII", Status.RX_P_APPN)
    return text


def command_of(command_id: int) -> str | None:
    """The name of a command, None where smpplib knows none."""
    try:
        name: str = command_codes.get_command_name(command_id)
    except exceptions.UnknownCommandError:
        return None
    return name if name in _NAMES else None


def read_pdu(raw: bytes) -> Pdu:
    """One whole PDU, header included. Raises Malformed, whose `status` is the answer to it."""
    if len(raw) < HEADER.size:
        raise Malformed("a PDU is shorter than its header", Status.RINVCMDLEN)
    length, command_id, status, sequence = HEADER.unpack_from(raw)
    if length != len(raw):
        raise Malformed("a PDU is not as long as it says", Status.RINVCMDLEN)
    name = command_of(command_id)
    if name is None:
        raise Malformed("a PDU has an unknown command", Status.RINVCMDID)
    body = raw[HEADER.size :]
    if status and command_id & RESPONSE:
        # The body of a refusal may be left out or be anything (SMPP 3.4, 4.4.2).
        return Pdu(name, status, sequence)
    fields, at = _fields(name, body)
    return Pdu(name, status, sequence, fields, _tlvs(body, at))


def write_pdu(
    name: str,
    sequence: int,
    *,
    status: int = Status.ROK,
    fields: Mapping[str, int | str | bytes] = MappingProxyType({}),
    tlvs: Mapping[int, bytes] = MappingProxyType({}),
) -> bytes:
    """One PDU as octets. Raises ValueError where a field is longer than its layout allows."""
    for field_name, (kind, size) in _layout(name).items():
        value = fields.get(field_name)
        room = size if kind == "octets" else size - 1
        if isinstance(value, (str, bytes)) and len(value) > room:
            raise ValueError(f"{field_name} is longer than {room} octets")
    pdu = command.factory(name, sequence=sequence, **fields)
    body: bytes = pdu.generate_params()
    body += b"".join(_TLV.pack(tag, len(value)) + value for tag, value in tlvs.items())
    code: int = command_codes.get_command_code(name)
    return HEADER.pack(HEADER.size + len(body), code, status, sequence) + body


_NAMES = frozenset(
    {
        "alert_notification",
        "bind_transceiver",
        "bind_transceiver_resp",
        "deliver_sm",
        "deliver_sm_resp",
        "enquire_link",
        "enquire_link_resp",
        "generic_nack",
        "submit_sm",
        "submit_sm_resp",
        "unbind",
        "unbind_resp",
    }
)
"""Commands that the doors and their tests read."""


@cache
def _layout(name: str) -> Mapping[str, tuple[Kind, int]]:
    """The mandatory fields of a command in order, each with its kind and its size in octets."""
    pdu = command.factory(name, sequence=1)
    layout: dict[str, tuple[Kind, int]] = {}
    for field_name in pdu.params_order:
        param = pdu.params[field_name]
        if field_name in consts.OPTIONAL_PARAMS:
            break
        if param.type is int:
            layout[field_name] = ("number", param.size)
        elif param.type is ostr:
            layout[field_name] = ("octets", param.max)
        else:
            layout[field_name] = ("string", param.max)
    return layout


def _fields(name: str, body: bytes) -> tuple[Mapping[str, int | bytes], int]:
    """The mandatory fields, and where they end."""
    fields: dict[str, int | bytes] = {}
    at = 0
    if not body and name.endswith("_resp"):
        return fields, at
    for field_name, (kind, size) in _layout(name).items():
        if kind == "string":
            end = body.find(b"\0", at, at + size)
            value, step = body[at:end], end - at + 1
            if end < 0:
                raise Malformed("a string has no end", Status.RINVPARLEN)
            fields[field_name] = value
        else:
            step = size if kind == "number" else int(fields["sm_length"])
            if at + step > len(body) or step > size:
                raise Malformed("a field is cut off", Status.RINVMSGLEN)
            raw = body[at : at + step]
            fields[field_name] = int.from_bytes(raw, "big") if kind == "number" else raw
        at += step
    return fields, at


def _tlvs(body: bytes, at: int) -> Mapping[int, bytes]:
    found: dict[int, bytes] = {}
    while at < len(body):
        if at + _TLV.size > len(body):
            raise Malformed("the optional parameters are cut off", Status.RINVOPTPARSTREAM)
        tag, length = _TLV.unpack_from(body, at)
        at += _TLV.size
        if at + length > len(body):
            raise Malformed("an optional parameter is cut off", Status.RINVOPTPARSTREAM)
        found.setdefault(tag, body[at : at + length])
        at += length
    return found
