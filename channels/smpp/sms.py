"""The door "smpp_sms": what citizens send, and what became of what was sent to them.

A message's id is made here, because SMPP gives it none: repeats.py states the rule by which a
deliver_sm that comes again keeps the id of the first. It is acknowledged when its turn is stored.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any
from weakref import WeakValueDictionary

from bot.message import Inbound, Reply, Session
from bot.outcome import Outcome
from bot.text.pages import Script
from channels.base import Trouble
from channels.form import read_keys, read_text
from channels.reception import Reception
from channels.smpp.addresses import citizen_number
from channels.smpp.codings import decode
from channels.smpp.errors import Malformed
from channels.smpp.link import Ack
from channels.smpp.pdus import Pdu
from channels.smpp.reassembly import Reassembly, piece_of
from channels.smpp.receipts import (
    NOTIFICATION,
    RECEIPT,
    ReceiptIds,
    message_type,
    read_receipt,
)
from channels.smpp.repeats import Arrival, Repeats
from channels.smpp.statuses import TROUBLES, Status
from channels.sms import sms_bodies, sms_texts

_MAX_TEXT_CHARS = 1600


class SmppSms:
    """Satisfies bot.outcome.Door; answers leave through the outbox."""

    name = "smpp_sms"
    paged = False
    pushes = True

    def __init__(self, script: Script = "cyrillic") -> None:
        self._script: Script = script

    def compose(self, replies: Sequence[Reply], script: Script | None = None) -> tuple[str, ...]:
        """SMS texts of at most three segments each, measured in the script that is sent."""
        sent: Script = "latin" if "latin" in (script, self._script) else "cyrillic"
        return sms_texts(replies, sent)

    def bodies(self, inbound: Inbound, outcome: Outcome) -> tuple[Any, ...]:
        """The texts, each with the script that the citizen asked for."""
        return sms_bodies(outcome.texts, outcome.script)


class SmsDesk:
    """Takes the deliver_sm that are messages or receipts."""

    def __init__(
        self,
        door: SmppSms,
        repeats: Repeats,
        reassembly: Reassembly,
        receipt_ids: ReceiptIds = "same",
    ) -> None:
        self._door = door
        self._repeats = repeats
        self._reassembly = reassembly
        self._receipt_ids = receipt_ids
        self._queues: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def take(self, pdu: Pdu, ack: Ack, reception: Reception) -> None:
        """Handle one deliver_sm and acknowledge it. Raises Malformed, UrtuuError."""
        kind = message_type(pdu)
        if kind == RECEIPT:
            await self._receipt(pdu, reception)
            await ack(Status.ROK)
        elif kind == NOTIFICATION:
            await ack(Status.ROK)
        elif kind:
            raise Malformed("a message is of a type that nobody awaits")
        else:
            await self._message(pdu, ack, reception)

    async def _receipt(self, pdu: Pdu, reception: Reception) -> None:
        receipt = read_receipt(pdu, piece_of(pdu).octets, self._receipt_ids)
        await reception.turn.delivery(
            self._door.name, receipt.provider_id, receipt.status, receipt.code
        )

    async def _message(self, pdu: Pdu, ack: Ack, reception: Reception) -> None:
        phone = citizen_number(pdu.text("source_addr"), pdu.number("source_addr_ton"))
        recipient, coding = pdu.text("destination_addr"), pdu.number("data_coding")
        decode(b"", coding)
        piece = piece_of(pdu)
        # Messages of one citizen are answered in the order they came in.
        queue = self._queues.setdefault(phone, asyncio.Lock())
        async with queue:
            octets = self._reassembly.add(phone, recipient, piece)
            if octets is None:
                await ack(Status.ROK)
                return
            text = decode(octets, coding)
            if len(text) > _MAX_TEXT_CHARS:
                raise Malformed("a text is too long", Status.RINVMSGLEN)
            key = self._repeats.digest(phone, recipient, piece.reference, bytes([coding]), octets)
            arrival = await self._repeats.arrival(
                key,
                octets,
                reception.now(),
                lambda name: reception.turn.history(self._door.name, name),
            )
            if arrival.is_answered:
                await ack(Status.ROK)
                return
            if await self._answer(phone, text, arrival, ack, reception):
                self._reassembly.done(phone, recipient, piece)

    async def _answer(
        self, phone: str, text: str, arrival: Arrival, ack: Ack, reception: Reception
    ) -> bool:
        """Whether the message is stored; acknowledges it either way."""
        inbound = Inbound(
            channel=self._door.name,
            address=phone,
            message_id=arrival.message_id,
            session=Session.NONE,
            text=read_text(text),
            keys=read_keys(text),
            audio=None,
            received_at=reception.now(),
            session_id=arrival.key,
            history=arrival.history,
        )
        outcome = await reception.receive(self._door, inbound, phone)
        if isinstance(outcome, Trouble):
            await ack(TROUBLES[outcome])
            return False
        if await ack(Status.ROK):
            self._repeats.settled(arrival)
        return True
