"""`urtuu cases`: what citizens have filed, for the person who works on it."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from bot.errors import UrtuuError
from bot.operator import operator_name, run_in_store
from bot.store.access import Access, append_access
from bot.store.case_status import STATUSES, parse_case_number, spoken_number
from bot.store.cases import (
    case_address,
    case_by_number,
    case_form,
    case_history,
    move_case,
    open_cases,
)
from bot.store.database import StoreSession, utc_now
from bot.store.models import Case, Citizen

HELP = "list open cases, show one with what was written and whom to call, move it on"
EXAMPLE = 'urtuu cases move "986 4236" in_agency --note "sent to the soum office"'


class UnknownCase(UrtuuError):
    """No case has this number."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the verb's options."""
    parser.add_argument("--demo", action="store_true", help="the cases of demo mode")
    what = parser.add_subparsers(dest="what", metavar="list|show|move")
    what.add_parser("list", help="open cases, the most urgent first")
    show = what.add_parser("show", help="one case; the reading is written to the access log")
    show.add_argument("number")
    move = what.add_parser("move", help="give a case its next state")
    move.add_argument("number")
    move.add_argument("status", choices=STATUSES)
    move.add_argument("--note", help="kept, sealed, in the case's history")


def run(options: argparse.Namespace) -> int:
    """Do what was asked; return 0. Raises UnknownCase, IllegalMove, StoreUnavailable."""
    work = {"show": _show, "move": _move}.get(options.what, _list)
    return run_in_store(lambda session: work(session, options), demo=options.demo)


async def _list(session: StoreSession, options: argparse.Namespace) -> Sequence[str]:
    del options
    cases = await open_cases(session)
    return [
        f"{spoken_number(case.number)}  {case.status:16} {case.created_at:%Y-%m-%d %H:%M}  "
        f"{case.service_id}"
        for case in cases
    ] or ["no open cases"]


async def _show(session: StoreSession, options: argparse.Namespace) -> Sequence[str]:
    case = await _case(session, options.number)
    citizen = await session.get(Citizen, case.citizen_id) if case.citizen_id else None
    access = Access(
        actor=operator_name(),
        operation="case",
        purpose=case.service_id,
        result="ok",
        citizen_id=case.citizen_id,
        citizen_hash=citizen.id_hash if citizen else None,
    )
    await append_access(session, access, at=utc_now())
    steps = await case_history(session, case)
    return [
        f"{spoken_number(case.number)}  {case.service_id}  {case.status}",
        f"reach the citizen: {case_address(session, case) or 'erased'} ({case.channel})",
        *(f"  {name}: {value}" for name, value in (case_form(session, case) or {}).items()),
        *(f"{step.at:%Y-%m-%d %H:%M}  {step.to_status}  {step.actor}  {step.note or ''}".rstrip()
          for step in steps),
    ]  # fmt: skip


async def _move(session: StoreSession, options: argparse.Namespace) -> Sequence[str]:
    case = await _case(session, options.number)
    before = case.status
    await move_case(
        session, case, options.status, actor=operator_name(), at=utc_now(), note=options.note
    )
    return [f"{spoken_number(case.number)}: {before} → {case.status}"]


async def _case(session: StoreSession, text: str) -> Case:
    number = parse_case_number(text)
    case = await case_by_number(session, number) if number else None
    if case is None:
        raise UnknownCase(f"no case {text!r}; `urtuu cases list` shows the open ones")
    return case
