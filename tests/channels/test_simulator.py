"""The simulator of Africa's Talking: what it posts, what it objects to, and the loop with us."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route

from bot.message import Choice, Inbound, Reply
from channels.africastalking_sender import Account, AfricasTalkingSender
from channels.africastalking_simulator import Network, SimulatorConfig, build_at_simulator
from channels.africastalking_simulator.length import measure
from channels.reception import Reception
from channels.registry import open_channels
from tests.channels.loopback import (
    async_client,
    async_tools,
    bound_socket,
    client_of,
    serve,
    url_of,
)
from tests.channels.scripted_turn import ScriptedTurn

SECRET = "a-secret-for-the-simulator-test"
PHONE = "+97699000001"
LONG = "Паспорт сунгахад өргөдөл, хуучин паспорт, зураг хэрэгтэй. Хугацаа ажлын арван өдөр байна."


@contextmanager
def _loop(turn: ScriptedTurn) -> Iterator[httpx.Client]:
    """Our channels and the simulator in one server, calling each other over HTTP."""
    with bound_socket() as sock:
        base = url_of(sock)
        config = SimulatorConfig(
            f"{base}/ussd/{SECRET}", f"{base}/sms/{SECRET}", controls=True, report_delay_s=0
        )
        environ = {
            "URTUU_AT_SECRET": SECRET,
            "URTUU_AT_USERNAME": config.username,
            "URTUU_AT_API_KEY": config.api_key,
        }
        account = Account(f"{base}/at", config.username, config.api_key, config.sms_code)

        async def push(address: str, text: str, key: str) -> str:
            async with async_client() as client:
                return await AfricasTalkingSender(account, client).send(address, text, key)

        turn.push = push
        with async_tools() as tools:
            routes = open_channels(environ, tools).routes(Reception(turn))
        app = Starlette(routes=[*routes, Mount("/at", build_at_simulator(config))])
        with serve(app, sock), client_of(f"{base}/at") as client:
            yield client


def _post(client: httpx.Client, path: str, **data: object) -> dict[str, Any]:
    response = client.post(path, json=data)
    assert response.is_success, response.text
    answer: dict[str, Any] = response.json()
    return answer


def _until(found: Callable[[], Any], timeout_s: float = 5) -> Any:
    deadline_s = time.monotonic() + timeout_s
    while not (value := found()) and time.monotonic() < deadline_s:
        time.sleep(0.02)
    return value


def test_a_ussd_dialogue_from_dialling_to_the_end() -> None:
    def script(inbound: Inbound) -> tuple[Reply, ...]:
        if inbound.keys == "2":
            return (Reply("Баярлалаа.", ends_session=True),)
        return (Reply("Юу хэрэгтэй вэ?", (Choice("Паспорт", "/a"), Choice("Болих", "/b"))),)

    turn = ScriptedTurn(script)
    with _loop(turn) as client:
        page = _post(client, "/phone/dial", phone=PHONE, code="*1111#")
        assert page["open"]
        assert page["units"] <= page["max_units"] == 80
        last = _post(client, "/phone/keys", session=page["session"], text="2")
        assert (last["open"], last["text"]) == (False, "Баярлалаа.")
        assert _until(lambda: turn.dropped) == [("africastalking_ussd", page["session"])]
        over = _post(client, "/phone/keys", session=page["session"], text="1")
        assert over["error"] == "session_over"
        assert client.get("/violations").json() == {"violations": []}


def test_a_long_answer_is_read_page_by_page() -> None:
    turn = ScriptedTurn(lambda inbound: (Reply(LONG),))
    with _loop(turn) as client:
        page = _post(client, "/phone/dial", phone=PHONE, code="*1111#")
        texts = [page["text"]]
        while "98" in page["text"]:
            page = _post(client, "/phone/keys", session=page["session"], text="98")
            texts.append(page["text"])
        assert client.get("/violations").json() == {"violations": []}
    assert len(texts) > 1
    assert len(set(texts)) == len(texts)
    assert all(word in " ".join(texts) for word in LONG.split())


def test_a_code_dialled_with_an_input_brings_the_input() -> None:
    turn = ScriptedTurn()
    with _loop(turn) as client:
        _post(client, "/phone/dial", phone=PHONE, code="*1111*5#")
    assert [inbound.keys for inbound in turn.inbounds] == ["5"]


def test_an_unknown_code_reaches_nobody() -> None:
    turn = ScriptedTurn()
    with _loop(turn) as client:
        assert _post(client, "/phone/dial", phone=PHONE, code="*99#")["error"] == "unknown_code"
    assert turn.inbounds == []


def test_hanging_up_drops_the_session() -> None:
    turn = ScriptedTurn()
    with _loop(turn) as client:
        page = _post(client, "/phone/dial", phone=PHONE, code="*1111#")
        _post(client, "/phone/hangup", session=page["session"])
        assert _until(lambda: turn.dropped) == [("africastalking_ussd", page["session"])]


def test_an_sms_is_answered_into_the_inbox_and_its_delivery_reported() -> None:
    turn = ScriptedTurn()
    with _loop(turn) as client:
        sent = _post(client, "/phone/sms", phone=PHONE, text="Паспорт")
        assert (sent["sent"], sent["parts"], sent["price_mnt"]) == (True, 1, 55)
        messages = _until(lambda: _inbox(client))
        (delivery,) = _until(lambda: turn.deliveries)
    assert messages[0]["from"] == "141111"
    assert messages[0]["text"].endswith("1 Паспорт\n2 Торгууль")
    assert delivery == ("africastalking_sms", messages[0]["id"], "delivered", None)


def test_a_duplicated_callback_is_one_message_to_the_turn() -> None:
    turn = ScriptedTurn()
    with _loop(turn) as client:
        _post(client, "/control", duplicates=2)
        _post(client, "/phone/sms", phone=PHONE, text="Паспорт")
        messages = _until(lambda: _inbox(client))
    assert len({inbound.message_id for inbound in turn.inbounds}) == 1
    assert len(turn.inbounds) == 3
    assert len(messages) == 1


def test_a_failed_delivery_is_reported_with_its_reason() -> None:
    turn = ScriptedTurn()
    with _loop(turn) as client:
        _post(client, "/control", report="Failed", failure_reason="UserDoesNotExist")
        _post(client, "/phone/sms", phone=PHONE, text="Паспорт")
        (delivery,) = _until(lambda: turn.deliveries)
        assert _inbox(client) == []
    assert delivery[2:] == ("failed", "unknown_number")


def test_an_opt_out_reaches_the_turn_as_a_word() -> None:
    turn = ScriptedTurn()
    with _loop(turn) as client:
        assert _post(client, "/phone/optout", phone=PHONE) == {"error": None}
    assert [inbound.text for inbound in turn.inbounds] == ["ЗОГС"]


def test_a_foreign_message_can_be_delivered() -> None:
    with _loop(ScriptedTurn()) as client:
        _post(client, "/deliver", to=PHONE, **{"from": "KHUR", "text": "Код: 482913"})
        assert [(each["from"], each["text"]) for each in _inbox(client)] == [
            ("KHUR", "Код: 482913")
        ]
        assert client.get("/phone/inbox", params={"phone": "+97699000002"}).json() == {
            "messages": []
        }


def _inbox(client: httpx.Client) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.get("/phone/inbox", params={"phone": PHONE}).json()[
        "messages"
    ]
    return found


def _answering(response: Response) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(_: Request) -> Response:
        return response

    return endpoint


@pytest.mark.parametrize(
    ("response", "code", "shown"),
    [
        (PlainTextResponse("CON ок"), None, True),
        (PlainTextResponse("CON ок", status_code=500), "status", False),
        (JSONResponse({"text": "CON"}), "content_type", False),
        (PlainTextResponse("Сайн уу"), "prefix", False),
        (PlainTextResponse("CON"), "prefix", True),
        (PlainTextResponse("CON "), "empty", True),
        (PlainTextResponse("CON " + "Ө" * 80), None, True),
        (PlainTextResponse("CON " + "Ө" * 81), "length", True),
        (PlainTextResponse("END " + "a" * 182), None, True),
        (PlainTextResponse("END " + "a" * 181 + "€"), "length", True),
    ],
)
def test_a_wrong_answer_to_a_hop_is_recorded(
    response: Response, code: str | None, shown: bool
) -> None:
    app = Starlette(routes=[Route("/hook", _answering(response), methods=["POST"])])
    with bound_socket() as sock, serve(app, sock) as url:
        network = Network(SimulatorConfig(f"{url}/hook", f"{url}/sms"))
        simulator = httpx.ASGITransport(build_at_simulator(network.config, network))

        async def run() -> Any:
            async with httpx.AsyncClient(transport=simulator, base_url="http://at") as client:
                dialled = await client.post("/phone/dial", json={"phone": PHONE, "code": "*1111#"})
                return dialled.json()

        page = asyncio.run(run())
    found = [each["code"] for each in page["violations"]]
    assert found[:1] == ([code] if code else [])
    assert (page["error"] is None) is shown


def test_a_webhook_that_does_not_answer_ends_the_session() -> None:
    with bound_socket() as sock:
        url = url_of(sock)
    network = Network(SimulatorConfig(f"{url}/hook", f"{url}/sms"))
    simulator = httpx.ASGITransport(build_at_simulator(network.config, network))

    async def run() -> Any:
        async with httpx.AsyncClient(transport=simulator, base_url="http://at") as client:
            dialled = await client.post("/phone/dial", json={"phone": PHONE, "code": "*1111#"})
            await network.settled()
            return dialled.json()

    assert asyncio.run(run())["error"] == "no_answer"
    assert {violation.code for violation in network.violations} == {"no_answer"}


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("/phone/dial", {"phone": "99", "code": "*1111#"}),
        ("/phone/dial", {"phone": PHONE}),
        ("/phone/keys", {"session": 1, "text": "1"}),
        ("/phone/sms", {"phone": PHONE, "text": " "}),
        ("/deliver", {"to": PHONE, "from": "A" * 30, "text": "a"}),
    ],
)
def test_a_phone_that_makes_no_sense_is_refused(path: str, data: dict[str, object]) -> None:
    with _loop(ScriptedTurn()) as client:
        assert client.post(path, json=data).status_code == 400


def test_the_rest_interface_answers_in_exactly_the_type_that_the_official_client_reads() -> None:
    form = {"username": "sandbox", "to": f"{PHONE},99000002", "message": "Сайн уу"}
    with _loop(ScriptedTurn()) as client:
        headers = {"apiKey": "simulator-key", "Accept": "application/json"}
        answer = client.post("/version1/messaging", data=form, headers=headers)
        refused = client.post("/version1/messaging", data=form, headers={"apiKey": "x"})
    assert (answer.status_code, answer.headers["content-type"]) == (201, "application/json")
    data = answer.json()["SMSMessageData"]
    assert data["Message"] == "Sent to 1/2 Total Cost: MNT 55.0000 Message parts: 1"
    assert [each["statusCode"] for each in data["Recipients"]] == [101, 403]
    assert set(data["Recipients"][0]) == {"cost", "messageId", "number", "status", "statusCode"}
    assert (refused.status_code, refused.text) == (401, "The supplied authentication is invalid")


@pytest.mark.parametrize(
    ("text", "encoding", "units", "parts"),
    [
        ("", "GSM-7", 0, 1),
        ("ö" * 160, "GSM-7", 160, 1),
        ("a" * 161, "GSM-7", 161, 2),
        ("€" * 80, "GSM-7", 160, 1),
        ("€" * 77 + "a" * 7, "GSM-7", 161, 2),
        ("ө" * 70, "UCS-2", 70, 1),
        ("ө" * 71, "UCS-2", 71, 2),
        ("😀" * 35, "UCS-2", 70, 1),
        ("😀" * 67, "UCS-2", 134, 3),
        ("ү" * 201, "UCS-2", 201, 3),
    ],
)
def test_the_network_counts_as_the_standard_says(
    text: str, encoding: str, units: int, parts: int
) -> None:
    length = measure(text)
    assert (length.encoding, length.units, length.parts) == (encoding, units, parts)
