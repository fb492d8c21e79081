"""Measures understanding on held-out utterances: services, acts, and what must be refused."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.language import fold
from bot.language.decide import Decision
from bot.language.ranker import Ranked

_ACT = "#"
_BINS = 10
_CYRILLIC = re.compile("[а-яөүё]", re.IGNORECASE)
FOREIGN = "oos"
"""The act of a case that nothing of ours answers."""


@dataclass(frozen=True)
class Case:
    """A held-out utterance with what it asks for."""

    target: str
    """A service id, "#act" or "#oos"; where two are equally right, joined by "|"."""
    style: str
    text: str

    @property
    def targets(self) -> tuple[str, ...]:
        """Everything that is right, the first one foremost."""
        return tuple(self.target.split("|"))

    @property
    def is_act(self) -> bool:
        """Whether an act of ours is asked for."""
        return self.targets[0].startswith(_ACT) and not self.is_foreign

    @property
    def is_foreign(self) -> bool:
        """Whether nothing of ours answers it."""
        return self.target == _ACT + FOREIGN


@dataclass(frozen=True)
class Share:
    """How many of how many."""

    right: int
    total: int

    @property
    def value(self) -> float:
        """The share, 0 to 1; 1 of nothing."""
        return self.right / self.total if self.total else 1.0

    def __str__(self) -> str:
        return f"{self.right}/{self.total} = {100 * self.value:.1f} %"


@dataclass(frozen=True)
class Understood:
    """What the pipeline made of one utterance."""

    decision: Decision
    ranked: tuple[Ranked, ...]
    """The nearest services, best first, whatever was decided."""


Found = Sequence[tuple[Case, Understood]]


@dataclass(frozen=True)
class Report:
    """The counts of one evaluation."""

    top1: Share
    """Service cases whose service the ranking names first."""
    top3: Share
    """Service cases whose service is among the first three of the ranking."""
    served: Share
    """Service cases that are served the right service at once."""
    offered: Share
    """Service cases whose service is served, or among those that the citizen is asked about."""
    wrong: Share
    """Service cases that were served another service without being asked (of all of them)."""
    refused: Share
    """Service cases that were not understood."""
    acts: Share
    """Act cases decided as that act."""
    rejected: Share
    """Foreign cases that were refused: neither a service nor an act of ours."""
    calibration_error: float
    """Expected calibration error of the best service's score over service cases, ten bins."""
    styles: dict[str, Share]
    """First service of the ranking right, by style of writing."""
    scripts: dict[str, Share]
    """The same by script, Cyrillic or Latin, of what was typed."""
    missing: int
    """Service cases left out because no such service is in the catalogue."""
    seen: int
    """Cases left out because their key stands in the training phrases."""
    faults: tuple[str, ...]
    """One line per case that went wrong."""
    confusions: tuple[tuple[str, str, int], ...]
    """(asked, understood, how often), most frequent first."""

    def __str__(self) -> str:
        styles = ", ".join(f"{name} {share}" for name, share in sorted(self.styles.items()))
        scripts = ", ".join(f"{name} {share}" for name, share in sorted(self.scripts.items()))
        return (
            f"top-1 {self.top1}; top-3 {self.top3}; served {self.served}; offered {self.offered}; "
            f"wrongly served {self.wrong}; refused {self.refused}; acts {self.acts}; "
            f"foreign rejected {self.rejected}; calibration error {self.calibration_error:.3f}; "
            f"{scripts}; {styles}; "
            f"{self.missing} without service file, {self.seen} also in training"
        )

    def as_json(self) -> dict[str, Any]:
        """Return the counts as plain data."""
        shares = ("top1", "top3", "served", "offered", "wrong", "refused", "acts", "rejected")
        return {
            **{name: _plain(getattr(self, name)) for name in shares},
            "calibration_error": round(self.calibration_error, 4),
            "scripts": {name: _plain(share) for name, share in self.scripts.items()},
            "styles": {name: _plain(share) for name, share in self.styles.items()},
            "without_service_file": self.missing,
            "also_in_training": self.seen,
            "confusions": [
                {"asked": a, "understood": b, "times": count} for a, b, count in self.confusions
            ],
        }


def read_cases(path: Path) -> tuple[Case, ...]:
    """Return the cases of a tab-separated file; lines beginning with "# " are remarks."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return tuple(Case(*line.split("\t")) for line in lines if line and not line.startswith("# "))


def evaluate(
    cases: Iterable[Case],
    understand: Callable[[str], Understood],
    services: Collection[str],
    training: Iterable[str] = (),
) -> Report:
    """Return what `understand` gets right.

    Cases of services that are not in `services`, and cases whose key equals that of a training
    phrase, are counted but not judged.
    """
    every = list(cases)
    known = {fold.key(text) for text in training}
    present = [c for c in every if c.target.startswith(_ACT) or c.targets[0] in services]
    judged = [c for c in present if fold.key(c.text) not in known]
    found = [(case, understand(case.text)) for case in judged]
    asked = [(c, u) for c, u in found if not c.is_act and not c.is_foreign]
    return Report(
        top1=_share([_first(c, u) for c, u in asked]),
        top3=_share([_among(c, u.ranked[:3]) for c, u in asked]),
        served=_share([u.decision.kind == "service" and _right(c, u) for c, u in asked]),
        offered=_share([_right(c, u) or _among(c, u.decision.services) for c, u in asked]),
        wrong=_share([u.decision.kind == "service" and not _right(c, u) for c, u in asked]),
        refused=_share([u.decision.kind == "reject" for _, u in asked]),
        acts=_share([_right(c, u) for c, u in found if c.is_act]),
        rejected=_share([_right(c, u) for c, u in found if c.is_foreign]),
        calibration_error=_calibration_error(asked),
        styles=_by(asked, lambda case: case.style),
        scripts=_by(asked, lambda case: _script(case.text)),
        missing=len(every) - len(present),
        seen=len(present) - len(judged),
        faults=tuple(_fault(c, u) for c, u in found if not _right(c, u)),
        confusions=_confusions(found),
    )


def _answer(understood: Understood) -> str:
    """Return the decision in the terms of a case's targets."""
    decision = understood.decision
    if decision.kind == "act":
        return _ACT + decision.act
    if decision.kind == "reject" or not decision.services:
        return _ACT + FOREIGN
    return decision.services[0].id


def _right(case: Case, understood: Understood) -> bool:
    return _answer(understood) in case.targets


def _among(case: Case, ranked: Sequence[Ranked]) -> bool:
    return any(one.id in case.targets for one in ranked)


def _first(case: Case, understood: Understood) -> bool:
    return _among(case, understood.ranked[:1])


def _share(right: Sequence[bool]) -> Share:
    return Share(sum(right), len(right))


def _plain(share: Share) -> dict[str, Any]:
    return {"right": share.right, "of": share.total, "share": round(share.value, 4)}


def _by(asked: Found, kind: Callable[[Case], str]) -> dict[str, Share]:
    total = Counter(kind(case) for case, _ in asked)
    right = Counter(kind(case) for case, understood in asked if _first(case, understood))
    return {name: Share(right[name], total[name]) for name in total}


def _script(text: str) -> str:
    return "cyrillic" if _CYRILLIC.search(text) else "latin"


def _calibration_error(asked: Found) -> float:
    """Return the mean distance of score and share of right ones, over bins of the score."""
    bins: dict[int, list[tuple[float, bool]]] = {}
    for case, understood in asked:
        if understood.ranked:
            score = understood.ranked[0].score
            kept = bins.setdefault(min(int(score * _BINS), _BINS - 1), [])
            kept.append((score, _first(case, understood)))
    total = sum(len(kept) for kept in bins.values())
    off = sum(abs(sum(s for s, _ in kept) - sum(r for _, r in kept)) for kept in bins.values())
    return off / total if total else 0.0


def _confusions(found: Found) -> tuple[tuple[str, str, int], ...]:
    counts = Counter((c.target, _answer(u)) for c, u in found if not _right(c, u))
    return tuple((asked, said, count) for (asked, said), count in counts.most_common())


def _fault(case: Case, understood: Understood) -> str:
    decision = understood.decision
    nearest = ", ".join(f"{s.id} {s.score:.2f}" for s in understood.ranked[:3])
    return (
        f"{case.target}\t{case.style}\t{case.text}\t-> {decision.kind} {decision.act} "
        f"{decision.act_confidence:.2f} [{nearest}]"
    )
