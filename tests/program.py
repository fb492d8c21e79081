"""The program and its KHUR simulator, started once for the tests that talk to them."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from actions.khur.simulator.app import build_simulator
from actions.khur.simulator.keys import keys_in
from actions.khur.simulator.serve import serve_in_thread
from actions.khur.simulator.settings import SimulatorSettings
from bot.app import Assembly, assemble
from bot.demo import demo_settings
from bot.places import PROJECT
from tests.town import Loop


def require_model() -> None:
    """Train the dialogue where the model is missing or old."""
    subprocess.run([sys.executable, "-m", "bot.training"], check=True, cwd=PROJECT)


@contextmanager
def started_program(folder: Path, loop: Loop) -> Iterator[tuple[Assembly, Any]]:
    """Yield the assembled program and the state of the KHUR simulator it talks to."""
    require_model()
    keys = keys_in(folder / "khur")
    simulator = build_simulator(
        SimulatorSettings(
            token=keys.token,
            public_key_pem=keys.public_key_pem,
            control_token=keys.control_token,
            codes_max=10_000,
            wrong_checks_max=10_000,
        )
    )
    with serve_in_thread(simulator) as khur_url:
        settings = demo_settings(
            {"URTUU_VAR": str(folder)},
            khur_url=khur_url,
            khur_token=keys.token,
            khur_key_pem=keys.private_key_pem,
        )
        assembly = assemble(settings)
        try:
            yield assembly, simulator.state.simulator
        finally:
            loop.run(assembly.close())
