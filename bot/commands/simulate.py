"""`urtuu simulate`: an outside system as a program of its own, for trials and tests."""

from __future__ import annotations

import argparse
import subprocess
import sys

from bot.places import PROJECT

HELP = "run a simulator alone: khur, africastalking or telegram; what follows `--` goes to it"
EXAMPLE = "urtuu simulate khur -- --port 8090"

SIMULATORS = {
    "khur": "actions.khur.simulator",
    "africastalking": "channels.africastalking_simulator",
    "telegram": "channels.telegram_simulator",
}


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the verb's options."""
    parser.add_argument("name", choices=sorted(SIMULATORS))
    parser.add_argument("rest", nargs=argparse.REMAINDER, help="options of the simulator")


def run(options: argparse.Namespace) -> int:
    """Run the simulator until it is stopped; return its status."""
    rest = [word for word in options.rest if word != "--"]
    command = [sys.executable, "-m", SIMULATORS[options.name], *rest]
    return subprocess.run(command, cwd=PROJECT, check=False).returncode  # noqa: S603 - our own words
