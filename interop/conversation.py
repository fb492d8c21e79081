"""Conversations as data, held by a citizen with the program over any peer."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import yaml

from bot.text.latin import to_latin
from bot.text.pages import Script
from interop.errors import Disagreement
from interop.places import HERE
from interop.program import Codes

SCRIPTS: tuple[Script, ...] = ("cyrillic", "latin")
_NUMBER = re.compile(r"\b\d{3} \d{4}\b")
_SPACE = re.compile(r"\s+")


class Phone(Protocol):
    """A citizen's end of a channel."""

    def says(self, text: str) -> str:
        """Return the whole answer to a message. Raises PeerError where none comes."""


@dataclass(frozen=True)
class Step:
    """One message and what its answer must hold; without words, a look at the last answer."""

    say: Mapping[str, str] = field(default_factory=dict)
    hear: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By script."""
    absent: tuple[str, ...] = ()
    where: str | None = None
    code: bool = False
    number: bool = False


@dataclass(frozen=True)
class Conversation:
    """What a citizen says, in both scripts."""

    id: str
    title: str
    phones: Mapping[str, str]
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Line:
    """One line of a transcript."""

    who: str
    """`citizen` or `program`."""
    text: str


@dataclass
class Course:
    """One conversation on its way."""

    phone: Phone
    number: str
    codes: Codes
    script: Script
    lines: list[Line] = field(default_factory=list)
    answer: str = ""
    case: str | None = None
    codes_seen: int = 0

    def go(self, conversation: Conversation) -> None:
        """Hold the conversation. Raises Disagreement, PeerError."""
        self.codes_seen = len(self.codes.of(self.number))
        for step in conversation.steps:
            if step.where is None or holds(self.answer, step.where):
                self._take(step)

    def _take(self, step: Step) -> None:
        if step.code:
            self._say(self.codes.next(self.number, self.codes_seen))
        elif step.say:
            self._say(step.say[self.script])
        for words in step.hear.get(self.script, ()):
            if not holds(self.answer, words):
                raise Disagreement(f"the answer lacks {words!r}: {self.answer!r}")
        for words in step.absent:
            if holds(self.answer, words):
                raise Disagreement(f"the answer has {words!r}: {self.answer!r}")
        if step.number:
            self._number()

    def _say(self, text: str) -> None:
        self.lines.append(Line("citizen", text))
        self.answer = self.phone.says(text)
        self.lines.append(Line("program", self.answer))

    def _number(self) -> None:
        found = _NUMBER.search(self.answer)
        if found is None:
            raise Disagreement(f"the answer has no case number: {self.answer!r}")
        if self.case is not None and found[0] != self.case:
            raise Disagreement(f"the case is {self.case}, the answer tells {found[0]}")
        self.case = found[0]


def holds(answer: str, words: str) -> bool:
    """Return whether the words are in an answer of either script."""
    plain = _flat(answer)
    return any(
        re.search(rf"(?<![\d,]){re.escape(_flat(form))}", plain) is not None
        for form in (words, to_latin(words))
    )


def _flat(text: str) -> str:
    return _SPACE.sub(" ", text).casefold()


def conversations() -> tuple[Conversation, ...]:
    """Return the conversations of conversations.yml."""
    raw = yaml.safe_load((HERE / "conversations.yml").read_text(encoding="utf-8"))
    return tuple(
        Conversation(
            name, each["title"], each["phone"], tuple(_step(step) for step in each["steps"])
        )
        for name, each in raw.items()
    )


def _step(raw: dict[str, Any]) -> Step:
    names = {"say", "hear", "not", "where", "code", "number"}
    if unknown := set(raw) - names:
        raise ValueError(f"conversations.yml: unknown keys {sorted(unknown)}")
    return Step(
        say=raw.get("say", {}),
        hear=_by_script(raw.get("hear", ())),
        absent=tuple(raw.get("not", ())),
        where=raw.get("where"),
        code=raw.get("code", False),
        number=raw.get("number", False),
    )


def _by_script(words: list[str] | dict[str, list[str]]) -> dict[str, tuple[str, ...]]:
    if isinstance(words, dict):
        return {script: tuple(each) for script, each in words.items()}
    return {script: tuple(words) for script in SCRIPTS}


ANSWER_LIMIT_S = 20.0
SETTLE_S = 0.7
"""The parts of one answer follow each other more quickly than this."""
_POLL_S = 0.05


def settled(count: Callable[[], int], seen: int) -> bool:
    """Return whether more than `seen` came in time, once the last of them has come."""
    deadline_s = time.monotonic() + ANSWER_LIMIT_S
    while count() <= seen:
        if time.monotonic() > deadline_s:
            return False
        time.sleep(_POLL_S)
    last, since_s = count(), time.monotonic()
    while time.monotonic() - since_s < SETTLE_S:
        time.sleep(_POLL_S)
        if count() != last:
            last, since_s = count(), time.monotonic()
    return True
