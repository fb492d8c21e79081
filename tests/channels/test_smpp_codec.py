"""PDUs, codings and parts, against smpplib's own parser and the counts of the standard."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from smpplib import smpp

from bot.errors import SettingsError
from bot.text.units import is_gsm7, segments
from channels.smpp.addresses import citizen_number
from channels.smpp.codings import decode, encode
from channels.smpp.dialects import dialect
from channels.smpp.errors import Malformed
from channels.smpp.parts import CONCATENATIONS, UDHI, Concatenation, parts_of
from channels.smpp.pdus import HEADER, Tlv, read_pdu, write_pdu
from channels.smpp.receipts import ReceiptIds, read_receipt

TEXTS = st.one_of(
    st.text("abc €{}[]^\\~|öüÄÖ\n", max_size=400),
    st.text("абвгдӨөҮү 😀№₮", max_size=400),
    st.text("ab Өө😀€", max_size=400),
)
_PRESET = Path("channels/smpp/dialects.yml")


@given(
    text=st.binary(max_size=254),
    source=st.text("0123456789", max_size=20),
    coding=st.integers(0, 255),
    session=st.binary(min_size=2, max_size=2),
)
@settings(max_examples=200, deadline=None)
def test_what_is_written_is_read_alike_here_and_by_smpplib(
    text: bytes, source: str, coding: int, session: bytes
) -> None:
    fields: dict[str, int | str | bytes] = {
        "service_type": "USSD",
        "source_addr": source,
        "data_coding": coding,
        "sm_length": len(text),
        "short_message": text,
    }
    raw = write_pdu("submit_sm", 7, fields=fields, tlvs={Tlv.ITS_SESSION_INFO: session})
    ours, theirs = read_pdu(raw), smpp.parse_pdu(raw, sequence=1)
    assert ours.octets("short_message") == text == (theirs.short_message or b"")
    assert ours.text("source_addr") == source == (theirs.source_addr or b"").decode()
    assert ours.number("data_coding") == coding == theirs.data_coding
    assert ours.tlv_number(Tlv.ITS_SESSION_INFO, 2) == theirs.its_session_info
    assert (ours.sequence, ours.command) == (theirs.sequence, theirs.command)


@pytest.mark.parametrize("cut", range(16, 60))
def test_a_pdu_that_is_cut_off_is_malformed(cut: int) -> None:
    raw = write_pdu("deliver_sm", 1, fields={"short_message": b"a" * 30, "sm_length": 30})
    body = raw[16:cut]
    if cut >= len(raw):
        return
    with pytest.raises(Malformed):
        read_pdu(HEADER.pack(16 + len(body), 5, 0, 1) + body)


def test_a_refusal_without_a_body_is_read() -> None:
    assert read_pdu(HEADER.pack(16, 0x80000004, 0x58, 9)).status == 0x58


def test_an_unknown_optional_parameter_is_kept_and_a_repeated_one_is_read_once() -> None:
    raw = write_pdu("deliver_sm", 1, tlvs={0x1401: b"vendor"})
    raw = raw[16:] + b"\x14\x01\x00\x01x"
    pdu = read_pdu(HEADER.pack(16 + len(raw), 5, 0, 1) + raw)
    assert pdu.tlvs[0x1401] == b"vendor"


def test_a_field_that_does_not_fit_is_never_cut_silently() -> None:
    with pytest.raises(ValueError, match="source_addr"):
        write_pdu("submit_sm", 1, fields={"source_addr": "9" * 21})


def test_the_repr_of_a_pdu_tells_nothing_of_its_content() -> None:
    raw = write_pdu("deliver_sm", 1, fields={"source_addr": "97699000001"}, tlvs={5: b"secret"})
    assert "97699000001" not in repr(read_pdu(raw))
    assert "secret" not in repr(read_pdu(raw))


@given(TEXTS)
@settings(max_examples=200, deadline=None)
def test_a_text_survives_its_coding(text: str) -> None:
    octets, coding = encode(text)
    assert decode(octets, coding) == text
    assert (coding == 0) is is_gsm7(text)


@pytest.mark.parametrize(
    ("octets", "text"),
    [(b"\x1be", "€"), (b"a\x1b", "a"), (b"\x1ba", "a"), (b"\x7c\x7e", "öü"), (b"\x00\x11", "@_")],
)
def test_escapes_of_the_gsm_alphabet(octets: bytes, text: str) -> None:
    assert decode(octets, 0) == text


@pytest.mark.parametrize("concatenation", CONCATENATIONS)
@given(text=TEXTS)
@settings(max_examples=150, deadline=None)
def test_parts_fit_and_never_cut_a_character(concatenation: Concatenation, text: str) -> None:
    parts = parts_of(text, concatenation, 0x1234)
    skip = {"udh8": 6, "udh16": 7}.get(concatenation, 0) if len(parts) > 1 else 0
    texts = []
    for part in parts:
        carried = part.tlvs.get(Tlv.MESSAGE_PAYLOAD, part.octets)[skip:]
        if concatenation != "payload":
            used = len(carried) * 7 / 8 if part.coding == 0 else len(carried)
            assert used + skip <= 140
            assert len(part.octets) <= 254
        assert not carried.endswith(b"\x1b") or part.coding == 8
        texts.append(decode(carried, part.coding))
        assert bool(part.esm_class & UDHI) is bool(skip)
    assert "".join(texts) == text
    if concatenation in ("udh8", "sar"):
        assert len(parts) == segments(text)


def test_the_reference_is_in_each_part_and_numbers_run_from_one() -> None:
    headers = [part.octets[:6] for part in parts_of("Ө" * 140, "udh8", 0x0145)]
    assert headers == [bytes([5, 0, 3, 0x45, 3, number]) for number in (1, 2, 3)]
    headers = [part.octets[:7] for part in parts_of("Ө" * 140, "udh16", 0x0145)]
    assert headers == [bytes([6, 8, 4, 1, 0x45, 3, number]) for number in (1, 2, 3)]


@pytest.mark.parametrize(
    ("ids", "in_receipt", "read"),
    [
        ("same", "0A1b", "0A1b"),
        ("hex_to_decimal", "0A1B", "2587"),
        ("decimal_to_hex", "2587", "A1B"),
        ("hex_to_decimal", "a-b", "a-b"),
    ],
)
def test_ids_of_receipts_are_written_as_the_setting_says(
    ids: ReceiptIds, in_receipt: str, read: str
) -> None:
    pdu = read_pdu(write_pdu("deliver_sm", 1, fields={"esm_class": 4}))
    receipt = read_receipt(pdu, f"id:{in_receipt} stat:DELIVRD err:000".encode(), ids)
    assert receipt.provider_id == read


@pytest.mark.parametrize("address", ["1414", "", "Bank", "99 00 00 01x", "999999999999999999"])
def test_who_cannot_be_answered_is_no_citizen(address: str) -> None:
    with pytest.raises(Malformed):
        citizen_number(address, 0)


def test_a_dialect_of_ones_own_is_a_file(tmp_path: Path) -> None:
    own = tmp_path / "own.yml"
    preset = _PRESET.read_text(encoding="utf-8").partition("standard:")[2].partition("\n\n")[0]
    own.write_text(preset.replace("ask: 2", "ask: 33").replace("  ", ""), encoding="utf-8")
    assert dialect(str(own)).ask == 33


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("ask: 2", "ask: 300"),
        ("begin: [1]", "begin: [18]"),
        ("begin: [1]", "begin: []"),
        ("code_in: short_message", "code_in: elsewhere"),
        ("end_mask: 0x0001", "end_mask: 0xFF01"),
        ("end_mask: 0x0001", "end_mask: 0x10000"),
        ("0: gsm7", "0: morse"),
        ("ask: 2\n", ""),
        ("ask: 2", "aks: 2"),
        ("ask: 2", "ask: two"),
    ],
)
def test_a_dialect_that_makes_no_sense_is_refused(tmp_path: Path, old: str, new: str) -> None:
    own = tmp_path / "own.yml"
    preset = _PRESET.read_text(encoding="utf-8").partition("standard:")[2].partition("\n\n")[0]
    assert old in preset
    own.write_text(preset.replace("  ", "").replace(old, new, 1), encoding="utf-8")
    with pytest.raises(SettingsError):
        dialect(str(own))


@pytest.mark.parametrize("name", ["klingon", "absent.yml"])
def test_a_dialect_that_nobody_knows_is_refused(name: str) -> None:
    with pytest.raises(SettingsError):
        dialect(name)
