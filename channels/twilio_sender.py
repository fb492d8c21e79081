"""Sends SMS through the REST interface of Twilio.

Sources: twilio.com/docs/messaging/api/message-resource (create, list, statuses) and
twilio.com/docs/api/errors (codes); both are also in Twilio's published OpenAPI description.
Messages has no idempotency key. The outbox hands each message over once; where an answer was lost
on the way, the list of messages is asked before the same message is sent again.
"""

from __future__ import annotations

import json
import logging
import re
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from types import MappingProxyType
from typing import Any, TypeVar

import httpx

from bot.errors import SettingsError
from channels.base import SendFailed

logger = logging.getLogger(__name__)

ACCOUNT_SID = re.compile(r"AC[0-9a-fA-F]{32}")
MESSAGE_SID = re.compile(r"(SM|MM)[0-9a-fA-F]{32}")
_SERVICE_SID = re.compile(r"MG[0-9a-fA-F]{32}")
_SENDER = re.compile(r"\+[1-9][0-9]{7,14}|[0-9]{3,8}|(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11}")
"""A number, a short code, or an alphanumeric sender of at most 11 characters."""

REFUSALS: Mapping[int, tuple[str, bool]] = MappingProxyType(
    {
        20003: ("unauthorized", False),
        20404: ("unauthorized", False),
        20429: ("throttled", True),
        21211: ("invalid_number", False),
        21212: ("invalid_sender", False),
        21408: ("no_route", False),
        21602: ("empty_text", False),
        21603: ("invalid_sender", False),
        21606: ("invalid_sender", False),
        21610: ("opted_out", False),
        21611: ("provider_queue_full", True),
        21612: ("no_route", False),
        21614: ("invalid_number", False),
        21617: ("text_too_long", False),
        21659: ("invalid_sender", False),
        30001: ("provider_queue_full", True),
        30002: ("account_suspended", False),
        30003: ("phone_inactive", False),
        30004: ("blocked", False),
        30005: ("unknown_number", False),
        30006: ("landline", False),
        30007: ("filtered", False),
        30008: ("not_delivered", False),
    }
)
"""Twilio's error: our code, and whether to try again."""

_LOOK_BACK = timedelta(minutes=1)
"""How far Twilio's clock, which counts whole seconds, may be behind ours."""
_REMEMBERED = 2_000
_LISTED = 20


_V = TypeVar("_V")


@dataclass(frozen=True)
class TwilioAccount:
    """An account with Twilio."""

    base_url: str
    """Such as https://api.twilio.com."""
    account_sid: str
    user: str
    """The account itself, or one of its API keys."""
    password: str = field(repr=False)
    sender: str
    """Number, short code, alphanumeric sender, or the SID of a messaging service."""
    status_url: str | None = None
    """Where Twilio reports what became of a message."""
    timeout_s: float = 10

    def __post_init__(self) -> None:
        if not ACCOUNT_SID.fullmatch(self.account_sid):
            raise SettingsError("URTUU_TWILIO_ACCOUNT: must be AC and 32 hexadecimal digits")
        if not (_SERVICE_SID.fullmatch(self.sender) or _SENDER.fullmatch(self.sender)):
            raise SettingsError("URTUU_TWILIO_FROM: is neither a sender nor a messaging service")

    @property
    def messages_url(self) -> str:
        """The collection of the account's messages."""
        return f"{self.base_url}/2010-04-01/Accounts/{self.account_sid}/Messages.json"


class TwilioSender:
    """Hands messages to the provider, one recipient at a time."""

    def __init__(
        self, account: TwilioAccount, client: httpx.AsyncClient, now: Callable[[], datetime]
    ) -> None:
        self._account = account
        self._client = client
        self._now = now
        self._doubtful: OrderedDict[str, datetime] = OrderedDict()
        """When a message was first handed over without an answer, by its dedupe key."""
        self._given: OrderedDict[str, None] = OrderedDict()
        """Ids that belong to messages known to be sent."""

    async def send(self, address: str, body: Any, dedupe_key: str) -> str:
        """The provider's message id. Raises SendFailed.

        After a lost answer the same `dedupe_key` is looked up before it is sent again.
        """
        text = str(body)
        since = self._doubtful.get(dedupe_key)
        sid = None if since is None else await self._find(address, text, since)
        if sid is None:
            sid = await self._post(address, text, dedupe_key)
        self._doubtful.pop(dedupe_key, None)
        _remember(self._given, sid, None)
        return sid

    async def _post(self, address: str, text: str, dedupe_key: str) -> str:
        account, begun_at = self._account, self._now()
        form = {"To": address, "Body": text}
        kind = "MessagingServiceSid" if _SERVICE_SID.fullmatch(account.sender) else "From"
        form[kind] = account.sender
        if account.status_url:
            form["StatusCallback"] = account.status_url
        try:
            response = await self._request("POST", data=form)
            return _message_sid(response)
        except SendFailed as error:
            if error.maybe_sent and dedupe_key not in self._doubtful:
                _remember(self._doubtful, dedupe_key, begun_at)
            raise

    async def _find(self, address: str, text: str, since: datetime) -> str | None:
        """The id of a message with this text, made since then, that no other message has."""
        try:
            query = {"To": address, "PageSize": str(_LISTED)}
            listed = _json(await self._request("GET", params=query))["messages"]
            for message in listed:
                made_at = parsedate_to_datetime(message["date_created"])
                is_ours = message["body"] == text and message["direction"].startswith("outbound")
                if is_ours and made_at >= since - _LOOK_BACK and message["sid"] not in self._given:
                    return str(message["sid"])
        except SendFailed as error:
            raise SendFailed("not_looked_up", retryable=True, maybe_sent=True) from error
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise SendFailed("not_looked_up", retryable=True, maybe_sent=True) from error
        return None

    async def _request(self, method: str, **parts: Any) -> httpx.Response:
        account = self._account
        try:
            response = await self._client.request(
                method,
                account.messages_url,
                auth=(account.user, account.password),
                timeout=account.timeout_s,
                follow_redirects=False,
                **parts,
            )
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise SendFailed("no_connection", retryable=True) from error
        except httpx.HTTPError as error:
            raise SendFailed("no_answer", retryable=True, maybe_sent=True) from error
        if not response.is_success:
            raise _refusal(response)
        return response


def _message_sid(response: httpx.Response) -> str:
    try:
        sid = str(_json(response)["sid"])
    except (ValueError, KeyError, TypeError) as error:
        raise SendFailed("unreadable_answer", retryable=True, maybe_sent=True) from error
    if not MESSAGE_SID.fullmatch(sid):
        raise SendFailed("unreadable_answer", retryable=True, maybe_sent=True)
    return sid


def _refusal(response: httpx.Response) -> SendFailed:
    try:
        number = int(_json(response)["code"])
    except (ValueError, KeyError, TypeError):
        number = 0
    status = response.status_code
    is_known = number in REFUSALS
    if is_known:
        code, retryable = REFUSALS[number]
    elif status in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
        code, retryable = "unauthorized", False
    elif status == httpx.codes.TOO_MANY_REQUESTS or response.is_server_error:
        code, retryable = f"http_{status}", True
    else:
        code, retryable = "refused", False
    logger.warning("twilio answered %s, its error %s", status, number)
    return SendFailed(
        code,
        retryable=retryable,
        maybe_sent=response.is_server_error and not is_known,
        opted_out=code == "opted_out",
        retry_after_s=_retry_after_s(response),
    )


def _json(response: httpx.Response) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(response.content)
    return loaded


def _retry_after_s(response: httpx.Response) -> float | None:
    value = response.headers.get("retry-after", "")
    return float(value) if value.isascii() and value.isdigit() else None


def _remember(memory: OrderedDict[str, _V], key: str, value: _V) -> None:
    memory[key] = value
    if len(memory) > _REMEMBERED:
        memory.popitem(last=False)
