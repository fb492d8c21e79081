"""The `urtuu` command: one file per verb, listed here."""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Sequence
from typing import Any

from bot.errors import UrtuuError

VERBS = (
    "serve",
    "talk",
    "channels",
    "cases",
    "review",
    "train",
    "adapter",
    "check",
    "understand",
    "bench",
    "simulate",
    "rasa",
)
"""Every verb is a module of this package with HELP, EXAMPLE, arguments() and run()."""

_INTERRUPTED = 130
_FAILED = 1


def main(argv: Sequence[str]) -> int:
    """Run one verb; return the exit status. Errors made for people are printed without a trace."""
    parser = _parser()
    if argv and argv[0] == "rasa":
        return int(_verb("rasa").run_raw(list(argv[1:])))
    options = parser.parse_args(argv)
    if options.verb is None:
        parser.print_help()
        return 0
    try:
        return int(_verb(options.verb).run(options) or 0)
    except UrtuuError as error:
        sys.stderr.write(f"urtuu {options.verb}: {error}\n")
        return _FAILED
    except KeyboardInterrupt:
        return _INTERRUPTED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="urtuu",
        description="Government services in Mongolian for any phone.",
        epilog="`urtuu VERB --help` explains a verb and gives an example.",
    )
    verbs = parser.add_subparsers(dest="verb", metavar="VERB")
    for name in VERBS:
        module = _verb(name)
        one = verbs.add_parser(
            name,
            help=module.HELP,
            description=module.HELP,
            epilog=f"example:\n  {module.EXAMPLE}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        module.arguments(one)
    return parser


def _verb(name: str) -> Any:
    return importlib.import_module(f"bot.commands.{name}")
