"""Sends SMS through the REST interface of Africa's Talking.

Source: developers.africastalking.com/docs/sms/sending/bulk and recorded answers of it. An error
may stand inside a 201; the list of recipients is what counts.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

import httpx

from bot.errors import SettingsError
from bot.store.outbox import OPTED_OUT
from channels.base import SendFailed

_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_UNAVAILABLE = 503
"""The one server error that says nothing was done."""
_ACCEPTED = frozenset({100, 101, 102})
"""`statusCode` of a recipient: processed, sent, queued."""

REFUSALS: Mapping[int, tuple[str, bool]] = MappingProxyType(
    {
        401: ("risk_hold", True),
        402: ("invalid_sender", False),
        403: ("invalid_number", False),
        404: ("unsupported_number", False),
        405: ("no_balance", True),
        406: ("opted_out", False),
        407: ("no_route", False),
        409: ("do_not_disturb", False),
        500: ("provider_error", True),
        501: ("gateway_error", True),
        502: ("gateway_refused", False),
    }
)
"""`statusCode` of a recipient: our code, and whether to try again."""

_MESSAGES: Mapping[str, tuple[str, bool]] = MappingProxyType(
    {
        "InvalidSenderId": ("invalid_sender", False),
        "InsufficientBalance": ("no_balance", True),
    }
)
"""`Message` of an answer without recipients: our code, and whether to try again."""


@dataclass(frozen=True)
class Account:
    """An account with Africa's Talking, or with a simulator of it."""

    base_url: str
    """Such as https://api.africastalking.com; plain http only to this machine."""
    username: str
    api_key: str = field(repr=False)
    sender: str | None = None
    """Short code or alphanumeric sender; None leaves the choice to the provider."""
    timeout_s: float = 10

    def __post_init__(self) -> None:
        url = urlsplit(self.base_url)
        plain = url.scheme == "http" and url.hostname in _LOOPBACK
        if not url.hostname or not (plain or url.scheme == "https"):
            raise SettingsError("the address of Africa's Talking must begin with https://")


class AfricasTalkingSender:
    """Hands messages to the provider, one recipient at a time."""

    def __init__(self, account: Account, client: httpx.AsyncClient) -> None:
        self._account = account
        self._client = client

    async def send(self, address: str, body: str, dedupe_key: str) -> str:
        """The provider's message id.

        The provider knows no idempotency key, so a repeated call may deliver twice; `dedupe_key`
        is what the outbox has already kept unique. Raises SendFailed.
        """
        account = self._account
        form = {"username": account.username, "to": address, "message": body}
        form |= {"bulkSMSMode": "1", "enqueue": "1"}
        if account.sender:
            form["from"] = account.sender
        try:
            response = await self._client.post(
                f"{account.base_url.rstrip('/')}/version1/messaging",
                data=form,
                headers={"apiKey": account.api_key, "Accept": "application/json"},
                timeout=account.timeout_s,
                follow_redirects=False,
            )
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            raise SendFailed("no_connection", retryable=True) from error
        except httpx.HTTPError as error:
            raise SendFailed("no_answer", retryable=True, maybe_sent=True) from error
        return _message_id(response)


def _message_id(response: httpx.Response) -> str:
    if response.status_code in (401, 403):
        raise SendFailed("unauthorized", retryable=False)
    if not response.is_success:
        retryable = response.status_code == httpx.codes.TOO_MANY_REQUESTS
        retryable = retryable or response.is_server_error
        doubtful = response.is_server_error and response.status_code != _UNAVAILABLE
        raise SendFailed(f"http_{response.status_code}", retryable=retryable, maybe_sent=doubtful)
    try:
        data: dict[str, Any] = json.loads(response.content)["SMSMessageData"]
        recipients: list[dict[str, Any]] = data["Recipients"]
        if not recipients:
            code, retryable = _MESSAGES.get(str(data["Message"]), ("refused", False))
            raise SendFailed(code, retryable=retryable)
        status, message_id = int(recipients[0]["statusCode"]), str(recipients[0]["messageId"])
    except (ValueError, KeyError, TypeError) as error:
        # A 2xx that cannot be read may still have been sent: repeating it could deliver twice.
        raise SendFailed("unreadable_answer", retryable=False, maybe_sent=True) from error
    if status not in _ACCEPTED:
        code, retryable = REFUSALS.get(status, ("refused", False))
        raise SendFailed(code, retryable=retryable, opted_out=code == OPTED_OUT)
    return message_id
