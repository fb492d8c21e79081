"""The link in a thread of its own.

An SMSC drops a bind whose enquire_link is not answered within seconds. The thread's event loop
owns the socket and does nothing else, so that the link holds however busy the assistant is.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import Any, Protocol, TypeVar

from channels.base import SendFailed
from channels.smpp.link import Ack, Bind, Handler, Link
from channels.smpp.pdus import Pdu

T = TypeVar("T")


class Submits(Protocol):
    """What a sender needs of a link."""

    async def submit(
        self, fields: Mapping[str, int | str | bytes], tlvs: Mapping[int, bytes]
    ) -> str:
        """The SMSC's id of a message. Raises SendFailed."""


class LinkThread:
    """Runs a link and carries calls between its event loop and the caller's."""

    def __init__(self, name: str, bind: Bind, jitter: Callable[[], float]) -> None:
        self._name = name
        self._bind = bind
        self._jitter = jitter
        self._binds = 0
        self._home: asyncio.AbstractEventLoop | None = None
        self._link: Link | None = None

    @property
    def binds(self) -> int:
        """How often a bind has succeeded so far."""
        return self._binds

    def _bound(self) -> None:
        self._binds += 1

    async def run(self, handle: Handler, stop: asyncio.Event) -> None:
        """Keep the link up until `stop` is set; `handle` is called in the caller's loop."""
        caller = asyncio.get_running_loop()
        begun: asyncio.Future[Callable[[], object]] = caller.create_future()

        async def hand_over(pdu: Pdu, ack: Ack) -> None:
            away = asyncio.get_running_loop()

            async def answer(status: int) -> bool:
                return await _there(away, ack(status))

            await _there(caller, handle(pdu, answer))

        async def live() -> None:
            ended, home = asyncio.Event(), asyncio.get_running_loop()
            self._link = Link(self._name, self._bind, hand_over, self._jitter, self._bound)
            self._home = home
            caller.call_soon_threadsafe(
                begun.set_result, lambda: home.call_soon_threadsafe(ended.set)
            )
            try:
                await self._link.run(ended)
            finally:
                self._home = None

        living = asyncio.create_task(asyncio.to_thread(asyncio.run, live()))
        stopping = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait({living, stopping}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            stopping.cancel()
            if not living.done():
                # A thread cannot be cancelled: it is asked to end, whatever ends this task.
                (await begun)()
        await living

    async def submit(
        self, fields: Mapping[str, int | str | bytes], tlvs: Mapping[int, bytes]
    ) -> str:
        """The SMSC's id of a message. Raises SendFailed."""
        home, link = self._home, self._link
        if home is None or link is None:
            raise SendFailed("no_connection", retryable=True)
        return await _there(home, link.submit(fields, tlvs))


async def _there(
    loop: asyncio.AbstractEventLoop, work: Coroutine[Any, Any, T] | Awaitable[T]
) -> T:
    """What a coroutine returns that runs in another thread's loop."""

    async def wrapped() -> T:
        return await work

    return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(wrapped(), loop))
