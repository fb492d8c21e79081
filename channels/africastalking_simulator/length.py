"""Lengths as the network counts them.

The table is the simulator's own on purpose: a slip in the product's counting shows here instead of
being shared. Source: 3GPP TS 23.038, 6.2.1 (alphabet) and 3GPP TS 23.040, 9.2.3.24.1 (parts).
"""

from __future__ import annotations

from dataclasses import dataclass

_GSM7 = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM7_EXTENSION = frozenset("\f^{}\\[~]|€")


@dataclass(frozen=True)
class Length:
    """How long a text is on the air."""

    encoding: str
    """GSM-7 or UCS-2."""
    units: int
    """Septets, or 16-bit units."""
    parts: int
    """SMS segments."""

    @property
    def max_screen_units(self) -> int:
        """What one USSD screen of 160 octets holds."""
        return 182 if self.encoding == "GSM-7" else 80


def measure(text: str) -> Length:
    """The length of a text as USSD or SMS."""
    if _GSM7.union(_GSM7_EXTENSION).issuperset(text):
        weights = [2 if char in _GSM7_EXTENSION else 1 for char in text]
        return Length("GSM-7", sum(weights), _parts(weights, 160, 153))
    weights = [len(char.encode("utf-16-be")) // 2 for char in text]
    return Length("UCS-2", sum(weights), _parts(weights, 70, 67))


def _parts(weights: list[int], single: int, part: int) -> int:
    if sum(weights) <= single:
        return 1
    parts, used = 1, 0
    for weight in weights:
        if used + weight > part:
            parts, used = parts + 1, 0
        used += weight
    return parts
