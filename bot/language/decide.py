"""What to do with an utterance: serve, ask which service, act, or say that it was not understood.

The act model is trained, the ranker follows the catalogue: a service added today is unknown to the
act model, so a sure ranker wins over a less sure act.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from bot.language.ranker import Ranked

ASK_SERVICE = "ask_service"
"""The act of asking for a service; also the part before "/" of a service's intent."""
OUT_OF_SCOPE = "out_of_scope"
_YIELDING = frozenset({ASK_SERVICE, "inform"})
"""Acts that a sure service wins over however probable they are. An answer to an open question is
read before this model is asked, so values that reach it only stand beside a request."""


@dataclass(frozen=True)
class Thresholds:
    """Where one outcome gives way to the next. All but lead and max_choices are probabilities.

    Chosen over 1,750 utterances that no model was trained on (the files heldout to heldout5.tsv of
    tests/cases/language); what they give is in docs/language.md. On heldout3 `possible` 0.1 leaves
    1.4 % of the service utterances not understood and refuses 89.5 % of the foreign ones, 0.12
    1.9 and 90.7 %, 0.15 2.2 and 91.9 %; `act` 0.35 to 0.5 gains 1.5 % of foreign ones and costs
    1 % of acts; lead 1.5 to 2 differ by one utterance, 3.0 asks 3 % more.
    """

    sure: float = 0.55
    """A best service above this is served without asking."""
    possible: float = 0.12
    """A best service below this is not worth offering."""
    floor: float = 0.01
    """A service below this is not named beside a better one."""
    lead: float = 2.0
    """How many times more probable the best service must be than the next to be served at once."""
    override: float = 0.9
    """A best service above this wins over an act that is less probable than it."""
    asks: float = 0.5
    """Below this probability of asking for a service, only a service above `override` counts."""
    act: float = 0.45
    """An act below this is not acted on."""
    max_choices: int = 3
    """How many services one question offers."""


THRESHOLDS = Thresholds()


@dataclass(frozen=True)
class Decision:
    """What the utterance is taken for."""

    kind: Literal["service", "choose", "act", "reject"]
    act: str
    """The most probable act, whatever the kind."""
    act_confidence: float
    services: tuple[Ranked, ...]
    """One for "service", one to three for "choose" (to be confirmed), none otherwise."""


def decide(
    acts: Sequence[tuple[str, float]],
    ranked: Sequence[Ranked],
    text: str,
    thresholds: Thresholds = THRESHOLDS,
) -> Decision:
    """Return the decision for an utterance.

    `acts` are (act, probability); names like "ask_service/<id>" count as ask_service. `ranked` are
    the services, best first. A text without a letter or digit is rejected.
    """
    merged = _merged(acts)
    act, confidence = max(merged.items(), key=lambda item: item[1], default=(OUT_OF_SCOPE, 0.0))
    if not any(character.isalnum() for character in text):
        return Decision("reject", act, confidence, ())
    best = ranked[0].score if ranked else 0.0
    overrides = best >= thresholds.override and (act in _YIELDING or best >= confidence)
    if act != ASK_SERVICE and confidence >= thresholds.act and not overrides:
        return Decision("reject" if act == OUT_OF_SCOPE else "act", act, confidence, ())
    asks = overrides or merged.get(ASK_SERVICE, 0.0) >= thresholds.asks
    if not asks or best < thresholds.possible:
        return Decision("reject", act, confidence, ())
    return _offered(ranked, max(best, merged.get(ASK_SERVICE, 0.0)), thresholds)


def _offered(ranked: Sequence[Ranked], confidence: float, thresholds: Thresholds) -> Decision:
    best = ranked[0]
    rivals = [s for s in ranked[1:] if s.score * thresholds.lead >= best.score]
    if best.score >= thresholds.sure and not rivals:
        return Decision("service", ASK_SERVICE, confidence, (best,))
    named = [s for s in ranked[: thresholds.max_choices] if s.score >= thresholds.floor]
    return Decision("choose", ASK_SERVICE, confidence, tuple(named))


def _merged(acts: Sequence[tuple[str, float]]) -> dict[str, float]:
    merged: dict[str, float] = {}
    for name, chance in acts:
        act = name.partition("/")[0]
        merged[act] = merged.get(act, 0.0) + chance
    return merged
