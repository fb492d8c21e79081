"""The real program as a process of its own, which a test may kill and start again."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from bot.demo import demo_folder
from bot.places import PROJECT
from tests.channels.loopback import client_of
from tests.program import require_model

HOST = "127.0.0.1"
START_LIMIT_S = 60.0
STOP_LIMIT_S = 20.0
ANSWER_LIMIT_S = 15.0
_POLL_S = 0.05
_KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "VIRTUAL_ENV", "URTUU_MODELS")
"""What a started program sees of the environment of the tests."""
_ALONE = {"PYTHONUNBUFFERED": "1", "OPENBLAS_NUM_THREADS": "1"}
"""Programs that start at the same time do not fight for the cores of a small machine."""


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


@dataclass
class Program:
    """`urtuu serve` on one folder and one port, both kept over a restart."""

    folder: Path
    secret: str = field(default="", repr=False)
    """The last part of the webhooks' paths."""
    options: Sequence[str] = ()
    environ: Mapping[str, str] = field(default_factory=dict, repr=False)
    port: int = field(default_factory=free_port)
    starts: int = 0
    _process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def url(self) -> str:
        """Where the program answers."""
        return f"http://{HOST}:{self.port}"

    @property
    def log(self) -> str:
        """Everything that the program has written so far, over all its starts."""
        return (self.folder / "log").read_text("utf-8")

    def start(self) -> None:
        """Start the program and return when it is healthy."""
        self.starts += 1
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - fixed arguments
                [sys.executable, "-m", "bot", "serve", *self.options, "--port", str(self.port)],
                cwd=PROJECT,
                env=self._environ(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        self._wait_until_healthy(self._process)

    def kill(self) -> None:
        """End the program as a power cut does: nothing of it runs any more."""
        assert self._process is not None
        self._process.kill()
        self._process.wait(STOP_LIMIT_S)
        self._process = None

    def restart(self) -> None:
        """Kill the program and start it again on the same data."""
        self.kill()
        self.start()

    def stop(self) -> int:
        """Ask the program to end; return its exit status."""
        if self._process is None:
            return 0
        process, self._process = self._process, None
        process.send_signal(signal.SIGTERM)
        try:
            return process.wait(STOP_LIMIT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(STOP_LIMIT_S)
            raise

    def client(self) -> httpx.Client:
        """Return a client of the program."""
        client = client_of(self.url)
        client.timeout = httpx.Timeout(ANSWER_LIMIT_S)
        return client

    def _environ(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
        return {**kept, **_ALONE, "URTUU_VAR": str(self.folder), **self.environ}

    def _wait_until_healthy(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + START_LIMIT_S
        with self.client() as client:
            while time.monotonic() < deadline and process.poll() is None:
                try:
                    if client.get("/health").is_success:
                        return
                except httpx.TransportError:
                    time.sleep(_POLL_S)
        raise RuntimeError(f"the program did not start: {self.log[-2000:]}")


@contextmanager
def demo_program(folder: Path, *, database_url: str | None = None) -> Iterator[Program]:
    """Yield the program in demo mode, with the simulators inside it and keys of its own."""
    require_model()
    environ = {"URTUU_KHUR_PORT": str(free_port())}
    if database_url is not None:
        environ["URTUU_DATABASE_URL"] = database_url
    with running(Program(folder, options=("--demo",), environ=environ)) as program:
        keys = json.loads((demo_folder({"URTUU_VAR": str(folder)}) / "keys.json").read_text())
        program.secret = keys["at_secret"]
        yield program


@contextmanager
def running(program: Program) -> Iterator[Program]:
    """Start the program, and stop it at the end."""
    try:
        program.start()
        yield program
    finally:
        program.stop()
