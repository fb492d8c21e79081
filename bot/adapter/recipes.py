"""The two adapters of the repository: what each is trained on, and for how long."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from bot.adapter import data
from bot.adapter.tasks import Labelled, Translations
from bot.adapter.trainer import Recipe, Training
from bot.language.adapter import Adapter, wheel_weights
from bot.language.e5_file import E5File

EVERYDAY, PAIRS = "everyday.tsv", "pairs.tsv"
_WITH_MASSIVE, _WITHOUT = 4, 3
"""Passes over the data."""


def train_adapter(
    folder: Path,
    massive: Labelled | None,
    say: Callable[[str], object],
    *,
    epochs: int | None = None,
    threads: int = 2,
) -> Adapter:
    """Return the adapter trained on the project's phrases and on MASSIVE, if given, else on the
    everyday requests and the translations of the folder's `adapters`.

    Some 15 minutes on two cores.
    """
    tasks: list[Labelled | Translations] = [data.own_phrases(folder)]
    if massive is not None:
        tasks.append(massive)
    else:
        tasks += data.everyday(folder / "adapters" / EVERYDAY)
        tasks.append(data.translations(folder / "adapters" / PAIRS))
    for task in tasks:
        say(f"{getattr(task, 'name', 'translations')}: {len(task.texts)} utterances")
    passes = epochs or (_WITHOUT if massive is None else _WITH_MASSIVE)
    recipe = replace(Recipe(), epochs=passes, threads=threads)
    return Training(E5File.read(wheel_weights()), tasks, recipe).run(say)
