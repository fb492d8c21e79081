"""Training examples of the act model: reading them, and writing them as people would in Latin."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from bot.errors import CatalogueError
from bot.language import galig
from bot.language.encoder import Encoder
from bot.language.intents import IntentModel
from bot.language.ngrams import Ngrams

ACTS_FOLDER = Path(__file__).parents[2] / "nlu_data" / "acts"
COPIES = 2
"""Synthetic writings beside each phrase; two close the gap of the scripts on MASSIVE mn-MN."""


@dataclass(frozen=True)
class Example:
    """An utterance and the act it performs."""

    text: str
    act: str


@dataclass(frozen=True)
class Writings:
    """Examples in every writing; `groups` tells which phrase a writing came from."""

    texts: tuple[str, ...]
    acts: tuple[str, ...]
    groups: tuple[int, ...]


def read_acts(folder: Path = ACTS_FOLDER) -> tuple[Example, ...]:
    """Return the examples of every file in the folder (Rasa's NLU format, plain examples).

    Raises CatalogueError naming the file whose shape is wrong.
    """
    return tuple(example for path in sorted(folder.glob("*.yml")) for example in _read(path))


def augmented(examples: Iterable[Example], *, copies: int = COPIES, seed: int = 0) -> Writings:
    """Return the examples and `copies` synthetic writings of each, the same for the same seed."""
    rng = galig.chance(seed)
    rows = [
        (text, example.act, group)
        for group, example in enumerate(examples)
        for text in (example.text, *galig.augment(example.text, rng, copies))
    ]
    texts, acts, groups = zip(*rows, strict=True) if rows else ((), (), ())
    return Writings(texts, acts, groups)


def train(
    examples: Sequence[Example],
    *,
    copies: int = COPIES,
    seed: int = 0,
    encoder: Encoder | None = None,
) -> tuple[Ngrams, IntentModel]:
    """Return the vectoriser and the intent model of the examples."""
    writings = augmented(examples, copies=copies, seed=seed)
    ngrams = Ngrams.fit(writings.texts)
    rows = ngrams.transform(writings.texts)
    made = IntentModel.train(rows, writings.texts, writings.acts, writings.groups, encoder)
    return ngrams, made


def _read(path: Path) -> list[Example]:
    try:
        listed = yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]
        return [
            Example(line.removeprefix("-").strip(), entry["intent"])
            for entry in listed
            for line in entry["examples"].splitlines()
            if line.strip()
        ]
    except (KeyError, TypeError, AttributeError, yaml.YAMLError) as error:
        raise CatalogueError(
            f"{path.name}: expected nlu: - intent:, examples: | ({error})"
        ) from error
