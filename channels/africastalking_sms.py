"""SMS in the wire form of Africa's Talking: what citizens send, delivery reports, opt-outs.

Sources: developers.africastalking.com/docs/sms/notifications (incoming messages, delivery reports,
bulk SMS opt out); the two forms of `date` are those that the courier gateway has met.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from starlette.responses import PlainTextResponse, Response

from bot.message import Inbound, Reply, Session
from bot.outcome import Outcome
from bot.text.latin import to_latin
from bot.text.units import split_sms
from channels.base import BadRequest, Notice, Opening, Posted, Trouble, Turn
from channels.form import FORM, read_form, read_keys, read_text
from channels.sentences import sentence

MAX_SEGMENTS = 3

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


class AfricasTalkingSms:
    """The channel "africastalking_sms"; answers leave through the outbox."""

    name = "africastalking_sms"
    paged = False
    pushes = True
    path = "sms"
    media_type = FORM

    def __init__(self, *, latin: bool = False) -> None:
        self._latin = latin
        self.notices: Mapping[str, Notice] = MappingProxyType(
            {"reports": self._report, "optout": self._opt_out}
        )
        self.openings: Mapping[str, Opening] = MappingProxyType({})

    def compose(self, replies: Sequence[Reply]) -> tuple[str, ...]:
        """SMS texts of at most `MAX_SEGMENTS` segments each; choices are numbered lines."""
        lines = [reply.text for reply in replies]
        choices = replies[-1].choices if replies else ()
        lines += [f"{number} {choice.label}" for number, choice in enumerate(choices, 1)]
        text = "\n".join(lines)
        return split_sms(to_latin(text) if self._latin else text, MAX_SEGMENTS)

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

    def render(self, outcome: Outcome) -> Response:
        """An empty answer: the texts are already in the outbox."""
        return PlainTextResponse("")

    def apologise(self, trouble: Trouble) -> Response:
        """An error status, after which the provider delivers the message again."""
        status = {Trouble.BUSY: 503, Trouble.LIMITED: 429, Trouble.FAILED: 500}[trouble]
        return PlainTextResponse("", status_code=status, headers={"Retry-After": "10"})

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
