"""`urtuu rasa`: Rasa's own command line, with this project's files as defaults."""

from __future__ import annotations

import argparse
import os
import sys

from bot.places import PROJECT, data_folder

HELP = "Rasa's own commands: train, test, data validate, shell nlu (all its options work)"
EXAMPLE = "urtuu rasa data validate"

_DATA = {("train",): "--data", ("data", "validate"): "--data", ("test", "nlu"): "--nlu"}


def arguments(parser: argparse.ArgumentParser) -> None:
    """Take everything that follows as it is."""
    parser.add_argument("rest", nargs=argparse.REMAINDER)


def run(options: argparse.Namespace) -> int:
    """Run Rasa with the words that follow."""
    return run_raw(options.rest)


def run_raw(words: list[str]) -> int:
    """Run Rasa with these words; return its exit status."""
    if words in ([], ["--help"], ["-h"]):
        sys.stdout.write(f"{HELP}\n\nexample:\n  {EXAMPLE}\n\n")
    import bot.engine  # noqa: F401, PLC0415 - prepares Rasa

    os.chdir(PROJECT)
    sys.argv = ["rasa", *_with_data(words)]
    from rasa.__main__ import main  # noqa: PLC0415 - after it is prepared

    try:
        main()
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else 1
    return 0


def _with_data(words: list[str]) -> list[str]:
    for verb, option in _DATA.items():
        if tuple(words[: len(verb)]) == verb and option not in words:
            folder = data_folder()
            return [*words, option, str(folder / "acts"), str(folder / "rules.yml")]
    return words
