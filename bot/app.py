"""The composition root: the only module that knows every room and wires them together."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import secrets
import socket
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
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
from bot.catalogue.loader import Catalogue
from bot.engine.agent import Engine
from bot.errors import StoreUnavailable
from bot.language.training import read_acts
from bot.live import LiveCatalogue, build_event_ranker, live_catalogue
from bot.message import Choice
from bot.places import data_folder
from bot.review.recorder import Recorder
from bot.review.redaction import redactor_of
from bot.settings import Settings
from bot.storage import store_of
from bot.store.database import Store, utc_now
from bot.store.delivery import Deliverer
from bot.store.retention import purge
from bot.text.pages import Screen
from bot.training import model_path
from bot.turn import Turns
from channels.africastalking_sender import Account, AfricasTalkingSender
from channels.africastalking_sms import AfricasTalkingSms
from channels.chat import ChatSettings
from channels.registry import ChannelSettings, channel_routes, open_channels

logger = logging.getLogger(__name__)

ZONE = ZoneInfo("Asia/Ulaanbaatar")
CATALOGUE_LOOK_S = 3.0
"""How often the service files are looked at for changes."""
RETENTION_EVERY_S = 600.0


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

    async def start(self) -> None:
        """Bring the database up to date. Raises StoreUnavailable."""
        await self.store.migrate()

    async def close(self) -> None:
        """Close every connection."""
        await self.khur.aclose()
        await self.client.aclose()
        await self.store.close()


def assemble(settings: Settings, clock: Callable[[], datetime] = utc_now) -> Assembly:
    """Return the parts wired together; takes seconds, because the model is loaded."""
    store = store_of(settings, clock)
    live = live_catalogue()
    khur = KhurClient(
        settings.khur_url,
        settings.khur_token,
        settings.khur_key_pem,
        groups_of(load_operations(data_folder())),
    )
    client = httpx.AsyncClient()
    account = Account(
        settings.at_base_url, settings.at_username, settings.at_api_key, settings.at_sender
    )
    sender = AfricasTalkingSender(account, client)
    deliverer = Deliverer(
        store,
        {AfricasTalkingSms.name: sender},
        owner=f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(4)}",
    )
    open_office(_office(settings, live, khur))
    engine = Engine(model_path())
    turns = Turns(
        store,
        engine,
        zone=ZONE,
        sms_offer=Choice(words().sms_offer, "/send_sms"),
        on_queued=deliverer.notify,
        recorder=recorder_of(live.catalogue) if settings.review else None,
    )
    return Assembly(settings, store, engine, live, khur, client, turns, deliverer)


def _office(settings: Settings, live: LiveCatalogue, khur: KhurClient) -> Office:
    folder = data_folder()
    return Office(
        catalogue=lambda: live.catalogue,
        khur=WithinTurn(khur),
        life_events=life_events(folder),
        life_event_ranker=build_event_ranker(folder),
        controller=settings.controller,
        contact=settings.contact,
        sms_channel=AfricasTalkingSms.name,
        sms_texts=AfricasTalkingSms(latin=settings.sms_latin).compose,
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

    channels = channel_settings(settings)
    doors = channel_routes(channels, assembly.turns, open_channels(channels))
    return Starlette(
        routes=[Route("/health", health), *doors, *(extra or [])],
        lifespan=lambda _: _lifespan(assembly),
    )


def channel_settings(settings: Settings) -> ChannelSettings:
    """Return what the channels need of the settings."""
    chat = None
    if settings.chat_key is not None:
        chat = ChatSettings(settings.chat_key, secure_cookie=not settings.demo)
    return ChannelSettings(
        ussd_secret=settings.at_secret,
        ussd_allow=settings.at_allow,
        ussd_screen=Screen.LATIN if settings.ussd_latin else Screen.CYRILLIC,
        sms_secret=settings.at_secret,
        sms_allow=settings.at_allow,
        sms_latin=settings.sms_latin,
        chat=chat,
        trusted_proxies=settings.trusted_proxies,
    )


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
    try:
        yield
    finally:
        stop.set()
        await asyncio.gather(*tasks, return_exceptions=True)
        await assembly.close()


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
