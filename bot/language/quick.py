"""Acts recognised without a model: whole utterances of the closed lists in nlu_data/quick.yml.

Plain ЦУЦЛАХ is the withdrawal of consent that the law on personal data wants to be simple
(articles 8.7 and 18.4), so it is never read as "cancel this step"; болих is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import yaml

from bot.errors import CatalogueError
from bot.language import fold

DEFAULT_PATH = Path(__file__).parents[2] / "nlu_data" / "quick.yml"
MAX_CHARS = 60
"""No closed-list utterance is longer; a longer text is left to the models."""

_SOFTENERS = frozenset({"sho", "da", "de", "do", "ve", "baina"})
"""Keys of шүү, даа, дээ, доо, вэ (бэ) and байна after an utterance that is whole without them."""
_LEADS = frozenset({"za", "tegvel", "odo"})
"""Keys of за, тэгвэл and одоо before one."""


class QuickActs:
    """The closed lists, by key."""

    def __init__(self, phrases: Mapping[str, Sequence[str]]) -> None:
        """Index the phrases. Raises CatalogueError when two acts claim one utterance."""
        self._marks: dict[str, str] = {}
        self._keys: dict[str, str] = {}
        problems = [
            f"{act}: {phrase!r} already belongs to {owner}"
            for act, listed in phrases.items()
            for phrase in listed
            if (owner := self._claim(act, str(phrase))) != act
        ]
        if problems:
            raise CatalogueError("nlu_data/quick.yml: " + "; ".join(problems))

    def _claim(self, act: str, phrase: str) -> str:
        index, name = self._place(phrase)
        return index.setdefault(name, act)

    def _place(self, text: str) -> tuple[dict[str, str], str]:
        folded = fold.key(text)
        return (self._keys, folded) if folded else (self._marks, fold.clean(text))

    def act(self, text: str) -> str | None:
        """Return the act whose list holds this whole utterance, or None."""
        if len(text) > MAX_CHARS:
            return None
        index, name = self._place(text)
        return index.get(name) or (self._keys.get(_bare(name)) if index is self._keys else None)


def load(path: Path = DEFAULT_PATH) -> QuickActs:
    """Return the lists read from YAML. Raises CatalogueError when two acts share an utterance."""
    return QuickActs(yaml.safe_load(path.read_text(encoding="utf-8")))


def quick_act(text: str) -> str | None:
    """Return the act of a whole utterance by the shipped lists, or None."""
    return _shipped().act(text)


@cache
def _shipped() -> QuickActs:
    return load()


def _bare(name: str) -> str:
    """Return the key without one leading "well" and without trailing particles."""
    words = name.split()
    if len(words) > 1 and words[0] in _LEADS:
        words = words[1:]
    while len(words) > 1 and words[-1] in _SOFTENERS:
        words = words[:-1]
    return " ".join(words)
