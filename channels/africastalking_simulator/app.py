"""The simulator's HTTP interface: phones in JSON, the provider's REST in its own form."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from channels.africastalking_simulator import sms, ussd
from channels.africastalking_simulator.length import measure
from channels.africastalking_simulator.network import Faults, Message, Network, SimulatorConfig

_PHONE = re.compile(r"\+[1-9][0-9]{7,14}")
_MAX_BODY_BYTES = 16 * 1024
_MAX_TEXT_CHARS = 1600
_MAX_KEYS_CHARS = 182
_MAX_SENDER_CHARS = 20

_Json = dict[str, Any]
_Handler = Callable[[Network, _Json], Awaitable[Response]]


class _Wrong(Exception):
    """A request of the phone that makes no sense; answered with 400 and the reason."""


def build_at_simulator(config: SimulatorConfig, network: Network | None = None) -> Starlette:
    """The simulator as an application, served alone or mounted; `network` holds its state."""
    state = network or Network(config)

    async def messaging(request: Request) -> Response:
        return await sms.messaging(state, request)

    async def inbox(request: Request) -> Response:
        phone = request.query_params.get("phone", "")
        return JSONResponse({"messages": [_message(state, each) for each in state.inbox(phone)]})

    async def settings(_: Request) -> Response:
        keys = ("ussd_code", "sms_code", "part_price_mnt")
        return JSONResponse({key: getattr(config, key) for key in keys})

    async def found(_: Request) -> Response:
        return JSONResponse(
            {"violations": [dataclasses.asdict(each) for each in state.violations]}
        )

    routes = [
        _post("/phone/dial", state, _dial),
        _post("/phone/keys", state, _keys),
        _post("/phone/hangup", state, _hang_up),
        _post("/phone/sms", state, _sms),
        _post("/phone/optout", state, _opt_out),
        Route("/phone/inbox", inbox),
        Route("/phone/settings", settings),
        Route("/violations", found),
        _post("/deliver", state, _deliver),
        Route("/version1/messaging", messaging, methods=["POST"]),
    ]
    if config.controls:
        routes.append(_post("/control", state, _control))
    return Starlette(routes=routes)


def _post(path: str, network: Network, handler: _Handler) -> Route:
    async def endpoint(request: Request) -> Response:
        try:
            return await handler(network, await _read(request))
        except _Wrong as error:
            return JSONResponse({"error": str(error)}, status_code=400)

    return Route(path, endpoint, methods=["POST"])


async def _read(request: Request) -> _Json:
    # Another site's page may post plain text without asking, but not this type.
    if request.headers.get("content-type", "").partition(";")[0] != "application/json":
        raise _Wrong("the content type must be application/json")
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > _MAX_BODY_BYTES:
            raise _Wrong("the body is too large")
    try:
        data = json.loads(body)
    except ValueError as error:
        raise _Wrong("the body is not JSON") from error
    if not isinstance(data, dict):
        raise _Wrong("the body is not an object")
    return data


def _text(data: _Json, name: str, max_chars: int) -> str:
    value = data.get(name)
    if not isinstance(value, str) or not 0 <= len(value) <= max_chars:
        raise _Wrong(f"{name} must be a text of at most {max_chars} characters")
    return value


def _phone(data: _Json, name: str = "phone") -> str:
    value = _text(data, name, 16)
    if not _PHONE.fullmatch(value):
        raise _Wrong(f"{name} must be a telephone number such as +97699000000")
    return value


async def _dial(network: Network, data: _Json) -> Response:
    return _page(await ussd.dial(network, _phone(data), _text(data, "code", 40)))


async def _keys(network: Network, data: _Json) -> Response:
    text = _text(data, "text", _MAX_KEYS_CHARS)
    return _page(await ussd.keys(network, _text(data, "session", 64), text))


async def _hang_up(network: Network, data: _Json) -> Response:
    await ussd.hang_up(network, _text(data, "session", 64))
    return JSONResponse({})


async def _sms(network: Network, data: _Json) -> Response:
    text = _text(data, "text", _MAX_TEXT_CHARS)
    if not text.strip():
        raise _Wrong("text is empty")
    error = await sms.send_from_phone(network, _phone(data), text)
    return JSONResponse({"sent": error is None, "error": error, **_length(network, text)})


async def _opt_out(network: Network, data: _Json) -> Response:
    return JSONResponse({"error": await sms.opt_out(network, _phone(data))})


async def _deliver(network: Network, data: _Json) -> Response:
    sender = _text(data, "from", _MAX_SENDER_CHARS)
    message = network.deliver(_phone(data, "to"), sender, _text(data, "text", _MAX_TEXT_CHARS))
    return JSONResponse({"id": message.id}, status_code=201)


async def _control(network: Network, data: _Json) -> Response:
    names = {each.name for each in dataclasses.fields(Faults)}
    if unknown := sorted(set(data) - names):
        raise _Wrong(f"unknown switches: {', '.join(unknown)}")
    network.faults = Faults(**data)
    return JSONResponse(dataclasses.asdict(network.faults))


def _page(page: ussd.Page) -> Response:
    length = measure(page.text)
    return JSONResponse(
        {
            **dataclasses.asdict(page),
            "units": length.units,
            "max_units": length.max_screen_units,
            "encoding": length.encoding,
        }
    )


def _message(network: Network, message: Message) -> _Json:
    return {
        "id": message.id,
        "from": message.sender,
        "text": message.text,
        "at": message.at.isoformat(),
        **_length(network, message.text),
    }


def _length(network: Network, text: str) -> _Json:
    return {**dataclasses.asdict(measure(text)), "price_mnt": network.price_mnt(text)}
