"""Telephone numbers as Mongolians and their networks write them.

Eight digits, no trunk prefix (numbering plan of the CRC); networks and old handsets add 976, 00976
or +976. `phonenumbers` judges what is a number, but reads 00 as no prefix of Mongolia (its own is
001) and knows no Mongolian short codes, so both are handled here. Sender names and short codes
(1111, 141111) are no telephone numbers.
"""

from __future__ import annotations

import re

import phonenumbers

_COUNTRY = "976"
_LOCAL = re.compile(r"[5-9][0-9]{7}")
_SEPARATORS = re.compile(r"[\s().-]")
_DIGITS = re.compile(r"\+?[0-9]{8,17}")
MOBILE_PREFIXES: dict[str, tuple[str, ...]] = {
    "mobicom": ("85", "94", "95", "99"),
    "unitel": ("80", "86", "88", "89"),
    "skytel": ("69", "90", "91", "96"),
    "gmobile": ("78", "83", "87", "93", "97", "98"),
    "ondo": ("60", "66", "81"),
}
"""Network by first digits, as `phonenumbers` 9.0.43 lists its carriers. A ported number may have
left its network, so this is a first guess."""


def e164(raw: str) -> str | None:
    """The number as +97699112233; None for a short code, a sender's name or nonsense."""
    text = _SEPARATORS.sub("", raw.strip())
    if not _DIGITS.fullmatch(text):
        return None
    if text.startswith("00"):
        text = "+" + text[2:]
    elif text.startswith(_COUNTRY) and _LOCAL.fullmatch(text[3:]):
        text = "+" + text
    try:
        number = phonenumbers.parse(text, "MN")
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def local8(number: str) -> str | None:
    """The eight digits of a Mongolian E.164 number, None for a foreign one."""
    digits = number.removeprefix(f"+{_COUNTRY}")
    return digits if digits != number and len(digits) == 8 and digits.isdigit() else None  # noqa: PLR2004 - eight digits


def network_of(number: str) -> str | None:
    """Which network a Mongolian E.164 number was given out by; None where that is unknown."""
    digits = local8(number)
    if digits is None:
        return None
    for network, prefixes in MOBILE_PREFIXES.items():
        if digits.startswith(prefixes):
            return network
    return None


def prefixes_of(networks: tuple[str, ...]) -> tuple[str, ...]:
    """The E.164 beginnings of these networks' numbers. Raises KeyError for an unknown network."""
    return tuple(f"+{_COUNTRY}{p}" for network in networks for p in MOBILE_PREFIXES[network])
