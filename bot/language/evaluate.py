"""Measures understanding on held-out utterances: services, acts, and what must be refused."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.language import fold
from bot.language.decide import Decision

_ACT = "#"
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
class Report:
    """The counts of one evaluation."""

    top1: Share
    """Service cases whose first service, served or offered, is the one asked for."""
    top3: Share
    """Service cases whose service is served or among those offered."""
    wrong: Share
    """Service cases that were served another service without being asked (of all of them)."""
    acts: Share
    """Act cases decided as that act."""
    rejected: Share
    """Foreign cases that were refused: neither a service nor an act of ours."""
    styles: dict[str, Share]
    """First service right, by style of writing."""
    missing: int
    """Service cases left out because no such service is in the catalogue."""
    seen: int
    """Cases left out because their key stands in the training phrases."""
    faults: tuple[str, ...]
    """One line per case that went wrong."""

    def __str__(self) -> str:
        styles = ", ".join(f"{name} {share}" for name, share in sorted(self.styles.items()))
        return (
            f"top-1 {self.top1}; top-3 {self.top3}; wrongly served {self.wrong}; "
            f"acts {self.acts}; rejected {self.rejected}; {styles}; "
            f"{self.missing} without service file, {self.seen} also in training"
        )


def read_cases(path: Path) -> tuple[Case, ...]:
    """Return the cases of a tab-separated file; lines beginning with "# " are remarks."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return tuple(Case(*line.split("\t")) for line in lines if line and not line.startswith("# "))


def evaluate(
    cases: Iterable[Case],
    understand: Callable[[str], Decision],
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
    decided = [(case, understand(case.text)) for case in judged]
    asked = [(c, d) for c, d in decided if not c.is_act and not c.is_foreign]
    return Report(
        top1=_share([_right(c, d) for c, d in asked]),
        top3=_share([_right(c, d) or _offers(c, d) for c, d in asked]),
        wrong=_share([d.kind == "service" and not _right(c, d) for c, d in asked]),
        acts=_share([_right(c, d) for c, d in decided if c.is_act]),
        rejected=_share([_right(c, d) for c, d in decided if c.is_foreign]),
        styles=_by_style(asked),
        missing=len(every) - len(present),
        seen=len(present) - len(judged),
        faults=tuple(_fault(c, d) for c, d in decided if not _right(c, d)),
    )


def _answer(decision: Decision) -> str | None:
    """Return the decision in the terms of a case's targets."""
    if decision.kind == "act":
        return _ACT + decision.act
    if decision.kind == "reject":
        return _ACT + FOREIGN
    return decision.services[0].id if decision.services else None


def _right(case: Case, decision: Decision) -> bool:
    return _answer(decision) in case.targets


def _offers(case: Case, decision: Decision) -> bool:
    return any(ranked.id in case.targets for ranked in decision.services)


def _share(right: Sequence[bool]) -> Share:
    return Share(sum(right), len(right))


def _by_style(asked: Sequence[tuple[Case, Decision]]) -> dict[str, Share]:
    total = Counter(case.style for case, _ in asked)
    right = Counter(case.style for case, decision in asked if _right(case, decision))
    return {style: Share(right[style], total[style]) for style in total}


def _fault(case: Case, decision: Decision) -> str:
    offered = ", ".join(f"{s.id} {s.score:.2f}" for s in decision.services)
    return (
        f"{case.target}\t{case.style}\t{case.text}\t-> {decision.kind} {decision.act} "
        f"{decision.act_confidence:.2f} [{offered}]"
    )
