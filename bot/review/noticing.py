"""Which utterance of a turn belongs in the review queue, and what became of the one before it.

An utterance is rejected (nothing was found in it), reasked (a "which of these?", or the same
question again) or corrected (the next thing said is a no to the service it was taken for, or
another choice than the first). What a citizen wrote in answer to a question for a personal value
is never looked at.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.language.fold import key
from bot.language.values import FREE_KINDS, NARRATIVE
from bot.review.redaction import MARKER, is_telling
from bot.store.review import Seen

ASK_SERVICE, CHOOSE_SERVICE = "ask_service", "choose_service"
COMPLAIN = "complain"
"""The one act that begins a service by itself."""
TOP_SERVICES = 3
MAX_DENIAL_WORDS = 6
"""A "not that" is short; in a longer text the word stands for something else."""
_OPEN_KINDS = frozenset({"choice", "day", "year"})
"""Slot types whose unreadable answers may be looked at: they ask for no personal value."""
_OPEN_QUESTIONS = frozenset({"consent", "resume", "retry"})
_YES_NO = frozenset({"consent", "confirm", "sure", "which", "switch", "resume", "retry"})
_NOT = frozenset({"bish", "bsh"})
_CHOSEN_ACTS = frozenset({"human", "help", "emergency", "status", "my_data", COMPLAIN})
_ON_THE_WAY = frozenset({"menu", "category", "wrong_key", "life_event", "recommend"})
"""Acts between an utterance and the choice that tells what it meant."""
_CYRILLIC = re.compile(r"[А-Яа-яЁёӨөҮү]")
_LATIN = re.compile(r"[A-Za-z]")


@dataclass(frozen=True)
class Exchange:
    """One message and what the dialogue made of it."""

    words: str = field(repr=False)
    parsed: Mapping[str, Any] = field(repr=False)
    """The engine's output: intent, decision, entities."""
    before: Mapping[str, Any] = field(repr=False)
    """The dialogue's state as the message found it."""
    after: Mapping[str, Any] = field(repr=False)

    @property
    def act(self) -> str:
        """The act that stands."""
        return (self.parsed.get("intent") or {}).get("name") or ""

    @property
    def decision(self) -> Mapping[str, Any]:
        """What the models decided; empty where they were not asked."""
        return self.parsed.get("decision") or {}

    @property
    def picked(self) -> str:
        """The service that a pick from a menu carried."""
        found = [e for e in self.parsed.get("entities") or () if e.get("entity") == "service"]
        return str(found[0]["value"]) if found else ""

    @property
    def question(self) -> str:
        """The question that was open, such as "slot" or "consent"."""
        return str(self.before.get("awaiting") or "").partition(":")[0]


@dataclass(frozen=True)
class Choice:
    """What a citizen took after an utterance that is in the queue."""

    text: str = field(repr=False)
    chosen: str
    corrected: bool
    """It was not the first of what was offered."""


@dataclass(frozen=True)
class Noticed:
    """What one turn tells: at most one thing to store, and what the next turn may tell more of."""

    seen: Seen | None = None
    choice: Choice | None = None
    pending: Mapping[str, Any] = field(default_factory=dict, repr=False)
    """Plain data for the next turn: the redacted utterance, its decision and its reason, which is
    empty for one that was served and is not in the queue."""


def notice(
    turn: Exchange,
    pending: Mapping[str, Any],
    redact: Callable[[str], str],
    see: Callable[[Mapping[str, Any], str | None], Seen],
) -> Noticed:
    """Return what the turn tells. `see` makes a Seen of pending data and what was chosen."""
    chosen = _chosen(turn)
    if pending and not pending["reason"] and _is_denied(turn, pending):
        corrected = {**pending, "reason": "corrected"}
        return Noticed(see(corrected, chosen), pending={} if chosen else corrected)
    found = _found(turn, redact)
    if found and found["reason"]:
        return Noticed(see(found, None), pending=found)
    if pending and pending["reason"]:
        if chosen:
            other = pending["reason"] == "reasked" and chosen != _first(pending)
            return Noticed(choice=Choice(pending["text"], chosen, other), pending=found)
        if turn.act in _ON_THE_WAY:
            return Noticed(pending=pending)
    return Noticed(pending=found)


def script_of(text: str) -> str:
    """Return "cyrillic", "latin" or "mixed", by the letters outside markers."""
    bare = MARKER.sub("", text)
    if not _LATIN.search(bare):
        return "cyrillic"
    return "mixed" if _CYRILLIC.search(bare) else "latin"


def _found(turn: Exchange, redact: Callable[[str], str]) -> dict[str, Any]:
    """Return this utterance as pending data, {} where there is nothing to keep of it."""
    if not turn.decision or not turn.words or not _may_be_looked_at(turn):
        return {}
    reason = _reason(turn)
    if not reason and not _is_served(turn):
        return {}
    text = redact(turn.words)
    if not is_telling(text):
        return {}
    return {"text": text, "decided": _decided(turn.decision), "reason": reason}


def _may_be_looked_at(turn: Exchange) -> bool:
    if turn.question == "slot":
        return turn.before.get("awaiting_type") in _OPEN_KINDS
    return not turn.question or turn.question in _OPEN_QUESTIONS


def _reason(turn: Exchange) -> str:
    before, after = turn.before, turn.after
    if (after.get("rejections") or 0) > (before.get("rejections") or 0):
        return "rejected"
    if turn.act == ASK_SERVICE and turn.decision["kind"] == "choose":
        return "reasked"
    same = [before.get(name) == after.get(name) for name in ("awaiting", "service", "values")]
    return "reasked" if turn.question and turn.act == "inform" and all(same) else ""


def _is_served(turn: Exchange) -> bool:
    asked = turn.act == ASK_SERVICE and turn.decision["kind"] == "service"
    return asked or turn.act == COMPLAIN


def _is_denied(turn: Exchange, pending: Mapping[str, Any]) -> bool:
    """Return whether the words are a no to the service that the utterance before began."""
    same = turn.before.get("service") == turn.after.get("service")
    if same and turn.before.get("values") != turn.after.get("values"):
        return False
    if _chosen(turn) == _first(pending):
        return False
    if turn.act == "back" or _says_not(turn):
        return True
    decided = turn.decision.get("kind") == "act" and turn.decision["act"]["name"] == "deny"
    return (turn.act == "deny" or decided) and turn.question not in _YES_NO


def _says_not(turn: Exchange) -> bool:
    words = key(turn.words).split()
    is_text = turn.before.get("awaiting_type") in FREE_KINDS | {NARRATIVE}
    return len(words) <= MAX_DENIAL_WORDS and not is_text and not _NOT.isdisjoint(words)


def _chosen(turn: Exchange) -> str:
    if turn.act == CHOOSE_SERVICE:
        return turn.picked
    if turn.act == ASK_SERVICE and turn.decision.get("kind") == "service":
        return str(turn.decision["services"][0]["id"])
    return f"#{turn.act}" if turn.act in _CHOSEN_ACTS else ""


def _first(pending: Mapping[str, Any]) -> str:
    services = pending["decided"]["services"]
    return str(services[0]["id"]) if services else ""


def _decided(decision: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "kind": decision["kind"],
        "act": decision["act"]["name"],
        "confidence": decision["act"]["confidence"],
        "services": list(decision["services"][:TOP_SERVICES]),
    }
