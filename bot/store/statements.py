"""Inserts that meet an existing row without an error, on both databases."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite

from bot.store.columns import Base
from bot.store.database import StoreSession


async def insert_new(session: StoreSession, model: type[Base], row: Mapping[str, Any]) -> bool:
    """Return whether the row was inserted; False when one of its unique keys is taken."""
    statement = _insert(session, model).values(dict(row)).on_conflict_do_nothing()
    key = next(iter(model.__table__.primary_key))
    inserted = await session.execute(statement.returning(key))
    return inserted.scalar_one_or_none() is not None


async def insert_or_update(
    session: StoreSession,
    model: type[Base],
    key: Mapping[str, Any],
    changing: Mapping[str, Any],
    *,
    only_new: Mapping[str, Any] | None = None,
) -> None:
    """Insert the row, or give the row of that unique key its new values.

    `only_new` are the columns that an existing row keeps.
    """
    statement = _insert(session, model).values({**key, **changing, **(only_new or {})})
    await session.execute(
        statement.on_conflict_do_update(index_elements=list(key), set_=dict(changing))
    )


def _insert(session: StoreSession, model: type[Base]) -> postgresql.Insert | sqlite.Insert:
    if session.dialect == "postgresql":
        return postgresql.insert(model)
    return sqlite.insert(model)
