"""`python -m bot.catalogue`: check the files of nlu_data/ and say what is wrong in them."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from bot.catalogue.check import report
from bot.catalogue.loader import read_catalogue


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when the catalogue, or the one file asked for, is without problems; else 1."""
    parser = argparse.ArgumentParser(prog="python -m bot.catalogue", description=__doc__)
    parser.add_argument("--root", type=Path, default=Path("nlu_data"), help="the data folder")
    parser.add_argument("--file", type=Path, help="show only this file's problems")
    parser.add_argument("--sizes", action="store_true", help="print the size of every answer")
    options = parser.parse_args(arguments)
    catalogue, problems = read_catalogue(options.root)
    if options.file:
        problems = tuple(one for one in problems if Path(one.file).name == options.file.name)
    for problem in problems:
        sys.stdout.write(f"{problem}\n")
    if options.sizes:
        sys.stdout.writelines(f"{line}\n" for line in report(catalogue).lines())
    verdict = f"{len(problems)} problem(s)" if problems else "OK"
    sys.stdout.write(f"{verdict}: {len(catalogue.services)} services in {options.root}\n")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
