"""Intent accuracy of the project's own pipeline on any file of MASSIVE's shape.

The classifier is the one that serves: made-up writings, script-folded n-grams, the adapted
sentence embedding where the n-grams are unsure. One JSON object is printed. With `--shots` the
encoder carries the adapter that never saw MASSIVE.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.metrics import f1_score

from bot.errors import CatalogueError
from bot.language import galig, training
from bot.language.encoder import CachedEncoder, Encoder
from bot.language.massive import massive_rows
from bot.language.training import Example
from bot.live import adapted_encoder
from bot.places import model_folder

SCRIPTS = ("cyrillic", "latin", "typos")
ADAPTERS = ("mn", "open", "none")
_SEED = 20_261_123


@dataclass(frozen=True)
class Read:
    """What one run found."""

    accuracy: float
    macro_f1: float
    times_ms: tuple[float, ...]
    embedded: int
    """Utterances for which the embedding was asked."""


class Counting:
    """An encoder that counts the utterances it is asked for, one by one."""

    def __init__(self, inner: Encoder) -> None:
        """Count nothing yet."""
        self.inner = inner
        self.asked = 0

    @property
    def name(self) -> str:
        """The inner encoder's name."""
        return self.inner.name

    def encode(self, texts: Sequence[str]) -> Any:
        """Return the inner encoder's vectors."""
        self.asked += len(texts)
        return self.inner.encode(texts)


def main(words: Sequence[str] | None = None) -> int:
    """Measure and print; return the exit status."""
    parser = argparse.ArgumentParser(prog="urtuu bench nlu", description=__doc__)
    arguments(parser)
    options = parser.parse_args(words)
    try:
        train = rows_of(options.train, options.train_partition, "train")
        test = rows_of(options.test, options.test_partition, "test", "dev")
    except (OSError, ValueError, CatalogueError) as error:
        sys.stderr.write(f"urtuu bench nlu: {error}\n")
        return 2
    print(json.dumps(report(train, test, options), ensure_ascii=False, indent=1))
    return 0


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.add_argument("--train", type=Path, required=True, help="JSON lines: utt, intent")
    parser.add_argument("--test", type=Path, required=True)
    parser.add_argument("--train-partition", help="where the file holds several (default: train)")
    parser.add_argument("--test-partition", help="default: test, else dev")
    parser.add_argument("--shots", type=int, default=0, help="examples an intent; 0 = all")
    parser.add_argument("--draws", type=int, default=10, help="how often they are drawn")
    parser.add_argument("--script", choices=SCRIPTS, default="cyrillic", help="of the test")
    parser.add_argument("--adapter", choices=ADAPTERS, help="default: mn; open with --shots")
    parser.add_argument("--always-embed", action="store_true", help="ask the encoder every time")
    parser.add_argument("--json", action="store_true", help="JSON is printed in any case")


def rows_of(path: Path, wanted: str | None, *preferred: str) -> list[Example]:
    """Return the utterances of a file; of one partition where it has several.

    Raises OSError, CatalogueError naming a line that is not of the shape, ValueError without rows.
    """
    rows = list(massive_rows(path))
    parts = {part for part, _ in rows}
    if wanted is None and len(parts) > 1:
        wanted = next((part for part in preferred if part in parts), None)
    found = [example for part, example in rows if wanted is None or part == wanted]
    if not found:
        raise ValueError(f"{path.name} has no rows of the partition {wanted!r}")
    return found


def report(
    train: list[Example], test: list[Example], options: argparse.Namespace
) -> dict[str, Any]:
    """Return what is printed."""
    adapter = options.adapter or ("open" if options.shots else "mn")
    inner = adapted_encoder(None if adapter == "none" else adapter)
    written = [Example(_written(options.script)(e.text), e.act) for e in test]
    draws = (
        [_drawn(train, options.shots, draw) for draw in range(options.draws)]
        if options.shots
        else [train]
    )
    found = []
    for number, rows in enumerate(draws, 1):
        _say(f"draw {number} of {len(draws)}: training on {len(rows)} utterances")
        found.append(_read(rows, written, inner, always=options.always_embed))
    times = [ms for one in found for ms in one.times_ms]
    return {
        "train": len(train),
        "test": len(test),
        "intents": len({e.act for e in train}),
        "script": options.script,
        "adapter": adapter,
        "shots": options.shots or None,
        "draws": len(draws),
        "accuracy": round(statistics.mean(one.accuracy for one in found), 4),
        "accuracy_sd": round(statistics.stdev(o.accuracy for o in found), 4)
        if len(found) > 1
        else None,
        "macro_f1": round(statistics.mean(one.macro_f1 for one in found), 4),
        "embedded_share": round(sum(o.embedded for o in found) / len(times), 4),
        "ms_mean": round(statistics.mean(times), 3),
        "ms_p50": round(float(np.percentile(times, 50)), 3),
        "ms_p99": round(float(np.percentile(times, 99)), 3),
    }


def _read(rows: list[Example], test: list[Example], inner: Encoder, *, always: bool) -> Read:
    kept = CachedEncoder(inner, model_folder() / "embeddings" / "bench", _progress)
    ngrams, model = training.train(rows, encoder=kept)
    counting = Counting(inner)
    model = model.with_encoder(counting, always=always)
    said, times = [], []
    for example in test:
        started = time.perf_counter()
        said.append(model.predict(ngrams.row(example.text), example.text)[0][0])
        times.append(1000 * (time.perf_counter() - started))
    right = [example.act for example in test]
    accuracy = sum(a == b for a, b in zip(said, right, strict=True)) / len(test)
    macro = float(
        f1_score(right, said, labels=sorted(set(right)), average="macro", zero_division=0)
    )
    return Read(accuracy, macro, tuple(times), counting.asked)


def _written(script: str) -> Callable[[str], str]:
    rng = galig.chance(_SEED)
    writers = {
        "cyrillic": lambda text: text,
        "latin": lambda text: galig.latin(text, rng),
        "typos": lambda text: galig.mistyped(text, rng),
    }
    return writers[script]


def _drawn(rows: list[Example], shots: int, draw: int) -> list[Example]:
    """Return the first `shots` rows of each intent in the draw's own order."""
    mixed = list(rows)
    random.Random(draw).shuffle(mixed)  # noqa: S311 - repeatable on purpose
    taken: Counter[str] = Counter()
    out = []
    for row in mixed:
        if taken[row.act] < shots:
            taken[row.act] += 1
            out.append(row)
    return out


def _progress(done: int, total: int) -> None:
    _say(f"encoding: {done} of {total}")


def _say(text: str) -> None:
    sys.stderr.write(f"urtuu bench nlu: {text}\n")


if __name__ == "__main__":
    sys.exit(main())
