"""What the adapter learns from: labelled utterances and pairs of translations."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from bot.language import galig, restore

T = TypeVar("T")


@dataclass(frozen=True)
class Labelled:
    """Utterances to be told apart by their labels."""

    name: str
    texts: tuple[str, ...]
    labels: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The labels, each once, in the order of the head's outputs."""
        return tuple(sorted(set(self.labels)))


@dataclass(frozen=True)
class Translations:
    """Mongolian utterances whose vectors shall fall on those of their English translations."""

    texts: tuple[str, ...]
    english: tuple[str, ...]


def as_typed(text: str, rng: random.Random, noise: float) -> str:
    """Return the text, with the chance `noise` as typed in Latin or badly and then restored.

    The encoder only ever sees restored Cyrillic, so what it must learn to bear are the slips of
    typing and of the restoration.
    """
    if rng.random() >= noise:
        return text
    (written,) = galig.augment(text, rng, 1)
    return restore.cyrillic(written)


def batches(
    rows: Sequence[T], size: int, length: Callable[[T], int], rng: random.Random
) -> list[list[T]]:
    """Return shuffled batches of rows of like length, which spares padding."""
    mixed = list(rows)
    rng.shuffle(mixed)
    out = []
    for start in range(0, len(mixed), 20 * size):
        near = sorted(mixed[start : start + 20 * size], key=length)
        out += [near[i : i + size] for i in range(0, len(near), size)]
    rng.shuffle(out)
    return out
