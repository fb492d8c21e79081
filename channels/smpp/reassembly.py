"""Messages that arrive in parts, put together again.

A part is told by its user data header (8- or 16-bit reference, 3GPP TS 23.040, 9.2.3.24) or by
the sar_* parameters. Parts wait in memory: each is acknowledged when it has come, because many
SMSCs send the next only then; the last one only when the whole message is stored. A part that
comes again changes nothing, also after its message is complete.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from channels.smpp.errors import Malformed
from channels.smpp.parts import UDHI
from channels.smpp.pdus import Pdu, Tlv
from channels.smpp.statuses import Status

MAX_PARTS = 12
"""More than a telephone's keypad makes of the longest text that is read."""
_REFERENCE_8, _REFERENCE_16 = 0x00, 0x08
_LENGTH_8, _LENGTH_16 = 3, 4


@dataclass(frozen=True)
class Piece:
    """The text octets of one deliver_sm, and which part of which message they are."""

    octets: bytes = field(repr=False)
    reference: str = ""
    """Of the message it is a part of, with the kind of the reference; "" where it is whole."""
    total: int = 1
    number: int = 1


def piece_of(pdu: Pdu) -> Piece:
    """What a deliver_sm carries of a text. Raises Malformed."""
    octets, coding = pdu.octets("short_message"), pdu.number("data_coding")
    if not octets:
        octets = pdu.tlvs.get(Tlv.MESSAGE_PAYLOAD, b"")
    if pdu.number("esm_class") & UDHI:
        return _with_header(octets, coding)
    reference = pdu.tlv_number(Tlv.SAR_REFERENCE, 2)
    total = pdu.tlv_number(Tlv.SAR_TOTAL, 1)
    number = pdu.tlv_number(Tlv.SAR_NUMBER, 1)
    if reference is None or total is None or number is None:
        return Piece(octets)
    return _checked(Piece(octets, f"sar {reference} {coding}", total, number))


def _with_header(octets: bytes, coding: int) -> Piece:
    end = octets[0] + 1 if octets else 0
    header, text = octets[1:end], octets[end:]
    if not octets or len(octets) < end:
        raise Malformed("a user data header is cut off")
    at = 0
    while at < len(header):
        if at + 2 > len(header) or at + 2 + header[at + 1] > len(header):
            raise Malformed("a user data header is cut off")
        tag, value = header[at], header[at + 2 : at + 2 + header[at + 1]]
        at += 2 + header[at + 1]
        if (tag, len(value)) in ((_REFERENCE_8, _LENGTH_8), (_REFERENCE_16, _LENGTH_16)):
            *reference, total, number = value
            told_by = f"udh {tag} {bytes(reference).hex()} {coding}"
            return _checked(Piece(text, told_by, total, number))
    return Piece(text)


def _checked(piece: Piece) -> Piece:
    if piece.total > MAX_PARTS:
        raise Malformed("a message has too many parts", Status.RINVMSGLEN)
    if not 1 <= piece.number <= piece.total:
        raise Malformed("a part has a number that its message lacks")
    return piece


@dataclass
class _Message:
    parts: dict[int, bytes]
    total: int
    touched_s: float
    is_done: bool = False


class Reassembly:
    """Parts of messages that are not complete yet, and of those that were lately."""

    def __init__(
        self,
        clock_s: Callable[[], float],
        *,
        timeout_s: float = 600,
        max_messages: int = 2000,
        max_per_sender: int = 8,
    ) -> None:
        """Forget a message `timeout_s` after its latest part, and the oldest beyond the caps."""
        self._clock_s = clock_s
        self._timeout_s = timeout_s
        self._max_messages = max_messages
        self._max_per_sender = max_per_sender
        self._messages: OrderedDict[tuple[str, str, str], _Message] = OrderedDict()

    def __len__(self) -> int:
        return len(self._messages)

    def add(self, sender: str, recipient: str, piece: Piece) -> bytes | None:
        """All octets of the message, once this part makes it whole, else None.

        None too for a part of a message that `done` has been said of. A part that contradicts
        what has come under its reference begins a new message: references are used again.
        """
        if not piece.reference:
            return piece.octets
        self._expire()
        key = (sender, recipient, piece.reference)
        message = self._messages.pop(key, None)
        if message is None or not _continues(message, piece):
            message = _Message({}, piece.total, 0)
            self._crowd_out(sender)
        self._messages[key] = message
        message.touched_s = self._clock_s()
        message.parts[piece.number] = piece.octets
        if message.is_done or len(message.parts) < message.total:
            return None
        return b"".join(message.parts[number] for number in range(1, message.total + 1))

    def done(self, sender: str, recipient: str, piece: Piece) -> None:
        """Say that the message of a part is stored: its parts that come again are no message."""
        message = self._messages.get((sender, recipient, piece.reference))
        if message is not None:
            message.is_done = True

    def _expire(self) -> None:
        oldest_s = self._clock_s() - self._timeout_s
        while self._messages:
            key, message = next(iter(self._messages.items()))
            if message.touched_s > oldest_s and len(self._messages) < self._max_messages:
                return
            del self._messages[key]

    def _crowd_out(self, sender: str) -> None:
        held = [key for key in self._messages if key[0] == sender]
        for key in held[: max(0, len(held) - self._max_per_sender + 1)]:
            del self._messages[key]


def _continues(message: _Message, piece: Piece) -> bool:
    known = message.parts.get(piece.number, piece.octets)
    return message.total == piece.total and known == piece.octets
