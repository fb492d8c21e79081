"""The client of KHUR: SOAP over HTTPS, signed, with one deadline over the whole call.

Nothing is retried here: the caller knows whether the operation may run twice. For one that acts,
an `idempotency_key` goes out as X-Request-Id. That header is ours: the simulator honours it, the
real gateway is not known to.
"""

from __future__ import annotations

import asyncio
import json
import logging
import re
import ssl
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import httpx

from actions.khur.approval import Approval
from actions.khur.envelope import (
    BadEnvelope,
    Return,
    Sendable,
    approval_fields,
    build_request,
    identity_fields,
    parse_reply,
)
from actions.khur.errors import Refused, Unavailable, error_of_code
from actions.khur.fields import Fields, read_flag
from actions.khur.signer import Signer

logger = logging.getLogger(__name__)

VERSION = "1.5.0"
NAMESPACES = {"citizen": "http://citizen.xyp.gov.mn/", "meta": "http://meta.xyp.gov.mn/"}
"""Confirmed by their WSDL; the other groups' are read once from theirs."""
REPLY_MAX_BYTES = 2 * 1024 * 1024
REQUEST_CODE = "WS100008_registerOTPRequest"
CHECK_CODE = "WS100009_checkOtp"
IDEMPOTENCY_HEADER = "X-Request-Id"

_TARGET_NAMESPACE = re.compile(rb"""\btargetNamespace\s*=\s*["']([^"']{1,200})["']""")
_LIMITS = httpx.Limits(max_connections=64, max_keepalive_connections=16)
_NOT_SENT = frozenset({"0", "false"})


@dataclass(frozen=True)
class Answer:
    """What an operation answered with result code 0."""

    fields: Fields = field(repr=False)
    request_id: str | None
    """The gateway's own number of the call: what its operators ask for."""


class Khur(Protocol):
    """The gateway as the rest of the program sees it."""

    async def call(
        self,
        operation: str,
        fields: Mapping[str, Sendable],
        approval: Approval | None = None,
        *,
        idempotency_key: str | None = None,
    ) -> Answer:
        """Return the operation's answer; raises a KhurError."""

    async def request_code(self, register_number: str, operations: Sequence[str]) -> None:
        """Have a one-time code sent that will cover `operations`; raises a KhurError."""

    async def check_code(self, register_number: str, code: str) -> bool:
        """Return whether `code` is the one sent to this citizen; raises a KhurError."""


class KhurClient:
    """The gateway over HTTP. Safe for concurrent calls within one event loop."""

    def __init__(
        self,
        base_url: str,
        token: str,
        private_key_pem: bytes,
        operations: Mapping[str, str],
        *,
        timeout_s: float = 4.5,
        clock: Callable[[], float] = time.time,
        namespaces: Mapping[str, str] = NAMESPACES,
        tls: ssl.SSLContext | bool = True,
    ) -> None:
        """Take the operation → group table; `tls` may carry the national root certificate."""
        self._base_url = base_url.rstrip("/")
        self._signer = Signer(token, private_key_pem, clock)
        self._groups = dict(operations)
        self._timeout_s = timeout_s
        self._namespaces = dict(namespaces)
        self._reading: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        is_encrypted = self._base_url.startswith("https:")
        self._http = httpx.AsyncClient(
            timeout=timeout_s,
            limits=_LIMITS,
            verify=tls if is_encrypted else False,  # no certificates are loaded for plain HTTP
            headers={"Accept-Encoding": "identity"},
            trust_env=False,
        )

    def __repr__(self) -> str:
        return "KhurClient(***)"

    async def aclose(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def call(
        self,
        operation: str,
        fields: Mapping[str, Sendable],
        approval: Approval | None = None,
        *,
        idempotency_key: str | None = None,
    ) -> Answer:
        """Return the operation's answer; raises a KhurError within `timeout_s` seconds."""
        auth = approval_fields(approval) if approval else None
        return await self._call(operation, fields, auth, idempotency_key)

    async def request_code(self, register_number: str, operations: Sequence[str]) -> None:
        """Have an SMS code sent to the phone registered for the citizen; raises a KhurError."""
        fields: dict[str, Sendable] = {
            "isApp": 0,
            "isEmail": 0,
            "isKiosk": 0,
            "isSms": 1,
            "jsonWSList": json.dumps([{"ws": name} for name in operations]),
            "phoneNum": 0,
            "regnum": register_number,
        }
        answer = await self._call(REQUEST_CODE, fields, identity_fields(register_number))
        if str(answer.fields.get("status")).lower() in _NOT_SENT:
            raise Refused(f"{REQUEST_CODE}: code not sent", request_id=answer.request_id)

    async def check_code(self, register_number: str, code: str) -> bool:
        """Return whether the code, compared as text, is the citizen's; raises a KhurError."""
        answer = await self._call(CHECK_CODE, {"otp": code, "regnum": register_number})
        matches = read_flag(answer.fields, "isMatch")
        if matches is None:
            raise Unavailable(f"{CHECK_CODE}: no verdict", request_id=answer.request_id)
        return matches

    async def _call(
        self,
        operation: str,
        fields: Mapping[str, Sendable],
        auth: Mapping[str, Sendable] | None = None,
        idempotency_key: str | None = None,
    ) -> Answer:
        group = self._groups.get(operation)
        if group is None:
            raise Refused(f"{operation}: not in the KHUR catalogue")
        try:
            async with asyncio.timeout(self._timeout_s):
                namespace = await self._namespace(group)
                body = build_request(operation, namespace, fields, auth)
                reply = await self._post(group, operation, body, idempotency_key)
        except TimeoutError:
            raise Unavailable(f"{operation}: no answer in {self._timeout_s} s") from None
        except httpx.HTTPError as error:
            raise Unavailable(f"{operation}: {type(error).__name__}") from None
        return self._judged(operation, reply)

    def _judged(self, operation: str, reply: Return) -> Answer:
        logger.info("khur %s result %s request %s", operation, reply.code, reply.request_id)
        if reply.code:
            raise error_of_code(reply.code, operation, reply.request_id)
        return Answer(fields=reply.response, request_id=reply.request_id)

    async def _post(
        self, group: str, operation: str, body: bytes, idempotency_key: str | None
    ) -> Return:
        headers = {
            **self._signer.headers(),
            "Content-Type": "text/xml; charset=utf-8",
            "SOAPAction": '""',
        }
        if idempotency_key is not None:
            headers[IDEMPOTENCY_HEADER] = idempotency_key
        reply = await self._read("POST", self._url(group), operation, body, headers)
        try:
            return parse_reply(reply, operation)
        except BadEnvelope as error:
            raise Unavailable(f"{operation}: {error}") from None

    async def _read(
        self,
        method: str,
        url: str,
        what: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> bytes:
        async with self._http.stream(method, url, content=body, headers=headers) as response:
            if response.status_code != httpx.codes.OK:
                raise Unavailable(f"{what}: HTTP {response.status_code}")
            if response.headers.get("content-encoding", "identity") != "identity":
                raise Unavailable(f"{what}: compressed though identity was asked for")
            read = bytearray()
            async for chunk in response.aiter_raw():
                read += chunk
                if len(read) > REPLY_MAX_BYTES:
                    raise Unavailable(f"{what}: reply over {REPLY_MAX_BYTES} bytes")
            return bytes(read)

    async def _namespace(self, group: str) -> str:
        async with self._reading[group]:
            if group not in self._namespaces:
                wsdl = await self._read("GET", f"{self._url(group)}?WSDL", f"{group} WSDL")
                found = _TARGET_NAMESPACE.search(wsdl)
                if found is None:
                    raise Unavailable(f"{group} WSDL: no target namespace")
                self._namespaces[group] = found[1].decode("utf-8", "replace")
        return self._namespaces[group]

    def _url(self, group: str) -> str:
        return f"{self._base_url}/{group}-{VERSION}/ws"
