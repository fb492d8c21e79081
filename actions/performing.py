"""Does what a service promises, once everything it needs is known."""

from __future__ import annotations

import random
from collections.abc import Mapping

from actions.answers import found, spoken_values, stated
from actions.consent import keep_proof
from actions.dialogue import Dialogue
from actions.free_text import filed
from actions.khur.approval import Approval as Code
from actions.khur.client import Answer
from actions.khur.errors import KhurError, NotFound
from actions.office import Desk
from actions.result import Result
from actions.speech import tell
from actions.trouble import failed
from bot.catalogue.service import Approval, Kind, Service
from bot.errors import Busy
from bot.message import Choice, Expects
from bot.store.case_status import case_number, spoken_number
from bot.store.cases import NewCase, case_by_number, create_case
from bot.store.citizens import find_citizen
from bot.store.database import StoreSession

MAX_NEIGHBOURS = 2
"""Services offered beside an answer: more would not fit a screen."""


async def perform(desk: Desk, service: Service, dialogue: Dialogue) -> Result:
    """Return the outcome of a service whose questions are all answered."""
    if service.kind is Kind.REQUEST:
        return await _file_request(desk, service, dialogue)
    if service.khur is not None:
        return await _fetch(desk, service, dialogue)
    return _tell(desk, service, dialogue)


def _tell(desk: Desk, service: Service, dialogue: Dialogue) -> Result:
    return closing(
        desk, service, dialogue, stated(service, service.say.answer or "", _known(desk, dialogue))
    )


async def _fetch(desk: Desk, service: Service, dialogue: Dialogue) -> Result:
    call = service.khur
    assert call is not None  # noqa: S101 - perform() asks only with a call
    try:
        answer = await desk.office.khur.call(
            call.operation, request_fields(desk, service, dialogue), code_of(dialogue)
        )
    except NotFound as error:
        _proof(desk, service, dialogue, Answer({}, error.request_id), "not_found")
        return _nothing_found(desk, service, dialogue)
    except KhurError as error:
        return failed(desk, service, dialogue, error)
    _proof(desk, service, dialogue, answer, "ok")
    text = found(service, dialogue.values, _known(desk, dialogue), answer.fields)
    if text is None:
        return _nothing_found(desk, service, dialogue)
    return closing(desk, service, dialogue, text)


def _nothing_found(desk: Desk, service: Service, dialogue: Dialogue) -> Result:
    text = stated(service, service.say.none or "", _known(desk, dialogue))
    return closing(desk, service, dialogue, text)


def closing(desk: Desk, service: Service, dialogue: Dialogue, text: str) -> Result:
    """Return the last reply of a service, with its neighbours to go on to."""
    after = dialogue.finish()
    choices = () if after.service else neighbours(desk, service)
    line = tell(text, *choices).but(
        private=service.approval is not Approval.NONE,
        ends_session=not choices and after.service is None,
        expects=Expects.CHOICE if choices else Expects.NOTHING,
    )
    return Result((line,), after)


def neighbours(desk: Desk, service: Service) -> tuple[Choice, ...]:
    """Return the services offered beside an answer, as choices."""
    listed = [desk.catalogue.services[name] for name in service.neighbours[:MAX_NEIGHBOURS]]
    return tuple(Choice(other.short, ask_payload(other.id)) for other in listed)


def ask_payload(service_id: str) -> str:
    """Return the payload that asks for a service."""
    return f'/choose_service{{"service": "{service_id}"}}'


def request_fields(desk: Desk, service: Service, dialogue: Dialogue) -> dict[str, str]:
    """Return the fields of the call, filled from the citizen's answers and identity."""
    assert service.khur is not None  # noqa: S101 - called for a call alone
    supplied = {
        **dialogue.values,
        "register_number": dialogue.values.get("_register", ""),
        "phone": desk.turn.address,
        "today": desk.turn.now.astimezone(desk.turn.zone).date().isoformat(),
    }
    return {name: supplied[slot] for name, slot in service.khur.send.items() if slot in supplied}


def code_of(dialogue: Dialogue) -> Code | None:
    """Return the citizen's approval for a call, None where the service needs none."""
    code = dialogue.values.get("_code")
    return Code(dialogue.values["_register"], code) if code else None


def _proof(desk: Desk, service: Service, dialogue: Dialogue, answer: Answer, result: str) -> None:
    if service.approval is Approval.OTP and service.khur is not None:
        number = dialogue.values["_register"]
        keep_proof(
            desk,
            service,
            number,
            operations=(service.khur.operation,),
            answer=answer,
            result=result,
        )


async def _file_request(desk: Desk, service: Service, dialogue: Dialogue) -> Result:
    form = filed(desk.catalogue.slots, dialogue.values)
    if service.approval is Approval.OTP:
        keep_proof(desk, service, dialogue.values["_register"], operations=())
    number = await open_case(desk, service, dialogue, form)
    known = {**_known(desk, dialogue), "number": spoken_number(number)}
    return closing(desk, service, dialogue, stated(service, service.say.done or "", known))


def _known(desk: Desk, dialogue: Dialogue) -> dict[str, str]:
    return spoken_values(desk.catalogue.slots, dialogue.values)


async def open_case(
    desk: Desk, service: Service, dialogue: Dialogue, form: Mapping[str, str]
) -> str:
    """Stage a submitted case and return its number."""
    turn, register = desk.turn, dialogue.values.get("_register")
    seed, number = await _free_number(desk)

    async def store(session: StoreSession) -> None:
        citizen = await find_citizen(session, register) if register else None
        new = NewCase(
            service_id=service.id,
            channel=turn.channel,
            address=turn.address,
            conversation_id=turn.owner_id,
            idempotency_key=f"{turn.channel}|{turn.message_id}|{service.id}",
            status="submitted",
            citizen_id=citizen.id if citizen else None,
            form=form,
        )
        # The number was drawn from the same seed, and said; another one would be a lie.
        case = await create_case(
            session,
            new,
            actor="citizen",
            at=turn.now,
            source=random.Random(seed),  # noqa: S311 - the seed is unpredictable
        )
        if case.number != number:
            raise Busy("the case number was taken meanwhile")

    turn.stage(store)
    return number


async def _free_number(desk: Desk) -> tuple[int, str]:
    while True:
        seed = desk.office.seed()
        number = case_number(random.Random(seed))  # noqa: S311 - the seed is unpredictable
        async with desk.turn.store.read() as session:
            if await case_by_number(session, number) is None:
                return seed, number
