"""Rows of a file of MASSIVE's shape: JSON lines with utterance, intent and partition."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from bot.errors import CatalogueError
from bot.language.training import Example


def massive_rows(path: Path) -> Iterator[tuple[str | None, Example]]:
    """Yield each row's partition, None where it has none, and its utterance with the intent.

    Raises OSError, and CatalogueError naming the line that is not of the shape.
    """
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        try:
            row = json.loads(line)
            yield row.get("partition"), Example(row["utt"], row["intent"])
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise CatalogueError(
                f"{path.name}, line {number}: not a MASSIVE row ({error!r})"
            ) from error
