"""The simulator's control: what tests and the demonstration may ask of it.

Only from the machine itself, and only with the control token: codes and people are read here.
"""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from json import JSONDecodeError

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from actions.khur.simulator.modes import mode_from
from actions.khur.simulator.state import State

LOOPBACK = frozenset({"127.0.0.1", "::1"})
_Handler = Callable[[Request], Awaitable[Response]]


def control_routes(state: State) -> list[Route]:
    """The routes under /control."""

    async def set_mode(request: Request) -> Response:
        try:
            mode = mode_from(await request.json())
        except (JSONDecodeError, TypeError, ValueError, AttributeError) as error:
            return JSONResponse({"error": type(error).__name__}, status_code=400)
        state.modes.set(mode)
        return Response(status_code=204)

    async def codes(request: Request) -> Response:
        return JSONResponse(
            [{**asdict(sent), "sent_at": sent.sent_at.isoformat()} for sent in state.outbox]
        )

    async def requests(request: Request) -> Response:
        return JSONResponse([asdict(seen) for seen in state.requests])

    async def people(request: Request) -> Response:
        return JSONResponse(
            [
                {
                    "regnum": person.regnum,
                    "name": f"{person.names.lastname[:1]}.{person.names.firstname}",
                    "about": person.about,
                    "phone": person.phone,
                    "plates": [vehicle.plate for vehicle in person.vehicles],
                }
                for person in state.people.values()
            ]
        )

    async def reset(request: Request) -> Response:
        state.reset()
        return Response(status_code=204)

    routes: list[tuple[str, str, _Handler]] = [
        ("POST", "mode", set_mode),
        ("GET", "codes", codes),
        ("GET", "requests", requests),
        ("GET", "people", people),
        ("POST", "reset", reset),
    ]
    token = state.settings.control_token
    return [
        Route(f"/control/{path}", _guarded(handler, token), methods=[method])
        for method, path, handler in routes
    ]


def _guarded(handler: _Handler, token: str) -> _Handler:
    async def guarded(request: Request) -> Response:
        given = request.headers.get("authorization", "")
        expected = f"Bearer {token}"
        if request.client is None or request.client.host not in LOOPBACK:
            return Response(status_code=403)
        if not token or not hmac.compare_digest(given.encode(), expected.encode()):
            return Response(status_code=401)
        return await handler(request)

    return guarded
