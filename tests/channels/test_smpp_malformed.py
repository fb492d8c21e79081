"""Thousands of broken PDUs: no crash, no hang, nothing of their content in a log."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from functools import partial

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from channels.smpp.errors import Malformed
from channels.smpp.pdus import HEADER, MAX_PDU_BYTES, RESPONSE, Pdu, Tlv, read_pdu, write_pdu
from tests.channels.smpp_door import bound
from tests.channels.smsc import PHONE, delivered

COUNT = 2400
BATCH = 50
"""Fewer than may wait for answers at once."""
ALERT = 0x102
MARK = b"SECRETWORD"
_COMMANDS = st.sampled_from(
    [0x5, 0x5, 0x15, 0x4, 0x1, 0x9, 0x80000004, 0x80000000, 0x102, 0x103, 0x0, 0xB]
)


@st.composite
def _mutated(draw: st.DrawFn) -> bytes:
    """A deliver_sm with octets changed, removed or added, under a header that frames it."""
    fields = {
        **delivered(MARK + draw(st.binary(max_size=40))),
        "esm_class": draw(st.integers(0, 255)),
        "data_coding": draw(st.integers(0, 255)),
        "service_type": draw(st.sampled_from(["", "USSD"])),
    }
    tags = st.sampled_from([*map(int, Tlv), 0x1401])
    tlvs = draw(st.dictionaries(tags, st.binary(max_size=6), max_size=4))
    body = bytearray(write_pdu("deliver_sm", 1, fields=fields, tlvs=tlvs)[HEADER.size :])
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, len(body) - 1))
        body[at] = draw(st.integers(0, 255))
    body = body[: draw(st.integers(0, len(body)))] if draw(st.booleans()) else body
    return _framed(bytes(body), 0x5, draw(st.integers(0, 0xFFFFFFFF)))


@st.composite
def _garbage(draw: st.DrawFn) -> bytes:
    return _framed(MARK + draw(st.binary(max_size=200)), draw(_COMMANDS), draw(st.integers(0, 9)))


@st.composite
def _misframed(draw: st.DrawFn) -> bytes:
    """A length that cannot be, which ends the connection."""
    lengths = st.one_of(st.integers(0, 15), st.integers(MAX_PDU_BYTES + 1, 0xFFFFFFFF))
    return draw(lengths).to_bytes(4, "big") + MARK


def _framed(body: bytes, command: int, sequence: int) -> bytes:
    return HEADER.pack(HEADER.size + len(body), command, 0, sequence) + body


def _pdus() -> list[bytes]:
    collected: list[bytes] = []

    @seed(20261123)
    @settings(
        max_examples=COUNT,
        phases=[Phase.generate],
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.one_of(_mutated(), _mutated(), _garbage()))
    def collect(raw: bytes) -> None:
        collected.append(raw)

    collect()
    return collected


@pytest.fixture
def logged(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    with caplog.at_level(logging.DEBUG):
        yield caplog


def test_thousands_of_broken_pdus_neither_stop_the_link_nor_leak(
    logged: pytest.LogCaptureFixture,
) -> None:
    pdus = _pdus()
    assert len(pdus) >= 2000

    async def run() -> None:
        async with bound(DIALECT="standard") as door:
            asked = 0
            for number, raw in enumerate(pdus, 1):
                door.smsc.throw(raw)
                asked += _wants_an_answer(raw)
                if number % BATCH == 0 or number == len(pdus):
                    await door.smsc.until(partial(_has, door.smsc.others, asked))
            assert await door.smsc.deliver(b"still here") == 0
            assert door.turn.inbounds[-1].text == "still here"
            assert (len(door.smsc.others), door.smsc.binds) == (asked, 1)

    asyncio.run(run())
    _check_log(logged)


def _has(answers: list[Pdu], count: int) -> bool:
    return len(answers) >= count


def _wants_an_answer(raw: bytes) -> bool:
    """Whether a PDU is a request, which is answered once, whatever is wrong with it."""
    command = HEADER.unpack_from(raw)[1]
    if command == ALERT:
        try:
            read_pdu(raw)
        except Malformed:
            return True
        return False
    return not command & RESPONSE


def test_lengths_that_cannot_be_end_the_connection_and_it_comes_back(
    logged: pytest.LogCaptureFixture,
) -> None:
    @seed(20261123)
    @settings(max_examples=5, phases=[Phase.generate], database=None, deadline=None)
    @given(_misframed())
    def throw(raw: bytes) -> None:
        async def run() -> None:
            async with bound() as door:
                door.smsc.throw(raw)
                await door.smsc.until(lambda: door.smsc.binds == 2)

        asyncio.run(run())

    throw()
    _check_log(logged)


def test_a_pdu_that_never_ends_does_not_hold_the_link() -> None:
    async def run() -> None:
        async with bound() as door:
            door.smsc.throw((5000).to_bytes(4, "big") + b"begun")
            await door.smsc.until(lambda: door.smsc.binds == 2)

    asyncio.run(run())


def _check_log(logged: pytest.LogCaptureFixture) -> None:
    assert MARK.decode() not in logged.text
    assert MARK.hex() not in logged.text
    assert PHONE[3:] not in logged.text
    assert not [record for record in logged.records if record.levelno >= logging.ERROR]
