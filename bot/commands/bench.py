"""`urtuu bench`: measure, as ratios against a named baseline in the same run."""

from __future__ import annotations

import argparse
import subprocess
import sys

from bot.places import PROJECT

HELP = "measure: `turn` is a 4-turn USSD session against an empty ASGI handler"
EXAMPLE = "urtuu bench turn --sessions 200 --json"

BENCHMARKS = ("turn",)


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the verb's options."""
    parser.add_argument("name", choices=BENCHMARKS)
    parser.add_argument("--sessions", type=int, default=150, help="sessions per measurement")
    parser.add_argument("--clients", type=int, default=8, help="phones at the same time")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(options: argparse.Namespace) -> int:
    """Run the benchmark in a process of its own; return its status."""
    command = [sys.executable, "-m", f"bench.{options.name}"]
    command += ["--sessions", str(options.sessions), "--clients", str(options.clients)]
    if options.json:
        command.append("--json")
    return subprocess.run(command, cwd=PROJECT, check=False).returncode  # noqa: S603 - our own words
