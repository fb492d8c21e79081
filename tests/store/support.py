"""What the store's tests share: a vault, moments, and an open, migrated store."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

from bot.store.database import Store
from bot.store.vault import Vault

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
PHONE = "+97699112233"
REGISTER_NUMBER = "УБ95021217"
ROOT = Path(__file__).parents[2]


def vault() -> Vault:
    return Vault({"k1": b"1" * 32}, "k1", b"pepper of sixteen")


@contextlib.asynccontextmanager
async def opened(url: str, *, lock_connections: int = 8) -> AsyncIterator[Store]:
    store = Store(url, vault(), lambda: NOW, connections=4, lock_connections=lock_connections)
    try:
        await store.migrate()
        yield store
    finally:
        await store.close()


def started(module: str, *arguments: str) -> subprocess.Popen[str]:
    """Start a module of this package as a process of its own, its output piped."""
    path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    return subprocess.Popen(  # noqa: S603 - fixed arguments
        [sys.executable, "-m", f"tests.store.{module}", *arguments],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": path},
    )
