"""The benchmark of slots: reading labelled rows, marking them, scoring the marks."""

from __future__ import annotations

import json
from pathlib import Path

from bench import slots, spans

ROW = "[date : маргааш] [time : өглөөний есөн цагт] [place_name : дарханд] очно"


def test_brackets_become_spans_of_the_plain_text() -> None:
    row = spans.labelled(ROW)

    assert row.text == "маргааш өглөөний есөн цагт дарханд очно"
    assert [(name, row.text[a:b]) for name, a, b in row.spans] == [
        ("date", "маргааш"),
        ("time", "өглөөний есөн цагт"),
        ("place_name", "дарханд"),
    ]


def test_rows_of_another_partition_are_left_out(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    rows = [{"partition": name, "annot_utt": name} for name in ("train", "dev")]
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")

    assert [row.text for row in spans.read(path, "dev")] == ["dev"]
    assert len(spans.read(path)) == 2


def test_the_rules_mark_days_hours_places_and_per_cent() -> None:
    row = spans.labelled(ROW)
    marked = slots.marked("дууг хорин хувиар нэм")

    assert slots.marked(row.text) == list(row.spans)
    assert [name for name, _, _ in marked] == ["change_amount"]


def test_exact_and_overlapping_spans_are_scored_apart() -> None:
    row = spans.Labelled("өнөө орой долоон цагт", (("time", 5, 21),))
    found = [[("time", 10, 21), ("date", 0, 4)]]

    exact = spans.scores([row], found, ("time", "date"), overlapping=False)
    overlapping = spans.scores([row], found, ("time", "date"), overlapping=True)

    assert exact["time"].f1 == 0
    assert overlapping["time"] == spans.Score(100, 100, 100, gold=1, found=1)
    assert overlapping["date"] == spans.Score(0, 0, 0, gold=0, found=1)
