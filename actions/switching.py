"""A short answer that names another service: asked back, because it may well be the answer."""

from __future__ import annotations

from dataclasses import replace

from actions.attempts import ask_again, slot_of
from actions.choosing import begin
from actions.dialogue import Dialogue
from actions.heard import Heard
from actions.office import Desk
from actions.proposals import read_answer, taken
from actions.result import Result
from actions.speech import say
from bot.language.values import NAME, PLACE, parse
from bot.message import Expects

SURE = 0.9
"""Probability above which a service that an answer names is worth asking back for."""
_ANSWER, _OTHER = "_answer", "_other"


def switch_offered(desk: Desk, dialogue: Dialogue, heard: Heard) -> Result | None:
    """Return the question whether another service is meant; None where the answer is one.

    Only a name, and a place that is not in the gazetteer, may be either; other words that are
    asked for, such as a purpose ("зээл"), are named like services.
    """
    name = dialogue.question[1]
    if heard.decision != "service" or heard.score < SURE or not _may_be_either(desk, name):
        return None
    other = desk.catalogue.services.get(heard.services[0])
    if other is None or other.id == dialogue.service:
        return None
    values = {**dialogue.values, _ANSWER: desk.turn.words, _OTHER: other.id}
    line = say("utter_switch", service=other.short).but(expects=Expects.YES_NO)
    return Result((line,), replace(dialogue, values=values).asking(f"switch:{name}"))


def _may_be_either(desk: Desk, name: str) -> bool:
    kind = slot_of(desk, name).type
    if kind == PLACE:
        return parse(PLACE, desk.turn.words, desk.turn.now.date()) is None
    return kind == NAME


async def switched(desk: Desk, dialogue: Dialogue) -> Result:
    """Begin the other service; the one in progress is put aside."""
    return await begin(desk, dialogue.without(_ANSWER, _OTHER), dialogue.values[_OTHER])


async def not_switched(desk: Desk, dialogue: Dialogue) -> Result:
    """Take the words as the answer that they are."""
    name, words = dialogue.question[1], dialogue.values[_ANSWER]
    bare = dialogue.without(_ANSWER, _OTHER)
    read = read_answer(desk, name, words)
    return await taken(desk, bare, name, read, words) if read else ask_again(desk, bare, name)
