"""Trains the Rasa model from config.yml, domain.yml, the acts, the rules and the catalogue."""

from __future__ import annotations

import contextlib
import io
import os
from collections.abc import Callable
from pathlib import Path

import rasa
from rasa.utils.log_utils import configure_structlog

from bot.errors import CatalogueError
from bot.live import warm_ranker
from bot.places import PROJECT, data_folder


def train_model(folder: Path, name: str, say: Callable[[str], object]) -> Path:
    """Return the trained model's file. Raises CatalogueError when the data is wrong."""
    configure_structlog()
    # Rasa draws its progress bars unless its log level is one of errors.
    os.environ.setdefault("LOG_LEVEL", "ERROR")
    folder.mkdir(parents=True, exist_ok=True)
    data = data_folder()
    warm_ranker(data, say)
    say("training the acts of the dialogue")
    here = Path.cwd()
    os.chdir(PROJECT)
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            result = rasa.train(
                domain=str(PROJECT / "domain.yml"),
                config=str(PROJECT / "config.yml"),
                training_files=[str(data / "acts"), str(data / "rules.yml")],
                output=str(folder),
                force_training=True,
                fixed_model_name=f"{name}.new",
            )
    finally:
        os.chdir(here)
    if result.model is None:
        raise CatalogueError("the model was not trained; `urtuu rasa data validate` says why")
    # A server that starts meanwhile reads the old model or the new one, never half of one.
    return Path(result.model).replace(folder / f"{name}.tar.gz")
