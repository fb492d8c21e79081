"""Trains the dialogue when what it learns from has changed; says what it does.

`python -m bot.training` returns at once, without importing Rasa, when the newest model was trained
from the same files.
"""

from __future__ import annotations

import fcntl
import hashlib
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.places import PROJECT, data_folder, model_folder

MODEL = "urtuu"


def learned_from() -> list[Path]:
    """Return the files that the model is made of, sorted: data, configuration, components."""
    data = data_folder()
    found = [PROJECT / "config.yml", PROJECT / "domain.yml", PROJECT / "requirements.lock"]
    found += [
        data / "rules.yml",
        data / "helplines.yml",
        *data.glob("acts/*.yml"),
        *data.glob("services/*.yml"),
    ]
    found += [*PROJECT.glob("bot/language/*.py"), *PROJECT.glob("bot/engine/*.py")]
    return sorted(path for path in found if path.is_file())


def digest(paths: Iterable[Path]) -> str:
    """Return one hash over names and contents."""
    total = hashlib.sha256()
    for path in paths:
        total.update(path.name.encode())
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()[:16]


def model_path() -> Path:
    """Return the model file of the newest training, whether or not it exists."""
    return model_folder() / f"{MODEL}.tar.gz"


def is_current() -> bool:
    """Return whether the model was trained from the files as they are now."""
    stamp = model_folder() / f"{MODEL}.digest"
    if not model_path().exists() or not stamp.exists():
        return False
    return stamp.read_text(encoding="ascii") == digest(learned_from())


def train(say: Callable[[str], object], *, force: bool = False) -> bool:
    """Train when needed; return whether a model was made. Raises CatalogueError."""
    if not force and is_current():
        return False
    with _alone():
        if not force and is_current():
            return False
        from bot.engine.trainer import train_model  # noqa: PLC0415 - Rasa takes seconds to import

        started = time.monotonic()
        say("preparing the dialogue (one to two minutes the first time)")
        learned = digest(learned_from())
        train_model(model_folder(), MODEL, say)
        (model_folder() / f"{MODEL}.digest").write_text(learned, encoding="ascii")
        say(f"trained in {time.monotonic() - started:.0f} s")
    return True


@contextmanager
def _alone() -> Iterator[None]:
    """Let one process train at a time; the others find its model made."""
    model_folder().mkdir(parents=True, exist_ok=True)
    with (model_folder() / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _main() -> None:
    train(lambda text: sys.stderr.write(f"urtuu: {text}\n"))


if __name__ == "__main__":
    _main()
