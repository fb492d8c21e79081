"""Hospital appointments: hospital, service and free time are picked from what KHUR offers.

The order of calls is that of the operations WS300102, 107, 108, 110 and 111; `resultMessage` of
the order carries the code that confirms it (KHUR 1.5.0 portal).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from actions.answers import stated
from actions.consent import keep_proof
from actions.dialogue import Dialogue
from actions.heard import Heard
from actions.khur.client import Answer
from actions.khur.errors import KhurError, NotFound
from actions.khur.fields import Fields, field, rows
from actions.office import Desk
from actions.performing import closing, code_of, open_case
from actions.result import Result
from actions.speech import say, tell
from actions.trouble import failed
from actions.words import day_label
from bot.catalogue.service import Service
from bot.message import Choice, Expects
from bot.store.case_status import spoken_number

DAYS_AHEAD = 14
MAX_OPTIONS = 6
"""Hospitals, services or times offered at once: what a keypad and a listener's memory hold."""

_ROWS = "listData"
_NAMES = {"place": ("hospitalId", "hospitalName"), "service": ("serviceId", "typeName")}


async def next_booking_step(desk: Desk, service: Service, dialogue: Dialogue) -> Result:
    """Return the next choice of a booking, its confirmation, or the finished booking."""
    try:
        return await _step(desk, service, dialogue)
    except NotFound:
        return Result((say("utter_booking_none"),), dialogue.finish())
    except KhurError as error:
        return failed(desk, service, dialogue, error)


async def _step(desk: Desk, service: Service, dialogue: Dialogue) -> Result:
    for step in ("place", "service"):
        if f"_{step}" not in dialogue.values:
            return await _offer(desk, service, dialogue, step)
    if "_time" not in dialogue.values:
        return await _offer_times(desk, service, dialogue)
    if not dialogue.confirmed:
        return _confirm(service, dialogue)
    return await _book(desk, service, dialogue)


async def take_booking_choice(desk: Desk, dialogue: Dialogue, heard: Heard) -> Result:
    """Keep what was picked; anything else asks again."""
    service = desk.catalogue.services[dialogue.service or ""]
    step = dialogue.question[1]
    value = heard.given.get("value", "")
    key, _, shown = value.partition("|")
    if not key:
        return await next_booking_step(desk, service, dialogue)
    kept = dialogue.answered(**{f"_{step}": key, _SHOWN[step]: shown})
    return await next_booking_step(desk, service, kept)


_SHOWN = {"place": "hospital", "service": "service", "time": "time"}


async def _offer(desk: Desk, service: Service, dialogue: Dialogue, step: str) -> Result:
    booking = service.booking
    assert booking is not None  # noqa: S101 - only services with a booking come here
    operation = booking.places if step == "place" else booking.services
    sent = {"regnum": dialogue.values["_register"]}
    if step == "service":
        sent = {"hospitalId": dialogue.values["_place"]}
    answer = await desk.office.khur.call(operation, sent, code_of(dialogue))
    key, name = _NAMES[step]
    options = [
        (str(field(row, key)), str(field(row, name)))
        for row in rows(answer.fields, _ROWS)
        if field(row, key) and field(row, name)
    ]
    return _asked(dialogue, step, options)


async def _offer_times(desk: Desk, service: Service, dialogue: Dialogue) -> Result:
    booking = service.booking
    assert booking is not None  # noqa: S101 - only services with a booking come here
    today = desk.turn.now.astimezone(desk.turn.zone).date()
    sent = {
        "hospitalId": dialogue.values["_place"],
        "serviceId": dialogue.values["_service"],
        "startDate": today.isoformat(),
        "endDate": (today + timedelta(days=DAYS_AHEAD)).isoformat(),
    }
    answer = await desk.office.khur.call(booking.free, sent, code_of(dialogue))
    options = [_slot(row) for row in rows(answer.fields, _ROWS) if field(row, "time")]
    return _asked(dialogue, "time", options)


def _slot(row: Fields) -> tuple[str, str]:
    day = str(field(row, "date"))[:10]
    key = f"{day} {field(row, 'num')} {field(row, 'time')}"
    return key, f"{day_label(date.fromisoformat(day))} {field(row, 'time')}"


def _asked(dialogue: Dialogue, step: str, options: list[tuple[str, str]]) -> Result:
    if not options:
        return Result((say("utter_booking_none"),), dialogue.finish())
    choices = tuple(
        Choice(shown, f'/inform{{"value": "{key}|{shown.replace(chr(34), "")}"}}')
        for key, shown in options[:MAX_OPTIONS]
    )
    line = say(f"utter_booking_{step}", *choices).but(expects=Expects.CHOICE)
    return Result((line,), dialogue.asking(f"booking:{step}"))


def _confirm(service: Service, dialogue: Dialogue) -> Result:
    line = tell(stated(service, service.say.confirm or "", _known(dialogue)))
    question = say("utter_confirm").but(expects=Expects.YES_NO)
    return Result((line, question), dialogue.asking("confirm"))


async def _book(desk: Desk, service: Service, dialogue: Dialogue) -> Result:
    booking = service.booking
    assert booking is not None  # noqa: S101 - only services with a booking come here
    day, number, time = dialogue.values["_time"].split(" ", 2)
    place = dialogue.values["_place"]
    sent = {
        "hospitalId": place,
        "regnum": dialogue.values["_register"],
        "serviceId": dialogue.values["_service"],
        "date": day,
        "num": number,
        "time": time,
        "phoneNo": desk.turn.address.removeprefix("+976"),
    }
    key = f"{desk.turn.channel}|{desk.turn.message_id}"
    ordered = await desk.office.khur.call(
        booking.order, sent, code_of(dialogue), idempotency_key=f"{key}|order"
    )
    code = str(field(ordered.fields, "resultMessage") or "")
    if not code.isdecimal():
        taken = dialogue.without("_time", "time")
        again = await _offer_times(desk, service, replace(taken, confirmed=False))
        return again.after(say("utter_booking_taken"))
    approved = await desk.office.khur.call(
        booking.approve,
        {"hospitalId": place, "verifyCode": code},
        code_of(dialogue),
        idempotency_key=f"{key}|approve",
    )
    return await _booked(desk, service, dialogue, approved, code)


async def _booked(
    desk: Desk, service: Service, dialogue: Dialogue, answer: Answer, code: str
) -> Result:
    assert service.booking is not None  # noqa: S101 - as above
    keep_proof(
        desk,
        service,
        dialogue.values["_register"],
        operations=service.booking.operations,
        answer=answer,
    )
    form = {"booking": dialogue.values["_time"], "place": dialogue.values["_place"], "code": code}
    number = await open_case(desk, service, dialogue, form)
    known = {**_known(dialogue), "number": spoken_number(number)}
    return closing(desk, service, dialogue, stated(service, service.say.done or "", known))


def _known(dialogue: Dialogue) -> dict[str, str]:
    day, _, time = dialogue.values.get("time", "").rpartition(" ")
    return {**dialogue.values, "day": day, "time": time}
