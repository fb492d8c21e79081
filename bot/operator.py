"""The person at the command line: who it is and which store is meant."""

from __future__ import annotations

import asyncio
import getpass
import os
import sys
from collections.abc import Awaitable, Callable, Sequence

from bot.demo import demo_settings
from bot.settings import Settings, read_settings
from bot.storage import store_of
from bot.store.database import StoreSession

MAX_ACTOR_CHARS = 40


def operator_name() -> str:
    """Return who works here, as the access log and the history of a case name them."""
    return f"operator:{getpass.getuser()}"[:MAX_ACTOR_CHARS]


def run_in_store(work: Callable[[StoreSession], Awaitable[Sequence[str]]], *, demo: bool) -> int:
    """Do the work in one transaction, print the lines it returns, return 0.

    Raises SettingsError, StoreUnavailable and what the work raises.
    """
    lines = asyncio.run(_within(work, demo=demo))
    sys.stdout.writelines(f"{line}\n" for line in lines)
    return 0


async def _within(
    work: Callable[[StoreSession], Awaitable[Sequence[str]]], *, demo: bool
) -> Sequence[str]:
    store = store_of(_settings(demo=demo))
    try:
        await store.migrate()
        async with store.write() as session:
            return await work(session)
    finally:
        await store.close()


def _settings(*, demo: bool) -> Settings:
    if demo:
        return demo_settings(os.environ, khur_url="", khur_token="", khur_key_pem=b"")
    return read_settings(os.environ)
