"""A small SMSC on the loopback interface, for the length of a with-block."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress

from channels.smpp.pdus import Pdu, read_pdu, write_pdu
from channels.smpp.statuses import Status

SYSTEM_ID, PASSWORD = "urtuu", "secret"
PHONE = "97699000001"
WAIT_S = 5.0

Fields = Mapping[str, int | str | bytes]


def _accepted(_: Pdu) -> int | None:
    return Status.ROK


class Smsc:
    """Accepts binds, keeps what is submitted, delivers what a test says."""

    def __init__(self) -> None:
        self.port = 0
        self.binds = 0
        self.submits: list[Pdu] = []
        self.unbound = False
        self.answers_enquiries = True
        self.on_submit: Callable[[Pdu], int | None] = _accepted
        """The status of the answer to a submit_sm; None: no answer at all."""
        self.others: list[Pdu] = []
        self.writer: asyncio.StreamWriter | None = None
        self._sequence = 0
        self._answers: dict[int, asyncio.Future[Pdu]] = {}
        self._changed = asyncio.Condition()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError, OSError):
            while True:
                head = await reader.readexactly(4)
                body = await reader.readexactly(int.from_bytes(head, "big") - 4)
                self.take(read_pdu(head + body), writer)
                async with self._changed:
                    self._changed.notify_all()
        writer.close()

    def take(self, pdu: Pdu, writer: asyncio.StreamWriter) -> None:
        """Answer a PDU, or keep it."""

        def answer(status: int, fields: Fields | None = None) -> None:
            name = f"{pdu.command}_resp"
            writer.write(write_pdu(name, pdu.sequence, status=status, fields=fields or {}))

        if pdu.command == "bind_transceiver":
            is_known = pdu.octets("password") == PASSWORD.encode()
            answer(Status.ROK if is_known else 0x0E, {"system_id": "SMSC"} if is_known else {})
            if is_known:
                self.writer = writer
                self.binds += 1
        elif pdu.command == "submit_sm":
            self.submits.append(pdu)
            status = self.on_submit(pdu)
            if status is not None:
                answer(status, {"message_id": f"m{len(self.submits)}"} if not status else {})
        elif pdu.command == "enquire_link" and self.answers_enquiries:
            answer(Status.ROK)
        elif pdu.command == "unbind":
            self.unbound = True
            answer(Status.ROK)
        elif pdu.is_response:
            waiting = self._answers.get(pdu.sequence)
            if waiting is not None and not waiting.done():
                waiting.set_result(pdu)
            else:
                self.others.append(pdu)

    async def until(self, condition: Callable[[], object]) -> None:
        """Wait until a condition holds that a PDU brings about."""
        async with asyncio.timeout(WAIT_S), self._changed:
            await self._changed.wait_for(lambda: bool(condition()))

    async def deliver(
        self, text: bytes = b"", tlvs: Mapping[int, bytes] | None = None, **fields: int | str
    ) -> int:
        """The status that answers a deliver_sm."""
        return (await self.ask("deliver_sm", delivered(text, **fields), tlvs)).status

    async def ask(
        self, command: str, fields: Fields | None = None, tlvs: Mapping[int, bytes] | None = None
    ) -> Pdu:
        """The answer to any PDU."""
        sequence = self.send(command, fields, tlvs)
        self._answers[sequence] = asyncio.get_running_loop().create_future()
        async with asyncio.timeout(WAIT_S):
            return await self._answers[sequence]

    def send(
        self, command: str, fields: Fields | None = None, tlvs: Mapping[int, bytes] | None = None
    ) -> int:
        """Send a PDU without waiting; returns its sequence number."""
        self._sequence += 1
        self.throw(write_pdu(command, self._sequence, fields=fields or {}, tlvs=tlvs or {}))
        return self._sequence

    def throw(self, raw: bytes) -> None:
        """Send octets, whatever they are."""
        assert self.writer is not None
        self.writer.write(raw)

    @property
    def is_lost(self) -> bool:
        """Whether the connection is gone."""
        return self.writer is None or self.writer.is_closing()

    def cut(self) -> None:
        """Break the connection."""
        assert self.writer is not None
        self.writer.transport.abort()


def delivered(text: bytes, **fields: int | str) -> Fields:
    """The fields of a citizen's message."""
    return {
        "source_addr_ton": 1,
        "source_addr_npi": 1,
        "source_addr": PHONE,
        "destination_addr": "141111",
        "sm_length": len(text),
        "short_message": text,
        **fields,
    }


@asynccontextmanager
async def smsc(peer: Smsc | None = None) -> AsyncIterator[Smsc]:
    """A listening SMSC on a free port."""
    peer = peer or Smsc()
    server = await asyncio.start_server(peer.serve, "127.0.0.1", 0)
    peer.port = server.sockets[0].getsockname()[1]
    try:
        yield peer
    finally:
        server.close()
