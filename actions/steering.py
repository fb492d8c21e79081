"""Moving about in a conversation: dial, resume, cancel, back, repeat, start over, farewell."""

from __future__ import annotations

from dataclasses import replace

from actions.dialogue import Dialogue
from actions.heard import Heard
from actions.office import Desk
from actions.performing import ask_payload
from actions.result import Result
from actions.speech import again, say
from actions.steps import advance, ask_slot
from actions.words import words
from bot.message import Choice, Expects


async def dial(desk: Desk, dialogue: Dialogue, heard: Heard) -> Result:
    """The first screen of a session: an unfinished request first, else a welcome."""
    left = Dialogue.from_slot(desk.turn.unfinished)
    service = desk.catalogue.services.get(left.service or "")
    if service is None:
        return _welcome(desk, "utter_dial")
    aside = {key: value for key, value in left.to_slot().items() if key != "stack"}
    waiting = Dialogue(stack=(*left.stack, aside)).asking("resume")
    line = say("utter_unfinished", service=service.short).but(expects=Expects.YES_NO)
    return Result((line,), waiting)


async def greet(desk: Desk, dialogue: Dialogue, heard: Heard) -> Result:
    """A greeting: answered, and the open question asked again."""
    if dialogue.service:
        return (await resume(desk, dialogue, heard)).after(say("utter_greet_back"))
    return _welcome(desk, "utter_greet")


async def resume(desk: Desk, dialogue: Dialogue, heard: Heard) -> Result:
    """Go on with the request in progress, or with the one that was put aside."""
    if dialogue.awaiting == "resume" or not dialogue.service:
        dialogue = replace(dialogue.finish(), returning=False)
    if not dialogue.service:
        return _welcome(desk, "utter_greet")
    if dialogue.awaiting == "code":
        return Result((say("utter_code_awaited").but(expects=Expects.DIGITS),), dialogue)
    return await advance(desk, replace(dialogue, awaiting=None, awaiting_type=None))


async def cancel(desk: Desk, dialogue: Dialogue, heard: Heard) -> Result:
    """Drop the request in progress; nothing of it is kept."""
    if not dialogue.service:
        return _welcome(desk, "utter_nothing_to_cancel")
    return Result((say("utter_cancelled"),), dialogue.finish())


async def back(desk: Desk, dialogue: Dialogue, heard: Heard) -> Result:
    """Go one question back; from the first one, to the menu."""
    service = desk.catalogue.services.get(dialogue.service or "")
    if service is None:
        return _welcome(desk, "utter_menu_short")
    question, name = dialogue.question
    answered = [slot for slot in service.ask if slot in dialogue.values and slot != name]
    if question == "code":
        reopened = replace(dialogue.without("_code"), consented=False, awaiting=None)
        return await advance(desk, reopened)
    if not answered:
        return Result((say("utter_cancelled"),), dialogue.finish())
    last = answered[-1]
    reopened = replace(dialogue.without(last), consented=False, confirmed=False, awaiting=None)
    return ask_slot(desk.catalogue.slots[last], reopened)


async def repeat(desk: Desk, dialogue: Dialogue, heard: Heard) -> Result:
    """Say the last answer again."""
    if not desk.turn.last:
        return _welcome(desk, "utter_greet")
    return Result(again(desk.turn.last), dialogue)


async def start_over(desk: Desk, dialogue: Dialogue, heard: Heard) -> Result:
    """Forget the requests in progress and begin afresh."""
    return _welcome(desk, "utter_start_over")


async def bye(desk: Desk, dialogue: Dialogue, heard: Heard) -> Result:
    """Farewell: the session ends."""
    return Result((say("utter_bye").but(ends_session=True),), Dialogue())


def _welcome(desk: Desk, response: str) -> Result:
    known = [name for name in words().favourites if name in desk.catalogue.services]
    choices = tuple(
        Choice(desk.catalogue.services[name].short, ask_payload(name)) for name in known
    )
    return Result((say(response, *choices).but(expects=Expects.CHOICE),), Dialogue())
