"""The door of one gateway: messages in, reports of delivery in; answers leave by the outbox."""

from __future__ import annotations

import hashlib
import re
from collections import OrderedDict
from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType

from starlette.responses import PlainTextResponse, Response

from bot.message import Inbound, Session
from channels.base import FORM, JSON, BadRequest, Ignored, Notice, Posted, Turn
from channels.form import TOKEN, read_keys, read_text
from channels.http_gateway.fields import (
    read_fields,
    read_hex,
    read_message,
    read_word,
)
from channels.http_gateway.gateway import Gateway, In, Report
from channels.http_gateway.reports import ID_FIELD, SIGNATURE_FIELD, ReportAddress
from channels.numbers import e164
from channels.sms import SmsChannel

_DATE = re.compile(r"[0-9A-Za-z :./+-]{1,40}")
_REMEMBERED = 5_000


class GatewaySms(SmsChannel):
    """The channel "gateway_<name>"."""

    def __init__(self, gateway: Gateway, reports: ReportAddress | None) -> None:
        """`reports` is None where the gateway reports nothing to addresses of ours."""
        super().__init__(gateway.script, gateway.max_segments)
        self.name = channel_name(gateway)
        self.path = channel_path(gateway)
        self._gateway = gateway
        self._reports = reports
        self._repeats = Repeats()
        parts = [part for part in (gateway.incoming, gateway.report) if part is not None]
        self.methods = frozenset[str]().union(*(part.methods for part in parts))
        self.media_types = frozenset(JSON if part.format == "json" else FORM for part in parts)
        self.notices: Mapping[str, Notice] = MappingProxyType(
            {} if gateway.report is None else {"reports": self._report}
        )

    def sender(self, posted: Posted) -> str:
        """Who wrote."""
        incoming = self._incoming()
        written = read_word(read_fields(posted, incoming.format), incoming.fields["from"])
        if not written:
            raise BadRequest(f"field {incoming.fields['from']} is missing")
        return e164(written) or written

    async def parse(self, posted: Posted, turn: Turn) -> Inbound:
        """One incoming message; the same one again has the same id."""
        incoming = self._incoming()
        fields = read_fields(posted, incoming.format)
        phone = e164(self.sender(posted))
        text = _text(fields, incoming)
        if phone is None:
            raise Ignored  # a short code or a sender's name, which is no citizen
        return Inbound(
            channel=self.name,
            address=phone,
            message_id=self._message_id(fields, incoming, phone, text, posted.received_at),
            session=Session.NONE,
            text=read_text(text),
            keys=read_keys(text),
            audio=None,
            received_at=posted.received_at,
        )

    def acknowledge(self) -> Response:
        """What the gateway expects to read when all went well."""
        part = self._gateway.incoming or self._gateway.report
        return PlainTextResponse(part.answer if part else "")

    def _incoming(self) -> In:
        if self._gateway.incoming is None:
            raise BadRequest("Not Found", 404)
        return self._gateway.incoming

    def _message_id(
        self,
        fields: Mapping[str, bytes],
        incoming: In,
        phone: str,
        text: str,
        received_at: datetime,
    ) -> str:
        given = _word(fields, incoming, "id")
        if given:
            if not TOKEN.fullmatch(given):
                raise BadRequest(f"field {incoming.fields['id']} is not an id")
            return given
        said = hashlib.sha256(f"{phone}\0{text}".encode()).hexdigest()
        date = _word(fields, incoming, "date")
        if date and not _DATE.fullmatch(date):
            raise BadRequest(f"field {incoming.fields['date']} is not a date")
        if not date:
            lasting = timedelta(seconds=incoming.repeat_s)
            date = self._repeats.first(said, received_at, lasting).isoformat()
        return hashlib.sha256(f"{said}\0{date}".encode()).hexdigest()

    async def _report(self, posted: Posted, turn: Turn) -> None:
        report = self._gateway.report
        if report is None:
            raise BadRequest("Not Found", 404)
        fields = read_fields(posted, report.format)
        message_id = self._reported_id(fields, report)
        theirs = read_word(fields, report.fields["status"], 64)
        found = report.statuses.get(theirs, report.otherwise) if theirs else None
        if found is None:
            raise BadRequest(f"field {report.fields['status']} is not a delivery status")
        await turn.delivery(self.name, message_id, *found)

    def _reported_id(self, fields: Mapping[str, bytes], report: Report) -> str:
        if not report.by_own_id:
            message_id = read_word(fields, report.fields["id"])
            if not TOKEN.fullmatch(message_id):
                raise BadRequest(f"field {report.fields['id']} is not an id")
            return message_id
        message_id = read_word(fields, ID_FIELD)
        signature = read_word(fields, SIGNATURE_FIELD)
        if self._reports is None or not self._reports.is_ours(message_id, signature):
            raise BadRequest("this address was not given out", 403)
        return message_id


class Repeats:
    """When the same words were first said, for gateways that number nothing."""

    def __init__(self, max_keys: int = _REMEMBERED) -> None:
        self._first: OrderedDict[str, datetime] = OrderedDict()
        self._max_keys = max_keys

    def first(self, key: str, now: datetime, lasting: timedelta) -> datetime:
        """The moment the key was first seen, where that is less than `lasting` ago; else now."""
        before = self._first.pop(key, None)
        is_repeat = before is not None and now - before < lasting
        moment = before if is_repeat and before is not None else now
        self._first[key] = moment
        if len(self._first) > self._max_keys:
            self._first.popitem(last=False)
        return moment


def channel_name(gateway: Gateway) -> str:
    """The name of the gateway's channel and route."""
    return f"gateway_{gateway.name}"


def channel_path(gateway: Gateway) -> str:
    """Where the gateway's channel is mounted, before its secret."""
    return f"gateway/{gateway.name}"


def _word(fields: Mapping[str, bytes], incoming: In, name: str) -> str:
    theirs = incoming.fields.get(name)
    return "" if theirs is None else read_word(fields, theirs)


def _text(fields: Mapping[str, bytes], incoming: In) -> str:
    """What was written: by the charset named beside it, by its coding, or as always."""
    coding = incoming.codings.get(_word(fields, incoming, "coding"))
    is_json = incoming.format == "json"
    charset = "utf-8" if is_json else _word(fields, incoming, "charset") or coding
    theirs, hexadecimal = incoming.fields.get("text", ""), incoming.fields.get("hex", "")
    if hexadecimal in fields and (coding is not None or theirs not in fields):
        raw = read_hex(fields[hexadecimal], hexadecimal)
        return read_message(raw, hexadecimal, coding or incoming.charset)
    if theirs not in fields:
        raise BadRequest(f"field {theirs or hexadecimal} is missing")
    return read_message(fields[theirs], theirs, charset or incoming.charset)
