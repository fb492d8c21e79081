"""Understanding of given utterances by the trained pipeline: services, acts, what is not ours.

Cases are a tab-separated file: target, style, text. The target is a service id, "#act", or "#oos"
for what nothing of ours answers; equally right ones are joined by "|".
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from bot.engine.agent import Engine
from bot.language.decide import Decision
from bot.language.evaluate import Case, Report, Understood, evaluate, read_cases
from bot.language.ranker import Ranked
from bot.language.training import read_acts
from bot.live import live_catalogue, word_encoder
from bot.places import data_folder
from bot.training import model_path, train


class Pipeline:
    """The engine as it serves, asked for one utterance after the other, with the time of each."""

    def __init__(self) -> None:
        """Load the trained model."""
        self._engine = Engine(model_path())
        self._loop = asyncio.Runner()
        self.times_ms: list[float] = []

    def __enter__(self) -> Pipeline:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the event loop."""
        self._loop.close()

    def __call__(self, text: str) -> Understood:
        """Return what the engine makes of the text."""
        return understood(self._loop.run(self._timed(text)))

    async def _timed(self, text: str) -> dict[str, Any]:
        started = time.perf_counter()
        found = await self._engine.understand(text)
        self.times_ms.append(1000 * (time.perf_counter() - started))
        return found


def understood(found: dict[str, Any]) -> Understood:
    """Return the engine's answer as a value."""
    intent = found["intent"]
    decided = found.get("decision")
    if decided is None:
        name = intent.get("name") or "out_of_scope"
        return Understood(Decision("act", name, intent.get("confidence") or 0.0, ()), ())
    ranked = tuple(Ranked(one["id"], one["score"]) for one in decided["ranked"])
    offered = [] if decided["kind"] == "reject" else decided["services"]
    named = tuple(Ranked(one["id"], one["score"]) for one in offered)
    act = decided["act"]
    return Understood(Decision(decided["kind"], act["name"], act["confidence"], named), ranked)


def main(words: Sequence[str] | None = None) -> int:
    """Measure and print; return the exit status."""
    parser = argparse.ArgumentParser(prog="urtuu bench catalogue", description=__doc__)
    parser.add_argument("--cases", type=Path, required=True, help="FILE.tsv")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--faults", action="store_true", help="print every case that went wrong")
    options = parser.parse_args(words)
    try:
        cases = read_cases(options.cases)
    except (OSError, TypeError) as error:
        sys.stderr.write(f"urtuu bench catalogue: {options.cases}: {error}\n")
        return 2
    train(lambda text: sys.stderr.write(f"urtuu: {text}\n"))
    report, speed = _measured(cases)
    if options.json:
        print(json.dumps({**report.as_json(), **speed}, ensure_ascii=False, indent=1))
    else:
        _tell(report, speed, faults=options.faults)
    return 0


def _measured(cases: Sequence[Case]) -> tuple[Report, dict[str, Any]]:
    services = live_catalogue().catalogue.services
    phrases = [p for s in services.values() for p in (s.title, *s.phrases)]
    phrases += [example.text for example in read_acts(data_folder() / "acts")]
    word_encoder().encode(["сайн байна уу"])
    with Pipeline() as pipeline:
        report = evaluate(cases, pipeline, services, phrases)
    times = np.array(pipeline.times_ms)
    return report, {
        "cases": len(cases),
        "ms_p50": round(float(np.percentile(times, 50)), 2),
        "ms_p99": round(float(np.percentile(times, 99)), 2),
    }


def _tell(report: Report, speed: dict[str, Any], *, faults: bool) -> None:
    print(f"{speed['cases']} cases; {speed['ms_p50']} ms p50, {speed['ms_p99']} ms p99")
    for part in str(report).split("; "):
        print(f"  {part}")
    print("confusions (asked -> understood):")
    for asked, said, count in report.confusions[:20]:
        print(f"  {count} {asked} -> {said}")
    if faults:
        print("\n".join(report.faults))


if __name__ == "__main__":
    sys.exit(main())
