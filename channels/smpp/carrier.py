"""The service that keeps a bind up and hands what comes over it to the doors that it carries."""

from __future__ import annotations

import asyncio

from channels.reception import Reception
from channels.smpp.errors import Malformed
from channels.smpp.link import Ack
from channels.smpp.pdus import Pdu
from channels.smpp.sms import SmsDesk
from channels.smpp.statuses import Status
from channels.smpp.thread import LinkThread
from channels.smpp.ussd import UssdDesk


class Carrier:
    """Satisfies channels.base.Service."""

    def __init__(
        self,
        name: str,
        link: LinkThread,
        sms: SmsDesk | None = None,
        ussd: UssdDesk | None = None,
    ) -> None:
        self.name = name
        self._link = link
        self._sms = sms
        self._ussd = ussd

    async def run(self, reception: Reception, stop: asyncio.Event) -> None:
        """Keep the link up until `stop` is set."""

        async def handle(pdu: Pdu, ack: Ack) -> None:
            await self._take(pdu, ack, reception)

        await self._link.run(handle, stop)

    async def _take(self, pdu: Pdu, ack: Ack, reception: Reception) -> None:
        if self._ussd is not None and self._ussd.concerns(pdu):
            await self._ussd.take(pdu, ack, reception)
        elif self._sms is not None:
            await self._sms.take(pdu, ack, reception)
        else:
            raise Malformed("a message is for a door that is not open", Status.RINVSERTYP)
