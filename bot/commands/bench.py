"""`urtuu bench`: measure, as ratios against a named baseline in the same run or on given files."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys

from bot.places import PROJECT

HELP = (
    "measure: `turn` (speed of a session), `nlu` and `catalogue` (understanding), `scale`, `slots`"
)
EXAMPLE = "urtuu bench nlu --train train.jsonl --test dev.jsonl --script latin"

BENCHMARKS = ("turn", "nlu", "catalogue", "scale", "slots")


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the verb's options."""
    parser.add_argument("name", choices=BENCHMARKS)
    parser.add_argument(
        "rest", nargs=argparse.REMAINDER, help="the benchmark's own options (NAME --help)"
    )


def run(options: argparse.Namespace) -> int:
    """Run the benchmark in a process of its own, from the caller's folder; return its status."""
    command = [sys.executable, "-m", f"bench.{options.name}", *options.rest]
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join([str(PROJECT), *_paths()])}
    return subprocess.run(command, env=environ, check=False).returncode  # noqa: S603 - our own words


def _paths() -> list[str]:
    given = os.environ.get("PYTHONPATH")
    return [given] if given else []
