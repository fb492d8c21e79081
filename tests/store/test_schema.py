"""The schema: migrations and models agree, replicas may race, histories cannot be rewritten."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta, timezone

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DBAPIError, StatementError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from bot.store import citizens, engines
from bot.store.access import Access, append_access
from bot.store.columns import Base
from bot.store.schema import configuration
from tests.store.support import NOW, REGISTER_NUMBER, opened, started
from tests.store.test_cases import new_case


def plain_engine(url: str) -> AsyncEngine:
    return create_async_engine(engines.async_url(url))


def differences(connection: Connection) -> list[object]:
    context = MigrationContext.configure(
        connection, opts={"compare_type": True, "compare_server_default": True}
    )
    return list(compare_metadata(context, Base.metadata))


def test_models_and_migrations_agree(database_url: str) -> None:
    async def scenario() -> list[object]:
        async with opened(database_url):
            engine = plain_engine(database_url)
            async with engine.connect() as connection:
                found = await connection.run_sync(differences)
            await engine.dispose()
            return found

    assert asyncio.run(scenario()) == []


def test_every_check_of_the_models_is_in_the_database(database_url: str) -> None:
    async def scenario() -> dict[str, set[str | None]]:
        async with opened(database_url):
            engine = plain_engine(database_url)
            async with engine.connect() as connection:
                found = await connection.run_sync(check_names)
            await engine.dispose()
            return found

    assert asyncio.run(scenario()) == {
        "service_request": {"ck_service_request_status"},
        "channel_identity": {"ck_channel_identity_assurance"},
        "outbox": {"ck_outbox_state"},
    }


def check_names(connection: Connection) -> dict[str, set[str | None]]:
    tables = ("service_request", "channel_identity", "outbox")
    found = inspect(connection)
    return {table: {c["name"] for c in found.get_check_constraints(table)} for table in tables}


def test_replicas_that_start_together_migrate_once(database_url: str) -> None:
    replicas = [started("replica", "migrate", database_url) for _ in range(3)]
    answers = [replica.communicate(timeout=30)[0] for replica in replicas]
    assert answers == ["ready\n"] * 3


def test_migrating_twice_changes_nothing(database_url: str) -> None:
    async def scenario() -> None:
        async with opened(database_url) as store:
            async with store.write() as session:
                await citizens.ensure_citizen(session, REGISTER_NUMBER, at=NOW)
            await store.migrate()
            async with store.read() as session:
                assert await citizens.find_citizen(session, REGISTER_NUMBER) is not None

    asyncio.run(scenario())


def test_migrations_can_be_undone(database_url: str) -> None:
    def downgrade(connection: Connection) -> list[str]:
        command.downgrade(configuration(connection), "base")
        return inspect(connection).get_table_names()

    async def scenario() -> list[str]:
        async with opened(database_url):
            engine = plain_engine(database_url)
            async with engine.begin() as connection:
                left = await connection.run_sync(downgrade)
            await engine.dispose()
            return left

    assert asyncio.run(scenario()) == ["alembic_version"]


@pytest.mark.parametrize("table", ["case_event", "access_log"])
@pytest.mark.parametrize("verb", ["UPDATE {} SET actor = 'x'", "DELETE FROM {}"])
def test_the_database_refuses_to_rewrite_history(database_url: str, table: str, verb: str) -> None:
    async def scenario() -> None:
        async with opened(database_url) as store:
            async with store.write() as session:
                await new_case(session)
                access = Access(actor="bot", operation="WS1", purpose="p", result="ok")
                await append_access(session, access, at=NOW)
            with pytest.raises(DBAPIError, match="append-only"):
                async with store.write() as session:
                    await session.execute(text(verb.format(table)))

    asyncio.run(scenario())


def test_postgresql_refuses_to_empty_a_history(postgres_url: str) -> None:
    async def scenario() -> None:
        async with opened(postgres_url) as store:
            with pytest.raises(DBAPIError, match="append-only"):
                async with store.write() as session:
                    await session.execute(text("TRUNCATE access_log"))

    asyncio.run(scenario())


def test_moments_come_back_aware_and_in_utc(database_url: str) -> None:
    ulaanbaatar = timezone(timedelta(hours=8))
    noon = datetime(2026, 11, 23, 12, 0, 0, 123456, tzinfo=ulaanbaatar)

    async def scenario() -> None:
        async with opened(database_url) as store:
            async with store.write() as session:
                await citizens.ensure_citizen(session, REGISTER_NUMBER, at=noon)
            async with store.read() as session:
                citizen = await citizens.find_citizen(session, REGISTER_NUMBER)
                assert citizen is not None
                assert citizen.created_at == noon
                assert citizen.created_at.utcoffset() == timedelta(0)

    asyncio.run(scenario())


def test_a_moment_without_a_time_zone_is_refused(database_url: str) -> None:
    async def scenario() -> None:
        async with opened(database_url) as store:
            naive = NOW.replace(tzinfo=None)
            async with store.write() as session:
                with pytest.raises(StatementError, match="a moment needs a time zone"):
                    await citizens.ensure_citizen(session, REGISTER_NUMBER, at=naive)

    asyncio.run(scenario())
