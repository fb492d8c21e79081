"""The list of sites that may carry the widget.

An origin is scheme, host and port as browsers send them in the Origin header (RFC 6454, 6.2):
lower case, punycode, without a path and without the scheme's own port.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.errors import SettingsError

_HOST = r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*"
_SECURE = re.compile(rf"https://{_HOST}(?::(?!443$)[1-9][0-9]{{0,4}})?")
_LOOPBACK = re.compile(r"http://(?:127\.0\.0\.1|localhost|\[::1\])(?::(?!80$)[1-9][0-9]{0,4})?")


@dataclass(frozen=True)
class Origins:
    """Exact origins; there is no pattern that admits several."""

    admitted: frozenset[str]

    @classmethod
    def read(cls, text: str) -> Origins:
        """The origins of a comma-separated list. Raises SettingsError naming a wrong one."""
        parts = [part.strip() for part in text.split(",") if part.strip()]
        if not parts:
            raise SettingsError("URTUU_WEBCHAT_ORIGINS: names no origin")
        return cls(frozenset(_checked(part) for part in parts))

    def with_one(self, origin: str) -> Origins:
        """The list and one more. Raises SettingsError where that is no origin."""
        return Origins(self.admitted | {_checked(origin)})

    def admits(self, origins: list[str]) -> str | None:
        """The origin of a request by its Origin headers; None unless it is one and admitted."""
        if len(origins) != 1 or origins[0] not in self.admitted:
            return None
        return origins[0]


def _checked(origin: str) -> str:
    if not _SECURE.fullmatch(origin) and not _LOOPBACK.fullmatch(origin):
        raise SettingsError(
            f"URTUU_WEBCHAT_ORIGINS: {origin!r} is not an exact origin such as "
            "https://ministry.example.mn (lower case, no path, no *; http only to this machine)"
        )
    return origin
