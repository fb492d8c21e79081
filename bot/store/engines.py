"""Database engines with the settings each database needs."""

from __future__ import annotations

import logging

from sqlalchemy import Connection, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from bot.errors import SettingsError

POOL_WAIT_S = 10.0
"""How long a query waits for a free connection."""
CONNECT_WAIT_S = 5.0
"""How long PostgreSQL may take to accept a connection."""
COMMAND_WAIT_S = 30.0
"""How long PostgreSQL may take over one statement."""
SQLITE_BUSY_WAIT_MS = 10_000
"""How long SQLite waits for another process that writes."""
_RECYCLE_S = 1800

_DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "postgresql": "postgresql+asyncpg",
    "postgres": "postgresql+asyncpg",
}


def async_url(url: str | URL) -> URL:
    """Return the URL with its asynchronous driver.

    Raises SettingsError for another database, and for SQLite in memory, which the reading and the
    writing connections could not share.
    """
    try:
        address = make_url(url)
    except ArgumentError as error:
        raise SettingsError("the database URL cannot be read") from error
    driver = _DRIVERS.get(address.drivername.partition("+")[0])
    if driver is None:
        raise SettingsError("the database URL must begin with sqlite:/// or postgresql://")
    if driver.startswith("sqlite") and address.database in (None, "", ":memory:"):
        raise SettingsError("the SQLite URL must name a file: sqlite:///var/urtuu.db")
    return address.set(drivername=driver)


def sqlite_writer(url: URL) -> AsyncEngine:
    """Return the engine of the one connection that writes."""
    engine = create_async_engine(
        url, hide_parameters=True, pool_size=1, max_overflow=0, pool_timeout=POOL_WAIT_S
    )
    _prepare_sqlite(engine, begin="BEGIN IMMEDIATE", pragmas=("journal_mode = WAL",))
    return engine


def sqlite_reader(url: URL, connections: int) -> AsyncEngine:
    """Return the engine of the connections that cannot write."""
    engine = create_async_engine(
        url,
        hide_parameters=True,
        pool_size=connections,
        max_overflow=0,
        pool_timeout=POOL_WAIT_S,
    )
    _prepare_sqlite(engine, begin="BEGIN", pragmas=("query_only = ON",))
    return engine


def postgresql(url: URL, connections: int) -> AsyncEngine:
    """Return the engine of the connections that read and write."""
    return create_async_engine(
        url,
        hide_parameters=True,
        pool_size=connections,
        max_overflow=0,
        pool_timeout=POOL_WAIT_S,
        pool_pre_ping=True,
        pool_recycle=_RECYCLE_S,
        connect_args={"timeout": CONNECT_WAIT_S, "command_timeout": COMMAND_WAIT_S},
    )


def postgresql_locks(url: URL, connections: int) -> AsyncEngine:
    """Return the engine of the connections that hold locks, outside any transaction."""
    return create_async_engine(
        url,
        hide_parameters=True,
        isolation_level="AUTOCOMMIT",
        pool_size=connections,
        max_overflow=0,
        pool_timeout=POOL_WAIT_S,
        pool_pre_ping=True,
        connect_args={"timeout": CONNECT_WAIT_S},
    )


def _prepare_sqlite(engine: AsyncEngine, *, begin: str, pragmas: tuple[str, ...]) -> None:
    """Set each new connection up and begin each transaction with `begin`.

    The driver's own transaction handling is switched off: it would begin late and never with
    IMMEDIATE. `synchronous = FULL` keeps a receipt that was told to a citizen through a power cut.
    The driver's debug log is off at any level: it quotes every parameter.
    """
    logging.getLogger("aiosqlite").setLevel(logging.INFO)
    every = (
        f"busy_timeout = {SQLITE_BUSY_WAIT_MS}",
        *pragmas,
        "foreign_keys = ON",
        "synchronous = FULL",
    )

    @event.listens_for(engine.sync_engine, "connect")
    def prepare(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in every:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def begin_transaction(connection: Connection) -> None:
        connection.exec_driver_sql(begin)
