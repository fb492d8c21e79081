"""Sends one message through a gateway, written by its templates and judged by its patterns.

Redirects are never followed: the gateway's address is the operator's, and nobody else's.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote_plus

import httpx

from bot.text.units import is_gsm7
from channels.base import FORM, JSON, SendFailed
from channels.http_gateway.gateway import Call, Out, Pairs, Template
from channels.http_gateway.reports import ReportAddress, own_id
from channels.numbers import local8

logger = logging.getLogger(__name__)

_MAX_ANSWER_BYTES = 64 * 1024
_MAX_ID_CHARS = 128
_UNAUTHORIZED = frozenset({401, 403, 407})
_MAYBE_SENT = frozenset({500, 502, 504})
"""Answers in the place of a gateway that may have taken the message before it broke."""


@dataclass(frozen=True)
class _Answer:
    status: int
    text: str
    retry_after: str


class GatewaySender:
    """Hands messages to one gateway."""

    def __init__(
        self,
        name: str,
        out: Out,
        client: httpx.AsyncClient,
        *,
        reports: ReportAddress | None = None,
        by_own_id: bool = True,
    ) -> None:
        """`by_own_id`: reports name our id of the message and not the gateway's."""
        self._name = name
        self._out = out
        self._client = client
        self._reports = reports
        self._by_own_id = by_own_id

    async def send(self, address: str, body: Any, dedupe_key: str) -> str:
        """The gateway's id of the message, ours where it gives none. Raises SendFailed.

        A gateway knows no idempotency key; `dedupe_key` is what the outbox has kept unique.
        """
        text, message_id = str(body), own_id(self._name, dedupe_key)
        call = self._out.plain if is_gsm7(text) else self._out.unicode
        if local8(address) is None and "to_local8" in call.fields:
            # Eight digits of a foreign number are the number of a Mongolian stranger.
            raise SendFailed("unsupported_number", retryable=False)
        try:
            request = self._request(call, self._message(call, address, text, message_id))
        except UnicodeEncodeError as error:
            raise SendFailed("charset", retryable=False) from error
        found = self._taken(await self._exchange(request))
        return message_id if self._by_own_id else found or message_id

    def _message(self, call: Call, address: str, text: str, message_id: str) -> dict[str, str]:
        return {
            "to": address,
            "to_no_plus": address.removeprefix("+"),
            "to_local8": local8(address) or "",
            "text": text.encode(call.charset).hex().upper() if call.is_hex else text,
            "id": message_id,
            "report_url": self._reports.of(message_id) if self._reports else "",
            "report_plain": self._reports.url if self._reports else "",
            "coding": call.coding,
            "charset": call.charset,
        }

    def _request(self, call: Call, message: Mapping[str, str]) -> httpx.Request:
        url = call.url
        if call.query:
            joint = "&" if "?" in url else "?"
            url += joint + _encoded(call.query, message, call.charset)
        headers = {name: template.fill(message) for name, template in call.headers}
        content = b""
        if call.json is not None:
            content = json.dumps(_filled(call.json, message), ensure_ascii=False).encode()
            headers["Content-Type"] = JSON
        elif call.form:
            content = _encoded(call.form, message, call.charset).encode("ascii")
            headers["Content-Type"] = FORM
        return self._client.build_request(
            call.method, url, headers=headers, content=content, timeout=self._out.timeout_s
        )

    async def _exchange(self, request: httpx.Request) -> _Answer:
        try:
            response = await self._client.send(request, stream=True, follow_redirects=False)
            try:
                return _Answer(
                    response.status_code,
                    await _read(response),
                    response.headers.get("retry-after", ""),
                )
            finally:
                await response.aclose()
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise SendFailed("no_connection", retryable=True) from error
        except httpx.HTTPError as error:
            raise SendFailed("no_answer", retryable=True, maybe_sent=True) from error

    def _taken(self, answer: _Answer) -> str | None:
        """The gateway's id in the answer to a message it has taken. Raises SendFailed."""
        retry_after_s = float(answer.retry_after) if answer.retry_after.isdecimal() else None
        for refusal in self._out.refusals:
            if refusal.pattern.search(answer.text):
                raise SendFailed(
                    refusal.code,
                    retryable=refusal.retryable,
                    opted_out=refusal.opted_out,
                    retry_after_s=retry_after_s,
                )
        status, success = answer.status, self._out.success
        if status in _UNAUTHORIZED:
            raise SendFailed("unauthorized", retryable=False)
        if not httpx.codes.is_success(status):
            raise self._failure(status, retry_after_s)
        if success is not None and not success.search(answer.text):
            # Neither a known refusal nor the word for success: repeating it could deliver twice.
            raise SendFailed("unreadable_answer", retryable=False, maybe_sent=True)
        return self._id_in(answer.text)

    def _failure(self, status: int, retry_after_s: float | None) -> SendFailed:
        logger.warning("%s: the gateway answered %s", self._name, status)
        if httpx.codes.is_server_error(status) or status == httpx.codes.TOO_MANY_REQUESTS:
            return SendFailed(
                f"http_{status}",
                retryable=True,
                maybe_sent=status in _MAYBE_SENT,
                retry_after_s=retry_after_s,
            )
        return SendFailed("refused", retryable=False)

    def _id_in(self, text: str) -> str | None:
        found = self._out.id.search(text) if self._out.id else None
        if found is None:
            return None
        return (found.group(1) if found.re.groups else found.group())[:_MAX_ID_CHARS]


async def _read(response: httpx.Response) -> str:
    """The beginning of the answer: more than that says nothing."""
    content = bytearray()
    async for chunk in response.aiter_bytes():
        content += chunk
        if len(content) > _MAX_ANSWER_BYTES:
            break
    return bytes(content[:_MAX_ANSWER_BYTES]).decode("utf-8", errors="replace")


def _encoded(pairs: Pairs, message: Mapping[str, str], charset: str) -> str:
    """A query or a form. Raises UnicodeEncodeError for letters that the charset does not have."""
    encoding = "utf-8" if charset.upper() in ("UTF-16BE", "UTF-16LE") else charset
    return "&".join(
        f"{quote_plus(name)}={quote_plus(template.fill(message), encoding=encoding)}"
        for name, template in pairs
    )


def _filled(data: Any, message: Mapping[str, str]) -> Any:
    if isinstance(data, Template):
        return data.fill(message)
    if isinstance(data, dict):
        return {name: _filled(each, message) for name, each in data.items()}
    return [_filled(each, message) for each in data] if isinstance(data, list) else data
