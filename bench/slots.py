"""How well the rules of `bot.language` find dates, times, places and numbers in MASSIVE mn-MN.

Scored are the slot types date, time, timeofday, general_frequency, place_name and change_amount
(the only one of MASSIVE that holds plain numbers: "хорин хувь"; amounts of money have none, as
currency_name is a currency without an amount). The baseline, with --baseline, is a conditional
random field trained on the file of --train, which the rules never see when they run.
"""

from __future__ import annotations

import argparse
import importlib
import json
import re
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from bench.spans import Labelled, Score, read, scores
from bot.language import numerals, place_names, temporal
from bot.language.values import find

SLOTS = ("date", "time", "timeofday", "general_frequency", "place_name", "change_amount")
_KINDS = {"frequency": "general_frequency"}
_AMOUNT = re.compile(
    r"(?P<amount>\s?(?:%|хувь(?=\s|$)(?: руу)?|хувиар)(?: хүртэл)?| (?:руу|рүү|дээр|хүртэл)(?!\w))"
)
"""What makes a number an amount of change: per cent, or "to" that level."""
_ITERATIONS = 60
_TODAY = date(2026, 11, 23)
Spans = list[tuple[str, int, int]]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.slots", description=__doc__)
    parser.add_argument("--train", type=Path, help="rows the baseline learns from")
    parser.add_argument("--test", type=Path, required=True)
    parser.add_argument("--train-partition", default=None, metavar="NAME")
    parser.add_argument("--test-partition", default=None, metavar="NAME")
    parser.add_argument("--baseline", action="store_true", help="also train and score a CRF")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    rows = read(options.test, options.test_partition)
    report: dict[str, Any] = {
        "rows": len(rows),
        "rules": _report(rows, [marked(r.text) for r in rows]),
    }
    report["find_ms"] = _milliseconds(lambda text: find(text, _TODAY), rows)
    if options.baseline:
        if options.train is None:
            parser.error("--baseline needs --train")
        report["crf"] = _report(rows, _crf(read(options.train, options.train_partition), rows))
    if options.json:
        print(json.dumps(report, indent=1, ensure_ascii=False))
        return
    for name in ("rules", "crf"):
        if name in report:
            _print(name, report[name])
    print(f"values.find: {report['find_ms']} ms a call over {len(rows)} rows")


def marked(text: str) -> Spans:
    """Return what the rules mark in a text, under MASSIVE's names of slot types."""
    times = [(_KINDS.get(s.kind, s.kind), s.start, s.end) for s in temporal.spans(text)]
    places = [("place_name", p.start, p.end) for p in place_names.scan(text)]
    taken = [*times, *places]
    numbers = [
        ("change_amount", one.start, found.end("amount"))
        for one in numerals.scan(text)
        if (found := _AMOUNT.match(text, one.end))
        and all(one.end <= start or one.start >= end for _, start, end in taken)
    ]
    return [*times, *places, *numbers]


def _report(rows: Sequence[Labelled], found: Sequence[Spans]) -> dict[str, dict[str, Any]]:
    return {
        "exact": _rounded(scores(rows, found, SLOTS, overlapping=False)),
        "overlapping": _rounded(scores(rows, found, SLOTS, overlapping=True)),
    }


def _rounded(by_slot: Mapping[str, Score]) -> dict[str, dict[str, float]]:
    return {
        name: {key: round(value, 1) for key, value in asdict(score).items()}
        for name, score in by_slot.items()
    }


def _print(name: str, report: Mapping[str, Mapping[str, Mapping[str, float]]]) -> None:
    for way, by_slot in report.items():
        print(f"{name}, {way} spans")
        for slot, row in by_slot.items():
            figures = "   ".join(f"{key} {row[key]:5.1f}" for key in ("precision", "recall", "f1"))
            print(f"  {slot:18} {figures}   gold {row['gold']}, found {row['found']}")


def _milliseconds(call: Callable[[str], object], rows: Sequence[Labelled]) -> float:
    begun = time.perf_counter()
    for row in rows:
        call(row.text)
    return round(1000 * (time.perf_counter() - begun) / max(1, len(rows)), 3)


def _crf(train: Sequence[Labelled], test: Sequence[Labelled]) -> list[Spans]:
    """Return the spans a CRF finds: words, affixes and neighbours as features, BIO labels."""
    try:
        sklearn_crfsuite = importlib.import_module("sklearn_crfsuite")
    except ImportError:
        sys.exit('bench slots: the baseline needs sklearn-crfsuite: install the extra "bench"')
    model = sklearn_crfsuite.CRF(algorithm="lbfgs", c1=0.1, c2=0.02, max_iterations=_ITERATIONS)
    model.fit([features(_words(row.text)) for row in train], [_tags(row) for row in train])
    tagged = model.predict([features(_words(row.text)) for row in test])
    return [_spans(row.text, tags) for row, tags in zip(test, tagged, strict=True)]


def features(words: Sequence[re.Match[str]]) -> list[dict[str, str]]:
    """Return the features of each word of an utterance."""
    texts = [word.group() for word in words]
    padded = ["<", "<", *texts, ">", ">"]
    rows = []
    for at, word in enumerate(texts):
        around = {f"w{step}": padded[at + 2 + step] for step in (-2, -1, 0, 1, 2)}
        edges = {f"p{n}": word[:n] for n in (2, 3, 4)} | {f"s{n}": word[-n:] for n in (2, 3, 4)}
        pairs = {
            "left": f"{padded[at + 1]} {word}", "right": f"{word} {padded[at + 3]}",
            "near": f"{padded[at + 1][:4]}|{padded[at + 3][-3:]}",
            "length": str(min(len(word), 9)),
        }  # fmt: skip
        rows.append(around | edges | pairs)
    return rows


def _words(text: str) -> list[re.Match[str]]:
    return list(re.finditer(r"\S+", text))


def _tags(row: Labelled) -> list[str]:
    tags = []
    for word in _words(row.text):
        inside = next((s for s in row.spans if s[1] < word.end() and word.start() < s[2]), None)
        first = inside is not None and word.start() <= inside[1]
        tags.append("O" if inside is None else f"{'B' if first else 'I'}-{inside[0]}")
    return tags


def _spans(text: str, tags: Iterable[str]) -> Spans:
    found: Spans = []
    open_slot = ""
    for word, tag in zip(_words(text), tags, strict=True):
        slot = tag[2:]
        if slot and tag[0] == "I" and slot == open_slot:
            found[-1] = (slot, found[-1][1], word.end())
        elif slot:
            found.append((slot, word.start(), word.end()))
        open_slot = slot
    return found


if __name__ == "__main__":
    main()
