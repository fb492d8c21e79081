"""The schema: bringing a database to the newest revision with the migrations in this package."""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text

from bot.store.locks import lock_key

_MIGRATION_LOCK = text("SELECT pg_advisory_xact_lock(:key)")


def configuration(connection: Connection | None = None) -> Config:
    """Return Alembic's configuration, bound to an open connection when there is one."""
    config = Config()
    config.set_main_option("script_location", "bot.store:migrations")
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def upgrade(connection: Connection) -> None:
    """Apply what is missing, in the connection's transaction.

    On PostgreSQL an advisory lock, on SQLite BEGIN IMMEDIATE makes a second process wait, which
    then finds nothing left to do.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(_MIGRATION_LOCK, {"key": lock_key("migrate")})
    command.upgrade(configuration(connection), "head")
