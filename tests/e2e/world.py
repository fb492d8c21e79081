"""What the program meets outside: the telephone network and KHUR, which outlive its crashes."""

from __future__ import annotations

import base64
import secrets
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from actions.khur.simulator.app import build_simulator
from actions.khur.simulator.keys import keys_in
from actions.khur.simulator.modes import Kind, Mode
from actions.khur.simulator.serve import serve_in_thread
from actions.khur.simulator.settings import SimulatorSettings
from actions.khur.simulator.state import State
from channels.africastalking_simulator import Network, SimulatorConfig, build_at_simulator
from tests.e2e.server import HOST, Program, free_port
from tests.program import require_model

CODE_LIFETIME_S = 100
"""Shorter than the skew of clocks that KHUR allows, so that a code expires and signatures hold."""
API_KEY = "the-key-of-this-test"
_KEY_BYTES = 32


@dataclass
class Clock:
    """A clock that may run ahead of the machine's."""

    ahead_s: float = 0.0

    def __call__(self) -> float:
        """Return seconds since the epoch."""
        return time.time() + self.ahead_s


@dataclass
class World:
    """The two outside systems and a program among them."""

    program: Program
    network: Network
    khur: State
    clock: Clock = field(default_factory=Clock)

    def khur_is(self, kind: Kind, delay_s: float = 0.0) -> None:
        """Make KHUR behave so from now on."""
        self.khur.modes.set(Mode(kind, delay_s))

    def calls(self, operation: str) -> int:
        """Return how often KHUR carried an operation out; replays of one request count once."""
        return sum(
            seen.operation == operation and not seen.replayed for seen in self.khur.requests
        )


@contextmanager
def world(folder: Path, database_url: str) -> Iterator[World]:
    """Yield the outside systems, with a program set up for them but not started."""
    require_model()
    keys, clock, port = keys_in(folder / "khur"), Clock(), free_port()
    secret = secrets.token_urlsafe(_KEY_BYTES)
    base = f"http://{HOST}:{port}"
    config = SimulatorConfig(
        f"{base}/ussd/{secret}", f"{base}/sms/{secret}", "live", API_KEY, report_delay_s=0.02
    )
    network = Network(config)
    with ExitStack() as stack:
        at_url = stack.enter_context(serve_in_thread(build_at_simulator(config, network)))
        simulator = build_simulator(
            SimulatorSettings(
                token=keys.token,
                public_key_pem=keys.public_key_pem,
                control_token=keys.control_token,
                sms_url=f"{at_url}/deliver",
                clock=clock,
                code_lifetime_s=CODE_LIFETIME_S,
                codes_max=1000,
                wrong_checks_max=1000,
            )
        )
        khur_url = stack.enter_context(serve_in_thread(simulator))
        environ = {
            "URTUU_DATABASE_URL": database_url,
            "URTUU_VAULT_KEY": _random_key(),
            "URTUU_PEPPER": _random_key(),
            "URTUU_CHAT_KEY": _random_key(),
            "URTUU_AT_SECRET": secret,
            "URTUU_AT_USERNAME": config.username,
            "URTUU_AT_API_KEY": API_KEY,
            "URTUU_AT_URL": at_url,
            "URTUU_KHUR_URL": khur_url,
            "URTUU_KHUR_TOKEN": keys.token,
            "URTUU_KHUR_KEY_FILE": str(folder / "khur" / "private.pem"),
            "URTUU_CONTROLLER": "Өртөө",
        }
        program = Program(folder, secret, environ=environ, port=port)
        try:
            yield World(program, network, simulator.state.simulator, clock)
        finally:
            program.stop()


def _random_key() -> str:
    return base64.b64encode(secrets.token_bytes(_KEY_BYTES)).decode("ascii")
