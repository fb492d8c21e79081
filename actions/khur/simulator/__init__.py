"""A KHUR gateway that behaves like the real one and knows invented citizens only."""

from __future__ import annotations

from actions.khur.simulator.app import build_simulator
from actions.khur.simulator.keys import Keys, keys_in, new_keys
from actions.khur.simulator.people import Person, load_people
from actions.khur.simulator.serve import serve_in_thread
from actions.khur.simulator.settings import SimulatorSettings
from actions.khur.simulator.state import SeenRequest, SentCode, State

__all__ = [
    "Keys",
    "Person",
    "SeenRequest",
    "SentCode",
    "SimulatorSettings",
    "State",
    "build_simulator",
    "keys_in",
    "load_people",
    "new_keys",
    "serve_in_thread",
]
