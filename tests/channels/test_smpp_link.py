"""The link: binding, keeping alive, windows, throttling, losses, and how sending fails."""

from __future__ import annotations

import asyncio

import pytest

from bot.errors import SettingsError
from channels.base import SendFailed
from channels.smpp.link import Bind
from channels.smpp.pdus import Pdu, Tlv
from channels.smpp.statuses import Status
from tests.channels.scripted_turn import ScriptedTurn
from tests.channels.smpp_door import bound, opened, running
from tests.channels.smsc import PASSWORD, smsc

PHONE = "+97699112233"


async def _failure(sending: object) -> SendFailed:
    assert asyncio.iscoroutine(sending)
    with pytest.raises(SendFailed) as caught:
        await sending
    assert PHONE[1:] not in str(caught.value)
    return caught.value


def test_a_message_leaves_with_its_addresses_and_asks_for_one_receipt() -> None:
    async def run() -> None:
        async with bound(SOURCE_TON="5") as door:
            assert await door.send(PHONE, "Сайн уу " * 12) == "m2"
            first, last = door.smsc.submits
            assert (first.text("source_addr"), first.number("source_addr_ton")) == ("141111", 5)
            assert first.text("destination_addr") == "97699112233"
            assert (first.number("dest_addr_ton"), first.number("dest_addr_npi")) == (1, 1)
            assert [p.number("registered_delivery") for p in (first, last)] == [0, 1]

    asyncio.run(run())


def test_the_same_message_again_has_the_same_reference() -> None:
    async def run() -> list[bytes]:
        async with bound() as door:
            for key in ("k1", "k1", "k2"):
                await door.send(PHONE, "Сайн уу " * 12, key)
            return [p.octets("short_message")[:6] for p in door.smsc.submits[::2]]

    once, again, other = asyncio.run(run())
    assert once == again != other


def test_a_payload_and_sar_carry_their_parameters() -> None:
    async def run(word: str) -> list[Pdu]:
        async with bound(CONCATENATION=word) as door:
            await door.send(PHONE, "a" * 200)
            return door.smsc.submits

    (whole,) = asyncio.run(run("payload"))
    assert whole.tlvs[Tlv.MESSAGE_PAYLOAD] == b"a" * 200
    parts = asyncio.run(run("sar"))
    assert [p.tlv_number(Tlv.SAR_NUMBER, 1) for p in parts] == [1, 2]


@pytest.mark.parametrize(
    ("status", "code", "retryable"),
    [
        (Status.RINVDSTADR, "invalid_number", False),
        (Status.RINVSRCADR, "invalid_sender", False),
        (Status.RSYSERR, "provider_error", True),
        (0x400, "refused", False),
    ],
)
def test_a_refusal_says_whether_to_try_again(status: int, code: str, retryable: bool) -> None:
    async def run() -> SendFailed:
        async with bound() as door:
            door.smsc.on_submit = lambda _: status
            return await _failure(door.send(PHONE, "a"))

    failure = asyncio.run(run())
    assert (failure.code, failure.retryable, failure.maybe_sent) == (code, retryable, False)


def test_a_throttled_message_waits_and_leaves() -> None:
    async def run() -> int:
        async with bound() as door:
            door.smsc.on_submit = lambda _: (
                Status.RTHROTTLED if len(door.smsc.submits) == 1 else Status.ROK
            )
            assert await door.send(PHONE, "a") == "m2"
            return len(door.smsc.submits)

    assert asyncio.run(run()) == 2


def test_a_message_that_stays_throttled_may_be_tried_later() -> None:
    async def run() -> SendFailed:
        async with bound() as door:
            door.smsc.on_submit = lambda _: Status.RMSGQFUL
            return await _failure(door.send(PHONE, "a"))

    failure = asyncio.run(run())
    assert (failure.code, failure.retryable, failure.maybe_sent) == ("throttled", True, False)
    assert failure.retry_after_s is not None


def test_without_an_answer_the_message_may_have_been_sent() -> None:
    async def run() -> SendFailed:
        async with bound() as door:
            door.smsc.on_submit = lambda _: None
            return await _failure(door.send(PHONE, "a"))

    failure = asyncio.run(run())
    assert (failure.code, failure.retryable, failure.maybe_sent) == ("no_answer", True, True)


def test_a_connection_lost_in_between_leaves_the_message_in_doubt() -> None:
    async def run() -> SendFailed:
        async with bound() as door:

            def cut(_: Pdu) -> None:
                door.smsc.cut()

            door.smsc.on_submit = cut
            return await _failure(door.send(PHONE, "a"))

    assert asyncio.run(run()).maybe_sent


def test_a_message_of_which_a_part_has_left_is_in_doubt() -> None:
    async def run() -> SendFailed:
        async with bound() as door:
            door.smsc.on_submit = lambda _: (
                Status.ROK if len(door.smsc.submits) == 1 else Status.RSYSERR
            )
            return await _failure(door.send(PHONE, "Сайн уу " * 12))

    assert asyncio.run(run()).maybe_sent


def test_before_the_bind_nothing_is_sent() -> None:
    async def run() -> SendFailed:
        (door,) = opened(1)
        assert door.route is not None
        return await _failure(door.route.sender.send(PHONE, "a", "k"))

    failure = asyncio.run(run())
    assert (failure.code, failure.retryable, failure.maybe_sent) == ("no_connection", True, False)


def test_no_more_messages_wait_for_answers_than_the_window_allows() -> None:
    async def run() -> None:
        async with bound(WINDOW="3") as door:
            door.smsc.on_submit = lambda _: None
            sends = [asyncio.create_task(door.send(PHONE, "a", str(n))) for n in range(5)]
            await door.smsc.until(lambda: len(door.smsc.submits) >= 3)
            await door.smsc.ask("enquire_link")
            assert len(door.smsc.submits) == 3
            await asyncio.gather(*sends, return_exceptions=True)
            assert len(door.smsc.submits) == 5

    asyncio.run(run())


def test_a_lost_bind_is_made_again() -> None:
    async def run() -> None:
        async with bound() as door:
            door.smsc.cut()
            await door.smsc.until(lambda: door.smsc.binds == 2)
            await door.smsc.ask("enquire_link")
            assert await door.send(PHONE, "a") == "m1"

    asyncio.run(run())


def test_an_smsc_that_unbinds_is_bound_again() -> None:
    async def run() -> None:
        async with bound() as door:
            assert (await door.smsc.ask("unbind")).command == "unbind_resp"
            await door.smsc.until(lambda: door.smsc.binds == 2)

    asyncio.run(run())


def test_an_smsc_that_does_not_answer_enquiries_is_left() -> None:
    async def run() -> None:
        async with bound(ENQUIRE_S="1") as door:
            door.smsc.answers_enquiries = False
            await door.smsc.until(lambda: door.smsc.binds == 2)

    asyncio.run(run())


def test_the_program_unbinds_when_it_stops() -> None:
    async def run() -> bool:
        async with bound() as door:
            peer = door.smsc
        return peer.unbound

    assert asyncio.run(run())


def test_a_wrong_password_is_logged_without_it_and_tried_again_slowly(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def run() -> int:
        async with smsc() as peer:
            doors = opened(peer.port, PASSWORD="wrong-pw")
            async with running(doors, ScriptedTurn()):
                await asyncio.sleep(1)
            return peer.binds

    assert asyncio.run(run()) == 0
    assert "refuses the bind with status 0x0E" in caplog.text
    assert "wrong-pw" not in caplog.text


def test_the_password_never_leaves_over_a_line_that_is_not_tls() -> None:
    heard = bytearray()
    called = asyncio.Event()

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.extend(await reader.read(1000))
        called.set()
        writer.close()

    async def run() -> None:
        server = await asyncio.start_server(listen, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        async with running(opened(port, TLS="on"), ScriptedTurn()):
            async with asyncio.timeout(5):
                await called.wait()
        server.close()

    asyncio.run(run())
    assert heard[:1] == b"\x16", "the first octet of a TLS handshake"
    assert PASSWORD.encode() not in heard


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "0"),
        ("PORT", "70000"),
        ("PASSWORD", "longer-than-eight"),
        ("SOURCE", "нэр"),
        ("SOURCE_TON", "256"),
        ("TLS", "perhaps"),
        ("CONCATENATION", "magic"),
        ("RECEIPT_IDS", "octal"),
        ("NETWORKS", "vodafone"),
        ("COST_MNT", "cheap"),
        ("DIALECT", "klingon"),
        ("WINDOW", "0"),
    ],
)
def test_a_wrong_setting_is_named(name: str, value: str) -> None:
    with pytest.raises(SettingsError) as caught:
        opened(2775, **{name: value})
    assert name in str(caught.value) or value in str(caught.value)


def test_one_bind_carries_sms_and_ussd_where_a_dialect_is_named() -> None:
    async def run() -> list[str]:
        async with bound(DIALECT="standard") as door:
            await door.smsc.deliver(b"a")
            await door.smsc.deliver(b"*141#", {Tlv.USSD_SERVICE_OP: b"\1"}, service_type="USSD")
            return [inbound.channel for inbound in door.turn.inbounds]

    assert asyncio.run(run()) == ["smpp_sms", "smpp_ussd"]


def test_a_message_for_a_door_that_is_not_open_is_refused() -> None:
    async def run() -> int:
        async with bound(prefix="URTUU_SMPP_USSD") as door:
            return await door.smsc.deliver(b"a")

    assert asyncio.run(run()) == Status.RINVSERTYP


def test_the_password_is_never_printed() -> None:
    bind = Bind("127.0.0.1", 2775, "urtuu", PASSWORD)
    assert PASSWORD not in repr(bind)
