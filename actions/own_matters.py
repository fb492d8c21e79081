"""The citizen's own matters: cases, who read their data, consents, notices."""

from __future__ import annotations

from dataclasses import replace

from actions.dialogue import Dialogue
from actions.erasing import ask_to_erase, asks_to_erase
from actions.heard import Heard
from actions.office import Desk
from actions.result import Result
from actions.speech import Line, say
from actions.steering import resume
from actions.words import words
from bot.store.access import access_of
from bot.store.case_status import parse_case_number, spoken_number
from bot.store.cases import case_by_number, cases_of
from bot.store.citizens import find_citizen, revoke_consents, unbind_identity
from bot.store.database import StoreSession
from bot.store.models import Case
from bot.store.notices import set_notices
from bot.store.review import decline_review

MAX_CASES = 3
MAX_ACCESSES = 5


async def status(desk: Desk, dialogue: Dialogue, heard: Heard) -> Result:
    """Say where the citizen's cases stand; ask for a number when there is none on this phone."""
    number = _number_in(desk.turn.words)
    if number is not None:
        return await _one_case(desk, dialogue, number)
    person = desk.turn.person
    async with desk.turn.store.read() as session:
        found = await cases_of(
            session,
            citizen_id=person.citizen_id if person else None,
            conversation_id=desk.turn.owner_id,
            limit=MAX_CASES,
        )
    if found:
        return Result(tuple(_case_line(desk, case) for case in found), dialogue)
    return Result((say("utter_no_cases"),), dialogue.asking("case", "digits"))


async def take_case_number(desk: Desk, dialogue: Dialogue, heard: Heard) -> Result:
    """Say where the case of the number just written stands."""
    number = _number_in(desk.turn.words)
    if number is None:
        return Result((say("utter_case_number_wrong"),), replace(dialogue, awaiting=None))
    return await _one_case(desk, replace(dialogue, awaiting=None, awaiting_type=None), number)


async def my_data(desk: Desk, dialogue: Dialogue, heard: Heard) -> Result:
    """Say who read the citizen's data lately (law on personal data, article 16.1.2).

    Who asks for deletion in the same breath is asked whether to go on with that.
    """
    if asks_to_erase(desk.turn.words):
        return ask_to_erase(desk, dialogue)
    person = desk.turn.person
    if person is None:
        return Result((say("utter_my_data_unknown"),), dialogue)
    async with desk.turn.store.read() as session:
        citizen = await find_citizen(session, person.register_number)
        rows = await access_of(session, citizen, limit=MAX_ACCESSES) if citizen else []
    if not rows:
        return Result((say("utter_my_data_none"),), dialogue)
    listed = "\n".join(
        f"{row.at.astimezone(desk.turn.zone):%m.%d %H:%M} {row.purpose}" for row in rows
    )
    line = say("utter_my_data", accesses=listed, count=str(len(rows))).but(private=True)
    return Result((line,), dialogue)


async def revoke(desk: Desk, dialogue: Dialogue, heard: Heard) -> Result:
    """Withdraw every consent and forget whose phone this is (articles 8.7 and 18.4)."""
    turn = desk.turn
    person = turn.person

    async def store(session: StoreSession) -> None:
        if person is not None:
            citizen = await find_citizen(session, person.register_number)
            if citizen is not None:
                await revoke_consents(session, citizen.id, at=turn.now, channel=turn.channel)
        await unbind_identity(session, turn.identity_channel, turn.address, at=turn.now)
        await decline_review(session, turn.identity_channel, turn.address, at=turn.now)

    turn.stage(store)
    return Result((say("utter_revoked"),), Dialogue())


async def stop(desk: Desk, dialogue: Dialogue, heard: Heard) -> Result:
    """Send no more notices to this address."""
    _notices(desk, wanted=False)
    return Result((say("utter_stopped").but(ends_session=True),), Dialogue())


async def start(desk: Desk, dialogue: Dialogue, heard: Heard) -> Result:
    """Send notices to this address again."""
    _notices(desk, wanted=True)
    if dialogue.service and dialogue.awaiting:
        return (await resume(desk, dialogue, heard)).after(say("utter_started"))
    return Result((say("utter_started"),), dialogue)


def _notices(desk: Desk, *, wanted: bool) -> None:
    turn = desk.turn

    async def store(session: StoreSession) -> None:
        await set_notices(session, turn.identity_channel, turn.address, wanted=wanted, at=turn.now)

    turn.stage(store)


async def _one_case(desk: Desk, dialogue: Dialogue, number: str) -> Result:
    """Say where one case stands, to those whose case it is; a stranger learns nothing."""
    person = desk.turn.person
    async with desk.turn.store.read() as session:
        case = await case_by_number(session, number)
    is_theirs = case is not None and (
        case.conversation_id == desk.turn.owner_id
        or (person is not None and case.citizen_id == person.citizen_id)
    )
    if case is None or not is_theirs:
        return Result((say("utter_case_unknown", number=spoken_number(number)),), dialogue)
    return Result((_case_line(desk, case),), dialogue)


def _case_line(desk: Desk, case: Case) -> Line:
    service = desk.catalogue.services.get(case.service_id)
    return say(
        "utter_case",
        number=spoken_number(case.number),
        service=service.short if service else case.service_id,
        status=words().statuses[case.status],
        day=f"{case.created_at.astimezone(desk.turn.zone):%Y.%m.%d}",
    )


def _number_in(text: str) -> str | None:
    return parse_case_number(text) or parse_case_number(
        "".join(character for character in text if character.isdigit())
    )
