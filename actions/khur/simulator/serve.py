"""Running an ASGI application in a thread, on a real port: for tests and for the demonstration."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp

HOST = "127.0.0.1"
BACKLOG = 256
START_TIMEOUT_S = 10.0
STOP_TIMEOUT_S = 5.0
_POLL_S = 0.01


def server_of(app: ASGIApp, host: str, port: int) -> uvicorn.Server:
    """A quiet uvicorn for the application."""
    return uvicorn.Server(
        uvicorn.Config(
            app,
            host=host,
            port=port,
            backlog=BACKLOG,
            log_level="warning",
            access_log=False,
            ws="none",
            timeout_graceful_shutdown=1,
        )
    )


@contextmanager
def serve_in_thread(app: ASGIApp, port: int = 0) -> Iterator[str]:
    """Serve on 127.0.0.1 until the block ends; yields the base URL. Port 0 picks a free one.

    Raises RuntimeError where the server does not start in time, OSError where the port is taken.
    """
    listener = socket.create_server((HOST, port), backlog=BACKLOG)
    server = server_of(app, HOST, port)
    thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
    thread.start()
    try:
        _wait_until_started(server, thread)
        yield f"http://{HOST}:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(STOP_TIMEOUT_S)
        listener.close()


def _wait_until_started(server: uvicorn.Server, thread: threading.Thread) -> None:
    deadline = time.monotonic() + START_TIMEOUT_S
    while not server.started:
        if not thread.is_alive() or time.monotonic() > deadline:
            raise RuntimeError("the server did not start")
        time.sleep(_POLL_S)
