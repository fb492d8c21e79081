"""`python -m actions.khur.simulator --port 8090 --keys var/khur`: the simulator as a program."""

from __future__ import annotations

import argparse
import logging
from pathlib import Path

from actions.khur.simulator.app import build_simulator
from actions.khur.simulator.keys import keys_in
from actions.khur.simulator.serve import HOST, server_of
from actions.khur.simulator.settings import SimulatorSettings

logger = logging.getLogger(__name__)


def main() -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(prog="python -m actions.khur.simulator", description=__doc__)
    parser.add_argument("--host", default=HOST)
    parser.add_argument("--port", type=int, default=8090)
    parser.add_argument(
        "--keys", type=Path, default=Path("var/khur"), help="folder of tokens and keys, made anew"
    )
    parser.add_argument("--sms-url", help="where one-time codes are posted as JSON")
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s %(message)s")
    keys = keys_in(options.keys)
    settings = SimulatorSettings(
        token=keys.token,
        public_key_pem=keys.public_key_pem,
        control_token=keys.control_token,
        sms_url=options.sms_url,
    )
    logger.info("KHUR simulator at http://%s:%s, keys in %s", *_where(options), options.keys)
    server_of(build_simulator(settings), options.host, options.port).run()


def _where(options: argparse.Namespace) -> tuple[str, int]:
    return options.host, options.port


if __name__ == "__main__":
    main()
