"""SMS in the wire form of Africa's Talking: what citizens send, delivery reports, opt-outs.

Sources: developers.africastalking.com/docs/sms/notifications (incoming messages, delivery reports,
bulk SMS opt out); the two forms of `date` are those that the courier gateway has met.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from types import MappingProxyType

from bot.message import Inbound, Session
from bot.text.pages import Script
from channels.africastalking_sender import Account, AfricasTalkingSender
from channels.africastalking_ussd import SHARED
from channels.base import BadRequest, Posted, Turn
from channels.form import read_form, read_keys, read_text
from channels.guard import Gate
from channels.plan import Opened, Plan, Setting, Tools, Values
from channels.routing import OutRoute
from channels.sentences import sentence
from channels.sms import SmsChannel

_MAX_TEXT_CHARS = 1600
_SHORT_CODE = re.compile(r"\+?[A-Za-z0-9 ._-]{1,20}")
_DATE = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)?")

DELIVERY: Mapping[str, str] = MappingProxyType(
    {
        "Sent": "sent",
        "Submitted": "sent",
        "Buffered": "sent",
        "Success": "delivered",
        "Rejected": "failed",
        "Failed": "failed",
        "Expired": "failed",
    }
)
"""`status` of a delivery report, and ours."""

FAILURES: Mapping[str, str] = MappingProxyType(
    {
        "InsufficientCredit": "citizen_has_no_credit",
        "InvalidLinkId": "bad_request",
        "UserIsInactive": "phone_inactive",
        "UserInBlackList": "opted_out",
        "UserAccountSuspended": "phone_suspended",
        "NotNetworkSubscriber": "unknown_number",
        "UserNotSubscribedToProduct": "not_subscribed",
        "UserDoesNotExist": "unknown_number",
        "DeliveryFailure": "not_delivered",
    }
)
"""`failureReason` of a delivery report, and ours."""


class AfricasTalkingSms(SmsChannel):
    """The channel "africastalking_sms"; answers leave through the outbox."""

    name = "africastalking_sms"
    path = "sms"

    def __init__(self, script: Script = "cyrillic") -> None:
        super().__init__(script)
        self.notices = MappingProxyType({"reports": self._report, "optout": self._opt_out})

    def sender(self, posted: Posted) -> str:
        """The telephone number that wrote."""
        return read_form(posted).phone("from")

    async def parse(self, posted: Posted, turn: Turn) -> Inbound:
        """One incoming message; the provider's id makes a repeated delivery harmless."""
        form = read_form(posted)
        form.match("to", _SHORT_CODE, "a short code")
        form.match("date", _DATE, "a date such as 2026-11-23T06:04:45Z")
        form.optional("linkId", 64)
        return self._inbound(
            posted, form.phone("from"), form.token("id"), form.required("text", _MAX_TEXT_CHARS)
        )

    def _inbound(self, posted: Posted, phone: str, message_id: str, text: str) -> Inbound:
        return Inbound(
            channel=self.name,
            address=phone,
            message_id=message_id,
            session=Session.NONE,
            text=read_text(text),
            keys=read_keys(text),
            audio=None,
            received_at=posted.received_at,
        )

    async def _report(self, posted: Posted, turn: Turn) -> None:
        form = read_form(posted)
        status, reason = form.required("status", 32), form.optional("failureReason", 64)
        if status not in DELIVERY:
            raise BadRequest("field status is not a delivery status")
        code = FAILURES.get(reason, "unknown_reason") if DELIVERY[status] == "failed" else None
        await turn.delivery(self.name, form.token("id"), DELIVERY[status], code)

    async def _opt_out(self, posted: Posted, turn: Turn) -> None:
        """Who opted out with the provider has said "stop" to us: once a day is enough."""
        form = read_form(posted)
        phone = form.phone("phoneNumber")
        form.match("senderId", _SHORT_CODE, "a sender")
        day = posted.received_at.date().isoformat()
        message_id = "optout-" + hashlib.sha256(f"{phone}\0{day}".encode()).hexdigest()
        inbound = self._inbound(posted, phone, message_id, sentence(self.name, "opt_out"))
        await turn.handle(inbound, self)


def _opens(values: Values, tools: Tools) -> Opened:
    script = values.script("URTUU_SMS_SCRIPT")
    cost = values.optional("URTUU_AT_COST")
    account = Account(
        values.url("URTUU_AT_URL"),
        values.text("URTUU_AT_USERNAME"),
        values.text("URTUU_AT_API_KEY"),
        values.optional("URTUU_AT_SENDER"),
    )
    route = OutRoute(
        AfricasTalkingSms.name,
        AfricasTalkingSender(account, tools.client),
        script=script,
        cost_mnt=None if cost is None else Decimal(str(values.number("URTUU_AT_COST"))),
    )
    gate = Gate(values.secret("URTUU_AT_SECRET"), values.networks("URTUU_AT_ALLOW"))
    return Opened(AfricasTalkingSms(script), gate, route)


PLAN = Plan(
    AfricasTalkingSms.name,
    "SMS through Africa's Talking, and through those that speak its form",
    (
        *(replace(setting, shared=True) for setting in SHARED),
        Setting("URTUU_AT_USERNAME", "the account's name"),
        Setting("URTUU_AT_API_KEY", "the account's key", secret=True),
        Setting("URTUU_AT_URL", "where messages are sent to", "https://api.africastalking.com"),
        Setting("URTUU_AT_SENDER", "short code or name that messages come from", ""),
        Setting("URTUU_AT_COST", "price of one segment in tugrik, for the choice of routes", ""),
        Setting("URTUU_SMS_SCRIPT", "letters of the answers: cyrillic or latin", "cyrillic"),
    ),
    _opens,
)
