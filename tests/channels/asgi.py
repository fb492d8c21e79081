"""Asks an ASGI application in process, octet for octet: what no HTTP client would send, too."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from starlette.types import ASGIApp, Message

WAIT_S = 5.0
"""A request that takes longer hangs."""
_CHUNK = 16 * 1024

Headers = tuple[tuple[bytes, bytes], ...]


@dataclass(frozen=True)
class Ask:
    """One request as it stands on the wire."""

    method: str
    path: str
    """Percent-encoded."""
    query: bytes = b""
    headers: Headers = ()
    body: bytes = b""
    client: str = "127.0.0.1"

    def header(self, name: str) -> str:
        """The first header of this name, "" without one."""
        wanted = name.lower().encode()
        return next((value.decode("latin-1") for key, value in self.headers if key == wanted), "")


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass
class _Exchange:
    ask: Ask
    sent: int = 0
    started: Message | None = None
    body: bytearray = field(default_factory=bytearray)

    async def receive(self) -> Message:
        if self.sent > len(self.ask.body):
            return {"type": "http.disconnect"}
        chunk = self.ask.body[self.sent : self.sent + _CHUNK]
        self.sent += len(chunk)
        is_last = self.sent == len(self.ask.body)
        self.sent += is_last
        return {"type": "http.request", "body": chunk, "more_body": not is_last}

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.started = message
        else:
            self.body += message.get("body", b"")


async def ask(app: ASGIApp, asked: Ask) -> Answer:
    """The answer to one request. Raises TimeoutError, and whatever the application raises."""
    exchange = _Exchange(asked)
    async with asyncio.timeout(WAIT_S):
        await app(_scope(asked), exchange.receive, exchange.send)
    assert exchange.started is not None, "no answer at all"
    headers = {
        key.decode("latin-1").lower(): value.decode("latin-1")
        for key, value in exchange.started["headers"]
    }
    return Answer(exchange.started["status"], headers, bytes(exchange.body))


def _scope(asked: Ask) -> dict[str, Any]:
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": asked.method,
        "scheme": "http",
        "path": unquote(asked.path),
        "raw_path": asked.path.encode("ascii", "replace"),
        "query_string": asked.query,
        "root_path": "",
        "headers": list(asked.headers),
        "server": ("192.0.2.254", 8080),
        "client": (asked.client, 40_000),
    }


@dataclass
class _Line:
    frames: list[Message]
    said: list[Message] = field(default_factory=list)

    async def receive(self) -> Message:
        if self.frames:
            return self.frames.pop(0)
        return {"type": "websocket.disconnect", "code": 1000}

    async def send(self, message: Message) -> None:
        self.said.append(message)


async def converse(
    app: ASGIApp, path: str, headers: Headers, frames: Sequence[str | bytes], client: str
) -> list[Message]:
    """What a socket is sent until it closes. Raises TimeoutError and as `ask` does."""
    messages: list[Message] = [{"type": "websocket.connect"}]
    for frame in frames:
        kind = "text" if isinstance(frame, str) else "bytes"
        messages.append({"type": "websocket.receive", kind: frame})
    line = _Line(messages)
    scope = _scope(Ask("GET", path, headers=headers, client=client))
    scope |= {"type": "websocket", "scheme": "ws", "subprotocols": []}
    async with asyncio.timeout(WAIT_S):
        await app(scope, line.receive, line.send)
    return line.said
