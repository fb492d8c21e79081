"""`python -m interop.segments`: compare both counts; `--write` makes the table of the tests anew.

Needs node and the packages that interop/setup.sh installs. Returns 1 where the counts differ.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Sequence

from bot.places import PROJECT
from bot.text.units import segments, units
from interop.errors import PeerError
from interop.places import MODULES, executable
from interop.segments.texts import text_of

PACKAGE = "sms-segments-calculator"
TABLE = PROJECT / "tests" / "cases" / "text" / "segments.tsv"
FROZEN = 1500
"""Rows of that table: the seeds from 0."""
_TIMEOUT_S = 120


def main(arguments: Sequence[str]) -> int:
    """0 where both agree on every text; prints how many there were and the first differences."""
    parser = argparse.ArgumentParser(prog="python -m interop.segments", description=__doc__)
    parser.add_argument("--texts", type=int, default=10_000, help="how many random texts")
    parser.add_argument("--write", action="store_true", help=f"write {TABLE.name} anew")
    options = parser.parse_args(arguments)
    try:
        said = calculated([text_of(seed)[1] for seed in range(options.texts)])
    except PeerError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    if options.write:
        TABLE.parent.mkdir(parents=True, exist_ok=True)
        TABLE.write_text(_table(said[:FROZEN]), encoding="utf-8")
    differing = [seed for seed, one in enumerate(said) if one != ours(text_of(seed)[1])]
    sys.stdout.write(
        f"npm {PACKAGE} {version()}: {len(said) - len(differing)} of {len(said)} texts agree\n"
    )
    for seed in differing[:10]:
        mine = ours(text_of(seed)[1])
        sys.stdout.write(f"seed {seed} ({text_of(seed)[0]}): {said[seed]}, ours {mine}\n")
    return 1 if differing else 0


def ours(text: str) -> tuple[str, int]:
    """Our own encoding and number of segments."""
    return units(text).encoding, segments(text)


def calculated(texts: Sequence[str]) -> list[tuple[str, int]]:
    """The calculator's encoding and number of segments of each text. Raises PeerError."""
    script = PROJECT / "interop" / "segments" / "calculator.js"
    try:
        done = subprocess.run(  # noqa: S603 - fixed arguments
            [executable("node"), str(script)],
            input=json.dumps(list(texts)),
            env={**os.environ, "NODE_PATH": str(MODULES)},
            capture_output=True,
            text=True,
            timeout=_TIMEOUT_S,
            check=True,
        )
    except (subprocess.SubprocessError, OSError) as error:
        raise PeerError(f"{PACKAGE} did not answer: run interop/setup.sh") from error
    return [(encoding, count) for encoding, count in json.loads(done.stdout)]


def version() -> str:
    """The installed version of the calculator."""
    manifest = MODULES / PACKAGE / "package.json"
    return str(json.loads(manifest.read_text(encoding="utf-8"))["version"])


def _table(said: Sequence[tuple[str, int]]) -> str:
    lines = [
        f"# Segments of random texts as npm {PACKAGE} {version()} (MIT, Twilio) counts them.",
        "# Made by `python -m interop.segments --write`; interop/segments/texts.py has the texts.",
        "seed\tkind\tencoding\tsegments",
    ]
    for seed, (encoding, count) in enumerate(said):
        lines.append(f"{seed}\t{text_of(seed)[0]}\t{encoding}\t{count}")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
