"""Right requests to every route of every HTTP door, for attacks to begin from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from tests.channels.every_door import (
    CHAT_SESSION,
    OWN_ID,
    SITE,
    WEBCHAT_SESSION,
    House,
    Right,
    at_end,
    at_hop,
    at_opt_out,
    at_report,
    at_sms,
    chat,
    codepage,
    gateway_path,
    kannel,
    kannel_report,
    mobicom,
    own,
    own_report,
    telegram,
    telegram_text,
    twilio_sms,
    twilio_status,
    webchat,
)

DIGITS = "99077001"
"""Of the citizen whose number stands in no log."""
_PHONE = f"+976{DIGITS}"
_CHAT_ID = int(DIGITS)
_SID = "SM" + "0" * 30 + "ab"


async def rights_of(house: House, door: str) -> Sequence[Right]:
    """The right requests of one door. Raises KeyError for a door that has none here."""
    if door == "chat":
        return (
            chat(await house.cookie(), 1, "сайн уу"),
            _choice(await house.cookie()),
            CHAT_SESSION,
        )
    if door == "webchat":
        return _webchat(await house.ticket())
    return _RIGHTS[door]()


def _ussd() -> Sequence[Right]:
    hops = [at_hop(_PHONE, "ATUid_1", history) for history in ("", "1", "1*2*УБ95021217")]
    return (*hops, at_end("ATUid_1"))


def _sms() -> Sequence[Right]:
    said = at_sms(_PHONE, 1, "паспорт")
    return said, said, at_report("ATXid_1", "Success"), at_opt_out(_PHONE)


def _twilio() -> Sequence[Right]:
    said = twilio_sms(_PHONE, 1, "паспорт")
    return said, said, twilio_status(_SID, "delivered")


def _gateways() -> Sequence[Right]:
    jasmin = {"from": _PHONE, "to": "141111", "id": "j-1", "coding": "8"}
    coded = {**jasmin, "binary": "паспорт".encode("utf-16-be").hex()}
    return (
        kannel(_PHONE, 1, "паспорт"),
        mobicom(_PHONE, 1, "паспорт"),
        codepage(_PHONE, 1, "паспорт"),
        own(_PHONE, 1, "паспорт"),
        Right("GET", gateway_path("jasmin"), "query", coded),
        Right("POST", gateway_path("jasmin"), "form", coded),
        own_report("o-1", "done"),
        kannel_report(OWN_ID, "1"),
        Right(
            "POST",
            f"{gateway_path('jasmin')}/reports",
            "form",
            {"id": "j-1", "message_status": "DELIVRD"},
        ),
    )


def _telegram() -> Sequence[Right]:
    person = {"id": _CHAT_ID, "is_bot": False, "first_name": "Б"}
    private = {"id": _CHAT_ID, "type": "private"}
    base: dict[str, Any] = {"message_id": 1, "date": 1, "from": person, "chat": private}
    voice = {"file_id": "v", "file_unique_id": "u", "duration": 1}
    contact = {"phone_number": f"976{DIGITS}", "first_name": "Б", "user_id": _CHAT_ID}
    press = {"id": "1", "from": person, "chat_instance": "1", "data": "1.0123456789"}
    change = {"chat": private, "from": person, "date": 1}
    change["old_chat_member"] = {"status": "member", "user": person}
    change["new_chat_member"] = {"status": "kicked", "user": person, "until_date": 0}
    group = {**base, "chat": {"id": -_CHAT_ID, "type": "group", "title": "Б"}, "text": "a"}
    said = {
        "message": ({**base, "voice": voice}, {**base, "contact": contact}, group),
        "edited_message": ({**base, "text": "a", "edit_date": 2},),
        "callback_query": ({**press, "message": {**base, "text": "a"}},),
        "my_chat_member": (change,),
    }
    place = {**base, "location": {"latitude": 47.9, "longitude": 106.9}}
    updates = [{"update_id": 2, name: each} for name, all_ in said.items() for each in all_]
    updates.append({"update_id": 3, "message": place})
    return (telegram_text(_CHAT_ID, 1, "паспорт"), *map(telegram, updates))


def _choice(cookie: str) -> Right:
    said = chat(cookie, 2, "")
    return Right("POST", said.path, "json", {"id": "c2", "choice": 1}, said.headers)


def _webchat(ticket: str) -> Sequence[Right]:
    said = webchat(ticket, 1, "паспорт")
    preflight = {"origin": SITE, "access-control-request-method": "POST"}
    return (
        said,
        said,
        said,
        Right("POST", said.path, "json", {"id": "w2", "choice": 1}, said.headers),
        WEBCHAT_SESSION,
        Right("OPTIONS", said.path, headers=preflight),
        Right("GET", "/webchat/widget.js"),
        Right("GET", "/webchat/embed"),
        Right("GET", "/webchat/embed.css"),
    )


_RIGHTS: dict[str, Callable[[], Sequence[Right]]] = {
    "africastalking_ussd": _ussd,
    "africastalking_sms": _sms,
    "twilio_sms": _twilio,
    "http_gateway": _gateways,
    "telegram": _telegram,
}
