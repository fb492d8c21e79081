"""The SMPP doors, opened by their settings and bound to the small SMSC."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from channels.plan import Opened, Tools
from channels.reception import Limits, Reception
from channels.smpp import PLAN_SMS, PLAN_USSD
from tests.channels.loopback import async_client
from tests.channels.scripted_turn import ScriptedTurn
from tests.channels.smsc import PASSWORD, SYSTEM_ID, Smsc, smsc

_PLANS = {"URTUU_SMPP": PLAN_SMS, "URTUU_SMPP_USSD": PLAN_USSD}


@dataclass(frozen=True)
class Bound:
    """A door in service and the SMSC it is bound to."""

    smsc: Smsc
    turn: ScriptedTurn
    opened: tuple[Opened, ...]

    async def send(self, address: str, text: str, key: str = "k1") -> str:
        """What the outbox does with a message."""
        route = self.opened[0].route
        assert route is not None
        return await route.sender.send(address, text, key)


def opened(port: int, prefix: str = "URTUU_SMPP", **more: str) -> tuple[Opened, ...]:
    """The doors of a plan; `more` are settings without their prefix."""
    environ = {
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "SYSTEM_ID": SYSTEM_ID,
        "PASSWORD": PASSWORD,
        "TLS": "off",
        "RESPONSE_S": "1",
        **({"SOURCE": "141111"} if prefix == "URTUU_SMPP" else {}),
        **more,
    }
    named = {f"{prefix}_{name}": value for name, value in environ.items()}
    return _PLANS[prefix].open(named, Tools(async_client()))


@asynccontextmanager
async def bound(
    turn: ScriptedTurn | None = None, prefix: str = "URTUU_SMPP", **more: str
) -> AsyncIterator[Bound]:
    """A door bound to an SMSC, unbound at the end."""
    turn = turn or ScriptedTurn()
    async with smsc() as peer:
        doors = opened(peer.port, prefix, **more)
        async with running(doors, turn):
            await peer.until(lambda: peer.binds)
            # The bind is in force once its answer has been read: an enquiry is answered after it.
            await peer.ask("enquire_link")
            yield Bound(peer, turn, doors)


@asynccontextmanager
async def running(doors: tuple[Opened, ...], turn: ScriptedTurn) -> AsyncIterator[None]:
    """Run the service of the doors."""
    service = doors[0].service
    assert service is not None
    stop = asyncio.Event()
    reception = Reception(turn, limits=Limits(burst=10_000))
    task = asyncio.create_task(service.run(reception, stop))
    try:
        yield
    finally:
        stop.set()
        async with asyncio.timeout(10):
            await task
