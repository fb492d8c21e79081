"""The simulator: zeep as an independent client, approvals, bookings, people, control."""

from __future__ import annotations

import base64
import time
from collections.abc import Iterator, Mapping
from typing import Any

import httpx
import pytest
import requests
import zeep
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from actions.khur import Approval, KhurClient, NotFound, Refused, Value, rows
from actions.khur.envelope import Sendable
from actions.khur.simulator import (
    Keys,
    SimulatorSettings,
    build_simulator,
    keys_in,
    serve_in_thread,
)
from actions.khur.simulator.codes import Codes
from tests.khur.served import (
    CARD,
    DRIVER,
    FINES,
    HERDER,
    NOBODY,
    RICH,
    Served,
    approved,
    asked,
    client_of,
    failure,
    run,
)


def _headers(keys: Keys) -> dict[str, str]:
    """Signed by hand, as the official sample does it."""
    key = load_pem_private_key(keys.private_key_pem, None)
    assert isinstance(key, RSAPrivateKey)
    stamp = str(int(time.time()))
    signature = key.sign(f"{keys.token}.{stamp}".encode(), PKCS1v15(), hashes.SHA256())
    return {
        "accessToken": keys.token,
        "timeStamp": stamp,
        "signature": base64.b64encode(signature).decode(),
    }


class _Peer:
    """zeep, loaded from the simulator's own WSDL."""

    def __init__(self, khur: Served, signed: bool) -> None:
        self._url = khur.url
        self.session = requests.Session()
        if signed:
            self.session.headers.update(_headers(khur.keys))

    def call(self, group: str, operation: str, request: Mapping[str, object]) -> Any:
        transport = zeep.Transport(session=self.session)
        client = zeep.Client(f"{self._url}/{group}-1.5.0/ws?WSDL", transport=transport)
        return client.service[operation](request)


@pytest.fixture
def peer(khur: Served) -> Iterator[_Peer]:
    made = _Peer(khur, signed=True)
    yield made
    made.session.close()


def _auth(regnum: str, code: int) -> dict[str, object]:
    return {"citizen": {"authType": 1, "otp": code, "regnum": regnum}}


def test_zeep_asks_for_a_code_checks_it_and_gets_the_data(khur: Served, peer: _Peer) -> None:
    sent = peer.call(
        "meta",
        "WS100008_registerOTPRequest",
        {
            "auth": _auth(RICH, 0),
            "isApp": 0,
            "isEmail": 0,
            "isKiosk": 0,
            "isSms": 1,
            "jsonWSList": f'[{{"ws": "{CARD}"}}]',
            "phoneNum": 0,
            "regnum": RICH,
        },
    )
    assert sent["resultCode"] == 0
    code = khur.state.outbox[-1].code
    checked = peer.call("meta", "WS100009_checkOtp", {"otp": code, "regnum": RICH})
    assert _children(checked["response"]) == {"match": "true"}
    request = {"auth": _auth(RICH, int(code)), "regnum": RICH}
    card = peer.call("citizen", CARD, request)
    assert card["resultCode"] == 0
    assert _children(card["response"])["firstname"] == "Солонго"


def _children(response: Any) -> dict[str, str]:
    elements = response if isinstance(response, list) else [response]
    return {element.tag: element.text for element in elements}


def test_zeep_without_approval_is_told_200(peer: _Peer) -> None:
    assert peer.call("citizen", CARD, {"regnum": RICH})["resultCode"] == 200


def test_zeep_without_a_signature_is_told_3(khur: Served) -> None:
    peer = _Peer(khur, signed=False)
    assert peer.call("citizen", CARD, {"regnum": RICH})["resultCode"] == 3
    peer.session.close()


@pytest.mark.parametrize("missing", ["accessToken", "timeStamp", "signature"])
def test_each_of_the_three_headers_is_needed(khur: Served, peer: _Peer, missing: str) -> None:
    del peer.session.headers[missing]
    assert peer.call("citizen", CARD, {"regnum": RICH})["resultCode"] == 3


def test_an_approval_opens_nobody_elses_data(khur: Served) -> None:
    async def use(client: KhurClient) -> tuple[Exception, Exception]:
        approval = await approved(client, khur.state, RICH, [CARD, FINES])
        return (
            await failure(client.call(CARD, {"regnum": DRIVER}, approval)),
            await failure(client.call(FINES, {"plateNumber": "1234УНА"}, approval)),
        )

    other_person, other_plate = khur.run(use)
    assert isinstance(other_person, Refused)
    assert isinstance(other_plate, NotFound)


def test_a_citizen_nobody_knows_is_not_found(khur: Served) -> None:
    error = khur.run(lambda c: failure(c.request_code("УБ90010101", [CARD])))
    assert isinstance(error, NotFound)
    error = khur.run(lambda c: failure(asked(c, khur.state, NOBODY, CARD)))
    assert isinstance(error, NotFound)


class _Clock:
    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


def _codes(clock: _Clock) -> Codes:
    codes = iter(["000001", "000002", "000003", "000004"])
    return Codes(SimulatorSettings("t", b"", "c", clock=clock, new_code=lambda: next(codes)))


def test_a_code_expires_after_five_minutes() -> None:
    clock = _Clock()
    codes = _codes(clock)
    assert codes.issue(RICH, [CARD]) == "000001"
    clock.now += 299
    assert codes.check(RICH, "000001")
    clock.now += 1
    assert not codes.check(RICH, "000001")
    assert not codes.allows(RICH, "1", CARD)


def test_three_codes_without_success_lock_the_citizen_for_a_day() -> None:
    clock = _Clock()
    codes = _codes(clock)
    assert [codes.issue(RICH, [CARD]) for _ in range(4)] == ["000001", "000002", "000003", None]
    assert not codes.check(RICH, "000003")
    clock.now += 24 * 3600
    assert codes.issue(RICH, [CARD]) == "000004"


def test_five_wrong_checks_lock_and_a_right_one_starts_afresh() -> None:
    codes = _codes(_Clock())
    codes.issue(RICH, [CARD])
    assert not any(codes.check(RICH, "9") for _ in range(4))
    assert codes.check(RICH, "000001")
    assert not any(codes.check(RICH, "9") for _ in range(5))
    assert not codes.check(RICH, "000001")
    assert codes.issue(RICH, [CARD]) is None
    assert codes.issue(DRIVER, [CARD]) == "000002"


def test_an_appointment_is_held_confirmed_and_freed_again(khur: Served) -> None:
    order = "WS300110_eHealthOnlineAppointmentOrder"
    where: dict[str, Sendable] = {"hospitalId": 104, "serviceId": "S12"}
    days: dict[str, Sendable] = {"startDate": "2000-01-01", "endDate": "2100-01-01"}

    async def use(client: KhurClient) -> None:
        async def free() -> list[tuple[object, object]]:
            answer = await client.call("WS300108_eHealthGetFreeTimeList", {**where, **days})
            return [(row["date"], row["num"]) for row in rows(answer.fields, "listData")]

        async def code_of(action: str, code: Value) -> object:
            sent: dict[str, Sendable] = {"hospitalId": 104, "verifyCode": str(code)}
            return (await client.call(action, sent)).fields["checkCode"]

        day, num = (await free())[0]
        slot: dict[str, Sendable] = {
            **where,
            "regnum": HERDER,
            "date": str(day),
            "num": str(num),
            "time": "09:00",
        }
        approval = await approved(client, khur.state, HERDER, [order])
        first = await client.call(order, slot, approval)
        second = await client.call(order, slot, approval)
        assert (first.fields["result"], second.fields["result"]) == ("1", "0")
        assert (day, num) not in await free()
        code = first.fields["resultMessage"]
        assert await code_of("WS300111_eHealthTimeOrderApprove", "000000") == "0"
        assert await code_of("WS300111_eHealthTimeOrderApprove", code) == "1"
        assert await code_of("WS300112_eHealthTimeOrderCancel", code) == "1"
        assert await code_of("WS300112_eHealthTimeOrderCancel", code) == "0"
        assert (day, num) in await free()

    khur.run(use)


def test_a_complaint_can_be_followed_and_rated(khur: Served) -> None:
    async def use(client: KhurClient) -> None:
        filed = await client.call(
            "GS10058_CreateFeedbackSession",
            {"body": "Худаг эвдэрсэн.", "clientRegnum": HERDER, "typeId": 2},
        )
        number = str(filed.fields["sessionId"])
        listed = await asked(client, khur.state, HERDER, "GS10068_GetPersonComplaintStatusList")
        assert number in [row["sessionId"] for row in rows(listed.fields, "listData")]
        sent: dict[str, Sendable] = {"sessionId": number}
        before = await client.call("GS10069_GetComplaintStatus", sent)
        await client.call("GS10066_CreateComplaintRating", {**sent, "rating": "5"})
        after = await client.call("GS10069_GetComplaintStatus", sent)
        assert before.fields["body"] == "Худаг эвдэрсэн."
        assert (before.fields["rated"], after.fields["rated"]) == ("false", "true")

    khur.run(use)


def test_a_citizen_reads_who_asked_for_their_data(khur: Served) -> None:
    async def use(client: KhurClient) -> list[object]:
        await asked(client, khur.state, RICH, CARD)
        answer = await asked(client, khur.state, RICH, "WS100003_getLog")
        return [row["operationName"] for row in rows(answer.fields, "list")]

    assert khur.run(use)[-1] == CARD


def test_the_code_goes_out_as_an_sms(khur_keys: Keys) -> None:
    got: list[dict[str, str]] = []

    async def take(request: Request) -> Response:
        got.append(await request.json())
        return Response(status_code=202)

    with serve_in_thread(Starlette(routes=[Route("/sms", take, methods=["POST"])])) as phone:
        settings = SimulatorSettings(
            khur_keys.token,
            khur_keys.public_key_pem,
            khur_keys.control_token,
            sms_url=f"{phone}/sms",
            new_code=lambda: "012345",
        )
        with serve_in_thread(build_simulator(settings)) as url:
            run(client_of(url, khur_keys), lambda c: c.request_code(RICH, [CARD]))
    assert got == [
        {
            "to": "+97688000001",
            "from": "KHUR",
            "text": "ХУР: таны нэг удаагийн код 012345. Хэнд ч бүү хэлээрэй.",
        }
    ]


def test_control_shows_codes_requests_and_people(khur: Served) -> None:
    async def use(client: KhurClient) -> None:
        approval = await approved(client, khur.state, RICH, [CARD])
        await client.call(CARD, {"regnum": RICH, "regnumm": "x"}, approval)

    khur.run(use)
    codes = khur.control("GET", "codes").json()
    assert [(sent["regnum"], len(sent["code"])) for sent in codes] == [(RICH, 6)]
    seen = khur.control("GET", "requests").json()[-1]
    assert (seen["operation"], seen["code"]) == (CARD, 0)
    assert seen["unknown_fields"] == ["regnumm"]
    people = khur.control("GET", "people").json()
    assert {"regnum", "name", "about", "phone", "plates"} == people[0].keys()
    assert khur.control("POST", "reset").status_code == 204
    assert khur.control("GET", "codes").json() == []


@pytest.mark.parametrize(
    "body",
    [{"mode": "sleepy"}, {"mode": "slow", "delay_s": 3600}, [], {"mode": "refuse", "code": "x"}],
)
def test_control_refuses_a_mode_it_does_not_know(khur: Served, body: object) -> None:
    assert khur.control("POST", "mode", body).status_code == 400


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "codes"), ("POST", "reset"), ("POST", "mode")]
)
def test_control_is_closed_without_its_token(khur: Served, method: str, path: str) -> None:
    for headers in ({}, {"Authorization": "Bearer x"}, {"Authorization": khur.keys.control_token}):
        answer = httpx.request(method, f"{khur.url}/control/{path}", headers=headers)
        assert answer.status_code == 401


def test_a_mode_of_one_operation_leaves_the_others_alone(khur: Served) -> None:
    khur.control("POST", "mode", {"mode": "refuse", "operation": CARD})

    async def use(client: KhurClient) -> object:
        approval = Approval(RICH, "1")
        assert (await failure(client.call(CARD, {"regnum": RICH}, approval))).code == 203
        return (await client.call("WS100847_ExchangeRate", {})).fields

    assert khur.run(use)


@pytest.mark.parametrize("body", [b"", b"<a/>", b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"])
def test_a_body_that_is_no_call_is_a_fault(khur: Served, body: bytes) -> None:
    answer = httpx.post(f"{khur.url}/citizen-1.5.0/ws", content=body)
    assert answer.status_code == 500
    assert b"Fault" in answer.content


def test_a_call_over_a_megabyte_is_not_read(khur: Served) -> None:
    answer = httpx.post(f"{khur.url}/citizen-1.5.0/ws", content=b" " * 1_100_000)
    assert answer.status_code == 413


def test_keys_are_made_once_and_only_the_owner_reads_them(tmp_path: Any) -> None:
    folder = tmp_path / "khur"
    first = keys_in(folder)
    assert keys_in(folder) == first
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}
