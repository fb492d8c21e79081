"""The real program and the KHUR simulator, for the length of one peer's run."""

from __future__ import annotations

import base64
import re
import secrets
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from actions.khur.simulator.app import build_simulator
from actions.khur.simulator.keys import keys_in
from actions.khur.simulator.serve import serve_in_thread
from actions.khur.simulator.settings import SimulatorSettings
from bot.places import PROJECT, model_folder
from interop.errors import PeerError
from interop.process import HOST, Child, child, free_port, wait_until

_KEY_BYTES = 32
_MANY = 1000
_STOP_LIMIT_S = 20.0
_CODE_LIMIT_S = 15.0
_CODE = re.compile(r"\b\d{6}\b")


@dataclass
class Codes:
    """The text messages of KHUR, which carry one-time codes to the telephones it knows."""

    texts: list[tuple[str, str]] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def app(self) -> Starlette:
        """Return the application that KHUR posts them to."""

        async def take(request: Request) -> Response:
            sent = await request.json()
            with self._lock:
                self.texts.append((sent["to"], sent["text"]))
            return Response(status_code=201)

        return Starlette(routes=[Route("/deliver", take, methods=["POST"])])

    def of(self, phone: str) -> list[str]:
        """Return the codes that a telephone has received, oldest first."""
        with self._lock:
            received = [text for to, text in self.texts if to == phone]
        return [code for text in received for code in _CODE.findall(text)]

    def next(self, phone: str, seen: int) -> str:
        """Return the code that comes after the first `seen`. Raises PeerError."""
        wait_until(lambda: len(self.of(phone)) > seen, "a one-time code", _CODE_LIMIT_S)
        return self.of(phone)[-1]


@dataclass(frozen=True)
class Site:
    """Where the program of a run will answer, known before it and its peer start."""

    folder: Path
    port: int

    @property
    def url(self) -> str:
        """The base of its addresses."""
        return f"http://{HOST}:{self.port}"


@dataclass
class Running:
    """The started program."""

    site: Site
    codes: Codes
    process: Child

    def health(self) -> bool:
        """Return whether it answers. Raises PeerError with the end of its log where it ended."""
        if self.process.process.poll() is not None:
            raise PeerError(f"the program ended: {self.process.tail()}")
        try:
            return httpx.get(f"{self.site.url}/health", trust_env=False, timeout=5).is_success
        except httpx.TransportError:
            return False


def site_in(folder: Path) -> Site:
    """Return a place for the program of one run."""
    return Site(folder, free_port())


def random_key() -> str:
    """Return 32 random bytes in base64."""
    return base64.b64encode(secrets.token_bytes(_KEY_BYTES)).decode("ascii")


@contextmanager
def running(site: Site, environ: Mapping[str, str]) -> Iterator[Running]:
    """Yield `urtuu serve` with the channels that the environment opens, and KHUR beside it."""
    keys, codes = keys_in(site.folder / "khur"), Codes()
    with serve_in_thread(codes.app()) as codes_url:
        simulator = build_simulator(
            SimulatorSettings(
                token=keys.token,
                public_key_pem=keys.public_key_pem,
                control_token=keys.control_token,
                sms_url=f"{codes_url}/deliver",
                codes_max=_MANY,
                wrong_checks_max=_MANY,
            )
        )
        with serve_in_thread(simulator) as khur_url:
            own = {
                "URTUU_VAR": str(site.folder),
                "URTUU_MODELS": str(model_folder()),
                "URTUU_DATABASE_URL": f"sqlite:///{site.folder / 'urtuu.db'}",
                "URTUU_VAULT_KEY": random_key(),
                "URTUU_PEPPER": random_key(),
                "URTUU_KHUR_URL": khur_url,
                "URTUU_KHUR_TOKEN": keys.token,
                "URTUU_KHUR_KEY_FILE": str(site.folder / "khur" / "private.pem"),
                "URTUU_CONTROLLER": "Өртөө",
                "PYTHONUNBUFFERED": "1",
                "PYTHONPATH": str(PROJECT),
                "OPENBLAS_NUM_THREADS": "1",
            }
            command = [sys.executable, "-m", "bot", "serve", "--port", str(site.port)]
            with child(command, site.folder, environ={**own, **environ}) as process:
                started = Running(site, codes, process)
                wait_until(started.health, "the program")
                yield started
                _end(process)


def _end(process: Child) -> None:
    process.process.send_signal(signal.SIGTERM)
    try:
        status = process.process.wait(_STOP_LIMIT_S)
    except subprocess.TimeoutExpired as error:
        raise PeerError("the program did not end when asked to") from error
    if status not in (0, -signal.SIGTERM):
        raise PeerError(f"the program ended with status {status}: {process.tail()}")
