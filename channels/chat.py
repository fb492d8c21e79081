"""A plain chat box of our own web page: JSON over HTTP with a signed session cookie.

The cookie names a conversation and nothing else. It is HttpOnly, SameSite=Strict and bound to this
path; a request must also come from the same origin. A choice is sent as its number, so a page
cannot speak to the engine in payloads.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any

from starlette.responses import JSONResponse, Response

from bot.errors import SettingsError
from bot.message import Inbound, Reply, Session
from bot.outcome import Outcome
from channels.base import JSON, BadRequest, HttpChannel, Posted, Trouble, Turn
from channels.form import read_text
from channels.guard import Gate
from channels.plan import Opened, Plan, Setting, Tools, Values
from channels.sentences import sentence

COOKIE = "urtuu_chat"

_MIN_KEY_BYTES = 32
_MAX_AGE_S = 12 * 60 * 60
_MAX_TEXT_CHARS = 1000
_MAX_CHOICE = 99
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True)
class ChatSettings:
    """What the chat needs from the settings."""

    key: bytes = field(repr=False)
    """Signs the session cookie; at least 32 bytes."""
    origin: str | None = None
    """Public origin such as https://urtuu.example.mn; None: the one named by the Host header."""
    secure_cookie: bool = True
    """False only where the page is served over plain http on this machine."""

    def __post_init__(self) -> None:
        if len(self.key) < _MIN_KEY_BYTES:
            raise SettingsError(f"the key of the chat cookie needs {_MIN_KEY_BYTES} bytes")


class Chat(HttpChannel):
    """The channel "chat"."""

    name = "chat"
    path = "chat"
    media_types = frozenset({JSON})

    def __init__(
        self, settings: ChatSettings, new_id: Callable[[], str] = lambda: secrets.token_urlsafe(18)
    ) -> None:
        self._settings = settings
        self._new_id = new_id
        self.openings = MappingProxyType({"session": self._open})

    def sender(self, posted: Posted) -> str:
        """The conversation of the cookie."""
        self._require_same_origin(posted)
        session_id = self._session_of(posted)
        if session_id is None:
            raise BadRequest("no chat session: GET /chat/session first", 401)
        return session_id

    async def parse(self, posted: Posted, turn: Turn) -> Inbound:
        """One message: `{"id", "text"}`, or `{"id", "choice"}` with the number of a choice."""
        session_id = self.sender(posted)
        message_id, text, keys = _read(posted.body)
        return Inbound(
            channel=self.name,
            address=session_id,
            message_id=f"{session_id}:{message_id}",
            session=Session.NONE,
            text=text,
            keys=keys,
            audio=None,
            received_at=posted.received_at,
        )

    def render(self, outcome: Outcome) -> Response:
        """The replies with their choices."""
        return JSONResponse({"replies": [_reply(reply) for reply in outcome.replies]})

    def apologise(self, trouble: Trouble) -> Response:
        """One reply in the same form, under an error status."""
        status = {Trouble.BUSY: 503, Trouble.LIMITED: 429, Trouble.FAILED: 500}[trouble]
        reply = _reply(Reply(sentence(self.name, trouble.value)))
        return JSONResponse({"replies": [reply]}, status, headers={"Retry-After": "5"})

    def _open(self, posted: Posted) -> Response:
        """Issue the cookie where there is none that still holds."""
        response = Response(status_code=204)
        if self._session_of(posted) is None:
            response.set_cookie(
                COOKIE,
                self._sign(self._new_id(), posted.received_at),
                max_age=_MAX_AGE_S,
                path=f"/{self.path}",
                secure=self._settings.secure_cookie,
                httponly=True,
                samesite="strict",
            )
        return response

    def _sign(self, session_id: str, issued_at: datetime) -> str:
        claim = f"{session_id}.{int(issued_at.timestamp())}"
        return f"{claim}.{self._mac(claim)}"

    def _mac(self, claim: str) -> str:
        return hmac.new(self._settings.key, claim.encode(), hashlib.sha256).hexdigest()

    def _session_of(self, posted: Posted) -> str | None:
        claim, _, mac = posted.cookies.get(COOKIE, "").rpartition(".")
        if not hmac.compare_digest(self._mac(claim).encode(), mac.encode()):
            return None
        session_id, _, issued_s = claim.rpartition(".")
        age_s = posted.received_at.timestamp() - int(issued_s)
        return session_id if 0 <= age_s <= _MAX_AGE_S else None

    def _require_same_origin(self, posted: Posted) -> None:
        origin = posted.headers.get("origin", "")
        if self._settings.origin is not None:
            same = origin == self._settings.origin
        else:
            # An Origin header is scheme, host and port with nothing behind them (RFC 6454, 6.2).
            scheme, _, host = origin.partition("://")
            is_web = scheme in ("http", "https") and bool(host)
            same = is_web and host == posted.headers.get("host")
        if not same or posted.headers.get("sec-fetch-site", "same-origin") != "same-origin":
            raise BadRequest("the chat answers only its own page", 403)


def _read(body: bytes) -> tuple[str, str | None, str | None]:
    """Message id, text, keys."""
    try:
        data: Any = json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise BadRequest("the body is not JSON in UTF-8") from error
    if not isinstance(data, dict) or set(data) not in ({"id", "text"}, {"id", "choice"}):
        raise BadRequest("the message must have id, and either text or choice")
    if not isinstance(data["id"], str) or not _ID.fullmatch(data["id"]):
        raise BadRequest("id must be 1 to 64 letters, digits, - or _")
    if "choice" in data:
        return data["id"], None, _choice(data["choice"])
    return data["id"], _text(data["text"]), None


def _choice(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= _MAX_CHOICE:
        raise BadRequest(f"choice must be a number from 1 to {_MAX_CHOICE}")
    return str(value)


def _text(value: object) -> str | None:
    if not isinstance(value, str) or len(value) > _MAX_TEXT_CHARS or _CONTROL.search(value):
        raise BadRequest(f"text must be at most {_MAX_TEXT_CHARS} characters of plain text")
    return read_text(value)


def _reply(reply: Reply) -> dict[str, object]:
    choices = [{"label": choice.label, "payload": choice.payload} for choice in reply.choices]
    return {"text": reply.text, "choices": choices, "expects": reply.expects.value}


def _opens(values: Values, tools: Tools) -> Opened:
    settings = ChatSettings(values.key("URTUU_CHAT_KEY"), secure_cookie=not tools.demo)
    return Opened(Chat(settings), Gate(None))


PLAN = Plan(
    Chat.name,
    "the plain chat box of our own page",
    (
        Setting(
            "URTUU_CHAT_KEY",
            "signs the session cookie: 32 bytes in base64, `openssl rand -base64 32`",
            secret=True,
        ),
    ),
    _opens,
)
