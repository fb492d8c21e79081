"""Cases: requests to an agency, their numbers and their history."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select

from bot.errors import UrtuuError
from bot.store.case_status import NUMBER_DIGITS, OPEN_STATUSES, case_number, check_move
from bot.store.database import StoreSession
from bot.store.models import Case, CaseEvent
from bot.store.statements import insert_new

_TRIES_PER_LENGTH = 6


@dataclass(frozen=True)
class NewCase:
    """What a case is opened with."""

    service_id: str
    channel: str
    address: str = field(repr=False)
    """Where its notices go."""
    conversation_id: str
    idempotency_key: str
    """The same key again is the same case: a turn that runs twice opens one."""
    status: str = "draft"
    citizen_id: str | None = None
    consent_id: str | None = None
    form: Mapping[str, Any] | None = field(default=None, repr=False)
    """What the citizen filled in, as JSON."""
    due_at: datetime | None = None


@dataclass(frozen=True)
class CaseStep:
    """One step in the history of a case."""

    from_status: str | None
    to_status: str
    actor: str
    note: str | None = field(repr=False)
    at: datetime


class NumbersExhausted(UrtuuError):
    """No free case number was found."""

    retryable = True


async def create_case(
    session: StoreSession,
    new: NewCase,
    *,
    actor: str,
    at: datetime,
    source: random.Random,
) -> Case:
    """Return the case of the idempotency key, opened when there is none yet.

    `source` must be unpredictable (`random.SystemRandom`) outside tests. Raises NumbersExhausted.
    """
    existing = await case_by_key(session, new.idempotency_key)
    if existing is not None:
        return existing
    case_id = session.new_id()
    for digits in NUMBER_DIGITS:
        for _ in range(_TRIES_PER_LENGTH):
            row = _row(session, new, case_id, case_number(source, digits), at)
            is_new = await insert_new(session, Case, row)
            case = await case_by_key(session, new.idempotency_key)
            if case is None:
                continue  # the number was taken
            if is_new:
                _add_event(session, CaseStep(None, new.status, actor, None, at), case_id)
                await session.flush()
            return case
    raise NumbersExhausted("no free case number was found")


async def move_case(
    session: StoreSession,
    case: Case,
    to: str,
    *,
    actor: str,
    at: datetime,
    note: str | None = None,
) -> CaseEvent:
    """Move the case and return the event stored with it. Raises IllegalMove, Busy."""
    check_move(case.status, to)
    event = _add_event(session, CaseStep(case.status, to, actor, note, at), case.id)
    case.status = to
    await session.flush()
    return event


async def case_by_key(session: StoreSession, idempotency_key: str) -> Case | None:
    """Return the case of an idempotency key."""
    case: Case | None = await session.scalar(
        select(Case).where(Case.idempotency_key == idempotency_key)
    )
    return case


async def case_by_number(session: StoreSession, number: str) -> Case | None:
    """Return the case of a number, as `parse_case_number` gives it."""
    case: Case | None = await session.scalar(select(Case).where(Case.number == number))
    return case


async def cases_of(
    session: StoreSession,
    *,
    citizen_id: str | None = None,
    conversation_id: str | None = None,
    limit: int = 10,
) -> list[Case]:
    """Return the newest cases of the citizen or the conversation (either matches)."""
    whose = []
    if citizen_id is not None:
        whose.append(Case.citizen_id == citizen_id)
    if conversation_id is not None:
        whose.append(Case.conversation_id == conversation_id)
    if not whose:
        return []
    found = select(Case).where(whose[0] if len(whose) == 1 else whose[0] | whose[1])
    rows = await session.scalars(found.order_by(Case.created_at.desc(), Case.id).limit(limit))
    return list(rows)


async def open_cases(
    session: StoreSession, statuses: Sequence[str] = OPEN_STATUSES, *, limit: int = 100
) -> list[Case]:
    """Return cases in these states, the most urgent first."""
    rows = await session.scalars(
        select(Case)
        .where(Case.status.in_(statuses))
        .order_by(Case.due_at.is_(None), Case.due_at, Case.created_at)
        .limit(limit)
    )
    return list(rows)


async def case_history(session: StoreSession, case: Case) -> list[CaseStep]:
    """Return the steps of a case, the first one first. Raises VaultError."""
    rows = await session.scalars(
        select(CaseEvent).where(CaseEvent.case_id == case.id).order_by(CaseEvent.id)
    )
    return [
        CaseStep(row.from_status, row.to_status, row.actor, _note(session, row), row.at)
        for row in rows
    ]


def case_form(session: StoreSession, case: Case) -> Any:
    """Return what the citizen filled in, None when nothing. Raises VaultError."""
    if case.form_enc is None:
        return None
    return session.vault.open_json(case.form_enc, f"service_request.form|{case.id}")


def set_case_form(session: StoreSession, case: Case, form: Mapping[str, Any] | None) -> None:
    """Replace what the citizen filled in."""
    case.form_enc = _sealed_form(session, case.id, form)


def case_address(session: StoreSession, case: Case) -> str | None:
    """Return where notices of the case go on its channel, None after erasure."""
    if case.address_enc is None:
        return None
    return session.vault.open(case.address_enc, f"service_request.address|{case.id}").decode()


def _row(
    session: StoreSession, new: NewCase, case_id: str, number: str, at: datetime
) -> dict[str, Any]:
    context = f"service_request.address|{case_id}"
    return {
        "id": case_id,
        "number": number,
        "service_id": new.service_id,
        "citizen_id": new.citizen_id,
        "channel": new.channel,
        "conversation_id": new.conversation_id,
        "address_enc": session.vault.seal(new.address.encode(), context),
        "consent_id": new.consent_id,
        "status": new.status,
        "idempotency_key": new.idempotency_key,
        "form_enc": _sealed_form(session, case_id, new.form),
        "due_at": new.due_at,
        "created_at": at,
        "lock_version": 1,
    }


def _sealed_form(
    session: StoreSession, case_id: str, form: Mapping[str, Any] | None
) -> bytes | None:
    if form is None:
        return None
    return session.vault.seal_json(dict(form), f"service_request.form|{case_id}")


def _add_event(session: StoreSession, step: CaseStep, case_id: str) -> CaseEvent:
    note_enc = None
    if step.note is not None:
        note_enc = session.vault.seal(step.note.encode(), f"case_event.note|{case_id}")
    event = CaseEvent(
        case_id=case_id,
        from_status=step.from_status,
        to_status=step.to_status,
        actor=step.actor,
        note_enc=note_enc,
        at=step.at,
    )
    session.add(event)
    return event


def _note(session: StoreSession, event: CaseEvent) -> str | None:
    if event.note_enc is None:
        return None
    return session.vault.open(event.note_enc, f"case_event.note|{event.case_id}").decode()
