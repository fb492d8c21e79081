"""The web chat over a WebSocket.

The origin is checked before the handshake is answered; the ticket is the first frame, so that it
stands in no address and no log. Frames are answered in their order. The server's own pings (of the
WebSocket protocol) keep the connection open through proxies.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from starlette.routing import BaseRoute, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from channels.base import BadRequest, Trouble
from channels.reception import Reception, trouble_of
from channels.webchat.counter import Counter
from channels.webchat.door import Webchat
from channels.webchat.tickets import Tickets
from channels.webchat.wire import MAX_BYTES, answer, apology, read_object, read_said

BAD_MESSAGE, NO_TICKET, IDLE, TOO_MANY = 4400, 4401, 4408, 4429
"""Close codes of our own (RFC 6455, 7.4.2: 4000-4999), after the HTTP statuses they resemble."""
TOO_LARGE, POLICY, BROKEN = 1009, 1008, 1011


def socket_routes(
    door: Webchat, tickets: Tickets, reception: Reception, counter: Counter
) -> Sequence[BaseRoute]:
    """`/webchat/socket`."""
    sockets = _Sockets(door, tickets, reception, counter)
    return [WebSocketRoute(f"/{door.path}/socket", sockets.endpoint)]


class _Closed(Exception):
    """The conversation over this socket is to end, under a close code."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code


class _Sockets:
    def __init__(
        self, door: Webchat, tickets: Tickets, reception: Reception, counter: Counter
    ) -> None:
        self._door = door
        self._tickets = tickets
        self._reception = reception
        self._counter = counter

    async def endpoint(self, websocket: WebSocket) -> None:
        """Answer one socket until it closes."""
        origin = self._door.origins.admits(websocket.headers.getlist("origin"))
        address = self._counter.address_of(websocket)
        with self._counter.socket_of_address(address) as free:
            if origin is None or not free:
                # Closing before accepting answers the handshake with 403.
                await websocket.close(POLICY)
                return
            await websocket.accept()
            try:
                await self._converse(websocket, origin, address)
            except _Closed as closed:
                await _close(websocket, closed.code, str(closed))
            except WebSocketDisconnect:
                return
            except Exception as error:
                trouble_of(self._door.name, error)
                await _close(websocket, BROKEN, "")

    async def _converse(self, websocket: WebSocket, origin: str, address: str) -> None:
        limits = self._counter.limits
        first = await _frame(websocket, limits.greeting_s)
        ticket = first.get("token")
        if set(first) != {"token"} or not isinstance(ticket, str):
            raise _Closed(NO_TICKET, "the first message must be the ticket")
        session_id = self._session_of(ticket, origin)
        with self._counter.socket_of_session(session_id) as free:
            if not free:
                raise _Closed(TOO_MANY, "too many sockets of this conversation")
            await websocket.send_json({"ready": True})
            while True:
                data = await _frame(websocket, limits.idle_s)
                self._session_of(ticket, origin)
                await websocket.send_json(await self._answer(data, session_id, address))

    def _session_of(self, ticket: str, origin: str) -> str:
        session_id = self._tickets.session_of(ticket, origin, self._reception.now())
        if session_id is None:
            raise _Closed(NO_TICKET, "no ticket that holds")
        return session_id

    async def _answer(self, data: dict[str, Any], session_id: str, address: str) -> dict[str, Any]:
        try:
            said = read_said(data)
        except BadRequest as error:
            raise _Closed(BAD_MESSAGE, str(error)) from error
        if not self._counter.admits(address):
            return apology(self._door.name, said.id, Trouble.LIMITED)
        inbound = self._door.inbound(session_id, said, self._reception.now())
        outcome = await self._reception.receive(self._door, inbound, session_id)
        if isinstance(outcome, Trouble):
            return apology(self._door.name, said.id, outcome)
        return answer(said, outcome)


async def _frame(websocket: WebSocket, wait_s: float) -> dict[str, Any]:
    """The object of the next text frame."""
    try:
        async with asyncio.timeout(wait_s):
            message = await websocket.receive()
    except TimeoutError as error:
        raise _Closed(IDLE, "nothing was said") from error
    if message["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(message.get("code", 1005))
    text = message.get("text")
    if text is None:
        raise _Closed(BAD_MESSAGE, "the message is not text")
    body = text.encode("utf-8", "replace")
    if len(body) > MAX_BYTES:
        raise _Closed(TOO_LARGE, "the message is too large")
    try:
        return read_object(body)
    except BadRequest as error:
        raise _Closed(BAD_MESSAGE, str(error)) from error


async def _close(websocket: WebSocket, code: int, reason: str) -> None:
    """Close with a reason, which the protocol limits to 123 bytes; gone callers are no error."""
    try:
        await websocket.close(code, reason[:120])
    except (RuntimeError, WebSocketDisconnect):
        return
