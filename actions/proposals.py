"""A value that is not certain: read back, offered in all its readings, accepted or refused.

Nothing that had to be guessed is used before the citizen has confirmed or picked it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from actions.attempts import ask_again, slot_of
from actions.dialogue import Dialogue
from actions.free_text import AS_TYPED, shown
from actions.heard import Heard
from actions.office import Desk
from actions.result import Result
from actions.speech import say
from actions.steps import advance
from bot.language.quick import quick_act
from bot.language.values import PLACE, Parsed, parse
from bot.message import Choice, Expects

MAX_READINGS = 4
"""Readings offered at once: with "none of these" they are what a small screen holds."""
MAX_PLACE_CHARS = 60
"""A longer text names no place."""
_PENDING = "_pending"
_NUMBER_DIGITS = 2
"""A number of so few digits is a pick from the list, be it a wrong one."""


def read_answer(desk: Desk, name: str, words: str) -> Parsed | None:
    """Return the value of an answer, None where it has none.

    A place that the gazetteer does not know stands as it was written, to be confirmed.
    """
    slot, today = slot_of(desk, name), desk.turn.now.date()
    read = parse(slot.type, words, today, dict(slot.options) or None)
    if read is None and slot.type == PLACE and _may_be_a_place(words):
        text = parse("text", words, today)
        return text and Parsed(text.value, shown(slot, text.value), certain=False)
    return read


def _may_be_a_place(words: str) -> bool:
    return len(words) <= MAX_PLACE_CHARS and quick_act(words) is None


async def taken(desk: Desk, dialogue: Dialogue, name: str, read: Parsed, words: str) -> Result:
    """Keep a certain value; read an uncertain one back, or ask which of its readings is meant.

    `words` are those that the value was read from.
    """
    noted = dialogue
    if slot_of(desk, name).type == PLACE:
        noted = _with(dialogue, {_typed(name): words})
    if read.certain:
        return await advance(desk, settled(noted, name, read.value))
    if len(read.readings) > 1:
        return _offer(noted, slot_of(desk, name).type, name, read)
    pending = _with(noted, {_PENDING: read.value})
    line = say("utter_sure", value=read.shown)
    if read.typed:
        line = say("utter_sure_typed", value=read.shown, typed=read.typed)
    asking = replace(pending.asking(f"sure:{name}"), attempts=dialogue.attempts)
    return Result((line.but(expects=Expects.YES_NO),), asking)


async def take_reading(desk: Desk, dialogue: Dialogue, heard: Heard) -> Result:
    """Take the reading that was picked, or another answer written instead of a pick."""
    name = dialogue.question[1]
    offered = list(dialogue.awaiting_options or ())
    picked = heard.given.get("value", "")
    if picked.isdecimal() and 1 <= int(picked) <= len(offered):
        return await advance(desk, settled(dialogue, name, offered[int(picked) - 1]))
    words = desk.turn.words
    read = None
    if not (words.isdecimal() and len(words) <= _NUMBER_DIGITS):
        read = read_answer(desk, name, words)
    if read is None:
        return ask_again(desk, dialogue, name)
    return await taken(desk, dialogue, name, read, words)


async def accepted(desk: Desk, dialogue: Dialogue) -> Result:
    """Keep the value that was read back."""
    name = dialogue.question[1]
    return await advance(desk, settled(dialogue, name, dialogue.values[_PENDING]))


async def refused(desk: Desk, dialogue: Dialogue) -> Result:
    """Ask again; a place is first offered as it was written, for the gazetteer knows no bags."""
    question, name = dialogue.question
    typed = dialogue.values.get(_typed(name), "")
    bare = dialogue.without(_PENDING, _typed(name), name)
    if typed and len(typed) <= MAX_PLACE_CHARS and dialogue.values.get(_PENDING) != typed:
        slot = slot_of(desk, name)
        pending = _with(bare, {_PENDING: typed, _typed(name): typed})
        line = say("utter_as_typed", value=shown(slot, typed)).but(expects=Expects.YES_NO)
        return Result((line,), pending.asking(f"sure:{name}"))
    if question == "which":
        return ask_again(desk, bare, name)
    return await advance(desk, replace(bare, awaiting=None))


def settled(dialogue: Dialogue, name: str, value: str) -> Dialogue:
    """Return the dialogue with a value kept, and a place's words beside it where they differ."""
    typed = dialogue.values.get(_typed(name))
    beside = {f"{name}{AS_TYPED}": typed} if typed and typed != value else {}
    bare = dialogue.without(_PENDING, _typed(name), f"{name}{AS_TYPED}")
    return bare.answered(**{name: value}, **beside)


def _typed(name: str) -> str:
    """Return the name under which a place's words wait until its value is settled."""
    return f"_{name}{AS_TYPED}"


def _offer(dialogue: Dialogue, kind: str, name: str, read: Parsed) -> Result:
    readings = read.readings[:MAX_READINGS]
    choices = [
        Choice(one.shown, f'/inform{{"value": "{number}"}}')
        for number, one in enumerate(readings, start=1)
    ]
    line = say("utter_which_reading", *choices)
    if read.typed:
        line = say("utter_which_reading_typed", *choices, typed=read.typed)
    values = {one.value: one.shown for one in readings}
    asking = replace(dialogue.asking(f"which:{name}", kind, values), attempts=dialogue.attempts)
    return Result((line.but(expects=Expects.CHOICE),), asking)


def _with(dialogue: Dialogue, values: Mapping[str, str]) -> Dialogue:
    return replace(dialogue, values={**dialogue.values, **values})
