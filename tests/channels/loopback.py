"""A real HTTP server on the loopback interface, for the length of a with-block."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import uvicorn
from starlette.types import ASGIApp

from channels.plan import Tools

START_TIMEOUT_S = 10
_TLS = ssl.create_default_context()


def client_of(base_url: str) -> httpx.Client:
    """A client that uses no proxy; the certificates, slow to load, are read once."""
    return httpx.Client(base_url=base_url, trust_env=False, verify=_TLS)


def async_client() -> httpx.AsyncClient:
    """The same for asynchronous code."""
    return httpx.AsyncClient(trust_env=False, verify=_TLS)


@contextmanager
def async_tools(*, demo: bool = True, public_url: str | None = None) -> Iterator[Tools]:
    """What channels share; its client belongs to whichever loop uses it first."""
    yield Tools(async_client(), public_url, demo=demo)


@contextmanager
def bound_socket() -> Iterator[socket.socket]:
    """A listening socket on a free port, so that its URL is known before the application is."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        sock.listen()
        yield sock


def url_of(sock: socket.socket) -> str:
    """The URL of a bound socket."""
    return f"http://127.0.0.1:{sock.getsockname()[1]}"


@contextmanager
def serve(app: ASGIApp, sock: socket.socket) -> Iterator[str]:
    """Serve an application from a thread; yields its URL."""
    config = uvicorn.Config(
        app, log_level="warning", ws="none", lifespan="off", proxy_headers=False, access_log=False
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=([sock],), daemon=True)
    thread.start()
    deadline_s = time.monotonic() + START_TIMEOUT_S
    while not server.started and time.monotonic() < deadline_s:
        time.sleep(0.01)
    assert server.started
    try:
        yield url_of(sock)
    finally:
        server.should_exit = True
        thread.join(START_TIMEOUT_S)
