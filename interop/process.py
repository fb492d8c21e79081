"""Peers as processes: started on the loopback interface, awaited, spoken to, and surely ended."""

from __future__ import annotations

import json
import os
import queue
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from interop.errors import PeerError
from interop.places import libraries

Command = Sequence[str | Path]
HOST = "127.0.0.1"
START_LIMIT_S = 40.0
STOP_LIMIT_S = 5.0
_POLL_S = 0.05
_KEPT = ("PATH", "HOME", "LANG", "TMPDIR")
_TAIL_CHARS = 800


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def wait_until(found: Callable[[], bool], what: str, limit_s: float = START_LIMIT_S) -> None:
    """Return once it is so. Raises PeerError naming what did not happen."""
    deadline_s = time.monotonic() + limit_s
    while not found():
        if time.monotonic() > deadline_s:
            raise PeerError(f"{what}: not within {limit_s:.0f} s")
        time.sleep(_POLL_S)


def listens(port: int) -> bool:
    """Return whether somebody accepts connections on a port of this machine."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((HOST, port)) == 0


@dataclass
class Child:
    """One running process; its errors, and its output where nobody reads it, are in a file."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path

    def wait_for_port(self, port: int, limit_s: float = START_LIMIT_S) -> None:
        """Return once the process listens. Raises PeerError with the end of its log."""

        def ready() -> bool:
            if self.process.poll() is not None:
                raise PeerError(f"{self.name} ended at once: {self.tail()}")
            return listens(port)

        wait_until(ready, f"{self.name} on its port", limit_s)

    def tail(self) -> str:
        """Return the end of what it wrote."""
        return self.log.read_text("utf-8", errors="replace")[-_TAIL_CHARS:].strip()

    def stop(self) -> None:
        """End the process and everything that it started."""
        for way in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(self.process.pid, way)
            except ProcessLookupError:
                break
            try:
                self.process.wait(STOP_LIMIT_S)
            except subprocess.TimeoutExpired:
                continue
        self.process.wait(STOP_LIMIT_S)


@contextmanager
def child(
    command: Command,
    folder: Path,
    *,
    environ: Mapping[str, str] | None = None,
    piped: bool = False,
) -> Iterator[Child]:
    """Yield a process that works in a folder; `piped` leaves input and output to the caller."""
    name = Path(command[1] if len(command) > 1 and piped else command[0]).name
    folder.mkdir(parents=True, exist_ok=True)
    log = folder / f"{name}.{time.monotonic_ns()}.log"
    kept = {key: os.environ[key] for key in _KEPT if key in os.environ}
    with log.open("ab") as out:
        process = subprocess.Popen(  # noqa: S603 - the commands are those of this package
            [str(word) for word in command],
            cwd=folder,
            env={**kept, **libraries(), **(environ or {})},
            stdin=subprocess.PIPE if piped else subprocess.DEVNULL,
            stdout=subprocess.PIPE if piped else out,
            stderr=out,
            start_new_session=True,
        )
    started = Child(name, process, log)
    try:
        yield started
    finally:
        started.stop()


@dataclass
class Wire:
    """A process that is told orders and tells events, one JSON object a line each way."""

    child: Child
    events: queue.Queue[dict[str, Any]] = field(default_factory=queue.Queue)
    seen: list[dict[str, Any]] = field(default_factory=list)
    """Everything it has told, in order."""

    def tell(self, **order: Any) -> None:
        """Give one order."""
        stream = self.child.process.stdin
        if stream is None or self.child.process.poll() is not None:
            raise PeerError(f"{self.child.name} has ended: {self.child.tail()}")
        stream.write(json.dumps(order, ensure_ascii=False).encode() + b"\n")
        stream.flush()

    def hear(self, kind: str, limit_s: float = START_LIMIT_S) -> dict[str, Any]:
        """Return the next event of a kind, dropping others. Raises PeerError."""
        deadline_s = time.monotonic() + limit_s
        while (left_s := deadline_s - time.monotonic()) > 0:
            try:
                event = self.events.get(timeout=left_s)
            except queue.Empty:
                break
            if event.get("event") == kind:
                return event
        raise PeerError(f"{self.child.name} told no {kind} within {limit_s:.0f} s")

    def listen(self) -> None:
        """Take events in until the process closes its output."""
        stream = self.child.process.stdout
        for line in stream or ():
            try:
                event = json.loads(line)
            except ValueError:
                continue  # What a library prints by itself is no event.
            self.seen.append(event)
            self.events.put(event)


@contextmanager
def wire(
    command: Command, folder: Path, *, environ: Mapping[str, str] | None = None
) -> Iterator[Wire]:
    """Yield a process that speaks JSON lines."""
    with child(command, folder, environ=environ, piped=True) as started:
        talking = Wire(started)
        reader = threading.Thread(target=talking.listen, daemon=True)
        reader.start()
        yield talking
    reader.join(STOP_LIMIT_S)
