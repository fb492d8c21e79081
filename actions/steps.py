"""What a service still needs before it can be done, one question at a time."""

from __future__ import annotations

from dataclasses import replace

from actions.answers import spoken_values, stated
from actions.booking import next_booking_step
from actions.consent import statement
from actions.dialogue import Dialogue
from actions.khur.errors import KhurError
from actions.office import Desk
from actions.performing import perform
from actions.result import Result
from actions.speech import say, tell
from actions.trouble import unavailable
from bot.catalogue.service import Approval, Kind, Service, SlotSpec
from bot.message import Choice, Expects

MAX_CODES = 3
"""Codes sent for one request; the state's own gateway locks after as many."""


async def advance(desk: Desk, dialogue: Dialogue) -> Result:
    """Return the next question of the service in progress, or its outcome."""
    service = desk.catalogue.services.get(dialogue.service or "")
    if service is None:
        return Result((say("utter_service_gone"),), Dialogue())
    if not dialogue.introduced and service.say.intro:
        result = await advance(desk, replace(dialogue, introduced=True))
        return result.after(tell(stated(service, service.say.intro, {})))
    question = _question(desk, service, dialogue)
    if question is None and service.approval is Approval.OTP:
        # The register number known of this phone joins the answers on the way.
        dialogue = _with_register(desk, dialogue)
        question = await _approval_step(desk, service, dialogue)
    if question is not None:
        return question
    if service.booking is not None:
        return await next_booking_step(desk, service, dialogue)
    return await perform(desk, service, dialogue)


def _question(desk: Desk, service: Service, dialogue: Dialogue) -> Result | None:
    """Return the next slot to ask for or the confirmation, None when all is answered."""
    for name in service.ask:
        if name not in dialogue.values:
            return ask_slot(desk.catalogue.slots[name], dialogue)
    if service.kind is Kind.REQUEST and not dialogue.confirmed:
        return _ask_to_confirm(desk, service, dialogue)
    return None


def ask_slot(slot: SlotSpec, dialogue: Dialogue) -> Result:
    """Return the question for a slot; after an unreadable answer, how to write it."""
    asking = dialogue.asking(f"slot:{slot.name}", slot.type, dict(slot.options) or None)
    text = slot.retry if asking.attempts else slot.ask
    choices = tuple(
        Choice(label, f'/inform{{"value": "{value}"}}') for value, label in slot.options.items()
    )
    expects = Expects.CHOICE if choices else _expects(slot.type)
    return Result((tell(text, *choices).but(expects=expects),), asking)


def _expects(kind: str) -> Expects:
    return Expects.DIGITS if kind in ("digits", "number", "year", "otp", "phone") else Expects.TEXT


def _ask_to_confirm(desk: Desk, service: Service, dialogue: Dialogue) -> Result:
    known = spoken_values(desk.catalogue.slots, dialogue.values)
    line = tell(stated(service, service.say.confirm or "", known))
    question = say("utter_confirm").but(expects=Expects.YES_NO)
    return Result((line, question), dialogue.asking("confirm"))


def _with_register(desk: Desk, dialogue: Dialogue) -> Dialogue:
    if "_register" in dialogue.values or desk.turn.person is None:
        return dialogue
    number = desk.turn.person.register_number
    return replace(dialogue, values={**dialogue.values, "_register": number})


async def _approval_step(desk: Desk, service: Service, dialogue: Dialogue) -> Result | None:
    """Return the next step towards the citizen's approval; None once the code is there."""
    if "_register" not in dialogue.values:
        return ask_register(desk, dialogue)
    if not dialogue.consented:
        return Result(statement(desk, service), dialogue.asking("consent"))
    if "_code" not in dialogue.values:
        return await send_code(desk, dialogue)
    return None


def ask_register(desk: Desk, dialogue: Dialogue) -> Result:
    """Return the question for the register number."""
    slot = desk.catalogue.slots["register_number"]
    asking = dialogue.asking("identity", slot.type)
    text = slot.retry if asking.attempts else slot.ask
    return Result((tell(text).but(expects=Expects.TEXT),), asking)


async def send_code(desk: Desk, dialogue: Dialogue) -> Result:
    """Have a one-time code sent to the registered phone and ask for it."""
    service = desk.catalogue.services[dialogue.service or ""]
    sent = int(dialogue.values.get("_codes", "0"))
    if sent >= MAX_CODES or len(desk.turn.codes) >= desk.office.codes_per_day:
        return Result((say("utter_code_limit"),), dialogue.finish())
    try:
        await desk.office.khur.request_code(dialogue.values["_register"], operations(service))
    except KhurError as error:
        return unavailable(desk, service, dialogue, error)
    desk.turn.codes.append(desk.turn.now)
    again = dialogue.without("_code")
    asking = replace(again, values={**again.values, "_codes": str(sent + 1)}).asking("code", "otp")
    return Result((say("utter_code_sent").but(expects=Expects.DIGITS),), asking)


def operations(service: Service) -> tuple[str, ...]:
    """Return every KHUR operation that one approval of this service covers."""
    if service.booking is not None:
        return service.booking.operations
    return (service.khur.operation,) if service.khur else (IDENTITY_OPERATION,)


IDENTITY_OPERATION = "WS100101_getCitizenIDCardInfo"
"""Asked for when a request needs to know who files it and has no operation of its own."""
