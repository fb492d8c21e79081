"""The composition root: the only module that knows every room and wires them together."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import random
import secrets
import socket
import time
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import yaml
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from actions.deadline import WithinTurn
from actions.khur.client import KhurClient
from actions.khur.operations import groups_of, load_operations
from actions.office import LifeEvent, Office, open_office
from actions.words import words
from bot.asides import Asides
from bot.catalogue.loader import Catalogue
from bot.engine.agent import Engine
from bot.errors import StoreUnavailable
from bot.language.training import read_acts
from bot.live import LiveCatalogue, build_event_ranker, live_catalogue
from bot.message import Choice, Reply
from bot.places import data_folder
from bot.review.recorder import Recorder
from bot.review.redaction import redactor_of
from bot.settings import Settings
from bot.storage import store_of
from bot.store.database import Store, utc_now
from bot.store.delivery import Deliverer, backoff_s
from bot.store.retention import purge
from bot.text.pages import Script
from bot.training import model_path
from bot.turn import Turns
from channels.base import Service
from channels.doors import application
from channels.plan import Plan, Tools
from channels.reception import Reception, trouble_of
from channels.registry import PLANS, Open, open_channels
from channels.routing import SMS
from channels.sms import sms_bodies, sms_texts

logger = logging.getLogger(__name__)

ZONE = ZoneInfo("Asia/Ulaanbaatar")
CATALOGUE_LOOK_S = 3.0
"""How often the service files are looked at for changes."""
RETENTION_EVERY_S = 600.0
SERVICE_WELL_AFTER_S = 60.0
"""A service that ran so long was well: its next failure is its first."""


@dataclass
class Assembly:
    """The running parts of one process."""

    settings: Settings
    store: Store
    engine: Engine
    live: LiveCatalogue
    khur: KhurClient
    client: httpx.AsyncClient
    turns: Turns
    deliverer: Deliverer
    reception: Reception
    open: Open

    async def start(self) -> None:
        """Bring the database up to date. Raises StoreUnavailable."""
        await self.store.migrate()

    async def close(self) -> None:
        """Close every connection."""
        await self.khur.aclose()
        await self.client.aclose()
        await self.store.close()


def assemble(
    settings: Settings,
    clock: Callable[[], datetime] = utc_now,
    plans: Sequence[Plan] = PLANS,
) -> Assembly:
    """Return the parts wired together; takes seconds, because the model is loaded.

    Raises SettingsError where a channel's settings are wrong, before anything is loaded.
    """
    client = httpx.AsyncClient()
    opened = open_channels(
        settings.environ, Tools(client, settings.public_url, demo=settings.demo), plans
    )
    store = store_of(settings, clock)
    live = live_catalogue()
    khur = KhurClient(
        settings.khur_url,
        settings.khur_token,
        settings.khur_key_pem,
        groups_of(load_operations(data_folder())),
    )
    deliverer = Deliverer(
        store,
        opened.carriers,
        owner=f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(4)}",
    )
    open_office(_office(settings, live, khur, opened))
    engine = Engine(model_path())
    turns = Turns(
        store,
        engine,
        zone=ZONE,
        sms_offer=Choice(words().sms_offer, "/send_sms"),
        on_queued=deliverer.notify,
        recorder=recorder_of(live.catalogue) if settings.review else None,
        asides=Asides.load(data_folder()),
    )
    reception = Reception(turns, now=clock)
    return Assembly(
        settings, store, engine, live, khur, client, turns, deliverer, reception, opened
    )


def _office(settings: Settings, live: LiveCatalogue, khur: KhurClient, opened: Open) -> Office:
    folder = data_folder()
    return Office(
        catalogue=lambda: live.catalogue,
        khur=WithinTurn(khur),
        life_events=life_events(folder),
        life_event_ranker=build_event_ranker(folder),
        controller=settings.controller,
        contact=settings.contact,
        sms_channel=SMS,
        sms_texts=lambda replies, address, script: _sms(opened, replies, address, script),
        codes_per_day=settings.codes_per_day,
        seed=lambda: secrets.randbits(64),
    )


def recorder_of(catalogue: Catalogue) -> Recorder:
    """Return what keeps for review that which was not understood."""
    return Recorder(redactor_of(catalogue.services.values(), read_acts(data_folder() / "acts")))


def life_events(folder: Path) -> dict[str, LifeEvent]:
    """Return the life events of life_events.yml by id."""
    raw = yaml.safe_load((folder / "life_events.yml").read_text(encoding="utf-8"))
    return {
        name: LifeEvent(name, event["title"], tuple(event["services"]), event["why"])
        for name, event in raw.items()
    }


def web_app(assembly: Assembly, extra: list[BaseRoute] | None = None) -> Starlette:
    """Return the ASGI application: every channel's doors, health, and `extra` routes."""
    settings = assembly.settings

    async def health(_: Request) -> Response:
        try:
            await assembly.store.ping()
        except StoreUnavailable:
            return JSONResponse({"status": "store unavailable"}, status_code=503)
        return JSONResponse({"status": "ok", "services": len(assembly.live.catalogue.services)})

    doors = assembly.open.routes(assembly.reception, trusted_proxies=settings.trusted_proxies)
    return application(
        [Route("/health", health), *doors, *(extra or [])], lambda _: _lifespan(assembly)
    )


def _sms(
    opened: Open, replies: Sequence[Reply], address: str, script: Script | None
) -> tuple[Any, ...]:
    """Return the text messages of the replies, as the best route to the address carries them."""
    sent: Script = (
        "latin" if "latin" in (script, opened.router.script_for(address)) else "cyrillic"
    )
    return sms_bodies(sms_texts(replies, sent), script)


@contextlib.asynccontextmanager
async def _lifespan(assembly: Assembly) -> AsyncIterator[None]:
    await assembly.start()
    stop = asyncio.Event()
    tasks = [
        asyncio.create_task(_every(CATALOGUE_LOOK_S, stop, _look_at_catalogue(assembly))),
        asyncio.create_task(_every(RETENTION_EVERY_S, stop, _purge(assembly))),
    ]
    if assembly.settings.workers:
        tasks.append(asyncio.create_task(assembly.deliverer.run(stop)))
    for service in assembly.open.services:
        tasks.append(asyncio.create_task(_supervise(service, assembly.reception, stop)))
    try:
        yield
    finally:
        stop.set()
        await asyncio.gather(*tasks, return_exceptions=True)
        await assembly.close()


async def _supervise(service: Service, reception: Reception, stop: asyncio.Event) -> None:
    """Run a channel's service until the end; begin it again, ever later, when it fails."""
    attempts = 0
    while not stop.is_set():
        began_s = time.monotonic()
        try:
            await service.run(reception, stop)
        except Exception as error:
            trouble_of(service.name, error)
        if stop.is_set():
            return
        attempts = 1 if time.monotonic() - began_s > SERVICE_WELL_AFTER_S else attempts + 1
        pause_s = backoff_s(attempts, random.random())  # noqa: S311 - spreads restarts, no secret
        logger.warning("%s: stopped, begins again in %.0f s", service.name, pause_s)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(pause_s):
                await stop.wait()


async def _every(period_s: float, stop: asyncio.Event, work: Callable[[], object]) -> None:
    while not stop.is_set():
        try:
            result = work()
            if asyncio.iscoroutine(result):
                await result
        except Exception as error:
            logger.warning("upkeep failed: %s", type(error).__name__)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(period_s):
                await stop.wait()


def _look_at_catalogue(assembly: Assembly) -> Callable[[], object]:
    return lambda: asyncio.to_thread(assembly.live.refresh)


def _purge(assembly: Assembly) -> Callable[[], object]:
    async def work() -> None:
        async with assembly.store.write() as session:
            kept = timedelta(days=assembly.settings.review_days)
            await purge(session, assembly.store.clock(), kept)

    return work
