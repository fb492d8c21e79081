"""The simulator's HTTP interface: the Bot API, file downloads, and telephones in JSON."""

from __future__ import annotations

import asyncio
import dataclasses
import hmac
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from channels.telegram_simulator.methods import METHODS, ApiError
from channels.telegram_simulator.network import BotMessage, TelegramNetwork
from channels.telegram_simulator.people import People

_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
_SENDING = frozenset({"sendmessage", "editmessagetext"})
_SWALLOW_S = 3600


def build_telegram_simulator(network: TelegramNetwork) -> Starlette:
    """The simulator as an application, served alone or mounted; `network` holds its state."""
    people = People(network)

    async def method(request: Request) -> Response:
        name = request.path_params["method"].lower()
        network.calls.append(name)
        try:
            _authorise(network, request)
            if name not in METHODS:
                network.object_to("method", name)
                raise ApiError(404, "Not Found")
            result = await METHODS[name](network, await _fields(request))
        except ApiError as error:
            return _refusal(error)
        return await _answer(network, name, result)

    async def download(request: Request) -> Response:
        try:
            _authorise(network, request)
        except ApiError as error:
            return _refusal(error)
        path = request.path_params["path"]
        for file_id, content in network.files.items():
            if network.file_paths.get(file_id, f"voice/{file_id}.oga") == path:
                return Response(content, media_type="application/octet-stream")
        return _refusal(ApiError(404, "Not Found"))

    async def write(request: Request) -> Response:
        said = await request.json()
        return JSONResponse({"update": people.writes(int(said["user"]), str(said["text"]))})

    async def press(request: Request) -> Response:
        said = await request.json()
        try:
            update_id = people.presses(int(said["user"]), str(said["label"]))
        except LookupError:
            return JSONResponse({"error": "there is no such button"}, 404)
        return JSONResponse({"update": update_id})

    async def chat(request: Request) -> Response:
        listed = network.chats.get(int(request.path_params["user"]), ())
        return JSONResponse({"messages": [_seen(message) for message in listed]})

    async def violations(_: Request) -> Response:
        found = [dataclasses.asdict(each) for each in network.violations]
        return JSONResponse({"violations": found})

    return Starlette(
        routes=[
            Route("/bot{token}/{method}", method, methods=["GET", "POST"]),
            Route("/file/bot{token}/{path:path}", download),
            Route("/phone/write", write, methods=["POST"]),
            Route("/phone/press", press, methods=["POST"]),
            Route("/phone/chat/{user:int}", chat),
            Route("/violations", violations),
        ]
    )


def _authorise(network: TelegramNetwork, request: Request) -> None:
    token = request.path_params["token"].encode()
    if not hmac.compare_digest(token, network.config.token.encode()):
        raise ApiError(401, "Unauthorized")
    if network.faults.http500:
        network.faults.http500 -= 1
        raise ApiError(500, "Internal Server Error")


async def _fields(request: Request) -> dict[str, Any]:
    media_type = request.headers.get("content-type", "").partition(";")[0]
    if media_type == "application/json":
        try:
            return dict(await request.json())
        except (ValueError, TypeError):
            raise ApiError(400, "Bad Request: can't parse JSON object") from None
    if media_type in _FORMS:
        async with request.form() as form:
            return {name: value for name, value in form.items() if isinstance(value, str)}
    return dict(request.query_params)


async def _answer(network: TelegramNetwork, name: str, result: Any) -> Response:
    if name in _SENDING and network.faults.swallow:
        network.faults.swallow -= 1
        await asyncio.sleep(_SWALLOW_S)
    if name in _SENDING and network.faults.garble:
        network.faults.garble -= 1
        return PlainTextResponse("<html>")
    return JSONResponse({"ok": True, "result": result})


def _refusal(error: ApiError) -> Response:
    body: dict[str, Any] = {"ok": False, "error_code": error.code}
    body["description"] = error.description
    if error.retry_after_s is not None:
        body["parameters"] = {"retry_after": error.retry_after_s}
    return JSONResponse(body, error.code)


def _seen(message: BotMessage) -> dict[str, Any]:
    return {
        "id": message.message_id,
        "text": message.text,
        "buttons": [button["text"] for button in message.buttons],
        "edits": message.edits,
    }
