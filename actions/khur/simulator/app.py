"""The simulator as an ASGI application: WSDL, SOAP endpoint, and the control of tests."""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import secrets

import httpx
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from actions.khur.client import IDEMPOTENCY_HEADER, VERSION
from actions.khur.simulator.control import control_routes
from actions.khur.simulator.gate import Gate
from actions.khur.simulator.gateway import BAD_REQUEST, NOT_FOUND, OK, Gateway, Verdict
from actions.khur.simulator.modes import Kind, Mode
from actions.khur.simulator.settings import SimulatorSettings
from actions.khur.simulator.state import SeenRequest, SentCode, State
from actions.khur.simulator.wire import Incoming, NotACall, fault, read_call, reply
from actions.khur.simulator.wsdl import input_names, wsdl_of

logger = logging.getLogger(__name__)

REQUEST_MAX_BYTES = 1024 * 1024
XML = "text/xml; charset=utf-8"
SMS_TIMEOUT_S = 5.0
_SUFFIX = f"-{VERSION}"


def build_simulator(settings: SimulatorSettings) -> Starlette:
    """The application. Its memory is `app.state.simulator`, a State."""
    state = State(settings)
    endpoint = _Endpoint(state)
    app = Starlette(
        routes=[
            Route("/{endpoint}/ws", endpoint.wsdl, methods=["GET"]),
            Route("/{endpoint}/ws", endpoint.call, methods=["POST"]),
            *control_routes(state),
        ]
    )
    app.state.simulator = state
    return app


class _Endpoint:
    def __init__(self, state: State) -> None:
        self._state = state
        self._gate = Gate(state.settings)
        self._gateway = Gateway(state)

    async def wsdl(self, request: Request) -> Response:
        group = _group(request)
        operations = [o for o in self._state.operations.values() if o.group == group]
        if not operations or "wsdl" not in {name.lower() for name in request.query_params}:
            return Response(status_code=404)
        broken = await _misbehave(self._state.modes.of(None))
        address = str(request.url.replace(query=""))
        return broken or Response(wsdl_of(group, operations, address), media_type=XML)

    async def call(self, request: Request) -> Response:
        body = await _body(request)
        if body is None:
            return Response(status_code=413)
        try:
            call = read_call(body)
        except NotACall as error:
            return Response(fault(str(error)), status_code=500, media_type=XML)
        mode = self._state.modes.of(call.operation)
        broken = await _misbehave(mode)
        return broken or self._answer(request, call, body, mode)

    def _answer(self, request: Request, call: Incoming, body: bytes, mode: Mode) -> Response:
        request_id = secrets.token_hex(4)
        if not self._gate.admits(request.headers):
            return self._reply(request, call, body, Verdict(BAD_REQUEST), request_id)
        if mode.kind is Kind.REFUSE:
            return self._reply(request, call, body, Verdict(mode.code), request_id)
        key = (call.operation, request.headers.get(IDEMPOTENCY_HEADER, ""))
        digest = hashlib.sha256(json.dumps(call.fields, sort_keys=True).encode()).hexdigest()
        held = self._state.replies.get(key) if key[1] else None
        if held is not None:
            same, content, code = held
            if same != digest:
                return self._reply(request, call, body, Verdict(BAD_REQUEST), request_id)
            self._seen(request, call, body, code, request_id, replayed=True)
            return Response(content, media_type=XML)
        verdict = self._gateway.answer(call, _group(request), request_id)
        response = self._reply(request, call, body, verdict, request_id)
        if key[1] and verdict.code in (OK, NOT_FOUND):
            self._state.remember_reply(key, (digest, bytes(response.body), verdict.code))
        return response

    def _reply(
        self, request: Request, call: Incoming, body: bytes, verdict: Verdict, request_id: str
    ) -> Response:
        self._seen(request, call, body, verdict.code, request_id, replayed=False)
        message = self._state.words.results.get(verdict.code, "")
        content = reply(call, verdict.code, message, request_id, verdict.response)
        url = self._state.settings.sms_url
        send = (
            BackgroundTask(_send, url, self._state.words.sms_sender, verdict.sms)
            if url and verdict.sms
            else None
        )
        return Response(content, media_type=XML, background=send)

    def _seen(
        self,
        request: Request,
        call: Incoming,
        body: bytes,
        code: int,
        request_id: str,
        *,
        replayed: bool,
    ) -> None:
        operation = self._state.operations.get(call.operation)
        taken = set(input_names(operation)) if operation else set()
        self._state.requests.append(
            SeenRequest(
                operation=call.operation,
                group=_group(request),
                code=code,
                request_id=request_id,
                body=body.decode("utf-8", "replace"),
                unknown_fields=tuple(sorted(call.fields.keys() - taken)),
                replayed=replayed,
            )
        )
        logger.info("simulator %s result %s request %s", call.operation, code, request_id)


def _group(request: Request) -> str:
    return str(request.path_params["endpoint"]).removesuffix(_SUFFIX)


async def _body(request: Request) -> bytes | None:
    read = bytearray()
    async for chunk in request.stream():
        read += chunk
        if len(read) > REQUEST_MAX_BYTES:
            return None
    return bytes(read)


async def _misbehave(mode: Mode) -> Response | None:
    if mode.kind is Kind.SLOW:
        await asyncio.sleep(mode.delay_s)
    if mode.kind is Kind.DOWN:
        return Response("Service Unavailable", status_code=503)
    if mode.kind is Kind.FAULT:
        return Response(fault("internal error"), status_code=500, media_type=XML)
    if mode.kind is Kind.GARBAGE:
        return HTMLResponse("<!doctype html><title>502<p>Bad gateway")
    return None


async def _send(url: str, sender: str, sms: SentCode) -> None:
    message = {"to": sms.to, "from": sender, "text": sms.text}
    try:
        async with httpx.AsyncClient(timeout=SMS_TIMEOUT_S) as http:
            (await http.post(url, json=message)).raise_for_status()
    except httpx.HTTPError as error:
        logger.warning("simulator: the code's SMS was not taken (%s)", type(error).__name__)
