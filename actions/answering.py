"""Taking answers: values, yes and no, one-time codes, corrections."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import replace

from actions.attempts import MAX_ATTEMPTS, REGISTER, ask_again, tried
from actions.booking import take_booking_choice
from actions.dialogue import Dialogue
from actions.erasing import erase, keep
from actions.heard import Heard
from actions.khur.errors import KhurError
from actions.office import Desk
from actions.own_matters import take_case_number
from actions.proposals import accepted, read_answer, refused, settled, take_reading, taken
from actions.result import Result
from actions.speech import say
from actions.steering import resume
from actions.steps import advance, send_code
from actions.switching import not_switched, switch_offered, switched
from actions.trouble import failed
from bot.language.values import correction, parse
from bot.message import Expects


async def take_value(desk: Desk, dialogue: Dialogue, heard: Heard) -> Result:
    """Take the answer to the open question, or a correction of an earlier one."""
    corrected = _corrected(desk, dialogue)
    if corrected is not None:
        return await advance(desk, corrected)
    question = dialogue.question[0]
    if question in _YES_NO_QUESTIONS:
        return Result((say("utter_yes_or_no").but(expects=Expects.YES_NO),), dialogue)
    take = _TAKERS.get(question)
    if take is None:
        return Result((say("utter_what_for"),), dialogue)
    return await take(desk, dialogue, heard)


async def affirm(desk: Desk, dialogue: Dialogue, heard: Heard) -> Result:
    """Yes to the open question."""
    question = dialogue.question[0]
    if question in _YES:
        return await _YES[question](desk, dialogue)
    if question in ("resume", "retry"):
        return await resume(desk, dialogue, heard)
    if question:
        return await take_value(desk, dialogue, heard)
    return Result((say("utter_what_for"),), dialogue)


async def deny(desk: Desk, dialogue: Dialogue, heard: Heard) -> Result:
    """No to the open question. Consent refused means that nothing is fetched."""
    question = dialogue.question[0]
    if question in _NO:
        return await _NO[question](desk, dialogue)
    if question == "consent":
        return Result((say("utter_no_consent"),), dialogue.finish())
    if question == "resume":
        return Result((say("utter_start_over"),), Dialogue())
    if question in ("confirm", "retry"):
        return Result((say("utter_cancelled"),), dialogue.finish())
    if question:
        return await take_value(desk, dialogue, heard)
    return Result((say("utter_what_for"),), dialogue)


async def resend_code(desk: Desk, dialogue: Dialogue, heard: Heard) -> Result:
    """Send another one-time code, where one is awaited."""
    if dialogue.awaiting != "code":
        return Result((say("utter_what_for"),), dialogue)
    return await send_code(desk, dialogue)


async def _consent(desk: Desk, dialogue: Dialogue) -> Result:
    return await advance(desk, replace(dialogue.answered(), consented=True))


async def _confirm(desk: Desk, dialogue: Dialogue) -> Result:
    return await advance(desk, replace(dialogue.answered(), confirmed=True))


async def _take_slot(desk: Desk, dialogue: Dialogue, heard: Heard) -> Result:
    name = dialogue.question[1]
    slot = desk.catalogue.slots[name]
    given = heard.given.get("value")
    if given is not None and given in slot.options:
        return await advance(desk, dialogue.answered(**{name: given}))
    return switch_offered(desk, dialogue, heard) or await _take(desk, dialogue, name)


async def _take_register(desk: Desk, dialogue: Dialogue, heard: Heard) -> Result:
    return await _take(desk, dialogue, REGISTER)


async def _take(desk: Desk, dialogue: Dialogue, name: str) -> Result:
    words = desk.turn.words
    read = read_answer(desk, name, words)
    if read is None:
        return ask_again(desk, dialogue, name)
    return await taken(desk, dialogue, name, read, words)


async def _take_code(desk: Desk, dialogue: Dialogue, heard: Heard) -> Result:
    service = desk.catalogue.services[dialogue.service or ""]
    read = parse("otp", desk.turn.words, desk.turn.now.date())
    if read is None:
        return _wrong_code(dialogue)
    try:
        matches = await desk.office.khur.check_code(dialogue.values["_register"], read.value)
    except KhurError as error:
        return failed(desk, service, dialogue, error)
    if not matches:
        return _wrong_code(dialogue)
    return await advance(desk, dialogue.answered(_code=read.value))


def _wrong_code(dialogue: Dialogue) -> Result:
    again = tried(dialogue)
    if again.attempts >= MAX_ATTEMPTS:
        return Result((say("utter_code_failed"),), dialogue.finish())
    return Result((say("utter_code_wrong").but(expects=Expects.DIGITS),), again)


def _corrected(desk: Desk, dialogue: Dialogue) -> Dialogue | None:
    """Return the dialogue with an earlier answer replaced, where the utterance corrects one."""
    said = correction(desk.turn.words)
    if said is None or dialogue.service is None:
        return None
    for name, old in reversed(list(dialogue.values.items())):
        slot = desk.catalogue.slots.get(name)
        if slot is None:
            continue
        digits = re.sub(r"\d+", said, old, count=1) if said.isdecimal() else said
        for text in (said, digits):
            read = parse(slot.type, text, desk.turn.now.date(), dict(slot.options) or None)
            if read is not None and read.certain and read.value != old:
                changed = settled(dialogue, name, read.value)
                return replace(changed, confirmed=False, consented=False)
    return None


_YES_NO_QUESTIONS = frozenset({"consent", "confirm", "sure", "switch", "resume", "retry", "erase"})

_YES: dict[str, Callable[[Desk, Dialogue], Awaitable[Result]]] = {
    "consent": _consent,
    "confirm": _confirm,
    "sure": accepted,
    "switch": switched,
    "erase": erase,
}
_NO: dict[str, Callable[[Desk, Dialogue], Awaitable[Result]]] = {
    "sure": refused,
    "which": refused,
    "switch": not_switched,
    "erase": keep,
}
"""What a yes and a no to an open question lead to."""

_TAKERS: dict[str, Callable[[Desk, Dialogue, Heard], Awaitable[Result]]] = {
    "slot": _take_slot,
    "which": take_reading,
    "identity": _take_register,
    "code": _take_code,
    "case": take_case_number,
    "booking": take_booking_choice,
}
"""Who reads the answer to an open question, by the first part of `Dialogue.awaiting`."""
