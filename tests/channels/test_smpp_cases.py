"""Runs tests/cases/channels/smpp_*.yml against the doors, over a real connection."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.errors import Busy, StoreUnavailable
from bot.message import Inbound, Reply
from channels.smpp.codings import encode_gsm7
from channels.smpp.pdus import Pdu, Tlv
from tests.channels.scripted_turn import ScriptedTurn, greeting
from tests.channels.smpp_door import Bound, bound
from tests.channels.smsc import delivered

FOLDER = Path(__file__).parents[1] / "cases" / "channels"
PREFIXES = {"smpp_sms": "URTUU_SMPP", "smpp_ussd": "URTUU_SMPP_USSD"}
ERRORS: dict[str, Exception] = {
    "busy": Busy(),
    "store": StoreUnavailable(),
    "unexpected": RuntimeError("+97699000001 said something"),
}
Case = dict[str, Any]


def _cases() -> Iterator[Any]:
    for name in PREFIXES:
        for case in yaml.safe_load((FOLDER / f"{name}.yml").read_text(encoding="utf-8")):
            yield pytest.param(name, case, id=f"{name}: {case['label']}")


def _goodbye(_: Inbound) -> tuple[Reply, ...]:
    return (Reply("Баярлалаа", ends_session=True),)


@pytest.mark.parametrize(("channel", "case"), list(_cases()))
def test_smpp_case(channel: str, case: Case, caplog: pytest.LogCaptureFixture) -> None:
    asyncio.run(_run(channel, case))
    assert "99000001" not in caplog.text


async def _run(channel: str, case: Case) -> None:
    given, expect = case.get("given", {}), case["expect"]
    turn = ScriptedTurn(_goodbye if given.get("says") == "end" else greeting)
    async with bound(turn, PREFIXES[channel]) as door:
        if "dialogue" in given:
            opening = _octets(given["dialogue"])
            tlvs: dict[int, bytes] = {Tlv.USSD_SERVICE_OP: b"\1", Tlv.ITS_SESSION_INFO: opening}
            assert await door.smsc.deliver(b"*141#", tlvs, service_type="USSD") == 0
            await door.smsc.until(lambda: door.smsc.submits)
            turn.inbounds.clear()
            door.smsc.submits.clear()
        turn.error = ERRORS.get(given.get("error"))
        delivers = case["deliver"] if isinstance(case["deliver"], list) else [case["deliver"]]
        found = [await _deliver(door, channel, deliver) for deliver in delivers]
        assert found == expect["status"]
        await _check(door, channel, expect)


async def _deliver(door: Bound, channel: str, deliver: Case) -> int:
    text = deliver.get("text", "")
    if "hex" in deliver:
        octets = _octets(deliver["hex"])
    else:
        octets = encode_gsm7(text) if deliver["as"] == "gsm7" else text.encode(deliver["as"])
    service_type = "USSD" if channel == "smpp_ussd" else ""
    fields = delivered(octets, service_type=service_type, **deliver.get("fields", {}))
    tlvs = {tag: _octets(value) for tag, value in deliver.get("tlvs", {}).items()}
    return (await door.smsc.ask("deliver_sm", fields, tlvs)).status


def _octets(value: Any) -> bytes:
    if isinstance(value, dict):
        return bytes.fromhex(value["hex"]) * int(value["times"])
    return bytes.fromhex(str(value).replace(" ", ""))


async def _check(door: Bound, channel: str, expect: Case) -> None:
    turn = door.turn
    if "inbound" in expect and expect["inbound"] is None:
        assert turn.inbounds == []
    elif "inbound" in expect:
        (inbound,) = turn.inbounds
        assert inbound.channel == channel
        assert {name: getattr(inbound, name) for name in expect["inbound"]} == expect["inbound"]
    if "deliveries" in expect:
        assert turn.deliveries == [(channel, *each) for each in expect["deliveries"]]
    if "screen" in expect and expect["screen"] is None:
        await door.smsc.ask("enquire_link")
        assert door.smsc.submits == []
    elif "screen" in expect:
        await door.smsc.until(lambda: door.smsc.submits)
        (submit,) = door.smsc.submits
        _check_screen(submit, expect["screen"])
    if "dropped" in expect:
        async with asyncio.timeout(2):
            while len(turn.dropped) < expect["dropped"]:
                await door.smsc.ask("enquire_link")
        assert len(turn.dropped) == expect["dropped"]


def _check_screen(submit: Pdu, expect: Case) -> None:
    assert submit.tlvs[Tlv.USSD_SERVICE_OP][0] == expect["op"]
    if "session" in expect:
        session = submit.tlvs.get(Tlv.ITS_SESSION_INFO)
        assert session == (None if expect["session"] is None else _octets(expect["session"]))
    if "starts" in expect:
        text = submit.octets("short_message").decode("utf-16-be")
        assert text.startswith(expect["starts"])
        assert len(text) <= 80
    for name in ("destination_addr", "source_addr", "service_type"):
        if name in expect:
            assert submit.text(name) == expect[name]
    if "data_coding" in expect:
        assert submit.number("data_coding") == expect["data_coding"]
