"""How much one internet address may ask of the web chat, whatever its tickets say."""

from __future__ import annotations

import time
from collections import Counter as Tally
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from starlette.requests import HTTPConnection

from channels.guard import Buckets, client_address


@dataclass(frozen=True)
class CounterLimits:
    """Many citizens may stand behind one address, such as a soum centre's."""

    address_burst: int = 60
    """Messages of one address at once; then `address_rate_per_s`."""
    address_rate_per_s: float = 5
    address_sockets: int = 50
    session_sockets: int = 4
    sockets: int = 2000
    """Open sockets of this process."""
    greeting_s: float = 10
    """A socket that shows no ticket within this time is closed."""
    idle_s: float = 15 * 60
    """A socket over which nothing is said is closed; the next message opens another."""


class Counter:
    """Counts messages and open sockets."""

    def __init__(
        self,
        limits: CounterLimits,
        trusted_proxies: int = 0,
        clock_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self.limits = limits
        self._trusted_proxies = trusted_proxies
        self._messages = Buckets(limits.address_burst, limits.address_rate_per_s, clock_s)
        self._sockets: Tally[str] = Tally()

    def address_of(self, connection: HTTPConnection) -> str:
        """The internet address of a caller, behind the trusted proxies."""
        headers = {"x-forwarded-for": ", ".join(connection.headers.getlist("x-forwarded-for"))}
        peer = connection.client.host if connection.client else ""
        return client_address(peer, headers, self._trusted_proxies)

    def admits(self, address: str) -> bool:
        """Whether the address may send one more message now; it counts as sent."""
        return self._messages.take(address)

    @contextmanager
    def socket_of_address(self, address: str) -> Iterator[bool]:
        """Whether one more socket may be opened; it counts until the block is left."""
        with (
            self._one_more("all", self.limits.sockets) as room,
            self._one_more(f"address {address}", self.limits.address_sockets) as free,
        ):
            yield room and free

    @contextmanager
    def socket_of_session(self, session_id: str) -> Iterator[bool]:
        """The same for the sockets of one conversation, such as those of several tabs."""
        with self._one_more(f"session {session_id}", self.limits.session_sockets) as free:
            yield free

    @contextmanager
    def _one_more(self, key: str, most: int) -> Iterator[bool]:
        self._sockets[key] += 1
        try:
            yield self._sockets[key] <= most
        finally:
            self._sockets[key] -= 1
            if not self._sockets[key]:
                del self._sockets[key]
