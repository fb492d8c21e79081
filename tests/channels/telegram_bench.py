"""The Telegram channel and the simulator of the Bot API in one event loop, without sockets."""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import httpx
from starlette.applications import Starlette

from bot.outcome import Outcome
from channels.base import HttpChannel, Sender, Turn
from channels.doors import Doors
from channels.plan import Hear, Opened, Tools
from channels.reception import Limits, Reception
from channels.telegram import PLAN, open_telegram
from channels.telegram_simulator import (
    People,
    SimulatorConfig,
    TelegramNetwork,
    build_telegram_simulator,
)
from tests.channels.scripted_turn import Script, ScriptedTurn, greeting

SECRET = "a-secret-for-the-test-of-channels"
TOKEN = "700001:simulator-token"
API = "http://127.0.0.1:1"
PUBLIC = "http://127.0.0.1:2"
CITIZEN, OTHER = 5001, 5002
ENVIRON = {
    "URTUU_TELEGRAM_TOKEN": TOKEN,
    "URTUU_TELEGRAM_SECRET": SECRET,
    "URTUU_TELEGRAM_API": API,
}


class PushingTurn(ScriptedTurn):
    """A scripted turn that leaves the door's bodies in an outbox, once for each message."""

    def __init__(self, script: Script = greeting) -> None:
        super().__init__(script)
        self.outbox: deque[tuple[str, Any, str]] = deque()
        self._pushed: set[str] = set()

    async def handle(self, inbound: Any, door: Any) -> Outcome:
        outcome = await super().handle(inbound, door)
        if inbound.message_id not in self._pushed:
            self._pushed.add(inbound.message_id)
            for number, body in enumerate(door.bodies(inbound, outcome)):
                self.outbox.append((inbound.address, body, f"{inbound.message_id}|{number}"))
        return outcome


@dataclass
class Bench:
    """A bot in service."""

    network: TelegramNetwork
    people: People
    turn: PushingTurn
    opened: Opened
    reception: Reception
    client: httpx.AsyncClient

    @property
    def sender(self) -> Sender:
        """What carries the outbox out."""
        assert self.opened.sender is not None
        return self.opened.sender

    async def deliver(self) -> list[str]:
        """Send what is in the outbox and return the ids given."""
        ids = []
        while self.turn.outbox:
            ids.append(await self.sender.send(*self.turn.outbox.popleft()))
        return ids

    async def settle(self) -> None:
        """Let every update be posted, every answer be sent and every hint arrive."""
        await self.network.settled()
        await self.deliver()
        for _ in range(20):
            await asyncio.sleep(0)
        await asyncio.sleep(0.02)

    def texts(self, user: int = CITIZEN) -> list[str]:
        """What a citizen reads in the chat."""
        return [message.text for message in self.network.chats.get(user, ())]

    async def until(self, found: Callable[[], object], timeout_s: float = 5) -> None:
        """Wait for something to be so."""
        async with asyncio.timeout(timeout_s):
            while not found():  # noqa: ASYNC110  # the simulator has no event for each state
                await asyncio.sleep(0.01)


@contextlib.asynccontextmanager
async def running(
    turn: PushingTurn | None = None,
    *,
    mode: str = "webhook",
    hear: Hear | None = None,
    limits: Limits | None = None,
    serve: bool = True,
    retry_first_s: float = 1.0,
    assistant: Turn | None = None,
) -> AsyncIterator[Bench]:
    """The bot in service; `serve` runs its service until the block ends.

    `assistant` answers in place of the scripted turn.
    """
    turn = turn or PushingTurn()
    apps: dict[str, Starlette] = {}

    async def route(scope: Any, receive: Any, send: Any) -> None:
        await apps[f"{scope['server'][1]}"](scope, receive, send)

    transport = httpx.ASGITransport(route)
    network = TelegramNetwork(
        SimulatorConfig(token=TOKEN, retry_s=0.001),
        client=httpx.AsyncClient(transport=transport),
    )
    client = httpx.AsyncClient(transport=transport)
    plan = replace(PLAN, opens=partial(open_telegram, retry_first_s=retry_first_s))
    (opened,) = plan.open(
        {**ENVIRON, "URTUU_TELEGRAM_MODE": mode}, Tools(client, public_url=PUBLIC, hear=hear)
    )
    reception = Reception(
        assistant or turn, limits=limits or Limits(burst=1000, stranger_burst=1000)
    )
    doors = Doors(reception)
    apps["1"] = build_telegram_simulator(network)
    if isinstance(opened.channel, HttpChannel) and opened.gate is not None:
        apps["2"] = Starlette(routes=[*doors.routes([(opened.channel, opened.gate)])])
    bench = Bench(network, People(network), turn, opened, reception, client)
    stop = asyncio.Event()
    service = opened.service
    assert service is not None
    task = asyncio.create_task(service.run(reception, stop)) if serve else None
    try:
        if task is not None:
            await bench.until(lambda: "mn" in network.commands)
        yield bench
    finally:
        stop.set()
        if task is not None:
            await asyncio.wait_for(task, 5)
        await network.aclose()
        await client.aclose()
