"""Inserts that meet an existing row without an error, on both databases."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, literal, select
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


async def insert_or_change_if(
    session: StoreSession,
    model: type[Base],
    row: Mapping[str, Any],
    *,
    unique: str,
    change: Callable[[Any], Mapping[str, Any]],
    condition: ColumnElement[bool],
) -> None:
    """Insert the row, or change the row that has its unique column, where the condition holds.

    `change` takes the row that would have been inserted and returns the new values. It is one
    statement, so that nothing can come between the condition and the writing.
    """
    types = {column.name: column.type for column in model.__table__.columns}
    values = select(*(literal(value, types[name]) for name, value in row.items()))
    statement = _insert(session, model).from_select(list(row), values.where(condition))
    await session.execute(
        statement.on_conflict_do_update(
            index_elements=[unique], set_=dict(change(statement.excluded))
        )
    )


def _insert(session: StoreSession, model: type[Base]) -> postgresql.Insert | sqlite.Insert:
    if session.dialect == "postgresql":
        return postgresql.insert(model)
    return sqlite.insert(model)
