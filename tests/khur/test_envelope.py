"""The envelope: what goes on the wire, and what of the wire is believed."""

from __future__ import annotations

import pytest

from actions.khur import Approval, field, read_flag, rows
from actions.khur.envelope import BadEnvelope, approval_fields, build_request, parse_reply
from actions.khur.fields import Value

OP = "WS1_op"
HEAD = '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>'
TAIL = "</s:Body></s:Envelope>"


def reply(inside: str, operation: str = OP) -> bytes:
    return (
        f'{HEAD}<n:{operation}Response xmlns:n="http://x/"><return>{inside}</return>'
        f"</n:{operation}Response>{TAIL}"
    ).encode()


def test_auth_comes_first_and_only_the_operation_is_namespaced() -> None:
    auth = approval_fields(Approval("АА95021217", "399691"))
    body = build_request(OP, "http://citizen.xyp.gov.mn/", {"regnum": "АА95021217"}, auth)
    assert body.decode().partition("?>")[2].strip() == (
        '<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/" '
        'xmlns:t="http://citizen.xyp.gov.mn/"><soap:Body><t:WS1_op><request>'
        "<auth><citizen><authType>1</authType><otp>399691</otp><regnum>АА95021217</regnum>"
        "</citizen></auth><regnum>АА95021217</regnum></request></t:WS1_op></soap:Body>"
        "</soap:Envelope>"
    )


def test_a_leading_zero_of_a_code_is_dropped_on_the_wire_alone() -> None:
    approval = Approval("АА95021217", "012345")
    assert b"<otp>12345</otp>" in build_request(OP, "n", {}, approval_fields(approval))
    assert approval.code == "012345"


def test_values_take_the_form_of_the_wire() -> None:
    sent = build_request(
        OP, "n", {"a": ["1", 2], "b": True, "c": None, "d": {"e": b"\x01"}, "f": "x\x00<\x0b>"}
    )
    assert b"<a>1</a><a>2</a><b>1</b><d><e>AQ==</e></d><f>x&lt;&gt;</f></request>" in sent


def test_a_reply_is_read_into_fields() -> None:
    read = parse_reply(
        reply(
            "<request><regnum>x</regnum></request><requestId>4fd9</requestId><response>"
            "<name> Бат </name><none/><row><a>1</a></row><row><a>2</a></row><one><a>3</a></one>"
            "</response><resultCode>0</resultCode><resultMessage>x</resultMessage>"
        ),
        OP,
    )
    assert (read.code, read.request_id) == (0, "4fd9")
    assert read.response == {
        "name": "Бат",
        "none": None,
        "row": [{"a": "1"}, {"a": "2"}],
        "one": {"a": "3"},
    }


BOMB = '<!DOCTYPE b [<!ENTITY a "aaaa"><!ENTITY c "&a;&a;">]><b>&c;</b>'
NOT_REPLIES = {
    "nothing": b"",
    "a web page": b"<!doctype html><title>x",
    "broken XML": b"<a><b></a>",
    "an entity bomb": BOMB.encode(),
    "a document type": b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>',
    "another root": b"<a/>",
    "an unknown encoding": b'<?xml version="1.0" encoding="koi9"?><a/>',
    "an empty body": f"{HEAD}{TAIL}".encode(),
    "a fault": f"{HEAD}<s:Fault><faultstring>x</faultstring></s:Fault>{TAIL}".encode(),
    "another operation's": reply("<resultCode>0</resultCode>", "WS2_op"),
    "no result code": reply("<response><a>1</a></response>"),
    "a result code in words": reply("<resultCode>ok</resultCode>"),
    "an empty return": reply(""),
    "absurd depth": reply("<a>" * 200_000 + "</a>" * 200_000),
}


@pytest.mark.parametrize("body", NOT_REPLIES.values(), ids=NOT_REPLIES.keys())
def test_anything_but_a_complete_reply_is_refused(body: bytes) -> None:
    with pytest.raises(BadEnvelope):
        parse_reply(body, OP)


FLAGS: list[tuple[dict[str, Value], str, bool | None]] = [
    ({"match": "true"}, "isMatch", True),
    ({"isMatch": "1"}, "isMatch", True),
    ({"isMatch": "false"}, "match", False),
    ({"paid": "0"}, "isPaid", False),
    ({}, "isPaid", None),
    ({"isPaid": "Тийм"}, "isPaid", None),
    ({"isPaid": None}, "isPaid", None),
]


@pytest.mark.parametrize(("fields", "name", "expected"), FLAGS)
def test_a_flag_is_read_in_both_spellings(
    fields: dict[str, Value], name: str, expected: bool | None
) -> None:
    assert read_flag(fields, name) is expected


def test_a_name_that_only_begins_like_a_flag_keeps_its_letters() -> None:
    assert field({"issuedDate": "2026-01-01", "suedDate": "x"}, "issuedDate") == "2026-01-01"


def test_rows_are_a_list_however_many_come() -> None:
    one: dict[str, Value] = {"a": "1"}
    assert rows({"list": [one, one]}, "list") == [one, one]
    assert rows({"list": one}, "list") == [one]
    assert rows({"list": None}, "list") == rows({}, "list") == []


@pytest.mark.parametrize("code", ["", "12a", "-1", "1234567890", "١٢٣"])
def test_a_code_that_cannot_be_sent_is_refused_without_being_named(code: str) -> None:
    with pytest.raises(ValueError, match="a one-time code is 1 to 9 digits"):
        Approval("АА95021217", code)
