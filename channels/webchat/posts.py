"""The web chat by HTTP: tickets, and messages where no socket can be opened.

Every route answers preflights and names the one origin that asked (Fetch standard, CORS protocol);
credentials are never allowed, so no cookie of any site is sent along.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from channels.base import JSON, BadRequest, Trouble
from channels.reception import Reception, trouble_of
from channels.webchat.counter import Counter
from channels.webchat.door import Webchat
from channels.webchat.tickets import LASTS, Tickets
from channels.webchat.wire import MAX_BYTES, answer, apology, read_object, read_said

_STATUS = {Trouble.BUSY: 503, Trouble.LIMITED: 429, Trouble.FAILED: 500}
_RETRY_AFTER_S = 5
_PREFLIGHT = {
    "Access-Control-Allow-Methods": "POST",
    "Access-Control-Allow-Headers": "authorization, content-type",
    "Access-Control-Max-Age": "600",
}
_Answer = Callable[[Request, str], Awaitable[Response]]


def post_routes(
    door: Webchat, tickets: Tickets, reception: Reception, counter: Counter
) -> Sequence[BaseRoute]:
    """`POST /webchat/session` and `POST /webchat/message`."""
    posts = _Posts(door, tickets, reception, counter)
    return [
        posts.route(f"/{door.path}/session", posts.session),
        posts.route(f"/{door.path}/message", posts.message),
    ]


class _Posts:
    def __init__(
        self, door: Webchat, tickets: Tickets, reception: Reception, counter: Counter
    ) -> None:
        self._door = door
        self._tickets = tickets
        self._reception = reception
        self._counter = counter

    def route(self, path: str, answered: _Answer) -> Route:
        async def endpoint(request: Request) -> Response:
            origin = self._door.origins.admits(request.headers.getlist("origin"))
            if origin is None:
                response: Response = PlainTextResponse("this site is not on the list", 403)
            elif request.method == "OPTIONS":
                response = Response(status_code=204, headers=_PREFLIGHT)
            else:
                response = await self._guarded(request, origin, answered)
            if origin is not None:
                response.headers["Access-Control-Allow-Origin"] = origin
            response.headers["Vary"] = "Origin"
            response.headers["Cache-Control"] = "no-store"
            response.headers["X-Content-Type-Options"] = "nosniff"
            return response

        return Route(path, endpoint, methods=["POST", "OPTIONS"])

    async def session(self, request: Request, origin: str) -> Response:
        """A ticket for a new conversation."""
        address = self._counter.address_of(request)
        if not self._reception.admits_stranger(f"{self._door.name} {address}"):
            return self._apology(None, Trouble.LIMITED)
        ticket = self._tickets.issue(origin, self._reception.now())
        return JSONResponse({"token": ticket, "expires_s": int(LASTS.total_seconds())})

    async def message(self, request: Request, origin: str) -> Response:
        """The answer to one message."""
        if not self._counter.admits(self._counter.address_of(request)):
            return self._apology(None, Trouble.LIMITED)
        scheme, _, ticket = request.headers.get("authorization", "").partition(" ")
        now = self._reception.now()
        session_id = self._tickets.session_of(ticket, origin, now)
        if scheme.lower() != "bearer" or session_id is None:
            raise BadRequest(f"no ticket that holds: POST /{self._door.path}/session first", 401)
        said = read_said(read_object(await self._body(request)))
        inbound = self._door.inbound(session_id, said, now)
        outcome = await self._reception.receive(self._door, inbound, session_id)
        if isinstance(outcome, Trouble):
            return self._apology(said.id, outcome)
        return JSONResponse(answer(said, outcome))

    async def _guarded(self, request: Request, origin: str, answered: _Answer) -> Response:
        try:
            return await answered(request, origin)
        except BadRequest as error:
            return PlainTextResponse(str(error), status_code=error.status)
        except ClientDisconnect:
            return Response(status_code=400)
        except Exception as error:
            return self._apology(None, trouble_of(self._door.name, error))

    def _apology(self, message_id: str | None, trouble: Trouble) -> Response:
        content = apology(self._door.name, message_id, trouble)
        headers = {
            "Retry-After": str(_RETRY_AFTER_S),
            "Access-Control-Expose-Headers": "Retry-After",
        }
        return JSONResponse(content, _STATUS[trouble], headers)

    async def _body(self, request: Request) -> bytes:
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != JSON:
            raise BadRequest(f"the content type must be {JSON}", 415)
        chunks = bytearray()
        try:
            async with asyncio.timeout(self._reception.limits.body_timeout_s):
                async for chunk in request.stream():
                    chunks += chunk
                    if len(chunks) > MAX_BYTES:
                        raise BadRequest("the message is too large", 413)
        except TimeoutError as error:
            raise BadRequest("the message did not arrive in time", 408) from error
        return bytes(chunks)
