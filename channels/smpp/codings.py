"""Texts to octets and back, by `data_coding` (SMPP 3.4, 5.2.19).

Coding 0 is the SMSC's default alphabet: here the GSM 7-bit alphabet with its extension table
(3GPP TS 23.038, 6.2.1), one septet in each octet, an extension character behind an ESC.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from bot.text.units import is_gsm7
from channels.smpp.errors import Malformed

GSM7, IA5, LATIN1, UCS2 = 0, 1, 3, 8
_ESC = 0x1B
_LAST_SEPTET = 0x7F
_BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENSION = {
    0x0A: "\f", 0x14: "^", 0x28: "{", 0x29: "}", 0x2F: "\\",
    0x3C: "[", 0x3D: "~", 0x3E: "]", 0x40: "|", 0x65: "€",
}  # fmt: skip
_SEPTETS = {character: bytes([code]) for code, character in enumerate(_BASIC) if code != _ESC} | {
    character: bytes([_ESC, code]) for code, character in _EXTENSION.items()
}


def encode_gsm7(text: str) -> bytes:
    """The text, one octet for each septet. Raises KeyError for a character outside GSM-7."""
    return b"".join(_SEPTETS[character] for character in text)


def decode_gsm7(raw: bytes) -> str:
    """The text of octets that each hold a septet.

    An ESC before a code that the extension table lacks is a space and the code's own character
    (3GPP TS 23.038, 6.2.1.1 says to show the character of the main table). An octet above 127 is
    no septet: the sender's default alphabet is Latin-1 then, and so is the text.
    """
    if any(octet > _LAST_SEPTET for octet in raw):
        return raw.decode("latin-1")
    text: list[str] = []
    octets = iter(raw)
    for octet in octets:
        if octet != _ESC:
            text.append(_BASIC[octet])
            continue
        code = next(octets, None)
        if code is not None:
            text.append(_EXTENSION.get(code, _BASIC[code]).replace("\x1b", " "))
    return "".join(text)


def decode_ucs2(raw: bytes) -> str:
    """The text of UTF-16 octets, most significant first. Raises Malformed."""
    try:
        return raw.decode("utf-16-be")
    except UnicodeDecodeError as error:
        raise Malformed("a text is not UTF-16") from error


DECODERS: Mapping[int, Callable[[bytes], str]] = MappingProxyType(
    {
        GSM7: decode_gsm7,
        IA5: lambda raw: raw.decode("latin-1"),
        LATIN1: lambda raw: raw.decode("latin-1"),
        UCS2: decode_ucs2,
    }
)
"""The codings of messages; 2 and 4 are binary and no text, 10 and more are other alphabets."""


def decode(raw: bytes, coding: int) -> str:
    """The text without control characters but line breaks. Raises Malformed."""
    if coding not in DECODERS:
        raise Malformed("the data coding is not that of a text")
    return without_controls(DECODERS[coding](raw))


def without_controls(text: str) -> str:
    """The text without characters that no screen shows."""
    return "".join(c for c in text if c.isprintable() or c in "\n\r\t" or ord(c) > _LAST_SEPTET)


def encode(text: str) -> tuple[bytes, int]:
    """The octets of a text and their coding: GSM-7 where it suffices, else UTF-16."""
    if is_gsm7(text):
        return encode_gsm7(text), GSM7
    return text.encode("utf-16-be"), UCS2
