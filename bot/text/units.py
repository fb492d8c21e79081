"""Text measured in the units of SMS and USSD, and cut by them.

The alphabet is the GSM 7-bit default alphabet with its extension table (3GPP TS 23.038, 6.2.1);
an extension character costs two units. Any other character makes the whole text UCS-2, counted in
UTF-16 code units, so that an emoji costs two and is never cut in half. One message holds 160 or
70 units; a part of a longer one holds 153 or 67 (3GPP TS 23.040, user data header).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

Encoding = Literal["GSM-7", "UCS-2"]

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENSION = frozenset("\f^{}\\[~]|€")
_GSM7 = _BASIC | _EXTENSION
_LAST_OF_BMP = 0xFFFF

SINGLE_UNITS: dict[Encoding, int] = {"GSM-7": 160, "UCS-2": 70}
PART_UNITS: dict[Encoding, int] = {"GSM-7": 153, "UCS-2": 67}


@dataclass(frozen=True)
class Units:
    """How long a text is on the air: septets of GSM-7 or 16-bit units of UCS-2."""

    encoding: Encoding
    count: int


def is_gsm7(text: str) -> bool:
    """Whether every character is in the GSM 7-bit alphabet or its extension table."""
    return _GSM7.issuperset(text)


def units(text: str) -> Units:
    """The encoding the text needs and its length in that encoding's units."""
    encoding: Encoding = "GSM-7" if is_gsm7(text) else "UCS-2"
    return Units(encoding, sum(_weights(text, encoding)))


def segments(text: str) -> int:
    """How many SMS the text is sent as; 1 for an empty text."""
    measured = units(text)
    if measured.count <= SINGLE_UNITS[measured.encoding]:
        return 1
    return len(_fill_parts(text, measured.encoding))


def as_is(text: str) -> str:
    """The text itself: it is sent as it stands."""
    return text


def split_sms(
    text: str, max_segments: int = 3, written: Callable[[str], str] = as_is
) -> tuple[str, ...]:
    """The text as messages of at most `max_segments` SMS each, in order.

    Each is measured as `written` makes it, and returned as it was. A message ends after a sentence
    where one ends in its second half, else after a word, else inside a word. White space where it
    is cut is dropped. A text that fits stays as it is.
    """
    pieces: list[str] = []
    rest = text
    while (cut := cut_for_sms(rest, max_segments, written)) < len(rest):
        pieces.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    if rest or not pieces:
        pieces.append(rest)
    return tuple(pieces)


def cut_for_sms(text: str, max_segments: int, written: Callable[[str], str] = as_is) -> int:
    """Where a message of at most `max_segments` SMS ends: the text's length where all of it fits.

    At least 1 for a text that does not fit.
    """

    def fits(characters: int) -> bool:
        return segments(written(text[:characters].rstrip())) <= max_segments

    if segments(written(text)) <= max_segments:
        return len(text)
    longest = _longest_prefix(len(text), fits)
    best = _best_cut(text, longest)
    return best if fits(best) else longest


def _weights(text: str, encoding: Encoding) -> Iterator[int]:
    if encoding == "GSM-7":
        return (2 if character in _EXTENSION else 1 for character in text)
    return (2 if ord(character) > _LAST_OF_BMP else 1 for character in text)


def _fill_parts(text: str, encoding: Encoding) -> list[int]:
    limit, parts = PART_UNITS[encoding], [0]
    for weight in _weights(text, encoding):
        if parts[-1] + weight > limit:
            parts.append(0)
        parts[-1] += weight
    return parts


def _longest_prefix(length: int, fits: Callable[[int], bool]) -> int:
    """The most characters that fit; what is longer by one letter is hardly ever written shorter,
    and where it is, fewer characters are taken than might be.
    """
    low, high = 1, length
    while low < high:
        middle = (low + high + 1) // 2
        if fits(middle):
            low = middle
        else:
            high = middle - 1
    return low


def _best_cut(text: str, longest: int) -> int:
    """The place to cut at, at most `longest` and more than 0 characters from the start."""
    window = text[: longest + 1]
    ends = [match.end() for match in re.finditer(r"[.!?…]+(?=\s)|\n", window)]
    sentence = max((end for end in ends if end <= longest), default=0)
    if sentence > longest // 2:
        return sentence
    word = max((match.start() for match in re.finditer(r"\s", window)), default=0)
    return word or longest
