"""Fixtures: one program in demo mode for the tests that leave it standing, and its phones."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import httpx
import pytest

from tests.e2e.phone import Phone, Said, inbox_over_http
from tests.e2e.server import Program, demo_program

PhoneOf = Callable[[str], Phone]


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    """The program in demo mode."""
    with demo_program(tmp_path_factory.mktemp("demo")) as program:
        yield program


@pytest.fixture(scope="session")
def demo_client(demo: Program) -> Iterator[httpx.Client]:
    """A client of the program in demo mode."""
    with demo.client() as client:
        yield client


@pytest.fixture
def demo_phone(demo: Program, demo_client: httpx.Client) -> Iterator[PhoneOf]:
    """Gives a phone by its number; afterwards nothing that was said may be in the log."""
    said = Said()
    inbox = inbox_over_http(demo_client, "/demo/at")

    def phone(number: str) -> Phone:
        said.note(number)
        return Phone(demo, demo_client, number, inbox, said)

    yield phone
    said.is_not_in(demo.log)
