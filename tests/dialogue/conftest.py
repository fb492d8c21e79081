"""Fixtures of tests that hold conversations with the whole program."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from actions.khur.simulator.modes import Mode
from bot.app import Assembly
from bot.store.database import Store
from bot.store.vault import Vault
from tests.program import started_program
from tests.town import Clock, Loop, Town

VAULT = Vault({"t": b"t" * 32}, "t", b"p" * 32)


@pytest.fixture(scope="session")
def loop() -> Iterator[Loop]:
    running = Loop()
    yield running
    running.stop()


@pytest.fixture(scope="session")
def program(
    tmp_path_factory: pytest.TempPathFactory, loop: Loop
) -> Iterator[tuple[Assembly, Any]]:
    with started_program(tmp_path_factory.mktemp("program"), loop) as started:
        yield started


@pytest.fixture
def town(database_url: str, program: tuple[Assembly, Any], loop: Loop) -> Iterator[Town]:
    """The program over a fresh database of each kind."""
    with _town_over(database_url, program, loop) as made:
        yield made


@pytest.fixture
def sqlite_town(sqlite_url: str, program: tuple[Assembly, Any], loop: Loop) -> Iterator[Town]:
    """The program over a fresh SQLite database, where the kind of database is not the point."""
    with _town_over(sqlite_url, program, loop) as made:
        yield made


@contextmanager
def _town_over(url: str, program: tuple[Assembly, Any], loop: Loop) -> Iterator[Town]:
    assembly, khur = program
    clock = Clock()
    store = Store(url, VAULT, lambda: clock.now)
    loop.run(store.migrate())
    khur.modes.set(Mode())
    yield Town(loop, assembly, khur, store, clock)
    loop.run(store.close())
