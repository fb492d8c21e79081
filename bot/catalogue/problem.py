"""What is wrong in a file of the catalogue, said so that its author can mend it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches


@dataclass(frozen=True)
class Problem:
    """One mistake: the file, the key, what is wrong and the remedy."""

    file: str
    key: str | None
    """Dotted path such as "khur.keep.amout"; None when the whole file is meant."""
    what: str
    remedy: str

    def __str__(self) -> str:
        where = f"key '{self.key}': " if self.key else ""
        return f"{self.file}: {where}{self.what}; {self.remedy}"


def suggestion(wrong: str, known: Iterable[str], otherwise: str) -> str:
    """A remedy for a misspelt name: the nearest known one, or `otherwise`."""
    near = get_close_matches(wrong, list(known), n=1, cutoff=0.6)
    return f"did you mean '{near[0]}'?" if near else otherwise


def listing(names: Iterable[str], at_most: int = 12) -> str:
    """The names joined by a comma, cut after `at_most` of them."""
    ordered = list(names)
    more = ", …" if len(ordered) > at_most else ""
    return ", ".join(ordered[:at_most]) + more
