"""The desks of the SMPP doors over any turn, with a clock and connections that a test sets."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from bot.text.pages import Screen
from channels.base import Turn
from channels.reception import Limits, Reception
from channels.smpp.dialects import dialect
from channels.smpp.link import Ack
from channels.smpp.pdus import Pdu, Tlv, read_pdu, write_pdu
from channels.smpp.reassembly import Reassembly
from channels.smpp.repeats import Repeats
from channels.smpp.sms import SmppSms, SmsDesk
from channels.smpp.ussd import SmppUssd, UssdDesk
from tests.channels.smsc import delivered

_BEGAN = datetime(2026, 11, 23, 9, tzinfo=UTC)
_BEGIN, _ANSWER = 1, 18
"""Operations of the dialect "standard"."""


class Desks:
    """Both desks, as a process that has just begun."""

    def __init__(self, turn: Turn) -> None:
        self.now_s, self.binds = 0.0, 1
        self.statuses: list[int] = []
        self.screens: list[bytes] = []
        self.loses_answers = False
        limits = Limits(burst=10**6, door_burst=10**6)
        self._reception = Reception(turn, limits=limits, now=self._now)
        self._sms = SmsDesk(
            SmppSms(), self._repeats(5, 600), Reassembly(lambda: self.now_s, timeout_s=600)
        )
        self._ussd = UssdDesk(
            SmppUssd(Screen.CYRILLIC),
            dialect("standard"),
            self._repeats(1, 60, asks_always=True),
            self,
        )

    async def sms(self, pdu: Pdu) -> None:
        """Deliver a message."""
        await self._sms.take(pdu, self._ack(), self._reception)

    async def ussd(self, pdu: Pdu) -> None:
        """Deliver a hop."""
        await self._ussd.take(pdu, self._ack(), self._reception)

    async def submit(
        self, fields: Mapping[str, int | str | bytes], tlvs: Mapping[int, bytes]
    ) -> str:
        """Show a screen."""
        screen = fields["short_message"]
        assert isinstance(screen, bytes)
        self.screens.append(screen)
        return "m1"

    def _repeats(self, grace_s: float, window_s: float, *, asks_always: bool = False) -> Repeats:
        return Repeats(
            b"secret",
            lambda: self.now_s,
            lambda: self.binds,
            grace_s=grace_s,
            window_s=window_s,
            asks_always=asks_always,
        )

    def _now(self) -> datetime:
        return _BEGAN + timedelta(seconds=self.now_s)

    def _ack(self) -> Ack:
        async def ack(status: int) -> bool:
            self.statuses.append(status)
            return not self.loses_answers

        return ack


def message(phone: str, text: str) -> Pdu:
    """A deliver_sm with a message."""
    fields = delivered(text.encode("utf-16-be"), source_addr=phone, data_coding=8)
    return read_pdu(write_pdu("deliver_sm", 1, fields=fields))


def receipt(provider_id: str, state: str) -> Pdu:
    """A deliver_sm with a receipt."""
    text = f"id:{provider_id} sub:001 dlvrd:001 stat:{state} err:000 text:"
    fields = delivered(text.encode(), esm_class=4)
    return read_pdu(write_pdu("deliver_sm", 1, fields=fields))


def hop(phone: str, session: int, number: int) -> Pdu:
    """A deliver_sm of a dialogue: the first dials, the others answer with their number."""
    text = str(number).encode() if number else b"*141#"
    operation = bytes([_ANSWER if number else _BEGIN])
    tlvs: dict[int, bytes] = {Tlv.USSD_SERVICE_OP: operation}
    tlvs[Tlv.ITS_SESSION_INFO] = bytes([session % 256, 0])
    fields = delivered(text, source_addr=phone, service_type="USSD")
    return read_pdu(write_pdu("deliver_sm", 1, fields=fields, tlvs=tlvs))
