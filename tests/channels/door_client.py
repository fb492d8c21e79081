"""Asks the doors of some channels in process, without a socket."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import httpx
from starlette.applications import Starlette

from bot.errors import Busy, StoreUnavailable
from channels.base import HttpChannel
from channels.doors import Doors
from channels.plan import Opened
from channels.reception import Limits, Reception
from tests.channels.scripted_turn import ScriptedTurn

ERRORS: dict[str, Exception] = {"busy": Busy(), "store": StoreUnavailable()}
HOST = "http://10.0.0.7:8080"
"""What the requests claim to call; the public address is another."""


class DoorClient:
    """The doors of opened channels before a scripted turn."""

    def __init__(self, opened: Sequence[Opened], limits: Limits | None = None) -> None:
        self.turn = ScriptedTurn()
        reception = Reception(self.turn, limits=limits or Limits(burst=1000, stranger_burst=1000))
        pairs = [
            (each.channel, each.gate)
            for each in opened
            if isinstance(each.channel, HttpChannel) and each.gate is not None
        ]
        self._app = Starlette(routes=list(Doors(reception).routes(pairs)))

    def ask(self, method: str, path: str, **parts: Any) -> httpx.Response:
        """The answer to one request."""

        async def run() -> httpx.Response:
            transport = httpx.ASGITransport(self._app)
            async with httpx.AsyncClient(transport=transport, base_url=HOST) as client:
                return await client.request(method, path, **parts)

        return asyncio.run(run())


def check(response: httpx.Response, turn: ScriptedTurn, channel: str, expect: Any) -> None:
    """Assert what a case expects of the answer and of what the turn was asked."""
    assert response.status_code == expect["status"], response.text
    assert response.headers["cache-control"] == "no-store"
    if "type" in expect:
        assert response.headers["content-type"] == expect["type"]
    if "body" in expect:
        assert response.text == expect["body"]
    if "inbound" in expect and expect["inbound"] is None:
        assert turn.inbounds == []
    elif "inbound" in expect:
        (inbound,) = turn.inbounds
        assert inbound.channel == channel
        assert {name: getattr(inbound, name) for name in expect["inbound"]} == expect["inbound"]
    if "deliveries" in expect:
        assert turn.deliveries == [(channel, *each) for each in expect["deliveries"]]
