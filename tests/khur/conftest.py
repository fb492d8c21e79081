"""One simulator for the whole area, emptied before each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from actions.khur.simulator import (
    Keys,
    SimulatorSettings,
    build_simulator,
    new_keys,
    serve_in_thread,
)
from tests.khur.served import Served


@pytest.fixture(scope="session")
def khur_keys() -> Keys:
    return new_keys()


@pytest.fixture(scope="session")
def khur_server(khur_keys: Keys) -> Iterator[Served]:
    app = build_simulator(
        SimulatorSettings(
            token=khur_keys.token,
            public_key_pem=khur_keys.public_key_pem,
            control_token=khur_keys.control_token,
        )
    )
    with serve_in_thread(app) as url:
        yield Served(url=url, keys=khur_keys, state=app.state.simulator)


@pytest.fixture
def khur(khur_server: Served) -> Served:
    khur_server.state.reset()
    return khur_server
