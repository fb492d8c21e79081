"""Alembic's entry: migrate over the connection handed in by bot/store/schema.py."""

from __future__ import annotations

from alembic import context

from bot.store.models import Citizen

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Citizen.metadata,
    compare_type=True,
    render_as_batch=connection.dialect.name == "sqlite",
)
with context.begin_transaction():
    context.run_migrations()
