"""What an utterance may be said to mean: a service by its id, or an act by "#" and its name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from bot.catalogue.loader import Catalogue, load_catalogue
from bot.language.fold import key
from bot.language.quick import QuickActs
from bot.language.quick import load as load_quick
from bot.language.training import Example, read_acts
from bot.review.errors import UnknownLabel

ACT_SIGN = "#"
SHORT_FORMS = {"#oos": "#out_of_scope"}
_NEAR, _NEAREST = 0.5, 3


@dataclass(frozen=True)
class Owners:
    """Services and acts, and which of them each utterance belongs to."""

    folder: Path
    """nlu_data."""
    services: frozenset[str]
    acts: frozenset[str]
    phrases: Mapping[str, str]
    """Key of an utterance: the label it belongs to."""
    quick: QuickActs

    @property
    def labels(self) -> tuple[str, ...]:
        """Every label, services first."""
        return (*sorted(self.services), *sorted(f"{ACT_SIGN}{act}" for act in self.acts))

    def label(self, said: str) -> str:
        """Return the label meant. Raises UnknownLabel naming the nearest ones."""
        label = SHORT_FORMS.get(said, said)
        if label in self.labels:
            return label
        raise UnknownLabel(f"no service or act {said!r}; {nearest(said, self.labels)}")

    def owner(self, phrase: str) -> str | None:
        """Return the label that an utterance already belongs to, None where it is free."""
        act = self.quick.act(phrase)
        return f"{ACT_SIGN}{act}" if act else self.phrases.get(key(phrase))


def owners(folder: Path) -> Owners:
    """Return the owners of all that nlu_data lists. Raises CatalogueError."""
    return owners_of(folder, load_catalogue(folder), read_acts(folder / "acts"))


def owners_of(folder: Path, catalogue: Catalogue, acts: Sequence[Example]) -> Owners:
    """Return the owners of what was read of the folder."""
    phrases = {key(example.text): f"{ACT_SIGN}{example.act}" for example in acts}
    for service in catalogue.services.values():
        phrases |= {key(text): service.id for text in (service.title, *service.phrases)}
    return Owners(
        folder,
        frozenset(catalogue.services),
        frozenset(example.act for example in acts),
        phrases,
        load_quick(folder / "quick.yml"),
    )


def nearest(said: str, known: Iterable[str]) -> str:
    """Return a remedy for a misspelt label: the nearest ones, or where they are listed."""
    near = get_close_matches(said, list(known), n=_NEAREST, cutoff=_NEAR)
    if near:
        return f"nearest: {', '.join(near)}"
    return "allowed: an id of nlu_data/services, #act of nlu_data/acts, #oos"
