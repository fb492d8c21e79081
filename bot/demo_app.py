"""The composition root of demo mode: the same program among simulators, all on this machine."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
from collections.abc import AsyncIterator, Generator, Mapping
from dataclasses import dataclass
from datetime import datetime

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from actions.khur.simulator.app import build_simulator
from actions.khur.simulator.keys import Keys, keys_in
from actions.khur.simulator.people import Person, load_people
from actions.khur.simulator.serve import server_of
from actions.khur.simulator.settings import SimulatorSettings
from bot.app import ZONE, Assembly, assemble, web_app
from bot.demo import demo_folder, demo_settings
from bot.errors import SettingsError
from bot.store.citizens import bind_identity, ensure_citizen
from bot.store.notices import PHONE
from channels.africastalking_simulator import SimulatorConfig, build_at_simulator
from channels.phone_page import phone_page_routes

logger = logging.getLogger(__name__)

HOST = "127.0.0.1"
BOUND_DAYS = 3650
DEMO_CODES_MAX = 1000
"""A visitor may ask for codes as often as they like; the state's own limit is 3."""


class _QuietServer(uvicorn.Server):
    """A server beside the main one, which alone answers Ctrl-C."""

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield


@dataclass
class Demo:
    """The program and the simulators around it."""

    assembly: Assembly
    khur: Starlette
    khur_port: int
    people: dict[str, Person]

    @property
    def app(self) -> Starlette:
        """The ASGI application with the phone simulator at "/"."""
        return web_app(self.assembly, self._routes())

    def _routes(self) -> list[BaseRoute]:
        settings = self.assembly.settings
        base = f"http://{settings.host}:{settings.port}"
        doors = settings.environ
        config = SimulatorConfig(
            ussd_url=f"{base}/ussd/{doors['URTUU_AT_SECRET']}",
            sms_url=f"{base}/sms/{doors['URTUU_AT_SECRET']}",
            username=doors["URTUU_AT_USERNAME"],
            api_key=doors["URTUU_AT_API_KEY"],
            ussd_code=settings.short_code,
        )

        async def people(_: Request) -> Response:
            return JSONResponse([_shown(person) for person in self.people.values()])

        return [
            *phone_page_routes(),
            Route("/demo/people", people),
            Mount("/demo/at", build_at_simulator(config)),
        ]

    @contextlib.asynccontextmanager
    async def khur_running(self) -> AsyncIterator[None]:
        """Serve the KHUR simulator while the block runs."""
        server = _QuietServer(server_of(self.khur, HOST, self.khur_port).config)
        task = asyncio.create_task(server.serve())
        try:
            yield
        finally:
            server.should_exit = True
            await task

    async def seed(self) -> None:
        """Bind the first made-up citizen to their phone, as an earlier code would have done."""
        person = next(iter(self.people.values()))
        now = self.assembly.store.clock()
        async with self.assembly.store.write() as session:
            citizen = await ensure_citizen(session, person.regnum, at=now)
            await bind_identity(
                session, PHONE, person.phone, citizen_id=citizen.id, assurance="khur_otp", at=now
            )


def demo(environ: Mapping[str, str], *, with_page: bool = True) -> Demo:
    """Return the program in demo mode; `with_page` sends one-time codes to the phone page."""
    keys = keys_in(demo_folder(environ) / "khur")
    port = _free_port(int(environ.get("URTUU_KHUR_PORT") or 8090))
    settings = demo_settings(
        environ,
        khur_url=f"http://{HOST}:{port}",
        khur_token=keys.token,
        khur_key_pem=keys.private_key_pem,
    )
    sms_url = f"{settings.environ['URTUU_AT_URL']}/deliver" if with_page else None
    today = datetime.now(ZONE).date()
    khur = build_simulator(_simulator(keys, sms_url))
    return Demo(assemble(settings), khur, port, load_people(today))


def _simulator(keys: Keys, sms_url: str | None) -> SimulatorSettings:
    return SimulatorSettings(
        token=keys.token,
        public_key_pem=keys.public_key_pem,
        control_token=keys.control_token,
        sms_url=sms_url,
        codes_max=DEMO_CODES_MAX,
        wrong_checks_max=DEMO_CODES_MAX,
    )


def _shown(person: Person) -> dict[str, object]:
    return {
        "name": f"{person.names.lastname[:1]}.{person.names.firstname}",
        "about": person.about,
        "phone": person.phone,
        "register_number": person.regnum,
        "plate_numbers": [vehicle.plate for vehicle in person.vehicles],
    }


def _free_port(wanted: int) -> int:
    """Return the wanted port, or another free one where it is taken."""
    for port in (wanted, 0):
        with contextlib.suppress(OSError), socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((HOST, port))
            return int(probe.getsockname()[1])
    raise SettingsError(f"URTUU_KHUR_PORT: no free port on {HOST}")
