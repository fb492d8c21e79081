"""Telegram's Bot API as `telemelya` serves it, with Redis and moto as its stores.

It lacks the secret header of webhooks and `setMyCommands`: between it and the program stands a
forwarder of ours that adds these two and passes all else through unread.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from actions.khur.simulator.serve import serve_in_thread
from interop.conversation import Phone, settled
from interop.errors import PeerError
from interop.peer import Check, Lane, Peer
from interop.places import PYTHON, debian
from interop.process import HOST, Command, child, free_port, wait_until
from interop.program import Site
from interop.versions import debian as package
from interop.versions import pypi

DOOR = "telegram"
PUBLIC_URL = "https://urtuu.example.mn"
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the name of a header
_TEXTS = ("sendMessage", "editMessageText")
_TIMEOUT_S = 30.0
_PASSED = ("content-type", "content-length")


@dataclass
class Forwarder:
    """Passes requests both ways, adding what the server lacks."""

    server: str
    program: str
    hook: str = ""
    """Where the program wants its updates; empty before it has said so."""
    secret: str = field(default="", repr=False)
    commands: list[str] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    """What the program answered to updates."""

    def app(self) -> Starlette:
        """Return the application that stands between."""
        return Starlette(
            routes=[
                Route("/hook", self._update, methods=["POST"]),
                Route("/bot{token}/setWebhook", self._set_webhook, methods=["POST"]),
                Route("/bot{token}/setMyCommands", self._set_commands, methods=["POST"]),
                Route("/{path:path}", self._pass, methods=["GET", "POST"]),
            ]
        )

    async def _set_webhook(self, request: Request) -> Response:
        fields = await _fields(request)
        self.secret = fields["secret_token"]
        url = f"{self.server}{request.url.path}"
        own = {"url": f"{request.base_url}hook"}
        async with httpx.AsyncClient(trust_env=False) as client:
            answer = await client.post(url, json=own, timeout=_TIMEOUT_S)
        # From now on the server delivers: whoever waits for the webhook may go on.
        self.hook = f"{self.program}{fields['url'].removeprefix(PUBLIC_URL)}"
        return _copied(answer)

    async def _set_commands(self, request: Request) -> Response:
        fields = await _fields(request)
        self.commands.append(str(fields.get("commands", "")))
        return JSONResponse({"ok": True, "result": True})

    async def _update(self, request: Request) -> Response:
        headers = {SECRET_HEADER: self.secret, "content-type": "application/json"}
        async with httpx.AsyncClient(trust_env=False) as client:
            answer = await client.post(
                self.hook, content=await request.body(), headers=headers, timeout=_TIMEOUT_S
            )
        self.statuses.append(answer.status_code)
        return _copied(answer)

    async def _pass(self, request: Request) -> Response:
        url = f"{self.server}{request.url.path}"
        headers = {name: request.headers[name] for name in _PASSED if name in request.headers}
        async with httpx.AsyncClient(trust_env=False) as client:
            answer = await client.request(
                request.method,
                url,
                params=dict(request.query_params),
                content=await request.body(),
                headers=headers,
                timeout=_TIMEOUT_S,
            )
        return _copied(answer)


async def _fields(request: Request) -> dict[str, Any]:
    if "json" in request.headers.get("content-type", ""):
        plain: dict[str, Any] = await request.json()
        return plain
    return dict(await request.form())


def _copied(answer: httpx.Response) -> Response:
    media_type = answer.headers.get("content-type", "application/json")
    return Response(answer.content, answer.status_code, media_type=media_type)


@dataclass
class TelegramPhone:
    """A private chat; where the last message has buttons, a number presses one of them."""

    client: httpx.Client
    token: str
    chat: int
    pressed: int = 0

    def says(self, text: str) -> str:
        """Return the messages that answer, an edited one by its new text."""
        seen = len(self.texts())
        self.post(**self._update(text))
        if not settled(lambda: len(self.texts()), seen):
            raise PeerError("no answer came")
        return "\n".join(record["text"] for record in self.texts()[seen:])

    def texts(self) -> list[dict[str, Any]]:
        """Return every message sent or edited, in order."""
        return [record for record in self.records() if record["method"] in _TEXTS]

    def records(self) -> list[dict[str, Any]]:
        """Return everything that the program did in this chat."""
        answer = self.client.get("/api/v1/test/responses", params={"session_id": self.chat})
        records: list[dict[str, Any]] = answer.json()["responses"]
        return records

    def post(self, **update: Any) -> dict[str, Any]:
        """Have an update delivered. Raises PeerError where the program does not take it."""
        answer = self.client.post(
            "/api/v1/test/send_update",
            params={"bot_token": self.token, "session_id": self.chat},
            json={"chat_id": self.chat, **update},
        )
        if not answer.is_success or answer.json()["delivery"]["status_code"] != httpx.codes.OK:
            raise PeerError(f"the update was not taken: {answer.status_code}")
        told: dict[str, Any] = answer.json()
        return told

    def _update(self, text: str) -> dict[str, Any]:
        last = self.texts()[-1] if self.texts() else {}
        markup = last.get("reply_markup") or {}
        buttons = [button for row in markup.get("inline_keyboard", ()) for button in row]
        if not text.isdigit() or not 0 < int(text) <= len(buttons):
            return {"text": text}
        self.pressed += 1
        data = buttons[int(text) - 1]["callback_data"]
        return {"callback_data": data, "callback_message_id": last["message_id"]}


@contextmanager
def _server(site: Site) -> Iterator[tuple[str, str]]:
    """Yield the address of telemelya and the key of its test interface."""
    redis, store, port, key = free_port(), free_port(), free_port(), secrets.token_hex(8)
    environ = {
        "MOCK_SERVER_HOST": HOST,
        "MOCK_SERVER_PORT": str(port),
        "MOCK_SERVER_URL": f"http://{HOST}:{port}",
        "REDIS_URL": f"redis://{HOST}:{redis}/0",
        "MINIO_ENDPOINT": f"{HOST}:{store}",
        "AUTH_KEYS": key,
        "STRICT_EDIT": "true",
    }
    keeping: Command = [debian("redis-server"), "--port", str(redis), "--bind", HOST, "--save", ""]
    objects: Command = [PYTHON, PYTHON.with_name("moto_server"), "-H", HOST, "-p", str(store)]
    with child(keeping, site.folder) as kept, child(objects, site.folder) as stored:
        kept.wait_for_port(redis)
        stored.wait_for_port(store)
        with child([PYTHON, "-m", "telemelya.server.app"], site.folder, environ=environ) as api:
            api.wait_for_port(port)
            yield f"http://{HOST}:{port}", key


@contextmanager
def _open(site: Site) -> Iterator[Lane]:
    token = f"{secrets.randbelow(10**9) + 10**9}:{secrets.token_hex(16)}"
    with _server(site) as (server, key):
        forwarder = Forwarder(server, site.url)
        with (
            serve_in_thread(forwarder.app()) as api_url,
            httpx.Client(
                base_url=server,
                headers={"Authorization": f"Bearer {key}"},
                trust_env=False,
                timeout=_TIMEOUT_S,
            ) as client,
        ):
            phones: dict[int, TelegramPhone] = {}

            def phone(number: str) -> Phone:
                chat = int(number.removeprefix("+"))
                return phones.setdefault(chat, TelegramPhone(client, token, chat))

            environ = {
                "URTUU_PUBLIC_URL": PUBLIC_URL,
                "URTUU_TELEGRAM_TOKEN": token,
                "URTUU_TELEGRAM_SECRET": secrets.token_urlsafe(32),
                "URTUU_TELEGRAM_API": api_url,
            }
            yield Lane(
                environ,
                {DOOR: phone},
                ready=lambda: wait_until(lambda: bool(forwarder.hook), "the webhook"),
                checks=lambda: _checks(forwarder, phones),
            )


def _checks(forwarder: Forwarder, phones: dict[int, TelegramPhone]) -> Iterator[Check]:
    records = [record for phone in phones.values() for record in phone.records()]
    methods = [record["method"] for record in records]
    pressed = sum(phone.pressed for phone in phones.values())
    answered = methods.count("answerCallbackQuery")
    detail = f"{answered} of {pressed}"
    yield Check("every press of a button is answered", 0 < pressed == answered, detail)
    edited = methods.count("editMessageText")
    yield Check("a press edits the message that carried it", edited > 0, f"{edited} edits")
    yield Check("typing is shown while the turn works", "sendChatAction" in methods)
    yield Check("commands are set", "help" in "".join(forwarder.commands))
    wrong = sorted({status for status in forwarder.statuses if status != httpx.codes.OK})
    yield Check("every update is taken", not wrong, f"{len(forwarder.statuses)} updates")
    body = {"update_id": 1, "message": {"message_id": 1, "date": 1, "chat": {"id": 1}}}
    for header in ({}, {SECRET_HEADER: "forged"}):
        refused = httpx.post(forwarder.hook, json=body, headers=header, trust_env=False)
        passed = refused.status_code in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN)
        what = "a forged" if header else "no"
        yield Check(f"{what} secret header is refused", passed, str(refused.status_code))


PEER = Peer(
    "telegram",
    lambda: f"{pypi('telemelya')} as Bot API, with {package('redis-server')} and {pypi('moto')}",
    (DOOR,),
    _open,
)
