"""Telegram's Bot API through the program's own HTTP client.

The token stands in every address, so the loggers that print addresses or parameters are silenced
here, and no error of the library leaves this package.
"""

from __future__ import annotations

import logging
import re
from datetime import timedelta

import httpx
from telegram import Bot
from telegram.error import (
    BadRequest,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)
from telegram.request import BaseRequest, RequestData

from bot.errors import SettingsError
from channels.base import SendFailed

READ_TIMEOUT_S = 15.0
CONNECT_TIMEOUT_S = 5.0
POOL_TIMEOUT_S = 5.0

_TOKEN = re.compile(r"([0-9]{1,20}):[A-Za-z0-9_-]+")
_CHATTY = ("httpx", "httpcore", "telegram")
_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
_UNREACHABLE_CHAT = ("chat not found", "user not found", "peer_id_invalid", "chat_id is empty")
"""What `description` of an error 400 says when there is no such chat, in lower case."""

UNBUILT = (
    ArithmeticError,
    AttributeError,
    LookupError,
    OSError,
    RecursionError,
    TypeError,
    ValueError,
)
"""What the library raises where it builds an object of fields that are missing or wrong."""


class ClientRequest(BaseRequest):
    """Carries the library's requests over a client that others own and close."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    @property
    def read_timeout(self) -> float:
        """How long an answer may take, in seconds."""
        return READ_TIMEOUT_S

    async def initialize(self) -> None:
        """Nothing to open: the client is open."""

    async def shutdown(self) -> None:
        """Nothing to close: the client is its owner's."""

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: object = None,
        write_timeout: object = None,
        connect_timeout: object = None,
        pool_timeout: object = None,
    ) -> tuple[int, bytes]:
        """The status and the body. Raises the library's TimedOut and NetworkError."""
        read_s = float(read_timeout) if isinstance(read_timeout, int | float) else READ_TIMEOUT_S
        try:
            response = await self._client.request(
                method,
                url,
                data=request_data.json_parameters if request_data else None,
                timeout=httpx.Timeout(read_s, connect=CONNECT_TIMEOUT_S, pool=POOL_TIMEOUT_S),
                follow_redirects=False,
            )
        except httpx.TimeoutException as error:
            raise TimedOut from error
        except httpx.HTTPError as error:
            raise NetworkError(type(error).__name__) from error
        return response.status_code, response.content


def open_bot(token: str, api_url: str, client: httpx.AsyncClient) -> Bot:
    """The bot behind a token. Raises SettingsError where it is not a token."""
    bot_id(token)
    quieten()
    request = ClientRequest(client)
    return Bot(
        token,
        base_url=f"{api_url}/bot",
        base_file_url=f"{api_url}/file/bot",
        request=request,
        get_updates_request=request,
    )


def bot_id(token: str) -> str:
    """The public half of a token. Raises SettingsError where it is not a token."""
    found = _TOKEN.fullmatch(token)
    if found is None:
        raise SettingsError("URTUU_TELEGRAM_TOKEN: must be a token such as 123456:ABC-def_123")
    return found[1]


def quieten() -> None:
    """Keep addresses with the token, chat ids and texts out of every log of the libraries."""
    for name in _CHATTY:
        logger = logging.getLogger(name)
        logger.setLevel(max(logger.level, logging.WARNING))


def failure_of(error: TelegramError, *, is_repeatable: bool = False) -> SendFailed:
    """What an error of the library means for a message.

    `is_repeatable`: the same request twice has the effect of one, so nothing can be sent twice.
    """
    if isinstance(error, RetryAfter):
        return SendFailed("flood_limit", retryable=True, retry_after_s=_seconds(error))
    if isinstance(error, Forbidden):
        return SendFailed("blocked", retryable=False, opted_out=True)
    if type(error) is TelegramError:
        return unreadable(is_repeatable=is_repeatable)
    refusal = _refusal(error)
    if refusal is not None:
        return SendFailed(refusal, retryable=False)
    return _outage(error, is_repeatable=is_repeatable)


def _outage(error: TelegramError, *, is_repeatable: bool) -> SendFailed:
    """What a failure on the way there or back means."""
    if isinstance(error.__cause__, _NOT_SENT):
        return SendFailed("no_connection", retryable=True)
    if isinstance(error.__cause__, httpx.HTTPError):
        return SendFailed("no_answer", retryable=True, maybe_sent=not is_repeatable)
    return SendFailed("provider_error", retryable=True)


def unreadable(*, is_repeatable: bool = False) -> SendFailed:
    """The failure after an answer that says "taken" and is broken: it is not tried again."""
    return SendFailed("unreadable_answer", retryable=False, maybe_sent=not is_repeatable)


def _refusal(error: TelegramError) -> str | None:
    """The code of an error that trying again does not mend."""
    if isinstance(error, InvalidToken):
        return "unauthorized"
    if isinstance(error, BadRequest):
        is_unknown = any(words in error.message.lower() for words in _UNREACHABLE_CHAT)
        return "chat_not_found" if is_unknown else "refused"
    return None if isinstance(error, NetworkError) else "refused"


def _seconds(error: RetryAfter) -> float:
    asked = error.retry_after
    return asked.total_seconds() if isinstance(asked, timedelta) else float(asked)
