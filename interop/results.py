"""What the last run of each peer brought, kept so that one peer may be tried anew alone."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from interop.conversation import Line
from interop.peer import Check, Peer, Result, Run
from interop.places import INSTALLED

_FILE = INSTALLED / "results.json"


@dataclass(frozen=True)
class Kept:
    """The last run of one peer."""

    name: str
    title: str
    day: str
    results: tuple[Result, ...] = field(repr=False)
    checks: tuple[Check, ...]
    error: str | None

    @property
    def passed(self) -> bool:
        """Whether everything went as it should, and something was tried."""
        tried = [*(r.passed for r in self.results), *(c.passed for c in self.checks)]
        return self.error is None and bool(tried) and all(tried)


def keep(runs: Sequence[Run], day: str) -> None:
    """Keep these runs in place of the earlier ones of the same peers."""
    kept = _read()
    for run in runs:
        kept[run.peer.name] = {
            "title": run.peer.title(),
            "day": day,
            "results": [asdict(result) for result in run.results],
            "checks": [asdict(check) for check in run.checks],
            "error": run.error,
        }
    _FILE.parent.mkdir(exist_ok=True)
    _FILE.write_text(json.dumps(kept, ensure_ascii=False, indent=1), encoding="utf-8")


def kept_of(peers: Sequence[Peer]) -> tuple[Kept, ...]:
    """Return the last run of each peer that has one, in the order given."""
    kept = _read()
    return tuple(_of(peer.name, kept[peer.name]) for peer in peers if peer.name in kept)


def _read() -> dict[str, Any]:
    if not _FILE.exists():
        return {}
    kept: dict[str, Any] = json.loads(_FILE.read_text(encoding="utf-8"))
    return kept


def _of(name: str, plain: dict[str, Any]) -> Kept:
    results = tuple(
        Result(**{**each, "lines": tuple(Line(**line) for line in each["lines"])})
        for each in plain["results"]
    )
    checks = tuple(Check(**each) for each in plain["checks"])
    return Kept(name, plain["title"], plain["day"], results, checks, plain["error"])
