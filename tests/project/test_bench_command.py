"""`urtuu bench nlu` and `urtuu bench catalogue` on small files of one's own."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bench.nlu import arguments, report, rows_of
from bot.language.training import Example

TRAIN = [
    *((f"маргааш бороо орох уу {n}", "weather") for n in range(6)),
    *((f"надад нэг дуу тоглуулаач {n}", "music") for n in range(6)),
    *((f"сэрүүлэг тавиад өг {n}", "alarm") for n in range(6)),
]


def _file(path: Path, rows: list[tuple[str, str]], **more: str) -> Path:
    lines = [json.dumps({"utt": utt, "intent": intent, **more}) for utt, intent in rows]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def _bench(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "bot", "bench", *words]
    return subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603


def test_accuracy_is_printed_as_one_json_object(tmp_path: Path) -> None:
    train = _file(tmp_path / "a.jsonl", TRAIN)
    test = _file(tmp_path / "b.jsonl", [("бороо орох болов уу", "weather"), ("дуу тавь", "music")])

    found = _bench("nlu", "--train", str(train), "--test", str(test), "--adapter", "none")

    assert found.returncode == 0, found.stderr
    printed = json.loads(found.stdout)
    assert (printed["train"], printed["test"], printed["intents"]) == (18, 2, 3)
    assert printed["accuracy"] == 1.0
    assert 0 < printed["ms_p50"] <= printed["ms_p99"]


@pytest.mark.parametrize("script", ["latin", "typos"])
def test_the_test_can_be_read_in_another_writing(script: str) -> None:
    options = _options("--script", script, "--adapter", "none", "--shots", "4", "--draws", "2")
    rows = [Example(text, intent) for text, intent in TRAIN]

    found: dict[str, Any] = report(rows, rows[::6], options)

    assert (found["script"], found["draws"], found["shots"]) == (script, 2, 4)
    assert found["accuracy"] > 0.6
    assert found["accuracy_sd"] is not None


def test_one_file_with_several_partitions_is_split_by_them(tmp_path: Path) -> None:
    both = tmp_path / "all.jsonl"
    rows = [("a б", "x", "train"), ("в г", "y", "train"), ("д е", "x", "dev")]
    lines = [json.dumps({"utt": u, "intent": i, "partition": p}) for u, i, p in rows]
    both.write_text("\n".join(lines), encoding="utf-8")

    assert len(rows_of(both, None, "train")) == 2
    assert [row.text for row in rows_of(both, None, "test", "dev")] == ["д е"]
    with pytest.raises(ValueError, match="no rows of the partition 'none'"):
        rows_of(both, "none")


def test_a_file_of_another_shape_is_named_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_text('{"utt": "a", "intent": "b"}\n{"text": "a"}\n', encoding="utf-8")

    found = _bench("nlu", "--train", str(path), "--test", str(path))

    assert found.returncode == 2
    assert "bad.jsonl, line 2: not a MASSIVE row" in found.stderr


@pytest.mark.rasa
def test_cases_are_judged_by_the_pipeline_that_serves(tmp_path: Path) -> None:
    cases = tmp_path / "cases.tsv"
    cases.write_text(
        "# target\tstyle\ttext\n"
        "vehicle_fines\tlatin\tmashinii torguuli maani heden tugrug bolson yum bol\n"
        "#greet\tformal\tСайн байцгаана уу танайхан\n"
        "#oos\tcolloquial\tхоёр пицца хүргээд өгөөч гэртээ\n"
        "vehicle_fines\tproblem\tпаспортоо захиалмаар байна шүү дээ\n",
        encoding="utf-8",
    )

    found = _bench("catalogue", "--cases", str(cases), "--json")

    assert found.returncode == 0, found.stderr
    printed = json.loads(found.stdout)
    assert printed["top1"] == {"right": 1, "of": 2, "share": 0.5}
    assert printed["acts"]["of"] == printed["rejected"]["of"] == 1
    assert printed["confusions"][0]["asked"] == "vehicle_fines"


def test_an_unreadable_case_file_is_named(tmp_path: Path) -> None:
    found = _bench("catalogue", "--cases", str(tmp_path / "none.tsv"))

    assert found.returncode == 2
    assert "none.tsv" in found.stderr


def _options(*words: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    arguments(parser)
    return parser.parse_args(["--train", "x", "--test", "x", *words])
