"""What a larger catalogue costs: time and accuracy of the ranker over 40, 140 and 1,263 services.

The services beyond the real ones are made from the titles of the KHUR operations
(bench/scale_services.py). Of each real service every fifth phrase is held out; those of the 40
services that stand in every catalogue are asked of each, in turn, so that what else the machine
does falls on all alike. The sentence encoder is left out: embedding the phrases of the largest
catalogue alone would take minutes.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

from bench.scale_services import made_services, real_services
from bot.catalogue.loader import load_catalogue
from bot.language.ranker import ServiceRanker, ServiceText
from bot.language.training import read_acts
from bot.places import data_folder

SIZES = (40, 140, 1263)
"""A small catalogue, the real one, and as many services as e-Mongolia offers."""
FOLDS = 5
ROUNDS = 3
TOP = 3
TARGET = 1.3
"""How many times the cost of the smallest catalogue the largest one may be."""


@dataclass(frozen=True)
class Measured:
    """One catalogue's figures; times in milliseconds a query, build in seconds."""

    services: int
    phrases: int
    build_s: float
    p50_ms: float
    p99_ms: float
    top1: float
    top3: float


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.scale", description=__doc__)
    parser.add_argument("--fold", type=int, default=0, choices=range(FOLDS))
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="times each query is asked")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args()
    found = measure(options.fold, options.rounds)
    report = {
        "sizes": [asdict(one) for one in found],
        "ratio_p50": round(found[-1].p50_ms / found[0].p50_ms, 2),
        "ratio_p99": round(found[-1].p99_ms / found[0].p99_ms, 2),
        "target_ratio": TARGET,
    }
    if options.json:
        print(json.dumps(report, indent=1))
        return
    print(
        f"{'services':>8} {'phrases':>8} {'build s':>8} {'p50 ms':>8} {'p99 ms':>8} top-1  top-3"
    )
    for one in found:
        times = f"{one.build_s:>8.1f} {one.p50_ms:>8.2f} {one.p99_ms:>8.2f}"
        print(f"{one.services:>8} {one.phrases:>8} {times} {one.top1:5.1%} {one.top3:6.1%}")
    print(f"largest to smallest: p50 {report['ratio_p50']}, p99 {report['ratio_p99']}")


def measure(fold: int, rounds: int) -> list[Measured]:
    """Return the figures of each size."""
    catalogue = load_catalogue(data_folder())
    real = real_services(catalogue)
    if not SIZES[0] <= len(real) <= SIZES[-1]:
        raise SystemExit(f"bench scale: {len(real)} real services, expected {SIZES}")
    asked = [(p, one.id) for one in real[: SIZES[0]] for p in one.phrases[fold::FOLDS]]
    known = [replace(one, phrases=_kept(one.phrases, fold)) for one in real]
    known += made_services(catalogue, SIZES[-1] - len(known))
    acts = read_acts(data_folder() / "acts")
    others = [example.text for example in acts if example.act != "complain"]
    built = [_built(known[:size], others) for size in SIZES]
    times = _times([ranker for ranker, _ in built], [text for text, _ in asked], rounds)
    return [
        _measured(known[:size], ranker, seconds, spent, asked)
        for size, (ranker, seconds), spent in zip(SIZES, built, times, strict=True)
    ]


def _kept(phrases: Sequence[str], fold: int) -> tuple[str, ...]:
    return tuple(phrase for place, phrase in enumerate(phrases) if place % FOLDS != fold)


def _built(services: Sequence[ServiceText], others: Sequence[str]) -> tuple[ServiceRanker, float]:
    begun = time.perf_counter()
    ranker = ServiceRanker.build(services, others=others)
    return ranker, time.perf_counter() - begun


def _times(
    rankers: Sequence[ServiceRanker], queries: Sequence[str], rounds: int
) -> list[list[float]]:
    """Return the milliseconds of each query by each ranker: the least of its rounds."""
    best = [[float("inf")] * len(queries) for _ in rankers]
    for _ in range(rounds):
        for place, query in enumerate(queries):
            for times, ranker in zip(best, rankers, strict=True):
                begun = time.perf_counter()
                ranker.rank(query)
                times[place] = min(times[place], 1000 * (time.perf_counter() - begun))
    return best


def _measured(
    services: Sequence[ServiceText],
    ranker: ServiceRanker,
    seconds: float,
    times: Sequence[float],
    asked: Sequence[tuple[str, str]],
) -> Measured:
    ranked = [[one.id for one in ranker.rank(text, k=TOP)] for text, _ in asked]
    right = [owner for _, owner in asked]
    return Measured(
        services=len(services),
        phrases=sum(len(one.phrases) for one in services),
        build_s=round(seconds, 2),
        p50_ms=round(statistics.median(times), 3),
        p99_ms=round(statistics.quantiles(times, n=100)[-1], 3),
        top1=_share([found[:1] == [owner] for found, owner in zip(ranked, right, strict=True)]),
        top3=_share([owner in found for found, owner in zip(ranked, right, strict=True)]),
    )


def _share(hits: Sequence[bool]) -> float:
    return round(sum(hits) / len(hits), 4)


if __name__ == "__main__":
    main()
