"""What is decided before any model runs, and what the dialogue's question overrules afterwards.

A digit on a menu, yes and no, a plate or a code that was asked for: these are certain and cost
nothing, so no model is asked about them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from bot.language.fold import key
from bot.language.place_names import is_place
from bot.language.quick import quick_act
from bot.language.values import FREE_KINDS, NARRATIVE, PLACE, correction, parse
from bot.message import Reply

# While a free text is awaited, only a clear request for another service interrupts it.
SURE_INTERRUPTION = 0.9

OPTION_DIGITS = 2
"""Digits of an option's number: a longer number is an answer, never a pick."""

INTERRUPTION_WORDS = 3
"""A shorter utterance answers the question for a text; where it seems to name another service, the
dialogue asks back."""

# Acts that answer nothing by themselves: with a question open they are taken as its answer.
_WEAK_ACTS = frozenset({"nlu_fallback", "inform", "out_of_scope", "chitchat", "affirm", "deny"})


def before_the_model(
    words: str, last: Sequence[Reply], dialogue: Mapping[str, object], today: date
) -> str | None:
    """Return the payload that `words` certainly mean, or None where the model must decide."""
    picked = _picked(words, last)
    if picked is not None:
        return picked
    kind = dialogue.get("awaiting_type")
    if isinstance(kind, str) and _answers(kind, words, dialogue, today):
        return "/inform"
    if dialogue.get("service") and correction(words) is not None:
        return "/inform"
    act = quick_act(words)
    if act is not None:
        return f"/{act}"
    if words.isdecimal():
        return "/inform" if kind else "/wrong_key"
    return None


def after_the_model(
    intent: str, confidence: float, dialogue: Mapping[str, object], words: str, today: date
) -> str:
    """Return the intent that stands once the open question is taken into account."""
    kind = dialogue.get("awaiting_type")
    if not isinstance(kind, str):
        return intent
    if intent in _WEAK_ACTS:
        return "inform"
    if kind == NARRATIVE:
        # A story in the citizen's own words: whatever it is about, it is the answer.
        return "inform"
    is_short = len(words.split()) < INTERRUPTION_WORDS
    if kind in FREE_KINDS and (is_short or confidence < SURE_INTERRUPTION):
        return "inform"
    return intent


def _answers(kind: str, words: str, dialogue: Mapping[str, object], today: date) -> bool:
    """Return whether the words certainly answer a question of this kind.

    Of the kinds that any words may answer only a place may be certain: one known by its full name.
    """
    if kind == PLACE:
        return is_place(words)
    if kind in FREE_KINDS or kind == NARRATIVE:
        return False
    return parse(kind, words, today, _options(dialogue)) is not None


def _picked(words: str, last: Sequence[Reply]) -> str | None:
    choices = last[-1].choices if last else ()
    if words.isdecimal() and len(words) <= OPTION_DIGITS and 1 <= int(words) <= len(choices):
        return choices[int(words) - 1].payload
    said = key(words)
    if not said:
        return None
    exact = [choice for choice in choices if key(choice.label) == said]
    begun = [choice for choice in choices if key(choice.label).startswith(f"{said} ")]
    named = exact or begun
    return named[0].payload if len(named) == 1 else None


def _options(dialogue: Mapping[str, object]) -> Mapping[str, str] | None:
    options = dialogue.get("awaiting_options")
    return options if isinstance(options, dict) else None
