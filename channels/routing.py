"""Which way a text message leaves: by network, cost and health; another way where one is down.

A message that a provider may have taken (a time-out after the request had left) is tried again
the same way only; where that way is known to be down by then, the other way says that the message
may be a second copy. A message that must not come twice is given up instead, as "unknown".
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from bot.store.delivery import Receipt
from bot.store.outbox import Claimed
from bot.text.compiler import written_sms
from bot.text.pages import Script
from bot.text.units import segments
from channels.base import Sender, SendFailed
from channels.sentences import sentence

logger = logging.getLogger(__name__)

SMS = "sms"
"""The channel of a message that any route may carry."""
SICK_FOR_S = 60.0
"""How long a route that was down stands behind the others."""
_OF_THE_ROUTE = frozenset(
    {"unauthorized", "invalid_sender", "no_balance", "no_route", "unsupported_number", "refused"}
)
"""Refusals that say something of the route, not of the citizen's number: another may carry it."""


@dataclass(frozen=True)
class OutRoute:
    """One way out for text messages."""

    name: str
    sender: Sender = field(repr=False)
    script: Script = "cyrillic"
    prefixes: tuple[str, ...] = ()
    """Numbers it carries best, such as "+97699"; none: any alike."""
    cost_mnt: Decimal | None = None
    """Of one segment; unknown ones stand behind known ones."""
    max_segments: int = 3
    rate_per_s: float | None = None
    """Segments a second that the provider allows; None: any number."""


class Health:
    """Which routes are down, and when each may send its next segment."""

    def __init__(self, clock_s: Callable[[], float] = time.monotonic) -> None:
        self._clock_s = clock_s
        self._sick_until_s: dict[str, float] = {}
        self._free_at_s: dict[str, float] = {}

    def is_well(self, route: OutRoute) -> bool:
        """Whether the route has not been down lately."""
        return self._sick_until_s.get(route.name, 0.0) <= self._clock_s()

    def failed(self, route: OutRoute) -> None:
        """Put the route behind the others for a while."""
        self._sick_until_s[route.name] = self._clock_s() + SICK_FOR_S

    def worked(self, route: OutRoute) -> None:
        """Take the route as well again."""
        self._sick_until_s.pop(route.name, None)

    async def turn_of(self, route: OutRoute, count: int) -> None:
        """Wait until the route may send `count` more segments."""
        if route.rate_per_s is None:
            return
        now_s = self._clock_s()
        begins_s = max(now_s, self._free_at_s.get(route.name, 0.0))
        self._free_at_s[route.name] = begins_s + count / route.rate_per_s
        await asyncio.sleep(begins_s - now_s)


class Router:
    """Sends text messages by the best of several routes."""

    def __init__(self, routes: Sequence[OutRoute], health: Health | None = None) -> None:
        self._routes: Mapping[str, OutRoute] = MappingProxyType({r.name: r for r in routes})
        self._health = health or Health()

    @property
    def names(self) -> tuple[str, ...]:
        """Every route."""
        return tuple(self._routes)

    def ranked(self, address: str, preferred: str | None = None) -> tuple[OutRoute, ...]:
        """The routes for a number, best first.

        The route that the citizen wrote to comes first: its number is the one they know. Then
        those that are well, that carry the number's network best, and that cost least.
        """

        def rank(route: OutRoute) -> tuple[bool, bool, int, bool, Decimal]:
            longest = max(
                (len(p) for p in route.prefixes if address.startswith(p)),
                default=0 if not route.prefixes else -1,
            )
            cost = route.cost_mnt
            is_sick = not self._health.is_well(route)
            return is_sick, route.name != preferred, -longest, cost is None, cost or Decimal(0)

        return tuple(sorted(self._routes.values(), key=rank))

    def script_for(self, address: str, preferred: str | None = None) -> Script:
        """The script of the route that is best now."""
        routes = self.ranked(address, preferred)
        return routes[0].script if routes else "cyrillic"

    async def send(self, message: Claimed) -> Receipt:
        """Send by the first route that takes the message. Raises SendFailed."""
        preferred = message.channel if message.channel in self._routes else None
        routes = self.ranked(message.address, preferred)
        if message.doubtful_route is not None:
            first = [route for route in routes if route.name == message.doubtful_route]
            routes = (*first, *(route for route in routes if route not in first))
        failure = SendFailed("no_route", retryable=True)
        for route in routes:
            try:
                return await self._by(route, message)
            except SendFailed as error:
                if error.maybe_sent:
                    raise Doubtful(error, route.name) from error
                if not error.retryable and error.code not in _OF_THE_ROUTE:
                    raise
                failure = error
        raise failure

    async def _by(self, route: OutRoute, message: Claimed) -> Receipt:
        is_copy = message.doubtful_route not in (None, route.name)
        text = _written(message.body, route, is_copy=is_copy)
        await self._health.turn_of(route, segments(text))
        try:
            provider_id = await route.sender.send(message.address, text, message.dedupe_key)
        except SendFailed as error:
            if error.retryable or error.code in _OF_THE_ROUTE:
                self._health.failed(route)
            logger.warning("message %s: route %s: %s", message.id, route.name, error.code)
            raise
        self._health.worked(route)
        if is_copy:
            logger.warning(
                "message %s: sent by %s, %s may have sent it too",
                message.id,
                route.name,
                message.doubtful_route,
            )
        return Receipt(provider_id, route.name)


class Doubtful(SendFailed):
    """A provider may have taken the message; `route` is the way it went."""

    def __init__(self, error: SendFailed, route: str) -> None:
        super().__init__(
            error.code,
            retryable=error.retryable,
            maybe_sent=True,
            retry_after_s=error.retry_after_s,
        )
        self.route = route


class Direct:
    """The one way out of a channel that is not text messages."""

    def __init__(self, name: str, sender: Sender) -> None:
        self._name = name
        self._sender = sender

    async def send(self, message: Claimed) -> Receipt:
        """Send by the channel's own sender. Raises SendFailed."""
        provider_id = await self._sender.send(message.address, message.body, message.dedupe_key)
        return Receipt(provider_id, self._name)


def _written(body: Any, route: OutRoute, *, is_copy: bool) -> str:
    """The text in the route's script, or in the citizen's where the route carries both."""
    text, asked = (body["text"], body["script"]) if isinstance(body, dict) else (body, None)
    script: Script = "latin" if "latin" in (asked, route.script) else "cyrillic"
    if is_copy:
        text = f"{sentence(SMS, 'copy')} {text}"
    written = written_sms(text, script)
    return written if segments(written) <= route.max_segments else written_sms(text, "latin")
