"""The link to an SMSC: one transceiver bind, kept up, over which PDUs go both ways.

It runs in an event loop of its own (see thread.py), which alone owns the socket. Answers of ours
to deliver_sm leave whenever their turn is done, in any order; enquire_link is answered at once.
"""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from channels.base import SendFailed
from channels.smpp.connection import Connection, LinkLost
from channels.smpp.pdus import Pdu
from channels.smpp.statuses import REFUSALS, THROTTLES, Status

logger = logging.getLogger(__name__)

Ack = Callable[[int], Awaitable[bool]]
"""Answers a deliver_sm with a status; False where the connection is gone and it is sent again."""

_INTERFACE_VERSION = 0x34


class Handler(Protocol):
    """What becomes of a deliver_sm."""

    async def __call__(self, pdu: Pdu, ack: Ack) -> None:
        """Handle it and answer it by `ack`, once."""


@dataclass(frozen=True)
class Bind:
    """Where and as whom to bind, and how patiently."""

    host: str
    port: int
    system_id: str
    password: str = field(repr=False)
    system_type: str = ""
    tls: bool = True
    window: int = 10
    """How many submit_sm may wait for their answers."""
    enquire_s: float = 30
    """How often the link is tried when nothing is known of it."""
    response_s: float = 10
    """How long an answer may take."""
    first_back_off_s: float = 1
    max_back_off_s: float = 60
    max_delivers: int = 100
    """How many deliver_sm may wait for our answers; more are to be sent again later."""


class Link:
    """Binds, binds again after a loss, and submits messages."""

    def __init__(
        self,
        name: str,
        bind: Bind,
        handle: Handler,
        jitter: Callable[[], float],
        on_bound: Callable[[], None] = lambda: None,
    ) -> None:
        """`jitter` gives numbers in 0..1, which spread the attempts to bind."""
        self._name = name
        self._bind = bind
        self._handle = handle
        self._jitter = jitter
        self._on_bound = on_bound
        self._connection: Connection | None = None
        self._window = asyncio.Semaphore(bind.window)
        self._resume_s = 0.0
        self._throttled = 0

    @property
    def is_bound(self) -> bool:
        """Whether messages can leave now."""
        return self._connection is not None

    async def run(self, stop: asyncio.Event) -> None:
        """Keep the link up until `stop` is set, then unbind."""
        failures = 0
        while not stop.is_set():
            bound_at_s = None
            try:
                connection = await self._connect()
                try:
                    await self._log_in(connection)
                    bound_at_s = _now_s()
                    self._connection = connection
                    self._on_bound()
                    logger.info("%s: bound to the SMSC", self._name)
                    await connection.run(stop)
                finally:
                    self._connection = None
                    await connection.close()
            except (OSError, TimeoutError, LinkLost, ssl.SSLError) as error:
                reason = str(error) if isinstance(error, LinkLost) else type(error).__name__
                logger.warning("%s: the link is down: %s", self._name, reason)
            if stop.is_set():
                return
            # A bind that is lost at once, again and again, must not hammer the SMSC either.
            lasted = bound_at_s is not None and _now_s() - bound_at_s > self._bind.max_back_off_s
            failures = 0 if lasted else failures + 1
            await _sleep(stop, self._back_off_s(failures))

    async def submit(
        self, fields: Mapping[str, int | str | bytes], tlvs: Mapping[int, bytes], *, tries: int = 3
    ) -> str:
        """The SMSC's id of a message. Raises SendFailed.

        A throttled message is tried again after a pause that holds all others up too.
        """
        async with self._window:
            for last in (*[False] * (tries - 1), True):
                await self._resumed()
                response = await self._request("submit_sm", fields, tlvs)
                if response.status not in THROTTLES:
                    self._throttled = 0
                    return _message_id(response)
                pause_s = self._pause()
                if last:
                    raise SendFailed("throttled", retryable=True, retry_after_s=pause_s)
        raise AssertionError("unreachable: the last try returns or raises")

    def _back_off_s(self, failures: int) -> float:
        bind = self._bind
        longest = min(bind.max_back_off_s, bind.first_back_off_s * 2.0 ** min(failures - 1, 20))
        return max(longest, 0) * (0.5 + 0.5 * self._jitter())

    def _pause(self) -> float:
        """Hold everything up for a while that doubles with each refusal in a row; its seconds."""
        now_s = _now_s()
        if now_s >= self._resume_s:
            self._throttled += 1
            self._resume_s = now_s + self._back_off_s(self._throttled)
        return self._resume_s - now_s

    async def _resumed(self) -> None:
        while True:
            wait_s = self._resume_s - _now_s()
            if wait_s <= 0:
                return
            await asyncio.sleep(wait_s)

    async def _connect(self) -> Connection:
        bind = self._bind
        context = ssl.create_default_context() if bind.tls else None
        async with asyncio.timeout(bind.response_s):
            streams = await asyncio.open_connection(bind.host, bind.port, ssl=context)
        return Connection(self._name, *streams, bind, self._handle)

    async def _log_in(self, connection: Connection) -> None:
        bind = self._bind
        fields: dict[str, int | str | bytes] = {
            "system_id": bind.system_id,
            "password": bind.password,
            "system_type": bind.system_type,
            "interface_version": _INTERFACE_VERSION,
        }
        response = await connection.request("bind_transceiver", fields, {})
        if response.command != "bind_transceiver_resp" or response.status != Status.ROK:
            raise LinkLost(f"the SMSC refuses the bind with status 0x{response.status:02X}")

    async def _request(
        self, command: str, fields: Mapping[str, int | str | bytes], tlvs: Mapping[int, bytes]
    ) -> Pdu:
        if self._connection is None:
            raise SendFailed("no_connection", retryable=True)
        try:
            return await self._connection.request(command, fields, tlvs)
        except ValueError as error:
            raise SendFailed("does_not_fit", retryable=False) from error
        except (TimeoutError, LinkLost, OSError) as error:
            raise SendFailed("no_answer", retryable=True, maybe_sent=True) from error


def _message_id(response: Pdu) -> str:
    if response.status != Status.ROK:
        code, retryable = REFUSALS.get(response.status, ("refused", False))
        raise SendFailed(code, retryable=retryable)
    # The message is sent, whatever its id looks like: an id that is no ASCII finds no receipt.
    return response.octets("message_id").decode("ascii", "replace")


def _now_s() -> float:
    return asyncio.get_running_loop().time()


async def _sleep(stop: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        return
