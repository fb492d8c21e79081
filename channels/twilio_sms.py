"""SMS in the wire form of Twilio: what citizens send, and what became of what was sent to them.

Sources: twilio.com/docs/messaging/guides/webhook-request (incoming messages, OptOutType),
twilio.com/docs/messaging/guides/track-outbound-message-status (status callbacks).
Every request is signed, so the path carries no secret. The signature has no time in it; a replayed
request is harmless because MessageSid is the message's id. Media are never fetched.
Twilio calls once more only where it could not connect; "#rc=3&rp=all" behind the webhook's address
makes it call again after an error status too (docs/usage/webhooks/webhooks-connection-overrides).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from urllib.parse import parse_qsl
from xml.sax.saxutils import escape

from starlette.responses import Response

from bot.errors import SettingsError
from bot.message import Inbound, Session
from bot.outcome import Outcome
from bot.text.pages import Script
from channels.base import BadRequest, Ignored, Notice, Posted, Turn
from channels.form import PHONE, Form, read_keys, read_text
from channels.guard import Gate
from channels.plan import Opened, Plan, Setting, Tools, Values
from channels.reception import utc_now
from channels.routing import OutRoute
from channels.sentences import sentence
from channels.sms import SmsChannel
from channels.twilio_sender import MESSAGE_SID, REFUSALS, TwilioAccount, TwilioSender
from channels.twilio_signature import algorithm_of, is_genuine

_MAX_TEXT_CHARS = 1600
_MAX_FIELDS = 100
"""A message with ten media has 42 fields."""
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_COUNT = re.compile(r"[0-9]{1,2}")
_ERROR = re.compile(r"[0-9]{1,6}")
_XML = "text/xml; charset=utf-8"

DELIVERY: Mapping[str, str] = MappingProxyType(
    {
        "accepted": "sent",
        "scheduled": "sent",
        "queued": "sent",
        "sending": "sent",
        "sent": "sent",
        "partially_delivered": "sent",
        "delivered": "delivered",
        "read": "delivered",
        "undelivered": "failed",
        "failed": "failed",
        "canceled": "failed",
    }
)
"""`MessageStatus` of a status callback, and ours."""

_SAID_FOR = MappingProxyType({"STOP": "opt_out", "START": "opt_in"})
"""`OptOutType`: Twilio has recognised one of its own keywords; ours stands for it."""


class TwilioSms(SmsChannel):
    """The channel "twilio_sms"; answers leave through the outbox."""

    name = "twilio_sms"
    path = "twilio/sms"

    def __init__(
        self, *, account_sid: str, token: str, public_url: str, script: Script = "cyrillic"
    ) -> None:
        """`public_url` is where Twilio calls us; what a request claims as its host counts for
        nothing. `token` signs the webhooks: the account's, or the secret of a shared key.
        """
        super().__init__(script)
        self._account_sid = account_sid
        self._token = token
        self._public_url = public_url
        self.notices: Mapping[str, Notice] = MappingProxyType({"status": self._status})

    def verify(self, posted: Posted) -> None:
        """Refuse what Twilio did not sign for this very address."""
        signature = posted.headers.get("x-twilio-signature", "")
        algorithm = algorithm_of(posted.headers.get("x-twilio-webhooks-signature-settings", ""))
        query = f"?{posted.query}" if posted.query else ""
        url = f"{self._public_url}{posted.path}{query}"
        if not is_genuine(self._token, url, _fields(posted), signature, algorithm):
            raise BadRequest("the signature is missing or wrong", 403)

    def sender(self, posted: Posted) -> str:
        """Who wrote."""
        return self._form(posted).required("From", 256)

    async def parse(self, posted: Posted, turn: Turn) -> Inbound:
        """One incoming message; a redelivered one has the same id."""
        form = self._form(posted)
        message_id = form.match("MessageSid", MESSAGE_SID, "the id of a message")
        text = _CONTROL.sub(" ", form.required("Body", _MAX_TEXT_CHARS))
        phone = form.required("From", 256)
        if not PHONE.fullmatch(phone):
            raise Ignored  # a short code or a named sender, which is no citizen
        keyword = _SAID_FOR.get(form.optional("OptOutType", 16))
        if keyword is not None:
            text = sentence(self.name, keyword)
        if not text.strip() and _media_count(form):
            raise Ignored("a picture without words", _twiml(sentence(self.name, "media")))
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
        """TwiML without a message: the texts are already in the outbox."""
        return _twiml()

    def acknowledge(self) -> Response:
        """TwiML without a message."""
        return _twiml()

    async def _status(self, posted: Posted, turn: Turn) -> None:
        form = self._form(posted)
        message_id = form.match("MessageSid", MESSAGE_SID, "the id of a message")
        status = DELIVERY.get(form.required("MessageStatus", 32))
        if status is None:
            raise BadRequest("field MessageStatus is not a status of a sent message")
        code = _failure(form) if status == "failed" else None
        await turn.delivery(self.name, message_id, status, code)

    def _form(self, posted: Posted) -> Form:
        pairs = _fields(posted)
        fields = dict(pairs)
        if len(fields) != len(pairs):
            raise BadRequest("a field is repeated")
        form = Form(fields)
        if form.required("AccountSid", 64) != self._account_sid:
            raise BadRequest("field AccountSid is another account", 403)
        return form


def _fields(posted: Posted) -> list[tuple[str, str]]:
    try:
        return parse_qsl(
            posted.body.decode("ascii"),
            keep_blank_values=True,
            strict_parsing=bool(posted.body),
            errors="strict",
            max_num_fields=_MAX_FIELDS,
        )
    except ValueError as error:
        raise BadRequest("the body is not a form in UTF-8") from error


def _failure(form: Form) -> str:
    number = form.optional("ErrorCode", 16) or "0"
    if not _ERROR.fullmatch(number):
        raise BadRequest("field ErrorCode is not an error of Twilio")
    return REFUSALS.get(int(number), ("unknown_reason", False))[0]


def _media_count(form: Form) -> int:
    return int(form.match("NumMedia", _COUNT, "a number")) if form.optional("NumMedia", 8) else 0


def _twiml(text: str = "") -> Response:
    said = f"<Response><Message>{escape(text)}</Message></Response>" if text else "<Response/>"
    document = f'<?xml version="1.0" encoding="UTF-8"?>{said}'
    return Response(document, headers={"content-type": _XML})


SETTINGS = (
    Setting("URTUU_TWILIO_ACCOUNT", "SID of the account at Twilio, AC and 32 digits"),
    Setting(
        "URTUU_TWILIO_TOKEN", "Auth token of the account; it signs Twilio's calls", secret=True
    ),
    Setting(
        "URTUU_TWILIO_FROM", "Number, short code, sender name or messaging service that sends"
    ),
    Setting("URTUU_TWILIO_KEY", "SID of an API key to send with; empty: the auth token", ""),
    Setting("URTUU_TWILIO_KEY_SECRET", "Secret of that API key", "", secret=True),
    Setting("URTUU_TWILIO_URL", "Base of Twilio's REST API", "https://api.twilio.com"),
    Setting("URTUU_TWILIO_SCRIPT", "Script of its messages: cyrillic or latin", "cyrillic"),
    Setting("URTUU_TWILIO_COST_MNT", "Price of a segment in tugrik; empty: unknown", ""),
    Setting("URTUU_TWILIO_RATE", "Messages a second that the sender may send", "1"),
)


def _open(values: Values, tools: Tools) -> Opened:
    if tools.public_url is None:
        raise SettingsError("URTUU_PUBLIC_URL is missing: Twilio signs the address that it calls")
    account_sid, token = values.text("URTUU_TWILIO_ACCOUNT"), values.secret("URTUU_TWILIO_TOKEN")
    script = values.script("URTUU_TWILIO_SCRIPT")
    public_url = tools.public_url.rstrip("/")
    key = values.optional("URTUU_TWILIO_KEY")
    account = TwilioAccount(
        values.url("URTUU_TWILIO_URL"),
        account_sid,
        key or account_sid,
        values.text("URTUU_TWILIO_KEY_SECRET") if key else token,
        values.text("URTUU_TWILIO_FROM"),
        status_url=f"{public_url}/{TwilioSms.path}/status",
    )
    route = OutRoute(
        name=TwilioSms.name,
        sender=TwilioSender(account, tools.client, utc_now),
        script=script,
        cost_mnt=_cost(values.optional("URTUU_TWILIO_COST_MNT")),
        rate_per_s=values.number("URTUU_TWILIO_RATE") or None,
    )
    channel = TwilioSms(account_sid=account_sid, token=token, public_url=public_url, script=script)
    return Opened(channel, Gate(None), route)


def _cost(text: str | None) -> Decimal | None:
    try:
        return None if text is None else Decimal(text)
    except InvalidOperation as error:
        raise SettingsError("URTUU_TWILIO_COST_MNT: must be a number") from error


PLAN = Plan("twilio_sms", "SMS through Twilio", SETTINGS, _open)
