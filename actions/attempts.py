"""A question asked once more after an answer that could not be used, and the way out."""

from __future__ import annotations

from dataclasses import replace

from actions.dialogue import Dialogue
from actions.office import Desk
from actions.result import Result
from actions.speech import say
from actions.steps import ask_register, ask_slot
from bot.catalogue.service import SlotSpec

MAX_ATTEMPTS = 3
"""Unusable answers to one question before a way out is offered."""
REGISTER = "_register"
"""Names the register number of whoever asks, which is no slot of the service."""


def tried(dialogue: Dialogue) -> Dialogue:
    """Return the dialogue with one more unusable answer counted."""
    return replace(dialogue, attempts=dialogue.attempts + 1)


def ask_again(desk: Desk, dialogue: Dialogue, name: str) -> Result:
    """Return the question for a value once more, saying how to write it; at last the way out."""
    asked = f"slot:{name}"
    again = replace(tried(dialogue), awaiting="identity" if name == REGISTER else asked)
    if again.attempts >= MAX_ATTEMPTS:
        return Result((say("utter_stuck"),), replace(again, attempts=0))
    return ask_register(desk, again) if name == REGISTER else ask_slot(slot_of(desk, name), again)


def slot_of(desk: Desk, name: str) -> SlotSpec:
    """Return the slot of a value that is asked for."""
    return desk.catalogue.slots["register_number" if name == REGISTER else name]
