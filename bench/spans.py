"""Labelled spans of text and how well they are found: exact and overlapping."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_SLOT = re.compile(r"\[\s*([^:\]]+?)\s*:\s*([^\]]*?)\s*\]")


@dataclass(frozen=True)
class Labelled:
    """A text and its spans as (slot type, start, end)."""

    text: str
    spans: tuple[tuple[str, int, int], ...]


def read(path: Path, partition: str | None = None) -> list[Labelled]:
    """Return the rows of a MASSIVE-shaped JSON-lines file, all or of one `partition`."""
    with path.open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines if line.strip()]
    return [
        labelled(row["annot_utt"])
        for row in rows
        if partition is None or row.get("partition") == partition
    ]


def labelled(annotated: str) -> Labelled:
    """Return the text and spans of "[date : маргааш] сэрээ"."""
    text, spans, done = "", [], 0
    for found in _SLOT.finditer(annotated):
        text += annotated[done : found.start()]
        spans.append((found[1], len(text), len(text) + len(found[2])))
        text += found[2]
        done = found.end()
    return Labelled(text + annotated[done:], tuple(spans))


@dataclass(frozen=True)
class Score:
    """Precision, recall and F1 of one slot type, in per cent."""

    precision: float
    recall: float
    f1: float
    gold: int
    found: int


def scores(
    rows: Sequence[Labelled],
    found: Sequence[Iterable[tuple[str, int, int]]],
    slots: Iterable[str],
    *,
    overlapping: bool,
) -> Mapping[str, Score]:
    """Return the score of each slot type; `overlapping` asks for one shared character only."""
    hits: Counter[tuple[str, str]] = Counter()
    for row, spans in zip(rows, found, strict=True):
        mine = list(spans)
        for name, count in _matched(row.spans, mine, overlapping=overlapping).items():
            hits["recalled", name] += count
        for name, count in _matched(mine, row.spans, overlapping=overlapping).items():
            hits["right", name] += count
        hits.update(("gold", span[0]) for span in row.spans)
        hits.update(("found", span[0]) for span in mine)
    return {
        name: _score(
            hits["right", name], hits["recalled", name], hits["gold", name], hits["found", name]
        )
        for name in slots
    }


def _matched(
    wanted: Iterable[tuple[str, int, int]],
    given: Sequence[tuple[str, int, int]],
    *,
    overlapping: bool,
) -> Counter[str]:
    return Counter(
        name
        for name, start, end in wanted
        if any(
            other == name and ((a < end and start < b) if overlapping else (a, b) == (start, end))
            for other, a, b in given
        )
    )


def _score(right: int, recalled: int, gold: int, found: int) -> Score:
    precision = 100 * right / found if found else 0.0
    recall = 100 * recalled / gold if gold else 0.0
    both = precision + recall
    return Score(precision, recall, 2 * precision * recall / both if both else 0.0, gold, found)
