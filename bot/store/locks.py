"""The lock of one conversation: in order inside the process, and across replicas on PostgreSQL.

A PostgreSQL lock is a session-level advisory lock on a connection of its own: granted in order of
arrival, and freed by the server the moment the connection ends, also when the process is killed.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import logging
from collections.abc import AsyncIterator

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.errors import Busy

logger = logging.getLogger(__name__)

_TRY = text("SELECT pg_try_advisory_lock(:key)")
_WAIT_LIMIT = text("SELECT set_config('lock_timeout', :limit, false)")
_WAIT = text("SELECT pg_advisory_lock(:key)")
_FREE = text("SELECT pg_advisory_unlock(:key)")
_LOCK_NOT_AVAILABLE = "55P03"


class _Waited(Exception):
    """The server did not grant the lock in time."""


class _Line:
    """Those who wait for one conversation in this process, and whoever holds it."""

    __slots__ = ("lock", "people")

    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.people = 0


class ConversationLocks:
    """Holds conversations one at a time, over an engine of lock connections where there is one."""

    def __init__(self, engine: AsyncEngine | None) -> None:
        self._engine = engine
        self._lines: dict[str, _Line] = {}

    def __len__(self) -> int:
        """Return how many conversations are held or waited for in this process."""
        return len(self._lines)

    @contextlib.asynccontextmanager
    async def hold(self, conversation_id: str, wait_s: float) -> AsyncIterator[None]:
        """Hold the conversation alone. Raises Busy after `wait_s` seconds."""
        async with contextlib.AsyncExitStack() as stack:
            try:
                async with asyncio.timeout(wait_s) as limit:
                    await stack.enter_async_context(self._in_line(conversation_id))
                    if self._engine is not None:
                        left_s = (limit.when() or 0.0) - asyncio.get_running_loop().time()
                        await stack.enter_async_context(
                            _held(self._engine, lock_key(conversation_id), left_s)
                        )
            except (TimeoutError, _Waited) as error:
                if isinstance(error, TimeoutError) and not limit.expired():
                    raise  # a connection that cannot be opened is not a busy conversation
                raise Busy("the conversation is still answering an earlier message") from error
            yield

    @contextlib.asynccontextmanager
    async def _in_line(self, conversation_id: str) -> AsyncIterator[None]:
        line = self._lines.setdefault(conversation_id, _Line())
        line.people += 1
        try:
            async with line.lock:
                yield
        finally:
            line.people -= 1
            if not line.people:
                del self._lines[conversation_id]


@contextlib.asynccontextmanager
async def _held(engine: AsyncEngine, key: int, wait_s: float) -> AsyncIterator[None]:
    """Hold the advisory lock `key` on a connection of its own.

    A connection that was not freed cleanly is closed: the server then frees the lock, and none
    returns to the pool with a lock still on it.
    """
    async with engine.connect() as connection:
        clean = False
        try:
            await _acquire(connection, key, wait_s)
            try:
                yield
            finally:
                clean = await _free(connection, key)
        finally:
            if not clean:
                await connection.invalidate()


async def _acquire(connection: AsyncConnection, key: int, wait_s: float) -> None:
    if (await connection.execute(_TRY, {"key": key})).scalar_one():
        return
    try:
        limit_ms = max(1, int(wait_s * 1000))
        await connection.execute(_WAIT_LIMIT, {"limit": f"{limit_ms}ms"})
        await connection.execute(_WAIT, {"key": key})
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) == _LOCK_NOT_AVAILABLE:
            raise _Waited from error
        raise


async def _free(connection: AsyncConnection, key: int) -> bool:
    """Return whether the lock was freed; the work it guarded is already done either way."""
    try:
        return bool((await connection.execute(_FREE, {"key": key})).scalar_one())
    except DBAPIError:
        logger.warning("the connection of a conversation lock was lost while it was held")
        return False


def lock_key(name: str) -> int:
    """Return the signed 64-bit key of a PostgreSQL advisory lock for `name`."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], signed=True)
