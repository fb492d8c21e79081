"""The client against the simulator, and against servers that are no KHUR at all."""

from __future__ import annotations

import asyncio
import gzip
import logging
import socket
import time
from collections.abc import Callable
from dataclasses import replace

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from actions.khur import (
    Answer,
    Approval,
    ApprovalNeeded,
    KhurClient,
    KhurError,
    NotFound,
    Refused,
    Unavailable,
    groups_of,
    read_flag,
    rows,
)
from actions.khur.simulator import (
    Keys,
    SimulatorSettings,
    build_simulator,
    new_keys,
    serve_in_thread,
)
from tests.khur.served import (
    CARD,
    DRIVER,
    FINES,
    OPERATIONS,
    RICH,
    Served,
    approved,
    asked,
    client_of,
    failure,
    run,
)

RATE = "WS100847_ExchangeRate"


def test_a_citizen_gets_their_data_with_the_code_that_was_sent(khur: Served) -> None:
    async def use(client: KhurClient) -> tuple[bool, bool, Answer]:
        approval = await approved(client, khur.state, RICH, [CARD])
        wrong = "000000" if approval.code != "000000" else "111111"
        return (
            await client.check_code(RICH, wrong),
            await client.check_code(RICH, approval.code),
            await client.call(CARD, {"regnum": RICH}, approval),
        )

    wrong, right, answer = khur.run(use)
    assert (wrong, right) == (False, True)
    assert answer.fields["firstname"] == "Солонго"
    assert answer.request_id == khur.state.requests[-1].request_id


def test_one_code_covers_a_basket_and_nothing_else(khur: Served) -> None:
    async def use(client: KhurClient) -> KhurError:
        approval = await approved(client, khur.state, DRIVER, [CARD, FINES])
        await client.call(CARD, {"regnum": DRIVER}, approval)
        await client.call(FINES, {"plateNumber": "1234УНА"}, approval)
        loans = client.call("WS100831_citizenLoanInfo", {"regnum": DRIVER}, approval)
        return await failure(loans)

    error = khur.run(use)
    assert isinstance(error, Refused)
    assert error.code == 203


def test_fines_are_rows_of_which_the_unpaid_are_told_apart(khur: Served) -> None:
    answer = khur.run(
        lambda client: asked(client, khur.state, DRIVER, FINES, {"plateNumber": "1234 уна"})
    )
    fines = rows(answer.fields, "listData")
    unpaid = [fine["amount"] for fine in fines if read_flag(fine, "isPaid") is False]
    assert sorted(str(amount) for amount in unpaid) == ["100000", "50000"]


CODES = [
    (1, NotFound, False),
    (2, Refused, False),
    (3, Refused, False),
    (200, ApprovalNeeded, False),
    (201, ApprovalNeeded, False),
    (202, ApprovalNeeded, False),
    (203, Refused, False),
    (301, Refused, False),
    (401, Refused, False),
    (501, Refused, False),
    (605, Refused, False),
    (801, Unavailable, True),
    (802, Unavailable, True),
]


@pytest.mark.parametrize(("code", "kind", "retryable"), CODES)
def test_every_result_code_becomes_its_error(
    khur: Served, code: int, kind: type[KhurError], retryable: bool
) -> None:
    khur.control("POST", "mode", {"mode": "refuse", "code": code})
    error = khur.run(lambda client: failure(client.call(RATE, {})))
    assert type(error) is kind
    assert (error.code, error.retryable) == (code, retryable)
    assert error.request_id == khur.state.requests[-1].request_id


@pytest.mark.parametrize("mode", ["down", "fault", "garbage"])
def test_a_gateway_that_does_not_answer_properly_is_unavailable(khur: Served, mode: str) -> None:
    khur.control("POST", "mode", {"mode": mode, "operation": CARD})
    error = khur.run(lambda client: failure(client.call(CARD, {"regnum": RICH})))
    assert isinstance(error, Unavailable)
    assert error.retryable


def test_a_slow_gateway_is_unavailable_within_the_deadline(khur: Served) -> None:
    khur.control("POST", "mode", {"mode": "slow", "delay_s": 1.5, "operation": CARD})
    started = time.monotonic()
    error = khur.run(lambda c: failure(c.call(CARD, {"regnum": RICH})), timeout_s=0.3)
    assert isinstance(error, Unavailable)
    assert time.monotonic() - started < 1.2


def test_the_deadline_covers_the_reading_of_the_namespace_too(khur: Served) -> None:
    khur.control("POST", "mode", {"mode": "slow", "delay_s": 0.25})

    async def use(client: KhurClient) -> KhurError:
        return await failure(client.call(RATE, {}))

    assert isinstance(khur.run(use, timeout_s=0.4), Unavailable)


def test_a_closed_port_is_unavailable(khur_keys: Keys) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    client = client_of(f"http://127.0.0.1:{port}", khur_keys)
    error = run(client, lambda c: failure(c.call(CARD, {})))
    assert isinstance(error, Unavailable)
    assert str(error) == f"{CARD}: ConnectError"


def _replies(content: bytes, **headers: str) -> Starlette:
    async def answer(request: Request) -> Response:
        return Response(content, headers=headers, media_type="text/xml")

    return Starlette(routes=[Route("/{path:path}", answer, methods=["GET", "POST"])])


LAUGHS = b"""<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;"><!ENTITY c "&b;&b;&b;">]>
<l>&c;</l>"""
HOSTILE: dict[str, Callable[[], Starlette]] = {
    "XML bomb": lambda: _replies(LAUGHS),
    "more than 2 MB": lambda: _replies(b"<a>" + b" " * 3_000_000 + b"</a>"),
    "a compressed reply": lambda: _replies(
        gzip.compress(b" " * 100_000), **{"Content-Encoding": "gzip"}
    ),
    "a redirect": lambda: Starlette(
        routes=[Route("/{p:path}", lambda r: Response(status_code=302), methods=["POST"])]
    ),
    "a WSDL without a namespace": lambda: _replies(b"<definitions/>"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_server_is_unavailable_and_no_more(name: str, khur_keys: Keys) -> None:
    with serve_in_thread(HOSTILE[name]()) as url:
        operation = RATE if "WSDL" in name else CARD
        error = run(client_of(url, khur_keys), lambda c: failure(c.call(operation, {})))
    assert isinstance(error, Unavailable)


def test_an_unknown_operation_is_refused_without_a_call(khur: Served) -> None:
    error = khur.run(lambda client: failure(client.call("WS0_none", {})))
    assert isinstance(error, Refused)
    assert not khur.state.requests


def test_fifty_calls_at_once_all_answer_and_read_a_namespace_once(khur_keys: Keys) -> None:
    app = build_simulator(_settings(khur_keys))
    wsdl_reads = 0

    async def counting(scope: Scope, receive: Receive, send: Send) -> None:
        nonlocal wsdl_reads
        wsdl_reads += scope.get("method") == "GET"
        await app(scope, receive, send)

    with serve_in_thread(counting) as url:
        answers = run(
            client_of(url, khur_keys),
            lambda c: asyncio.gather(*(c.call(RATE, {"date": "2026-11-23"}) for _ in range(50))),
        )
    assert len({answer.request_id for answer in answers}) == 50
    assert wsdl_reads == 1


def _settings(keys: Keys) -> SimulatorSettings:
    return SimulatorSettings(keys.token, keys.public_key_pem, keys.control_token)


@pytest.mark.parametrize(("match_name", "bare"), [("match", True), ("isMatch", False)])
def test_both_spellings_of_the_gateway_are_understood(
    khur_keys: Keys, match_name: str, bare: bool
) -> None:
    app = build_simulator(replace(_settings(khur_keys), match_name=match_name, bare_booleans=bare))

    async def use(client: KhurClient) -> tuple[bool, bool | None]:
        approval = await approved(client, app.state.simulator, DRIVER, [FINES])
        matches = await client.check_code(DRIVER, approval.code)
        answer = await client.call(FINES, {"plateNumber": "1234УНА"}, approval)
        return matches, read_flag(rows(answer.fields, "listData")[0], "isPaid")

    with serve_in_thread(app) as url:
        assert run(client_of(url, khur_keys), use) == (True, False)


def test_a_code_with_leading_zeros_works_throughout(khur_keys: Keys) -> None:
    app = build_simulator(replace(_settings(khur_keys), new_code=lambda: "004217"))

    async def use(client: KhurClient) -> tuple[bool, bool, Answer]:
        approval = await approved(client, app.state.simulator, RICH, [CARD])
        return (
            await client.check_code(RICH, "4217"),
            await client.check_code(RICH, "004217"),
            await client.call(CARD, {"regnum": RICH}, approval),
        )

    with serve_in_thread(app) as url:
        bare, full, answer = run(client_of(url, khur_keys), use)
    assert (bare, full) == (False, True)
    assert answer.fields["regnum"] == RICH


def test_the_same_idempotency_key_acts_once(khur: Served) -> None:
    create = "GS10058_CreateFeedbackSession"

    async def use(client: KhurClient) -> list[str]:
        body = {"body": "Гудамж харанхуй байна.", "clientRegnum": RICH}
        first = await client.call(create, body, idempotency_key="m-1")
        again = await client.call(create, body, idempotency_key="m-1")
        other = await client.call(create, body, idempotency_key="m-2")
        changed = await failure(client.call(create, {"body": "x"}, idempotency_key="m-1"))
        assert changed.code == 3
        return [str(answer.fields["sessionId"]) for answer in (first, again, other)]

    first, again, other = khur.run(use)
    assert first == again != other
    assert len(khur.state.filed) == 2
    assert [seen.replayed for seen in khur.state.requests] == [False, True, False, False]


def test_a_wrong_token_or_key_is_our_fault_and_not_retried(khur: Served) -> None:
    stranger = new_keys()
    for keys in (
        stranger,
        Keys(khur.keys.token, "", stranger.private_key_pem, b""),
        Keys(stranger.token, "", khur.keys.private_key_pem, b""),
    ):
        error = run(client_of(khur.url, keys), lambda c: failure(c.call(CARD, {"regnum": RICH})))
        assert isinstance(error, Refused)
        assert error.code == 3


def test_a_clock_five_minutes_wrong_is_refused(khur: Served) -> None:
    client = KhurClient(
        khur.url,
        khur.keys.token,
        khur.keys.private_key_pem,
        groups_of(OPERATIONS),
        clock=lambda: time.time() - 400,
    )
    assert run(client, lambda c: failure(c.call(CARD, {}))).code == 3


def test_nothing_personal_or_secret_prints(khur: Served) -> None:
    client = khur.client()
    answer = run(client, lambda c: asked(c, khur.state, RICH, CARD))
    shown = (client, Approval(RICH, "123456"), answer, khur.keys, khur.state.settings)
    printed = " ".join(map(repr, shown))
    for secret in (RICH, "123456", "Солонго", khur.keys.token, khur.keys.control_token):
        assert secret not in printed
    assert repr(Approval(RICH, "123456")) == "Approval(***)"


def test_logs_and_errors_hold_no_register_number_and_no_code(
    khur: Served, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)

    async def use(client: KhurClient) -> list[KhurError]:
        approval = await approved(client, khur.state, RICH, [CARD])
        await client.call(CARD, {"regnum": RICH}, approval)
        wrong = Approval(RICH, "7654321")
        return [
            await failure(client.call(CARD, {"regnum": RICH}, wrong)),
            await failure(client.call(CARD, {"regnum": RICH})),
            await failure(client.request_code("УБ00000000", [CARD])),
        ]

    errors = khur.run(use)
    said = caplog.text + " ".join(f"{error!r} {error.__cause__!r}" for error in errors)
    assert "khur WS100101_getCitizenIDCardInfo result 0 request" in said
    secrets = (RICH, khur.state.outbox[-1].code, "7654321", "УБ00000000", khur.keys.token)
    assert not [secret for secret in secrets if secret in said]


def test_the_headers_are_those_of_the_official_sample(khur: Served) -> None:
    seen: list[httpx.Headers] = []

    async def answer(request: Request) -> Response:
        seen.append(httpx.Headers(request.headers.raw))
        return Response(status_code=500)

    app = Starlette(routes=[Route("/{path:path}", answer, methods=["POST"])])
    with serve_in_thread(app) as url:
        run(client_of(url, khur.keys), lambda c: failure(c.call(CARD, {})))
    assert seen[0]["soapaction"] == '""'
    assert seen[0]["content-type"] == "text/xml; charset=utf-8"
    assert seen[0]["accesstoken"] == khur.keys.token
    assert abs(int(seen[0]["timestamp"]) - time.time()) < 60
