"""The way in: what every message passes, through whichever door it came."""

from __future__ import annotations

import logging
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.errors import UrtuuError
from bot.message import Inbound
from bot.outcome import Door, Outcome
from channels.base import Trouble, Turn
from channels.guard import Buckets

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Limits:
    """How much one caller may ask."""

    max_body_bytes: int = 64 * 1024
    body_timeout_s: float = 10
    burst: int = 20
    """Messages of one citizen at once; then `rate_per_s`."""
    rate_per_s: float = 1
    door_burst: int = 500
    """Messages of one door at once; then `door_rate_per_s`, more than a process answers."""
    door_rate_per_s: float = 250
    stranger_burst: int = 10
    """Wrong secrets, and new chats, from one internet address at once."""
    stranger_rate_per_s: float = 0.2


def utc_now() -> datetime:
    """The moment, aware."""
    return datetime.now(UTC)


class Reception:
    """Counts each sender's messages, hands them to the turn, and turns errors into trouble."""

    def __init__(
        self,
        turn: Turn,
        *,
        limits: Limits | None = None,
        now: Callable[[], datetime] = utc_now,
        clock_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self.turn = turn
        self.limits = limits or Limits()
        self.now = now
        self._senders = Buckets(self.limits.burst, self.limits.rate_per_s, clock_s)
        self._doors = Buckets(self.limits.door_burst, self.limits.door_rate_per_s, clock_s)
        self._strangers = Buckets(
            self.limits.stranger_burst, self.limits.stranger_rate_per_s, clock_s
        )

    def admits(self, door: Door, sender: str) -> bool:
        """Whether the sender may say one more thing now; it counts as said."""
        if not self._senders.take(f"{door.name} {sender}"):
            logger.warning("%s: a sender is over the rate limit", door.name)
            return False
        if not self._doors.take(door.name):
            logger.warning("%s: the door is over its rate limit", door.name)
            return False
        return True

    def admits_stranger(self, key: str) -> bool:
        """Whether someone unknown at this internet address may try once more."""
        return self._strangers.take(key)

    async def receive(self, door: Door, inbound: Inbound, sender: str) -> Outcome | Trouble:
        """The answer to one message, or why there is none."""
        if not self.admits(door, sender):
            return Trouble.LIMITED
        try:
            return await self.turn.handle(inbound, door)
        except Exception as error:
            return trouble_of(door.name, error)


def trouble_of(name: str, error: Exception) -> Trouble:
    """What an error means for the citizen; it is logged by its place alone, never by its text.

    The text of an unknown error may quote a citizen.
    """
    if isinstance(error, UrtuuError):
        logger.warning("%s: %s", name, type(error).__name__)
        return Trouble.BUSY if error.retryable else Trouble.FAILED
    logger.error("%s: %s", name, _place(error))
    return Trouble.FAILED


def _place(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    where = f"{frames[-1].filename}:{frames[-1].lineno}" if frames else "an unknown place"
    return f"{type(error).__name__} at {where}"
