"""`urtuu train`: train the acts of the dialogue."""

from __future__ import annotations

import argparse
import sys

from bot.training import train

HELP = "train the dialogue where its data changed; services are searched and need no training"
EXAMPLE = "urtuu train --force"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the verb's options."""
    parser.add_argument("--force", action="store_true", help="train even when nothing changed")


def run(options: argparse.Namespace) -> int:
    """Train; return 0."""
    made = train(_say, force=options.force)
    if not made:
        _say("nothing changed since the last training")
    return 0


def _say(text: str) -> None:
    sys.stderr.write(f"urtuu: {text}\n")
