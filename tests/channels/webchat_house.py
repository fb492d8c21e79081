"""The web chat with a scripted assistant behind it, served on the loopback interface."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

import uvicorn
from starlette.applications import Starlette
from starlette.types import ASGIApp
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from channels.reception import Limits, Reception
from channels.webchat import webchat_routes
from channels.webchat.counter import CounterLimits
from channels.webchat.door import Webchat
from channels.webchat.origins import Origins
from channels.webchat.tickets import Tickets
from tests.channels.loopback import bound_socket, client_of, url_of
from tests.channels.scripted_turn import ScriptedTurn

SITE = "https://yam.example.mn"
KEY = b"k" * 32
START_S = 10
PLENTY = Limits(burst=1000, stranger_burst=1000)


@dataclass
class House:
    """What a test may turn while the web chat is served."""

    url: str
    turn: ScriptedTurn
    now: list[datetime] = field(default_factory=lambda: [datetime(2026, 11, 23, 4, tzinfo=UTC)])

    def app(
        self,
        site: str,
        *,
        limits: Limits = PLENTY,
        counting: CounterLimits | None = None,
        proxies: int = 0,
    ) -> Starlette:
        """The application, for one site and its own pages."""
        reception = Reception(self.turn, limits=limits, now=lambda: self.now[0])
        door = Webchat(Origins.read(f"{site},{self.url}"))
        routes = webchat_routes(door, Tickets(KEY), reception, proxies, counting)
        return Starlette(routes=list(routes))

    def ticket(self, origin: str = SITE) -> str:
        with client_of(self.url) as client:
            answer = client.post("/webchat/session", headers={"origin": origin})
        assert answer.status_code == 200, answer.text
        token: str = answer.json()["token"]
        return token

    @contextmanager
    def line(self, origin: str | None = SITE) -> Iterator[ClientConnection]:
        """A socket before its first frame; None sends no Origin header."""
        address = f"ws{self.url.removeprefix('http')}/webchat/socket"
        named = None if origin is None else Origin(origin)
        with connect(address, origin=named, proxy=None) as opened:
            yield opened

    @contextmanager
    def conversation(self, token: str | None = None) -> Iterator[ClientConnection]:
        """A socket that is ready for messages."""
        with self.line() as opened:
            opened.send(json.dumps({"token": token or self.ticket()}))
            assert hear(opened) == {"ready": True}
            yield opened


def hear(opened: ClientConnection) -> Any:
    """The next frame of a socket."""
    return json.loads(opened.recv(timeout=START_S))


@contextmanager
def house(
    *,
    limits: Limits = PLENTY,
    counting: CounterLimits | None = None,
    proxies: int = 0,
    turn: ScriptedTurn | None = None,
    sockets: bool = True,
) -> Iterator[House]:
    """A running web chat that `SITE`, and its own pages, may use."""
    with bound_socket() as sock:
        made = House(url_of(sock), turn or ScriptedTurn())
        app = made.app(SITE, limits=limits, counting=counting, proxies=proxies)
        with served(app, sock, "wsproto" if sockets else "none"):
            yield made


@contextmanager
def served(
    app: ASGIApp, sock: socket.socket, ws: Literal["wsproto", "none"] = "wsproto"
) -> Iterator[None]:
    """Serve an application, sockets included, from a thread."""
    config = uvicorn.Config(
        app, log_level="error", ws=ws, lifespan="off", proxy_headers=False, access_log=False
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=([sock],), daemon=True)
    thread.start()
    deadline_s = time.monotonic() + START_S
    while not server.started and time.monotonic() < deadline_s:
        time.sleep(0.01)
    assert server.started
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(START_S)
