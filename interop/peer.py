"""What a peer is, and what trying it brings."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

from interop.conversation import Line, Phone
from interop.program import Site

PhoneOf = Callable[[str], Phone]
"""A citizen's end of a channel, by telephone number."""


@dataclass(frozen=True)
class Check:
    """One more thing that was looked at, beside the conversations."""

    what: str
    passed: bool
    detail: str = ""


def nothing() -> None:
    """Nothing to wait for."""


def no_checks() -> Iterator[Check]:
    """Nothing more to look at."""
    return iter(())


@dataclass(frozen=True)
class Lane:
    """A started peer, and what the program must be told to meet it."""

    environ: Mapping[str, str] = field(repr=False)
    phones: Mapping[str, PhoneOf]
    """By the name of the channel that they reach."""
    ready: Callable[[], None] = nothing
    """Returns once peer and program have met. Raises PeerError."""
    checks: Callable[[], Iterator[Check]] = no_checks
    """Made after the conversations, while both still run."""


@dataclass(frozen=True)
class Peer:
    """An independent program, or several that belong together."""

    name: str
    """How it is called on the command line."""
    title: Callable[[], str]
    """What it is, with the versions that run here."""
    doors: tuple[str, ...]
    """The channels it reaches; none for a peer that is looked at alone."""
    open: Callable[[Site], AbstractContextManager[Lane]]
    """Starts it. With doors, the program of the site is started afterwards."""


@dataclass(frozen=True)
class Result:
    """One conversation in one script through one door."""

    door: str
    conversation: str
    script: str
    error: str | None
    seconds: float
    lines: tuple[Line, ...] = field(repr=False)

    @property
    def passed(self) -> bool:
        """Whether it went as it should."""
        return self.error is None


@dataclass(frozen=True)
class Run:
    """All that a peer brought."""

    peer: Peer
    results: tuple[Result, ...] = ()
    checks: tuple[Check, ...] = ()
    error: str | None = None
    """Why it could not be tried at all."""
