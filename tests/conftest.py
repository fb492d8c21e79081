"""Fixtures: an empty database, or a browser, for each test that asks for one."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
import twilio.rest  # noqa: F401 - before the engine, whose stand-ins would answer for it
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from tests.chromium import browser, pytest_collection_modifyitems, pytest_terminal_summary
from tests.postgres import postgres_server

__all__ = ["browser", "pytest_collection_modifyitems", "pytest_terminal_summary"]

# Emptying one database takes a tenth of the time of creating another.
_EMPTY = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid()",
    "DROP SCHEMA public CASCADE",
    "CREATE SCHEMA public",
)


@pytest.fixture(scope="session")
def postgres_server_url() -> Iterator[str]:
    """The URL of the one database of a running PostgreSQL server."""
    with postgres_server() as url:
        yield url


@pytest.fixture
def postgres_url(postgres_server_url: str) -> str:
    """The URL of an empty PostgreSQL database."""
    asyncio.run(_empty(postgres_server_url))
    return postgres_server_url


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """The URL of an SQLite database file that does not exist yet."""
    return f"sqlite:///{tmp_path / 'store.db'}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The URL of an empty database: the test runs once on each kind."""
    name = "sqlite_url" if request.param == "sqlite" else "postgres_url"
    url: str = request.getfixturevalue(name)
    return url


async def _empty(url: str) -> None:
    engine = create_async_engine(url.replace("postgresql:", "postgresql+asyncpg:"))
    async with engine.begin() as connection:
        for statement in _EMPTY:
            await connection.execute(text(statement))
    await engine.dispose()
