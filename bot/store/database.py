"""The database: engines, transactions, the per-conversation lock, migration.

SQLite has one writing connection, so writers queue in order inside the process, and read-only
connections beside it (WAL lets them read while it writes). PostgreSQL has one pool for reading and
writing and another for locks, so a lock that is held never starves a query.
"""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker
from sqlalchemy.orm.exc import StaleDataError

from bot.errors import Busy, StoreUnavailable
from bot.store import engines
from bot.store.locks import ConversationLocks
from bot.store.schema import upgrade
from bot.store.vault import Vault

# SQLSTATE classes in which the same work may succeed later: connection, transaction rollback,
# resources, object not in the wanted state, operator intervention, system error.
_PASSING_SQLSTATES = ("08", "40", "53", "55", "57", "58")
_PASSING_SQLITE_CODES = (
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_PROTOCOL,
)


def utc_now() -> datetime:
    """Return the present moment, aware UTC."""
    return datetime.now(UTC)


def new_uuid() -> str:
    """Return a random UUID as text."""
    return str(uuid.uuid4())


class StoreSession(AsyncSession):
    """A session that carries the vault and the source of new ids."""

    def __init__(self, *args: Any, vault: Vault, new_id: Callable[[], str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.vault = vault
        self.new_id = new_id

    @property
    def dialect(self) -> str:
        """Return "sqlite" or "postgresql"."""
        return self.get_bind().dialect.name


class Store:
    """Reads, writes and locks over one database URL."""

    def __init__(
        self,
        url: str | URL,
        vault: Vault,
        clock: Callable[[], datetime] = utc_now,
        *,
        new_id: Callable[[], str] = new_uuid,
        connections: int = 12,
        lock_connections: int = 24,
    ) -> None:
        """Open nothing yet; connections are made when needed.

        `url` is `sqlite:///path` or `postgresql://…`. `connections` and `lock_connections` bound
        one process; PostgreSQL needs both, for every replica, within its max_connections. A turn
        holds one lock connection while it runs. Raises SettingsError for another kind of URL.
        """
        address = engines.async_url(url)
        self.dialect = address.get_backend_name()
        self.vault = vault
        self.clock = clock
        lock_engine: AsyncEngine | None = None
        if self.dialect == "sqlite":
            self._writer = engines.sqlite_writer(address)
            self._reader = engines.sqlite_reader(address, connections)
            self._engines = [self._writer, self._reader]
        else:
            self._writer = engines.postgresql(address, connections)
            self._reader = self._writer.execution_options(
                postgresql_readonly=True, isolation_level="REPEATABLE READ"
            )
            lock_engine = engines.postgresql_locks(address, lock_connections)
            self._engines = [self._writer, lock_engine]
        self.locks = ConversationLocks(lock_engine)
        self._reading = self._sessions(self._reader, vault, new_id)
        self._writing = self._sessions(self._writer, vault, new_id)

    @staticmethod
    def _sessions(
        engine: AsyncEngine, vault: Vault, new_id: Callable[[], str]
    ) -> async_sessionmaker[StoreSession]:
        return async_sessionmaker(
            engine, class_=StoreSession, expire_on_commit=False, vault=vault, new_id=new_id
        )

    def __repr__(self) -> str:
        return f"Store({self.dialect})"

    async def migrate(self) -> None:
        """Bring the schema to the newest revision; processes that start together take turns.

        Inside one process call it once at a time: Alembic keeps its context in a module.
        Raises StoreUnavailable.
        """
        with _answering(connecting=True):
            # The transaction is ours: Alembic alone would commit SQLite's after each revision.
            async with self._writer.begin() as connection:
                await connection.run_sync(upgrade)

    async def ping(self) -> None:
        """Return when the database answers. Raises StoreUnavailable."""
        async with self.read() as session:
            await session.execute(text("SELECT 1"))

    @contextlib.asynccontextmanager
    async def read(self) -> AsyncIterator[StoreSession]:
        """Yield a session that sees one consistent state and cannot write.

        Raises StoreUnavailable.
        """
        async with self._session(self._reading) as session:
            yield session

    @contextlib.asynccontextmanager
    async def write(self) -> AsyncIterator[StoreSession]:
        """Yield a session of one transaction, committed at exit, undone when the body raises.

        Never open a second `write` inside the first: on SQLite the inner one waits for the outer.
        Raises StoreUnavailable; Busy when a row was changed meanwhile by another transaction.
        """
        async with self._session(self._writing) as session:
            yield session
            await session.commit()

    @contextlib.asynccontextmanager
    async def _session(
        self, sessions: async_sessionmaker[StoreSession]
    ) -> AsyncIterator[StoreSession]:
        session = sessions()
        try:
            with _answering(connecting=True):
                await session.connection()
            with _answering():
                yield session
        finally:
            await session.close()

    @contextlib.asynccontextmanager
    async def hold(self, conversation_id: str, wait_s: float = 6.0) -> AsyncIterator[None]:
        """Hold the conversation alone, first come first served; freed at exit or at death.

        On PostgreSQL the lock spans all replicas, on SQLite this process. Raises Busy after
        `wait_s` seconds, StoreUnavailable.
        """
        async with contextlib.AsyncExitStack() as stack:
            with _answering(connecting=True):
                await stack.enter_async_context(self.locks.hold(conversation_id, wait_s))
            yield

    async def close(self) -> None:
        """Close every connection."""
        await asyncio.gather(*(engine.dispose() for engine in self._engines))


@contextlib.contextmanager
def _answering(*, connecting: bool = False) -> Iterator[None]:
    """Turn what a database raises when it does not answer into StoreUnavailable.

    `connecting` also covers the operating system's own errors, which in the body of a transaction
    may come from elsewhere.
    """
    try:
        yield
    except StaleDataError as error:
        raise Busy("a row was changed by another transaction") from error
    except PoolTimeout as error:
        raise StoreUnavailable("no database connection is free") from error
    except DBAPIError as error:
        if not _is_passing(error):
            raise
        raise StoreUnavailable("the database does not answer") from error
    except OSError as error:
        if not connecting:
            raise
        raise StoreUnavailable("the database cannot be reached") from error


def _is_passing(error: DBAPIError) -> bool:
    """Return whether the same work may succeed later."""
    sqlite_code = getattr(error.orig, "sqlite_errorcode", None)
    if sqlite_code is not None:
        return int(sqlite_code) & 0xFF in _PASSING_SQLITE_CODES
    if error.connection_invalidated or isinstance(error, OperationalError | InterfaceError):
        return True
    state = getattr(error.orig, "sqlstate", None) or ""
    return str(state).startswith(_PASSING_SQLSTATES)
