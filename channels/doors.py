"""The HTTP doors: channels mounted as routes, with everything that is checked before they parse.

The order is: known path and secret, allowed network, size and type, rate, message, turn, answer.
A caller without the secret learns nothing and costs no query and no model.
"""

from __future__ import annotations

import asyncio
import logging
import time
import traceback
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.errors import UrtuuError
from channels.base import BadRequest, Channel, Notice, Opening, Posted, Trouble, Turn
from channels.guard import Buckets, Gate, client_address

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Limits:
    """How much one caller may ask."""

    max_body_bytes: int = 64 * 1024
    body_timeout_s: float = 10
    burst: int = 20
    """Messages of one citizen at once; then `rate_per_s`."""
    rate_per_s: float = 1
    stranger_burst: int = 10
    """Wrong secrets, and new chats, from one internet address at once."""
    stranger_rate_per_s: float = 0.2


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Doors:
    """The routes of a set of channels."""

    def __init__(
        self,
        turn: Turn,
        *,
        limits: Limits | None = None,
        trusted_proxies: int = 0,
        now: Callable[[], datetime] = _utc_now,
        clock_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._turn = turn
        self._limits = limits or Limits()
        self._trusted_proxies = trusted_proxies
        self._now = now
        self._senders = Buckets(self._limits.burst, self._limits.rate_per_s, clock_s)
        self._strangers = Buckets(
            self._limits.stranger_burst, self._limits.stranger_rate_per_s, clock_s
        )

    def routes(self, channels: Sequence[tuple[Channel, Gate]]) -> list[Route]:
        """`POST /<path>/<secret>` for each channel, and its notices and openings beside it."""
        return [route for channel, gate in channels for route in self._mount(channel, gate)]

    def _mount(self, channel: Channel, gate: Gate) -> list[Route]:
        base = f"/{channel.path}" if gate.secret is None else f"/{channel.path}/{{secret}}"

        async def message(posted: Posted) -> Response:
            return await self._message(channel, posted)

        routes = [self._route(base, channel, gate, message, channel.apologise)]
        for name, notice in channel.notices.items():

            async def report(posted: Posted, notice: Notice = notice) -> Response:
                await notice(posted, self._turn)
                return PlainTextResponse("")

            routes.append(self._route(f"{base}/{name}", channel, gate, report, _call_again))
        for name, opening in channel.openings.items():

            async def opened(posted: Posted, opening: Opening = opening) -> Response:
                if not self._strangers.take(f"{channel.name} {posted.client}"):
                    return channel.apologise(Trouble.LIMITED)
                return opening(posted)

            path = f"{base}/{name}"
            routes.append(
                self._route(path, channel, gate, opened, channel.apologise, method="GET")
            )
        return routes

    def _route(
        self,
        path: str,
        channel: Channel,
        gate: Gate,
        answer: _Answer,
        apologise: _Apology,
        *,
        method: str = "POST",
    ) -> Route:
        async def endpoint(request: Request) -> Response:
            response = await respond(request)
            response.headers.setdefault("Cache-Control", "no-store")
            return response

        async def respond(request: Request) -> Response:
            try:
                return await answer(await self._admit(request, channel, gate))
            except BadRequest as error:
                return PlainTextResponse(str(error), status_code=error.status)
            except ClientDisconnect:
                return Response(status_code=400)
            except UrtuuError as error:
                logger.warning("%s: %s", channel.name, type(error).__name__)
                trouble = Trouble.BUSY if error.retryable else Trouble.FAILED
            except Exception as error:
                # The message of an unknown error may quote a citizen, so only its place is logged.
                logger.error("%s: %s", channel.name, _place(error))
                trouble = Trouble.FAILED
            return apologise(trouble)

        return Route(path, endpoint, methods=[method])

    async def _message(self, channel: Channel, posted: Posted) -> Response:
        if not self._senders.take(f"{channel.name} {channel.sender(posted)}"):
            logger.warning("%s: a sender is over the rate limit", channel.name)
            return channel.apologise(Trouble.LIMITED)
        inbound = await channel.parse(posted, self._turn)
        return channel.render(await self._turn.handle(inbound, channel))

    async def _admit(self, request: Request, channel: Channel, gate: Gate) -> Posted:
        headers = {key: ", ".join(request.headers.getlist(key)) for key in request.headers}
        peer = request.client.host if request.client else ""
        client = client_address(peer, headers, self._trusted_proxies)
        if not gate.opens(request.path_params.get("secret", "")):
            if not self._strangers.take(client):
                raise BadRequest("too many requests", 429)
            raise BadRequest("Not Found", 404)
        if not gate.admits(client):
            logger.warning("%s: a caller is not on the allow-list", channel.name)
            raise BadRequest("this address may not call", 403)
        body = b""
        if request.method == "POST":
            media_type = headers.get("content-type", "").partition(";")[0].strip().lower()
            if media_type != channel.media_type:
                raise BadRequest(f"the content type must be {channel.media_type}", 415)
            body = await self._body(request)
        return Posted(body, headers, request.cookies, client, self._now())

    async def _body(self, request: Request) -> bytes:
        chunks = bytearray()
        try:
            async with asyncio.timeout(self._limits.body_timeout_s):
                async for chunk in request.stream():
                    chunks += chunk
                    if len(chunks) > self._limits.max_body_bytes:
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


def _place(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    where = f"{frames[-1].filename}:{frames[-1].lineno}" if frames else "an unknown place"
    return f"{type(error).__name__} at {where}"
