"""One TCP connection to an SMSC: frames, answers to our requests, requests to be answered."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from channels.reception import trouble_of
from channels.smpp.errors import Malformed, SmppError
from channels.smpp.pdus import (
    HEADER,
    MAX_PDU_BYTES,
    RESPONSE,
    Pdu,
    command_of,
    read_pdu,
    write_pdu,
)
from channels.smpp.statuses import TROUBLES, Status

if TYPE_CHECKING:
    from channels.smpp.link import Ack, Bind, Handler

logger = logging.getLogger(__name__)

_BOUND = "bind_transceiver_resp"
_MAX_SEQUENCE = 0x7FFFFFFF
_FINISH_S = 5.0
"""How long turns in progress may still be answered when the program stops."""
_CLOSE_S = 2.0
_NOTHING: Mapping[int, bytes] = MappingProxyType({})


class LinkLost(SmppError):
    """The connection is of no more use; the reason names no content."""


class Connection:
    """Reads and writes PDUs until something ends it."""

    def __init__(
        self,
        name: str,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        bind: Bind,
        handle: Handler,
    ) -> None:
        self._name = name
        self._reader = reader
        self._writer = writer
        self._bind = bind
        self._handle = handle
        self._sequence = 0
        self._pending: dict[int, asyncio.Future[Pdu]] = {}
        self._delivers: set[asyncio.Task[None]] = set()
        self._is_open = True
        self._is_bound = False
        self._reading = asyncio.create_task(self._read_all())

    async def run(self, stop: asyncio.Event) -> None:
        """Keep the link alive until `stop` is set or it is lost; raises LinkLost then."""
        tasks = {
            self._reading,
            asyncio.create_task(self._keep_alive()),
            asyncio.create_task(_until(stop)),
        }
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            if stop.is_set():
                await self._leave()
                return
            for task in done:
                task.result()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def request(
        self, command: str, fields: Mapping[str, int | str | bytes], tlvs: Mapping[int, bytes]
    ) -> Pdu:
        """The answer to a PDU of ours.

        Raises ValueError where the PDU cannot be written, and TimeoutError, LinkLost or OSError
        where there is no answer although the PDU may have arrived.
        """
        self._sequence = self._sequence % _MAX_SEQUENCE + 1
        sequence = self._sequence
        raw = write_pdu(command, sequence, fields=fields, tlvs=tlvs)
        answer: asyncio.Future[Pdu] = asyncio.get_running_loop().create_future()
        self._pending[sequence] = answer
        try:
            async with asyncio.timeout(self._bind.response_s):
                await self._write(raw)
                return await answer
        finally:
            self._pending.pop(sequence, None)

    async def close(self) -> None:
        """End the connection; whoever waits for an answer gets LinkLost."""
        self._is_open = False
        self._reading.cancel()
        await asyncio.gather(self._reading, return_exceptions=True)
        self._writer.close()
        try:
            async with asyncio.timeout(_CLOSE_S):
                await self._writer.wait_closed()
        except (OSError, TimeoutError):
            return

    async def _leave(self) -> None:
        """Answer what is in progress, then unbind."""
        if self._delivers:
            await asyncio.wait(self._delivers, timeout=_FINISH_S)
        unbinding = asyncio.create_task(self.request("unbind", {}, _NOTHING))
        await asyncio.wait({unbinding}, timeout=_CLOSE_S)
        unbinding.cancel()
        await asyncio.gather(unbinding, return_exceptions=True)

    async def _keep_alive(self) -> None:
        while True:
            await asyncio.sleep(self._bind.enquire_s)
            try:
                await self.request("enquire_link", {}, _NOTHING)
            except TimeoutError as error:
                raise LinkLost("the SMSC does not answer enquire_link") from error

    async def _read_all(self) -> None:
        try:
            await self._read()
        finally:
            for answer in self._pending.values():
                if not answer.done():
                    answer.set_exception(LinkLost("the connection is lost"))

    async def _read(self) -> None:
        while True:
            raw = await self._frame()
            try:
                pdu = read_pdu(raw)
            except Malformed as error:
                await self._refuse(raw, error)
            else:
                await self._take(pdu)

    async def _frame(self) -> bytes:
        """The octets of the next PDU; a length that cannot be ends the connection."""
        try:
            header = await self._reader.readexactly(4)
            length = int.from_bytes(header, "big")
            if not HEADER.size <= length <= MAX_PDU_BYTES:
                await self._nack(0, Status.RINVCMDLEN)
                raise LinkLost("a PDU has an impossible length")
            async with asyncio.timeout(self._bind.response_s):
                return header + await self._reader.readexactly(length - 4)
        except asyncio.IncompleteReadError as error:
            raise LinkLost("the SMSC closed the connection") from error
        except TimeoutError as error:
            raise LinkLost("a PDU did not arrive whole") from error

    async def _take(self, pdu: Pdu) -> None:
        if pdu.is_response:
            answer = self._pending.get(pdu.sequence)
            if answer is not None and not answer.done():
                # Noted here, because the next PDU may be read before whoever waits is told.
                self._is_bound |= pdu.command == _BOUND and pdu.status == Status.ROK
                answer.set_result(pdu)
        elif pdu.command == "enquire_link":
            await self._answer(pdu.command, pdu.sequence, Status.ROK)
        elif pdu.command == "unbind":
            await self._answer(pdu.command, pdu.sequence, Status.ROK)
            raise LinkLost("the SMSC unbinds")
        elif pdu.command == "deliver_sm":
            await self._delivered(pdu)
        elif pdu.command != "alert_notification":
            await self._nack(pdu.sequence, Status.RINVCMDID)

    async def _delivered(self, pdu: Pdu) -> None:
        if not self._is_bound:
            # A server that has not accepted our bind has no messages for us (SMPP 3.4, 2.3).
            await self._answer(pdu.command, pdu.sequence, Status.RINVBNDSTS)
            return
        if len(self._delivers) >= self._bind.max_delivers:
            await self._answer(pdu.command, pdu.sequence, Status.RX_T_APPN)
            return
        task = asyncio.create_task(self._handled(pdu))
        self._delivers.add(task)
        task.add_done_callback(self._delivers.discard)

    async def _handled(self, pdu: Pdu) -> None:
        ack = self._ack_of(pdu)
        try:
            await self._handle(pdu, ack)
        except Malformed as error:
            logger.warning("%s: a message is refused: %s", self._name, error)
            await ack(error.status)
        except Exception as error:
            await ack(TROUBLES[trouble_of(self._name, error)])

    def _ack_of(self, pdu: Pdu) -> Ack:
        acknowledged = False

        async def ack(status: int) -> bool:
            nonlocal acknowledged
            if acknowledged:
                return True
            try:
                await self._answer(pdu.command, pdu.sequence, status)
            except (LinkLost, OSError):
                return False
            acknowledged = True
            return True

        return ack

    async def _refuse(self, raw: bytes, error: Malformed) -> None:
        """Answer a PDU that cannot be read; an answer that cannot be read is left alone."""
        logger.warning("%s: a PDU is refused: %s", self._name, error)
        _, command_id, _, sequence = HEADER.unpack_from(raw)
        if command_of(command_id) == "deliver_sm":
            await self._answer("deliver_sm", sequence, error.status)
        elif not command_id & RESPONSE:
            await self._nack(sequence, error.status)

    async def _answer(self, command: str, sequence: int, status: int) -> None:
        await self._write(write_pdu(f"{command}_resp", sequence, status=status))

    async def _nack(self, sequence: int, status: int) -> None:
        await self._write(write_pdu("generic_nack", sequence, status=status))

    async def _write(self, raw: bytes) -> None:
        if not self._is_open or self._writer.is_closing():
            raise LinkLost("the connection is closed")
        self._writer.write(raw)
        await self._writer.drain()


async def _until(stop: asyncio.Event) -> None:
    await stop.wait()
