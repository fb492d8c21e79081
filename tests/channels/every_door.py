"""Every registered door, open before one turn, and right requests to each of its routes."""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Literal
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx
from starlette.applications import Starlette

from channels.base import Turn
from channels.doors import application
from channels.http_gateway.reports import ReportAddress, own_id
from channels.plan import Tools
from channels.reception import Limits, Reception
from channels.registry import Open, open_channels
from channels.telegram import header_secret
from channels.telegram.door import SECRET_HEADER
from channels.twilio_signature import signature_of
from tests.channels import gateway_world, telegram_bench
from tests.channels.asgi import Ask, ask

PUBLIC = "https://urtuu.example.mn"
ACCOUNT, TWILIO_TOKEN = "AC" + "0123456789abcdef" * 2, "0123456789abcdef" * 2
SITE = "https://yam.example.mn"
HOST = "192.0.2.254:8080"
AT_SECRET = "a-secret-for-the-proof-of-doors"  # of a test
_KEY = base64.b64encode(b"k" * 32).decode()
ENVIRON = {
    "URTUU_PUBLIC_URL": PUBLIC,
    "URTUU_AT_SECRET": AT_SECRET,
    "URTUU_AT_USERNAME": "sandbox",
    "URTUU_AT_API_KEY": "the-key-of-this-test",
    "URTUU_TWILIO_ACCOUNT": ACCOUNT,
    "URTUU_TWILIO_TOKEN": TWILIO_TOKEN,
    "URTUU_TWILIO_FROM": "+12028831111",
    **gateway_world.ENVIRON,
    "URTUU_GATEWAYS_FILE": str(gateway_world.FILE),
    **telegram_bench.ENVIRON,
    "URTUU_CHAT_KEY": _KEY,
    "URTUU_WEBCHAT_KEY": _KEY,
    "URTUU_WEBCHAT_ORIGINS": SITE,
    **{
        f"{prefix}_{name}": value
        for prefix in ("URTUU_SMPP", "URTUU_SMPP_USSD")
        for name, value in (("HOST", "192.0.2.3"), ("SYSTEM_ID", "urtuu"), ("PASSWORD", "word"))
    },
    "URTUU_SMPP_SOURCE": "141111",
}
SECRETS = (
    AT_SECRET,
    gateway_world.SECRET,
    telegram_bench.SECRET,
    TWILIO_TOKEN,
)
PLENTY = Limits(burst=10**9, stranger_burst=10**9, door_burst=10**9)

Kind = Literal["form", "json", "query", "none"]


def _unsealed(asked: Ask) -> Ask:
    return asked


@dataclass(frozen=True)
class Right:
    """A right request in its parts."""

    method: str
    path: str
    kind: Kind = "none"
    data: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    seal: Callable[[Ask], Ask] = _unsealed
    """Signs what is finally sent."""
    signed_query: str = ""

    def ask(self) -> Ask:
        """The request as sent."""
        return self.seal(self.unsealed())

    def unsealed(self) -> Ask:
        """The request before it is signed."""
        headers, body, query = {"host": HOST, **self.headers}, b"", self.signed_query
        if self.kind == "form":
            headers["content-type"] = "application/x-www-form-urlencoded"
            body = urlencode(self.data).encode()
        elif self.kind == "json":
            headers["content-type"] = "application/json"
            body = json.dumps(self.data).encode()
        elif self.kind == "query":
            query = "&".join(part for part in (query, urlencode(self.data)) if part)
        pairs = tuple((name.encode(), value.encode("latin-1")) for name, value in headers.items())
        return Ask(self.method, self.path, query.encode(), pairs, body)


def twilio_seal(asked: Ask) -> Ask:
    """The request signed as Twilio would sign it, whatever it holds."""
    query = f"?{asked.query.decode('latin-1')}" if asked.query else ""
    try:
        fields = parse_qsl(asked.body.decode("ascii"), keep_blank_values=True, errors="strict")
    except ValueError:
        fields = []
    url = f"{PUBLIC}{asked.path}{query}"
    signature = signature_of(TWILIO_TOKEN, url, fields)
    kept = tuple(pair for pair in asked.headers if pair[0] != b"x-twilio-signature")
    return replace(asked, headers=(*kept, (b"x-twilio-signature", signature.encode())))


def at_hop(phone: str, session: str, history: str) -> Right:
    """One hop of a session of Africa's Talking."""
    data = {"sessionId": session, "phoneNumber": phone, "serviceCode": "*1111#", "text": history}
    return Right("POST", f"/ussd/{AT_SECRET}", "form", {**data, "networkCode": "99999"})


def at_end(session: str) -> Right:
    """The notice that a session of Africa's Talking has ended."""
    data = {"sessionId": session, "status": "Success", "phoneNumber": "+97699000001"}
    return Right("POST", f"/ussd/{AT_SECRET}/events", "form", data)


def at_sms(phone: str, number: int, text: str) -> Right:
    """A message through Africa's Talking."""
    data = {"text": text, "to": "141111", "id": f"at-{phone[1:]}-{number}", "from": phone}
    data["date"] = "2026-11-23T06:04:45Z"
    return Right("POST", f"/sms/{AT_SECRET}", "form", data)


def at_report(provider_id: str, status: str) -> Right:
    """A delivery report of Africa's Talking."""
    data = {"id": provider_id, "status": status, "phoneNumber": "+97699000001", "retryCount": "0"}
    return Right("POST", f"/sms/{AT_SECRET}/reports", "form", data)


def at_opt_out(phone: str) -> Right:
    """The notice that a citizen has opted out with Africa's Talking."""
    data = {"phoneNumber": phone, "senderId": "141111"}
    return Right("POST", f"/sms/{AT_SECRET}/optout", "form", data)


def twilio_sms(phone: str, number: int, text: str) -> Right:
    """A message through Twilio."""
    data = {
        "MessageSid": f"SM{int(phone[1:]):020d}{number:012x}",
        "AccountSid": ACCOUNT,
        "From": phone,
        "To": "+12028831111",
        "Body": text,
        "NumMedia": "0",
    }
    return Right("POST", "/twilio/sms", "form", data, seal=twilio_seal)


def twilio_status(provider_id: str, status: str) -> Right:
    """A status callback of Twilio."""
    data = {"MessageSid": provider_id, "AccountSid": ACCOUNT}
    data["MessageStatus"] = status
    return Right("POST", "/twilio/sms/status", "form", data, seal=twilio_seal)


def kannel(phone: str, number: int, text: str) -> Right:
    """A message through Kannel, by GET."""
    data = {"from": phone, "to": "141111", "text": text, "id": f"k-{phone[1:]}-{number}"}
    return Right("GET", gateway_path("kannel"), "query", {**data, "charset": "UTF-8"})


def mobicom(phone: str, number: int, text: str) -> Right:
    """A message through a gateway that numbers nothing and dates nothing."""
    return Right("GET", gateway_path("mobicom"), "query", {"msisdn": phone, "msg": text})


def codepage(phone: str, number: int, text: str) -> Right:
    """A message through a gateway of another charset that dates its messages."""
    data = {"from": phone, "text": text.encode("cp1251", "replace"), "when": f"06:04:{number:02}"}
    return Right("POST", gateway_path("codepage"), "form", data)


def own(phone: str, number: int, text: str) -> Right:
    """A message through a gateway that speaks JSON."""
    data = {"sender": phone, "receiver": "141111", "body": text, "uid": f"o-{phone[1:]}-{number}"}
    return Right("POST", gateway_path("own"), "json", data)


def own_report(provider_id: str, state: str) -> Right:
    """A delivery report of the gateway that speaks JSON."""
    data = {"uid": provider_id, "state": state}
    return Right("POST", f"{gateway_path('own')}/reports", "json", data)


def kannel_report(message_id: str, kind: str) -> Right:
    """A delivery report of Kannel, to the address that we gave out for a message."""
    address = ReportAddress("http://here", "kannel", gateway_world.KEY).of(message_id)
    path = f"{gateway_path('kannel')}/reports"
    return Right("GET", path, "query", {"type": kind}, signed_query=urlsplit(address).query)


def gateway_path(name: str) -> str:
    """Where a gateway calls."""
    return f"/gateway/{name}/{gateway_world.SECRET}"


def telegram(update: Mapping[str, Any]) -> Right:
    """An update posted by the Bot API."""
    headers = {SECRET_HEADER: header_secret(telegram_bench.SECRET)}
    return Right("POST", f"/telegram/{telegram_bench.SECRET}", "json", update, headers)


def telegram_text(chat_id: int, update_id: int, text: str) -> Right:
    """A message to the bot."""
    person = {"id": chat_id, "is_bot": False, "first_name": "Б"}
    message = {"message_id": update_id, "date": 1795425598, "from": person, "text": text}
    message["chat"] = {"id": chat_id, "type": "private"}
    return telegram({"update_id": update_id, "message": message})


def chat(cookie: str, number: int, text: str) -> Right:
    """A message of our own page."""
    headers = {"cookie": cookie, "origin": f"http://{HOST}"}
    return Right("POST", "/chat", "json", {"id": f"c{number}", "text": text}, headers)


def webchat(ticket: str, number: int, text: str) -> Right:
    """A message of the widget, by HTTP."""
    headers = {"authorization": f"Bearer {ticket}", "origin": SITE}
    return Right("POST", "/webchat/message", "json", {"id": f"w{number}", "text": text}, headers)


WEBCHAT_SESSION = Right("POST", "/webchat/session", headers={"origin": SITE})
CHAT_SESSION = Right("GET", "/chat/session")
OWN_ID = own_id("kannel", "a-key")


@dataclass(frozen=True)
class House:
    """Every door, in service but for the services of their own."""

    open: Open
    app: Starlette
    clock: list[datetime]

    async def cookie(self) -> str:
        """The cookie of a new conversation of our own page."""
        answer = await ask(self.app, CHAT_SESSION.ask())
        return answer.headers["set-cookie"].partition(";")[0]

    async def ticket(self) -> str:
        """The ticket of a new conversation of the widget."""
        answer = await ask(self.app, WEBCHAT_SESSION.ask())
        ticket: str = json.loads(answer.body)["token"]
        return ticket


@asynccontextmanager
async def house(turn: Turn, limits: Limits = PLENTY) -> AsyncIterator[House]:
    """Every registered door before a turn; what they call outside answers that all is well."""

    def outside(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"ok": True, "result": True})

    clock = [datetime(2026, 11, 23, 9, tzinfo=UTC)]
    async with httpx.AsyncClient(transport=httpx.MockTransport(outside)) as client:
        opened = open_channels(ENVIRON, Tools(client, PUBLIC))
        reception = Reception(turn, limits=limits, now=lambda: clock[0])
        yield House(opened, application(opened.routes(reception)), clock)


Saying = Callable[[House, int], Awaitable[Callable[[int], Right]]]
"""Begins a conversation with a number: its messages by theirs."""


def _by_phone(say: Callable[[str, int, str], Right]) -> Saying:
    async def begin(_: House, talk: int) -> Callable[[int], Right]:
        return lambda number: say(f"+976990{talk:05}", number, f"асуулт {number}")

    return begin


async def _dial(_: House, talk: int) -> Callable[[int], Right]:
    def hop(number: int) -> Right:
        history = "*".join(str(part) for part in range(1, number + 1))
        return at_hop(f"+976990{talk:05}", f"ATUid_{talk}", history)

    return hop


async def _telegram(_: House, talk: int) -> Callable[[int], Right]:
    return lambda number: telegram_text(5000 + talk, 1000 * talk + number, f"асуулт {number}")


async def _chat(house: House, _: int) -> Callable[[int], Right]:
    cookie = await house.cookie()
    return lambda number: chat(cookie, number, f"асуулт {number}")


async def _webchat(house: House, _: int) -> Callable[[int], Right]:
    ticket = await house.ticket()
    return lambda number: webchat(ticket, number, f"асуулт {number}")


TALKS: dict[str, Mapping[str, Saying]] = {
    "africastalking_ussd": {"africastalking_ussd": _dial},
    "africastalking_sms": {"africastalking_sms": _by_phone(at_sms)},
    "twilio_sms": {"twilio_sms": _by_phone(twilio_sms)},
    "http_gateway": {
        "gateway_kannel": _by_phone(kannel),
        "gateway_mobicom": _by_phone(mobicom),
        "gateway_codepage": _by_phone(codepage),
        "gateway_own": _by_phone(own),
    },
    "telegram": {"telegram": _telegram},
    "chat": {"chat": _chat},
    "webchat": {"webchat": _webchat},
}
"""How a citizen talks through each HTTP door: its channels, and their conversations."""
