"""What a database holds, as counts: never what is sealed in it."""

from __future__ import annotations

import asyncio

from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from bot.store.engines import async_url

_HALF_MADE = (
    "SELECT count(*) FROM service_request WHERE (SELECT count(*) FROM case_event "
    "WHERE case_event.case_id = service_request.id AND to_status = service_request.status) <> 1"
)
_ORPHANS = (
    "SELECT count(*) FROM service_request WHERE NOT EXISTS (SELECT 1 FROM turn WHERE "
    "idempotency_key = turn.channel || '|' || message_id || '|' || service_id)"
)


def count(url: str, query: str) -> int:
    """Return the one number that a query of the database answers."""

    async def ask() -> int:
        engine = create_async_engine(async_url(url))
        try:
            async with engine.connect() as connection:
                return int((await connection.execute(text(query))).scalar_one())
        finally:
            await engine.dispose()

    return asyncio.run(ask())


def cases(url: str) -> int:
    """Return how many cases there are."""
    return count(url, "SELECT count(*) FROM service_request")


def half_made_cases(url: str) -> int:
    """Return how many cases lack their history, or the turn that they were made in."""
    return count(url, _HALF_MADE) + count(url, _ORPHANS)
