"""Messages that come twice, late or out of order: one effect, and the same answer."""

from __future__ import annotations

import asyncio
import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import Busy, StoreUnavailable
from bot.message import Inbound, Reply, Session
from channels.reception import Reception
from channels.smpp.link import Ack
from channels.smpp.parts import parts_of
from channels.smpp.pdus import Pdu, Tlv, read_pdu, write_pdu
from channels.smpp.reassembly import Piece, Reassembly
from channels.smpp.repeats import Repeats
from channels.smpp.sms import SmppSms, SmsDesk
from channels.smpp.statuses import Status
from tests.channels.scripted_turn import ScriptedTurn
from tests.channels.smpp_door import bound
from tests.channels.smsc import delivered

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
OP, ITS = Tlv.USSD_SERVICE_OP, Tlv.ITS_SESSION_INFO


class Desk:
    """A desk whose clock, connections and answers a test sets by hand."""

    def __init__(self, turn: ScriptedTurn | None = None) -> None:
        self.turn = turn or ScriptedTurn()
        self.now_s = 0.0
        self.binds = 1
        self.answers: list[int] = []
        self.loses_answers = False
        self.restart()

    def restart(self) -> None:
        """A new process over the same store."""
        repeats = Repeats(
            b"secret", lambda: self.now_s, lambda: self.binds, grace_s=5, window_s=600
        )
        reassembly = Reassembly(lambda: self.now_s, timeout_s=600)
        self._desk = SmsDesk(SmppSms(), repeats, reassembly)
        self._reception = Reception(self.turn, now=lambda: NOW + timedelta(seconds=self.now_s))

    def take(self, *pdus: Pdu) -> None:
        async def run() -> None:
            for pdu in pdus:
                await self._desk.take(pdu, self._ack(), self._reception)

        asyncio.run(run())

    def _ack(self) -> Ack:
        async def ack(status: int) -> bool:
            self.answers.append(status)
            return not self.loses_answers

        return ack

    @property
    def ids(self) -> list[str]:
        return [inbound.message_id for inbound in self.turn.inbounds]


def _pdu(text: bytes = b"1") -> Pdu:
    return read_pdu(write_pdu("deliver_sm", 1, fields=delivered(text)))


def _parts(text: str, reference: int = 7) -> list[Pdu]:
    return [
        read_pdu(
            write_pdu(
                "deliver_sm",
                1,
                fields=delivered(p.octets, esm_class=p.esm_class, data_coding=p.coding),
            )
        )
        for p in parts_of(text, "udh8", reference)
    ]


def test_a_message_whose_answer_was_lost_keeps_its_id() -> None:
    desk = Desk()
    desk.loses_answers = True
    desk.take(_pdu())
    desk.now_s, desk.loses_answers = 300, False
    desk.take(_pdu())
    first, second = desk.ids
    assert first == second


def test_a_message_that_crosses_its_answer_reaches_the_turn_once() -> None:
    desk = Desk()
    desk.take(_pdu())
    desk.now_s = 4
    desk.take(_pdu())
    assert (len(desk.ids), desk.answers) == (1, [Status.ROK, Status.ROK])


def test_a_message_that_comes_again_over_a_new_connection_keeps_its_id() -> None:
    desk = Desk()
    desk.take(_pdu())
    desk.now_s, desk.binds = 20, 2
    desk.take(_pdu())
    first, second = desk.ids
    assert first == second


def test_a_citizen_may_say_the_same_twice() -> None:
    desk = Desk()
    desk.take(_pdu())
    desk.now_s = 6
    desk.take(_pdu())
    first, second = desk.ids
    assert first != second


@pytest.mark.parametrize(("later_s", "is_same"), [(60, True), (700, False)])
def test_after_a_restart_the_store_knows_what_came(later_s: float, is_same: bool) -> None:
    desk = Desk()
    desk.loses_answers = True
    desk.take(_pdu())
    desk.now_s = later_s
    desk.restart()
    desk.take(_pdu())
    first, second = desk.ids
    assert (first == second) is is_same


@pytest.mark.parametrize("error", [Busy(), StoreUnavailable()])
def test_a_message_that_could_not_be_answered_is_sent_again_and_answered_once(
    error: Exception,
) -> None:
    desk = Desk()
    desk.turn.error = error
    desk.take(*_parts("Ө" * 100))
    desk.turn.error = None
    desk.take(_parts("Ө" * 100)[-1])
    assert desk.answers == [Status.ROK, Status.RX_T_APPN, Status.ROK]
    assert desk.ids[0] == desk.ids[1]
    assert desk.turn.inbounds[-1].text == "Ө" * 100


def test_too_many_messages_of_one_citizen_are_refused() -> None:
    desk = Desk()
    desk.take(*(_pdu(str(number).encode()) for number in range(25)))
    assert desk.answers.count(Status.RX_R_APPN) == 5
    assert len(desk.ids) == 20


def test_ids_and_keys_tell_nothing_of_the_citizen() -> None:
    desk = Desk()
    desk.take(_pdu(b"my secret"))
    (inbound,) = desk.turn.inbounds
    told = f"{inbound.message_id} {inbound.session_id} {inbound.history}"
    assert "97699000001" not in told
    assert "secret" not in told


@given(order=st.lists(st.integers(0, 3), min_size=4, max_size=12), seed=st.integers(0, 9))
@settings(max_examples=150, deadline=None)
def test_parts_in_any_order_and_number_are_one_message(order: list[int], seed: int) -> None:
    parts = _parts("Өвөрхангай " * 20)
    assert len(parts) == 4
    missing = [number for number in range(4) if number not in order]
    random.Random(seed).shuffle(missing)  # noqa: S311  # an order, not a secret
    desk = Desk()
    desk.take(*(parts[number] for number in [*order, *missing, *order]))
    assert [inbound.text for inbound in desk.turn.inbounds] == ["Өвөрхангай " * 20]
    assert set(desk.answers) == {Status.ROK}


def test_parts_are_forgotten_after_their_time_and_beyond_the_caps() -> None:
    now_s = 0.0
    reassembly = Reassembly(lambda: now_s, timeout_s=600, max_messages=50, max_per_sender=3)
    for number in range(10):
        assert reassembly.add("a", "b", Piece(b"x", str(number), 2, 1)) is None
    assert len(reassembly) == 3
    for number in range(100):
        reassembly.add(str(number), "b", Piece(b"x", "1", 2, 1))
    assert len(reassembly) <= 51
    now_s = 601
    assert reassembly.add("new", "b", Piece(b"y", "1", 2, 2)) is None
    assert len(reassembly) == 1


async def _hop(door: object, op: int, text: bytes, session: bytes) -> int:
    smsc = door.smsc  # type: ignore[attr-defined]  # a Bound
    status: int = await smsc.deliver(text, {OP: bytes([op]), ITS: session}, service_type="USSD")
    return status


def test_a_dialogue_goes_from_dialling_to_its_end() -> None:
    def script(inbound: Inbound) -> tuple[Reply, ...]:
        return (Reply("Баярлалаа", ends_session=inbound.text == "2"),)

    async def run() -> None:
        turn = ScriptedTurn(script)
        async with bound(turn, "URTUU_SMPP_USSD") as door:
            for op, text, session in ((1, b"*141#", 0), (18, b"1", 2), (18, b"2", 4)):
                assert await _hop(door, op, text, bytes([7, session])) == Status.ROK
                await door.smsc.until(lambda: len(door.smsc.submits) == len(turn.inbounds))
            shown = [(p.tlvs[OP], p.tlvs[ITS]) for p in door.smsc.submits]
            assert shown == [(b"\2", b"\7\0"), (b"\2", b"\7\2"), (b"\x11", b"\7\5")]
        kinds = [inbound.session for inbound in turn.inbounds]
        assert kinds == [Session.NEW, Session.RESUME, Session.RESUME]
        assert len({inbound.session_id for inbound in turn.inbounds}) == 1
        assert len({inbound.message_id for inbound in turn.inbounds}) == 3

    asyncio.run(run())


def test_the_same_answer_twice_in_a_dialogue_is_two_hops() -> None:
    async def run() -> list[str]:
        async with bound(prefix="URTUU_SMPP_USSD") as door:
            for op, text in ((1, b"*141#"), (18, b"1"), (18, b"1")):
                await _hop(door, op, text, b"\7\0")
                await door.smsc.until(lambda: len(door.smsc.submits) == len(door.turn.inbounds))
                await asyncio.sleep(1.05)
            return [inbound.message_id for inbound in door.turn.inbounds]

    assert len(set(asyncio.run(run()))) == 3


def test_a_hop_that_comes_twice_at_once_shows_one_screen() -> None:
    async def run() -> None:
        async with bound(prefix="URTUU_SMPP_USSD") as door:
            hops = [_hop(door, 1, b"*141#", b"\7\0") for _ in range(5)]
            assert await asyncio.gather(*hops) == [Status.ROK] * 5
            await door.smsc.ask("enquire_link")
            assert len(door.smsc.submits) == len(door.turn.inbounds) == 1

    asyncio.run(run())


def test_two_citizens_with_one_session_number_have_two_dialogues() -> None:
    async def run() -> set[str | None]:
        async with bound(prefix="URTUU_SMPP_USSD") as door:
            for phone in ("97699000001", "97688000002"):
                await door.smsc.deliver(
                    b"*141#", {OP: b"\1", ITS: b"\7\0"}, source_addr=phone, service_type="USSD"
                )
            return {inbound.session_id for inbound in door.turn.inbounds}

    assert len(asyncio.run(run())) == 2


def test_the_dialect_of_sixdee_has_its_own_end() -> None:
    def script(inbound: Inbound) -> tuple[Reply, ...]:
        return (Reply("Баярлалаа", ends_session=inbound.session is Session.RESUME),)

    async def run() -> list[tuple[bytes, bytes]]:
        async with bound(ScriptedTurn(script), "URTUU_SMPP_USSD", DIALECT="sixdee") as door:
            for op, text in ((1, b"*141#"), (0x12, b"1")):
                await _hop(door, op, text, b"\x12\x34")
                await door.smsc.until(lambda: len(door.smsc.submits) == len(door.turn.inbounds))
            return [(p.tlvs[OP], p.tlvs[ITS]) for p in door.smsc.submits]

    assert asyncio.run(run()) == [(b"\2", b"\x12\x34"), (b"\x17", b"\x12\x35")]


def test_latin_screens_leave_in_the_gsm_alphabet() -> None:
    async def run() -> tuple[int, bytes]:
        async with bound(prefix="URTUU_SMPP_USSD", SCREEN="latin") as door:
            await _hop(door, 1, b"*141#", b"\7\0")
            await door.smsc.until(lambda: door.smsc.submits)
            (submit,) = door.smsc.submits
            return submit.number("data_coding"), submit.octets("short_message")

    coding, octets = asyncio.run(run())
    assert (coding, octets[:16]) == (0x0F, b"Sain baina uu? Y")


def test_what_is_dialled_behind_a_code_of_two_groups_is_an_answer() -> None:
    async def run() -> list[str | None]:
        async with bound(prefix="URTUU_SMPP_USSD", CODE="*141*2#") as door:
            for session, dialled in enumerate((b"*141*2#", b"*141*2*5#")):
                await _hop(door, 1, dialled, bytes([session, 0]))
            return [inbound.text for inbound in door.turn.inbounds]

    assert asyncio.run(run()) == [None, "5"]
