"""What stands before a door: secrets, address lists, token buckets. Nothing here costs a query."""

from __future__ import annotations

import hmac
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from bot.errors import SettingsError

Network = IPv4Network | IPv6Network

_MIN_SECRET_CHARS = 16
_URL_SAFE = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


def networks(text: str) -> tuple[Network, ...]:
    """Networks of a comma-separated list such as "192.0.2.1, 198.51.100.0/24"."""
    try:
        return tuple(ip_network(part.strip()) for part in text.split(",") if part.strip())
    except ValueError as error:
        raise SettingsError(f"not a list of internet addresses: {error}") from error


@dataclass(frozen=True)
class Gate:
    """How a channel's requests prove where they come from."""

    secret: str | None = field(repr=False)
    """Last part of the path; None where the channel itself knows its callers by a cookie."""
    allow: tuple[Network, ...] = ()
    """Networks that may call; empty means any."""

    def __post_init__(self) -> None:
        if self.secret is None:
            return
        if len(self.secret) < _MIN_SECRET_CHARS or not _URL_SAFE.issuperset(self.secret):
            raise SettingsError(
                f"a channel's secret needs at least {_MIN_SECRET_CHARS} letters, digits, - or _"
            )

    def opens(self, secret: str) -> bool:
        """Whether the secret is right, in a time that does not depend on how much of it is."""
        if self.secret is None:
            return True
        return hmac.compare_digest(self.secret.encode(), secret.encode())

    def admits(self, client: str) -> bool:
        """Whether an internet address is on the list."""
        if not self.allow:
            return True
        try:
            address = ip_address(client)
        except ValueError:
            return False
        return any(address in network for network in self.allow)


def client_address(peer: str, headers: Mapping[str, str], trusted_proxies: int) -> str:
    """Internet address of the caller behind a known number of proxies.

    Each trusted proxy appends the address it saw to X-Forwarded-For, so the caller stands that
    many places from the right; what stands further left is the caller's own claim.
    """
    forwarded = [part.strip() for part in headers.get("x-forwarded-for", "").split(",")]
    if trusted_proxies == 0 or not forwarded[0] or len(forwarded) < trusted_proxies:
        return peer
    return forwarded[-trusted_proxies]


class Buckets:
    """One token bucket per key, in memory; the longest unused keys are forgotten first."""

    def __init__(
        self,
        burst: int,
        rate_per_s: float,
        clock_s: Callable[[], float],
        max_keys: int = 50_000,
    ) -> None:
        self._burst = burst
        self._rate_per_s = rate_per_s
        self._clock_s = clock_s
        self._max_keys = max_keys
        self._levels: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, key: str) -> bool:
        """Take one token; False where none is left."""
        now_s = self._clock_s()
        level, seen_s = self._levels.pop(key, (float(self._burst), now_s))
        level = min(float(self._burst), level + (now_s - seen_s) * self._rate_per_s)
        allowed = level >= 1
        self._levels[key] = (level - 1 if allowed else level, now_s)
        if len(self._levels) > self._max_keys:
            self._levels.popitem(last=False)
        return allowed
