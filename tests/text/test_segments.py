"""Our segments are those of npm sms-segments-calculator, as a table of its answers has them."""

from __future__ import annotations

import csv
from pathlib import Path

from bot.text.units import segments, units
from interop.segments.texts import KINDS, text_of

TABLE = Path(__file__).parents[1] / "cases" / "text" / "segments.tsv"


def _rows() -> list[dict[str, str]]:
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    return list(csv.DictReader((one for one in lines if one[0] != "#"), delimiter="\t"))


def test_the_table_holds_a_thousand_texts_of_every_kind_and_both_encodings() -> None:
    rows = _rows()
    assert len(rows) >= 1000
    assert {row["kind"] for row in rows} == set(KINDS)
    assert {row["encoding"] for row in rows} == {"GSM-7", "UCS-2"}
    assert {row["segments"] for row in rows} >= {"1", "2", "3", "4", "5", "6", "7"}


def test_an_independent_calculator_counts_the_same_segments() -> None:
    differing = []
    for row in _rows():
        kind, text = text_of(int(row["seed"]))
        ours = kind, units(text).encoding, str(segments(text))
        if ours != (row["kind"], row["encoding"], row["segments"]):
            differing.append((row, ours))
    assert differing == []
