"""The worker that empties the outbox through the senders of the channels."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, Protocol

from bot.errors import StoreUnavailable
from bot.store.database import Store
from bot.store.notices import identity_channel, set_notices
from bot.store.outbox import Claimed, claim, complete, fail, retry_later

logger = logging.getLogger(__name__)

MAX_ATTEMPTS = 6
_BACKOFF_FIRST_S = 2.0
_BACKOFF_MAX_S = 900.0


@dataclass(frozen=True)
class Receipt:
    """What a provider gave for a message that it took."""

    provider_id: str | None
    """Its id of the message; None where it gives none."""
    route: str | None = None
    """The route that carried it; None: the message's own channel."""


class Carrier(Protocol):
    """What takes the messages of a channel out of the program."""

    async def send(self, message: Claimed) -> Receipt:
        """Send the message.

        Raises an error whose `retryable` says whether the same message may be sent again. It may
        carry `code` (text), `retry_after_s` (seconds the provider asks to wait), `maybe_sent` (the
        provider may have taken the message) with `route`, and `opted_out` (the citizen wants no
        messages from us).
        """


def backoff_s(attempts: int, jitter: float) -> float:
    """Return the wait after the given attempt: it doubles, up to 15 minutes.

    `jitter` in 0..1 spreads it over the upper half, so that many failures do not return at once.
    """
    longest = min(_BACKOFF_MAX_S, _BACKOFF_FIRST_S * 2.0 ** (attempts - 1))
    return longest * (0.5 + 0.5 * jitter)


class Deliverer:
    """Claims due messages and sends them, several recipients at a time."""

    def __init__(
        self,
        store: Store,
        carriers: Mapping[str, Carrier],
        clock: Callable[[], datetime] | None = None,
        *,
        owner: str,
        concurrency: int = 16,
        lease_s: float = 60.0,
        poll_s: float = 1.0,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        """Send for the channels of `carriers`, by channel name.

        `owner` is unique among running workers. `poll_s` is how late a message of another process
        may be noticed; `notify` wakes this one at once. A send may take half of `lease_s`.
        """
        self._store = store
        self._carriers = carriers
        self._clock = clock or store.clock
        self._owner = owner
        self._concurrency = concurrency
        self._lease_s = lease_s
        self._poll_s = poll_s
        self._jitter = jitter
        self._wake = asyncio.Event()

    def notify(self) -> None:
        """Look at the outbox now: something was just committed to it."""
        self._wake.set()

    async def run(self, stop: asyncio.Event) -> None:
        """Deliver until `stop` is set, then finish what is being sent."""
        sending: set[asyncio.Task[None]] = set()
        stopping = asyncio.create_task(self._wake_on(stop))
        try:
            while not stop.is_set():
                self._wake.clear()
                for message in await self._claim(self._concurrency - len(sending)):
                    task = asyncio.create_task(self._deliver(message))
                    sending.add(task)
                    task.add_done_callback(sending.discard)
                    task.add_done_callback(lambda _: self._wake.set())
                await self._sleep()
        finally:
            stopping.cancel()
            await asyncio.gather(*sending, return_exceptions=True)

    async def run_once(self) -> int:
        """Send what is due now and return how many messages were tried."""
        messages = await self._claim(self._concurrency)
        await asyncio.gather(*(self._deliver(message) for message in messages))
        return len(messages)

    async def _wake_on(self, stop: asyncio.Event) -> None:
        await stop.wait()
        self._wake.set()

    async def _sleep(self) -> None:
        try:
            async with asyncio.timeout(self._poll_s):
                await self._wake.wait()
        except TimeoutError:
            return

    async def _claim(self, limit: int) -> list[Claimed]:
        if limit <= 0:
            return []
        try:
            return await claim(
                self._store,
                self._owner,
                self._clock(),
                limit=limit,
                lease_s=self._lease_s,
                channels=tuple(self._carriers),
            )
        except StoreUnavailable:
            logger.warning("the outbox cannot be read; trying again in %s s", self._poll_s)
            return []

    async def _deliver(self, message: Claimed) -> None:
        try:
            await self._send(message)
        except StoreUnavailable:
            # The lease runs out and the message is claimed again.
            logger.warning("message %s was handled but could not be marked", message.id)
        except Exception as error:
            logger.error("message %s stopped with %s", message.id, type(error).__name__)

    async def _send(self, message: Claimed) -> None:
        carrier = self._carriers[message.channel]
        try:
            async with asyncio.timeout(self._lease_s / 2):
                receipt = await carrier.send(message)
        except Exception as error:
            await self._after_error(message, error)
            return
        async with self._store.write() as session:
            is_ours = await complete(
                session,
                message,
                provider_id=receipt.provider_id,
                route=receipt.route,
                at=self._clock(),
            )
        if not is_ours:
            logger.warning("message %s was sent after its lease ran out", message.id)

    async def _after_error(self, message: Claimed, error: Exception) -> None:
        """Retry or give up. Only the kind of error is logged: its text may quote the message."""
        code = str(getattr(error, "code", None) or type(error).__name__)
        maybe_sent = bool(getattr(error, "maybe_sent", not hasattr(error, "retryable")))
        is_lost = message.at_most_once and maybe_sent
        is_retryable = bool(getattr(error, "retryable", True)) and not is_lost
        async with self._store.write() as session:
            if is_retryable and message.attempts < MAX_ATTEMPTS:
                later = self._clock() + timedelta(seconds=self._wait_s(message, error))
                route = (getattr(error, "route", None) or message.channel) if maybe_sent else None
                await retry_later(
                    session, message, error=code, not_before=later, doubtful_route=route
                )
            else:
                state: Literal["failed", "unknown"] = "unknown" if maybe_sent else "failed"
                await fail(session, message, error=code, state=state)
            if getattr(error, "opted_out", False):
                who = (identity_channel(message.channel, message.address), message.address)
                await set_notices(session, *who, wanted=False, at=self._clock())
        logger.warning(
            "message %s on %s failed with %s at attempt %s (retryable: %s)",
            message.id,
            message.channel,
            code,
            message.attempts,
            is_retryable,
        )

    def _wait_s(self, message: Claimed, error: Exception) -> float:
        asked_s = float(getattr(error, "retry_after_s", None) or 0.0)
        return max(asked_s, backoff_s(message.attempts, self._jitter()))
