"""Taking answers: values, yes and no, one-time codes, corrections."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import replace

from actions.booking import take_booking_choice
from actions.dialogue import Dialogue
from actions.heard import Heard
from actions.khur.errors import KhurError
from actions.office import Desk
from actions.own_matters import take_case_number
from actions.result import Result
from actions.speech import say
from actions.steering import resume
from actions.steps import advance, ask_register, ask_slot, send_code
from actions.trouble import failed
from bot.language.values import Parsed, correction, parse
from bot.message import Expects

MAX_ATTEMPTS = 3
"""Unreadable answers to one question before a way out is offered."""


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
    question, name = dialogue.question
    if question == "consent":
        return await advance(desk, replace(dialogue.answered(), consented=True))
    if question == "confirm":
        return await advance(desk, replace(dialogue.answered(), confirmed=True))
    if question == "sure":
        pending = dialogue.values["_pending"]
        return await advance(desk, dialogue.without("_pending").answered(**{name: pending}))
    if question in ("resume", "retry"):
        return await resume(desk, dialogue, heard)
    if question:
        return await take_value(desk, dialogue, heard)
    return Result((say("utter_what_for"),), dialogue)


async def deny(desk: Desk, dialogue: Dialogue, heard: Heard) -> Result:
    """No to the open question. Consent refused means that nothing is fetched."""
    question, name = dialogue.question
    if question == "consent":
        return Result((say("utter_no_consent"),), dialogue.finish())
    if question == "sure":
        again = dialogue.without("_pending", name)
        return await advance(desk, replace(again, awaiting=None))
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


async def _take_slot(desk: Desk, dialogue: Dialogue, heard: Heard) -> Result:
    slot = desk.catalogue.slots[dialogue.question[1]]
    given = heard.given.get("value")
    if given is not None and given in slot.options:
        return await advance(desk, dialogue.answered(**{slot.name: given}))
    read = parse(slot.type, desk.turn.words, desk.turn.now.date(), dict(slot.options) or None)
    if read is None:
        return _unreadable(dialogue) or ask_slot(slot, _tried(dialogue))
    return await _taken(desk, dialogue, slot.name, read)


async def _take_register(desk: Desk, dialogue: Dialogue, heard: Heard) -> Result:
    read = parse("register_number", desk.turn.words, desk.turn.now.date())
    if read is None:
        return _unreadable(dialogue) or ask_register(desk, _tried(dialogue))
    return await _taken(desk, dialogue, "_register", read)


async def _taken(desk: Desk, dialogue: Dialogue, name: str, read: Parsed) -> Result:
    """Keep a certain value; read an uncertain one back and ask."""
    if read.certain:
        return await advance(desk, dialogue.answered(**{name: read.value}))
    pending = replace(dialogue, values={**dialogue.values, "_pending": read.value})
    line = say("utter_sure", value=read.shown).but(expects=Expects.YES_NO)
    return Result((line,), pending.asking(f"sure:{name}"))


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
    tried = _tried(dialogue)
    if tried.attempts >= MAX_ATTEMPTS:
        return Result((say("utter_code_failed"),), dialogue.finish())
    return Result((say("utter_code_wrong").but(expects=Expects.DIGITS),), tried)


def _tried(dialogue: Dialogue) -> Dialogue:
    return replace(dialogue, attempts=dialogue.attempts + 1)


def _unreadable(dialogue: Dialogue) -> Result | None:
    """Return the way out after too many unreadable answers, None while another try is fair."""
    if dialogue.attempts + 1 < MAX_ATTEMPTS:
        return None
    return Result((say("utter_stuck"),), replace(dialogue, attempts=0))


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
                changed = dialogue.answered(**{name: read.value})
                return replace(changed, confirmed=False, consented=False)
    return None


_YES_NO_QUESTIONS = frozenset({"consent", "confirm", "sure", "resume", "retry"})

_TAKERS: dict[str, Callable[[Desk, Dialogue, Heard], Awaitable[Result]]] = {
    "slot": _take_slot,
    "identity": _take_register,
    "code": _take_code,
    "case": take_case_number,
    "booking": take_booking_choice,
}
"""Who reads the answer to an open question, by the first part of `Dialogue.awaiting`."""
