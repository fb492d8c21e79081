"""The access log: complete, and it shows when somebody touched it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from bot.store import citizens
from bot.store.access import FIRST_PREV, Access, access_of, append_access, verify_access_chain
from bot.store.database import Store
from tests.store.support import NOW, REGISTER_NUMBER, opened

ACCESS = Access(actor="bot", operation="WS100101", purpose="лавлагаа", result="ok")


async def append(store: Store, access: Access, second: int = 0) -> None:
    async with store.write() as session:
        await append_access(session, access, at=NOW + timedelta(seconds=second))


async def tamper(store: Store, change: str) -> None:
    """Change the log as the owner of the database can: with the triggers off."""
    postgres = store.dialect == "postgresql"
    names = ["append_only"] if postgres else ["no_update", "no_delete"]
    async with store.write() as session:
        for name in names:
            on = " ON access_log" if postgres else ""
            await session.execute(text(f"DROP TRIGGER access_log_{name}{on}"))
        await session.execute(text(change))


def test_each_row_is_linked_to_the_one_before(database_url: str) -> None:
    async def scenario() -> None:
        async with opened(database_url) as store:
            await asyncio.gather(*(append(store, ACCESS, number) for number in range(12)))
            async with store.read() as session:
                report = await verify_access_chain(session)
                assert (report.rows, report.broken_id) == (12, None)
                links = (await session.execute(text("SELECT prev, digest FROM access_log"))).all()
            assert len({link[0] for link in links}) == 12
            assert FIRST_PREV in {link[0] for link in links}
            assert report.head in {link[1] for link in links}

    asyncio.run(scenario())


def test_an_empty_log_is_whole(database_url: str) -> None:
    async def scenario() -> None:
        async with opened(database_url) as store, store.read() as session:
            report = await verify_access_chain(session)
            assert (report.rows, report.head, report.broken_id) == (0, FIRST_PREV, None)

    asyncio.run(scenario())


@pytest.mark.parametrize(
    ("change", "broken_id"),
    [
        ("UPDATE access_log SET result = 'refused' WHERE id = 2", 2),
        ("UPDATE access_log SET citizen_hash = NULL WHERE id = 3", 3),
        ("DELETE FROM access_log WHERE id = 2", 3),
        ("DELETE FROM access_log WHERE id = 1", 2),
        (
            "INSERT INTO access_log (id, at, actor, operation, purpose, result, prev, digest) "
            "SELECT 0, at, actor, operation, purpose, result, prev, digest "
            "FROM access_log WHERE id = 1",
            1,
        ),
    ],
)
def test_a_changed_log_is_noticed(database_url: str, change: str, broken_id: int) -> None:
    async def scenario() -> None:
        async with opened(database_url) as store:
            for number in range(4):
                await append(store, replace(ACCESS, citizen_hash=f"{number}"), number)
            await tamper(store, change)
            async with store.read() as session:
                report = await verify_access_chain(session)
            assert report.broken_id is not None
            assert report.broken_id <= broken_id

    asyncio.run(scenario())


def test_a_citizen_sees_who_read_what(database_url: str) -> None:
    async def scenario() -> None:
        async with opened(database_url) as store:
            async with store.write() as session:
                citizen = await citizens.ensure_citizen(session, REGISTER_NUMBER, at=NOW)
            own = replace(ACCESS, citizen_id=citizen.id, citizen_hash=citizen.id_hash)
            for number, access in enumerate((own, ACCESS, own, own)):
                await append(store, access, number)
            async with store.read() as session:
                rows = await access_of(session, citizen, limit=2)
            assert [(row.operation, row.at) for row in rows] == [
                ("WS100101", NOW + timedelta(seconds=3)),
                ("WS100101", NOW + timedelta(seconds=2)),
            ]

    asyncio.run(scenario())
