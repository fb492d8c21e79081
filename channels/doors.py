"""The HTTP doors: channels mounted as routes, with everything that is checked before they parse.

The order is: known path and secret, allowed network, size and type, signature, rate, message,
turn, answer. A caller without the secret or the signature learns nothing and costs no query and no
model.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import Lifespan

from channels.base import BadRequest, HttpChannel, Ignored, Notice, Opening, Posted, Trouble
from channels.guard import Gate, client_address
from channels.reception import Reception, trouble_of

_UNAUTHENTIC = frozenset({401, 403})


def application(
    routes: Sequence[BaseRoute], lifespan: Lifespan[Starlette] | None = None
) -> Starlette:
    """The ASGI application of the routes, each at its exact path.

    No path is corrected by a redirect: it would repeat an address with its secret, under the host
    and the open http that the request claims.
    """
    app = Starlette(routes=list(routes), lifespan=lifespan)
    app.router.redirect_slashes = False
    return app


class Doors:
    """The routes of a set of channels."""

    def __init__(self, reception: Reception, *, trusted_proxies: int = 0) -> None:
        self._reception = reception
        self._trusted_proxies = trusted_proxies

    def routes(self, channels: Sequence[tuple[HttpChannel, Gate]]) -> list[Route]:
        """`/<path>/<secret>` for each channel, and its notices and openings beside it."""
        return [route for channel, gate in channels for route in self._mount(channel, gate)]

    def _mount(self, channel: HttpChannel, gate: Gate) -> list[Route]:
        base = f"/{channel.path}" if gate.secret is None else f"/{channel.path}/{{secret}}"
        methods = sorted(channel.methods)

        async def message(posted: Posted) -> Response:
            return await self._message(channel, posted)

        routes = [self._route(base, channel, gate, message, channel.apologise, methods)]
        for name, notice in channel.notices.items():

            async def report(posted: Posted, notice: Notice = notice) -> Response:
                await notice(posted, self._reception.turn)
                return channel.acknowledge()

            path = f"{base}/{name}"
            routes.append(self._route(path, channel, gate, report, _call_again, methods))
        for name, opening in channel.openings.items():

            async def opened(posted: Posted, opening: Opening = opening) -> Response:
                if not self._reception.admits_stranger(f"{channel.name} {posted.client}"):
                    return channel.apologise(Trouble.LIMITED)
                return opening(posted)

            path = f"{base}/{name}"
            routes.append(self._route(path, channel, gate, opened, channel.apologise, ["GET"]))
        return routes

    def _route(
        self,
        path: str,
        channel: HttpChannel,
        gate: Gate,
        answer: _Answer,
        apologise: _Apology,
        methods: list[str],
    ) -> Route:
        is_opening = methods == ["GET"] and "GET" not in channel.methods

        async def endpoint(request: Request) -> Response:
            response = await respond(request)
            response.headers.setdefault("Cache-Control", "no-store")
            return response

        async def respond(request: Request) -> Response:
            if request.method == "HEAD":
                return Response(status_code=405)
            try:
                posted = await self._admit(request, channel, gate)
                if not is_opening:
                    self._verify(channel, posted)
                return await answer(posted)
            except BadRequest as error:
                return PlainTextResponse(str(error), status_code=error.status)
            except Ignored as ignored:
                return ignored.answer or channel.acknowledge()
            except ClientDisconnect:
                return Response(status_code=400)
            except Exception as error:
                return apologise(trouble_of(channel.name, error))

        return Route(path, endpoint, methods=methods)

    async def _message(self, channel: HttpChannel, posted: Posted) -> Response:
        if not self._reception.admits(channel, channel.sender(posted)):
            return channel.apologise(Trouble.LIMITED)
        inbound = await channel.parse(posted, self._reception.turn)
        return channel.render(await self._reception.turn.handle(inbound, channel))

    def _verify(self, channel: HttpChannel, posted: Posted) -> None:
        """Let the channel check the signature; who fails it often is told to wait."""
        try:
            channel.verify(posted)
        except BadRequest as error:
            is_forged = error.status in _UNAUTHENTIC
            if is_forged and not self._reception.admits_stranger(posted.client):
                raise BadRequest("too many requests", 429) from error
            raise

    async def _admit(self, request: Request, channel: HttpChannel, gate: Gate) -> Posted:
        headers = {key: ", ".join(request.headers.getlist(key)) for key in request.headers}
        peer = request.client.host if request.client else ""
        client = client_address(peer, headers, self._trusted_proxies)
        if not gate.opens(request.path_params.get("secret", "")):
            if not self._reception.admits_stranger(client):
                raise BadRequest("too many requests", 429)
            raise BadRequest("Not Found", 404)
        if not gate.admits(client):
            raise BadRequest("this address may not call", 403)
        body = b""
        if request.method == "POST":
            media_type = headers.get("content-type", "").partition(";")[0].strip().lower()
            if media_type not in channel.media_types:
                wanted = " or ".join(sorted(channel.media_types))
                raise BadRequest(f"the content type must be {wanted}", 415)
            body = await self._body(request)
        query = self._query(request)
        return Posted(
            body,
            headers,
            request.cookies,
            client,
            self._reception.now(),
            request.method,
            request.url.path,
            query,
        )

    def _query(self, request: Request) -> str:
        raw: bytes = request.scope["query_string"]
        if len(raw) > self._reception.limits.max_body_bytes:
            raise BadRequest("the address is too long", 414)
        try:
            # An address holds ASCII alone (RFC 3986, 2); not every server sees to it.
            return raw.decode("ascii")
        except UnicodeDecodeError as error:
            raise BadRequest("the address is not ASCII") from error

    async def _body(self, request: Request) -> bytes:
        limits, chunks = self._reception.limits, bytearray()
        try:
            async with asyncio.timeout(limits.body_timeout_s):
                async for chunk in request.stream():
                    chunks += chunk
                    if len(chunks) > limits.max_body_bytes:
                        raise BadRequest("the body is too large", 413)
        except TimeoutError as error:
            raise BadRequest("the body did not arrive in time", 408) from error
        return bytes(chunks)


_Answer = Callable[[Posted], Awaitable[Response]]
_Apology = Callable[[Trouble], Response]


def _call_again(trouble: Trouble) -> Response:
    """The answer to a provider's own report, which no citizen sees."""
    status = 503 if trouble is Trouble.BUSY else 500
    return PlainTextResponse("", status_code=status, headers={"Retry-After": "5"})
