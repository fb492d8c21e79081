"""The door "smpp_ussd": dialogues of USSD over SMPP, in the dialect of the operator's gateway.

The network begins a dialogue, we ask, the citizen answers, we ask or end. Each screen of ours is a
submit_sm that mirrors the addresses and the session of the deliver_sm that it answers.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal
from weakref import WeakValueDictionary

from bot.errors import UrtuuError
from bot.message import Inbound, Reply, Session
from bot.outcome import Outcome
from bot.text.pages import Screen, Script, paginate
from bot.text.units import is_gsm7
from channels.base import SendFailed, Trouble
from channels.form import read_keys, read_text
from channels.reception import Reception, trouble_of
from channels.sentences import sentence
from channels.smpp.addresses import citizen_number
from channels.smpp.codings import encode_gsm7
from channels.smpp.dialects import Dialect
from channels.smpp.errors import Malformed
from channels.smpp.link import Ack
from channels.smpp.pdus import Pdu, Tlv
from channels.smpp.repeats import Arrival, Repeats
from channels.smpp.statuses import Status
from channels.smpp.thread import Submits

logger = logging.getLogger(__name__)

Step = Literal["begin", "answer", "abort"]
_DIALLED = re.compile(r"[*#0-9]{2,40}")
_MAX_TEXT_CHARS = 200
"""Above the 182 characters that a USSD string holds."""


class SmppUssd:
    """Satisfies bot.outcome.Door."""

    name = "smpp_ussd"
    paged = True
    pushes = False

    def __init__(self, screen: Screen) -> None:
        self.screen = screen

    def compose(self, replies: Sequence[Reply], script: Script | None = None) -> tuple[str, ...]:
        """Pages that each fit the screen; the last reply's choices are the options."""
        text = "\n".join(reply.text for reply in replies)
        labels = [choice.label for choice in replies[-1].choices] if replies else []
        return paginate(text, labels, self.screen.carrying(script))

    def bodies(self, inbound: Inbound, outcome: Outcome) -> tuple[Any, ...]:
        """Nothing: the answer is the next screen."""
        return ()


@dataclass(frozen=True)
class Hop:
    """One deliver_sm of a dialogue."""

    step: Step
    phone: str = field(repr=False)
    session: int
    """Value of the dialect's session parameter; 0 where there is none."""
    text: str = field(repr=False)
    pdu: Pdu


class UssdDesk:
    """Takes the deliver_sm that belong to dialogues."""

    def __init__(
        self, door: SmppUssd, dialect: Dialect, repeats: Repeats, link: Submits, code: str = ""
    ) -> None:
        """`code` is the service code, such as "*141#"; what is dialled behind it is an answer.

        "": the code is the first group of digits dialled.
        """
        self._door = door
        self._dialect = dialect
        self._repeats = repeats
        self._link = link
        self._stem = code.rstrip("#")
        self._queues: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    def concerns(self, pdu: Pdu) -> bool:
        """Whether a deliver_sm belongs to a dialogue."""
        service_type = self._dialect.service_type.encode()
        is_named = bool(service_type) and pdu.octets("service_type") == service_type
        return is_named or Tlv.USSD_SERVICE_OP in pdu.tlvs

    async def take(self, pdu: Pdu, ack: Ack, reception: Reception) -> None:
        """Handle one hop, acknowledge it, and send the next screen. Raises Malformed."""
        hop = self._read(pdu)
        if hop is None:
            await ack(Status.ROK)
            return
        dialogue = hop.session & self._dialect.dialogue_mask
        key = self._repeats.digest("ussd", hop.phone, str(dialogue))
        queue = self._queues.setdefault(key, asyncio.Lock())
        async with queue:
            if hop.step == "abort":
                self._repeats.forget(key)
                await reception.turn.drop(self._door.name, key)
                await ack(Status.ROK)
            else:
                await self._answer(hop, key, ack, reception)

    def _read(self, pdu: Pdu) -> Hop | None:
        """The hop in a deliver_sm; None for what only confirms. Raises Malformed."""
        dialect = self._dialect
        operation = pdu.tlv_number(Tlv.USSD_SERVICE_OP, 1)
        if operation is None:
            raise Malformed("a USSD message names no operation", Status.RINVOPTPARAMVAL)
        if operation in dialect.confirm:
            return None
        phone = citizen_number(pdu.text("source_addr"), pdu.number("source_addr_ton"))
        session = 0
        if dialect.session_tag is not None:
            session = pdu.tlv_number(dialect.session_tag, dialect.session_octets) or 0
        if operation in dialect.abort:
            return Hop("abort", phone, session, "", pdu)
        if operation in dialect.begin:
            return Hop("begin", phone, session, self._dialled(pdu), pdu)
        if operation not in dialect.answer:
            raise Malformed("a USSD operation is not one of the dialect", Status.RINVOPTPARAMVAL)
        if session & dialect.end_mask:
            return Hop("abort", phone, session, "", pdu)
        return Hop("answer", phone, session, self._text(pdu), pdu)

    def _text(self, pdu: Pdu) -> str:
        octets = pdu.octets("short_message") or pdu.tlvs.get(Tlv.MESSAGE_PAYLOAD, b"")
        text = self._dialect.decode(octets, pdu.number("data_coding"))
        if len(text) > _MAX_TEXT_CHARS:
            raise Malformed("a USSD text is too long", Status.RINVMSGLEN)
        return text

    def _dialled(self, pdu: Pdu) -> str:
        """What is dialled behind the service code: "5" of *141*5#."""
        in_text = self._dialect.code_in == "short_message"
        dialled = (self._text(pdu) if in_text else pdu.text("destination_addr")).strip()
        if not _DIALLED.fullmatch(dialled):
            raise Malformed("what is dialled is no USSD code")
        groups = dialled.rstrip("#")
        if self._stem and groups.startswith(f"{self._stem}*"):
            return groups[len(self._stem) + 1 :]
        if self._stem:
            return ""
        return groups.lstrip("*").partition("*")[2]

    async def _answer(self, hop: Hop, key: str, ack: Ack, reception: Reception) -> None:
        try:
            arrival = await self._repeats.arrival(
                key,
                f"{hop.step} {hop.session} {hop.text}".encode(),
                reception.now(),
                lambda name: reception.turn.history(self._door.name, name),
            )
        except UrtuuError as error:
            await ack(Status.ROK)
            await self._apologise(hop, trouble_of(self._door.name, error))
            return
        if arrival.is_answered:
            await ack(Status.ROK)
            return
        inbound = self._inbound(hop, arrival, reception)
        outcome = await reception.receive(self._door, inbound, hop.phone)
        await ack(Status.ROK)
        if isinstance(outcome, Trouble):
            await self._apologise(hop, outcome)
            self._repeats.settled(arrival)
            return
        ends = outcome.ends_session and outcome.page == len(outcome.texts) - 1
        await self._show(hop, outcome.texts[outcome.page], ends=ends)
        self._repeats.settled(arrival)
        if ends:
            await reception.turn.drop(self._door.name, key)

    async def _apologise(self, hop: Hop, trouble: Trouble) -> None:
        """End the dialogue with a sentence: whoever waits before a screen is not asked to wait."""
        text = self._door.screen.written(sentence(self._door.name, trouble.value))
        await self._show(hop, text, ends=True)

    def _inbound(self, hop: Hop, arrival: Arrival, reception: Reception) -> Inbound:
        is_new = hop.step == "begin" or not arrival.is_known
        return Inbound(
            channel=self._door.name,
            address=hop.phone,
            message_id=arrival.message_id,
            session=Session.NEW if is_new else Session.RESUME,
            text=read_text(hop.text),
            keys=read_keys(hop.text),
            audio=None,
            received_at=reception.now(),
            session_id=arrival.key,
            history=arrival.history,
        )

    async def _show(self, hop: Hop, text: str, *, ends: bool) -> None:
        dialect, pdu = self._dialect, hop.pdu
        octets = encode_gsm7(text) if is_gsm7(text) else text.encode("utf-16-be")
        coding = dialect.latin_coding if is_gsm7(text) else dialect.cyrillic_coding
        fields: dict[str, int | str | bytes] = {
            "service_type": dialect.service_type,
            "source_addr_ton": pdu.number("dest_addr_ton"),
            "source_addr_npi": pdu.number("dest_addr_npi"),
            "source_addr": pdu.text("destination_addr"),
            "dest_addr_ton": pdu.number("source_addr_ton"),
            "dest_addr_npi": pdu.number("source_addr_npi"),
            "destination_addr": pdu.text("source_addr"),
            "data_coding": coding,
            "sm_length": len(octets),
            "short_message": octets,
        }
        tlvs = {int(Tlv.USSD_SERVICE_OP): bytes([dialect.end if ends else dialect.ask])}
        if dialect.session_tag is not None and dialect.session_tag in pdu.tlvs:
            session = hop.session & ~dialect.end_mask | (dialect.end_mask if ends else 0)
            tlvs[dialect.session_tag] = session.to_bytes(dialect.session_octets, "big")
        try:
            await self._link.submit(fields, tlvs)
        except SendFailed as error:
            # The screen is lost with the dialogue; the citizen dials again and goes on from there.
            logger.warning("%s: a screen was not shown: %s", self._door.name, error.code)
