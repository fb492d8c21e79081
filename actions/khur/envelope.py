"""SOAP 1.1 document/literal as KHUR speaks it: building a request and reading a reply.

Only the operation element is namespaced; `request` and all below it is unqualified, with `auth`
first. A reply's `response` is xs:anyType, so its shape is the operation's own.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias
from xml.etree.ElementTree import (  # nosec: builds only, parsing is defusedxml's
    Element,
    ParseError,
    SubElement,
    tostring,
)

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from actions.khur.approval import Approval
from actions.khur.fields import Fields, Value

SOAP_NS = "http://schemas.xmlsoap.org/soap/envelope/"
AUTH_BY_SMS_CODE = 1
"""authType 1: one-time code by SMS, as the official Node sample sends it."""
DEPTH_MAX = 24
"""Deeper replies than this are refused; the catalogue's deepest has six levels."""

Sendable: TypeAlias = (
    "str | int | float | bool | bytes | Sequence[Sendable] | Mapping[str, Sendable] | None"
)

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class BadEnvelope(Exception):
    """The reply is not a KHUR envelope; the message says what is missing, never a value."""


@dataclass(frozen=True)
class Return:
    """A reply as it came, before its code is judged."""

    code: int
    request_id: str | None
    response: Fields = field(repr=False)


def approval_fields(approval: Approval) -> Mapping[str, Sendable]:
    """The `auth` block of an approved call; the code becomes a number here and nowhere else."""
    return _auth(approval.register_number, int(approval.code), AUTH_BY_SMS_CODE)


def identity_fields(register_number: str) -> Mapping[str, Sendable]:
    """The `auth` block that names a citizen without a code: the wire wants otp 0."""
    return _auth(register_number, 0, None)


def _auth(register_number: str, code: int, kind: int | None) -> Mapping[str, Sendable]:
    return {"citizen": {"authType": kind, "otp": code, "regnum": register_number}}


def build_request(
    operation: str,
    namespace: str,
    fields: Mapping[str, Sendable],
    auth: Mapping[str, Sendable] | None = None,
) -> bytes:
    """Return the UTF-8 body of a call. Nones are left out, lists become repeated elements."""
    envelope = Element("soap:Envelope", {"xmlns:soap": SOAP_NS, "xmlns:t": namespace})
    request = SubElement(
        SubElement(SubElement(envelope, "soap:Body"), f"t:{operation}"), "request"
    )
    if auth is not None:
        _put(request, {"auth": auth})
    _put(request, fields)
    return bytes(tostring(envelope, encoding="utf-8", xml_declaration=True))


def _put(parent: Element, fields: Mapping[str, Sendable]) -> None:
    for name, value in fields.items():
        if isinstance(value, Sequence) and not isinstance(value, str | bytes):
            for item in value:
                _put(parent, {name: item})
        elif isinstance(value, Mapping):
            _put(SubElement(parent, name), value)
        elif value is not None:
            SubElement(parent, name).text = _text(value)


def _text(value: str | float | bool | bytes) -> str:
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    return _NOT_XML.sub("", str(value))


def parse_reply(body: bytes, operation: str) -> Return:
    """Read the reply to `operation`.

    Raises BadEnvelope for anything but a complete KHUR reply: not XML, a document type or entity
    declaration, a SOAP fault, another operation's reply, no result code, absurd depth.
    """
    try:
        root = fromstring(body, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise BadEnvelope(f"not acceptable XML ({type(error).__name__})") from None
    returned = _returned(root, operation)
    tree = _value(returned, 0)
    if not isinstance(tree, dict):
        raise BadEnvelope("empty return")
    code, request_id, response = (tree.get(k) for k in ("resultCode", "requestId", "response"))
    if not isinstance(code, str) or not code.lstrip("-").isdigit():
        raise BadEnvelope("no result code")
    return Return(
        code=int(code),
        request_id=request_id if isinstance(request_id, str) else None,
        response=_as_fields(response),
    )


def _returned(root: Element, operation: str) -> Element:
    body = root.find(f"{{{SOAP_NS}}}Body") if root.tag == f"{{{SOAP_NS}}}Envelope" else None
    if body is None or len(body) == 0:
        raise BadEnvelope("no SOAP body")
    name = _local(body[0].tag)
    if name == "Fault":
        raise BadEnvelope("SOAP fault")
    returned = body[0].find("return")
    if name != f"{operation}Response" or returned is None:
        raise BadEnvelope("the reply of another operation")
    return returned


def _value(element: Element, depth: int) -> Value:
    if depth > DEPTH_MAX:
        raise BadEnvelope("nested too deep")
    if len(element) == 0:
        return (element.text or "").strip() or None
    fields: Fields = {}
    repeated: set[str] = set()
    for child in element:
        name, value = _local(child.tag), _value(child, depth + 1)
        if name not in fields:
            fields[name] = value
            continue
        held = fields[name]
        if name in repeated and isinstance(held, list):
            held.append(value)
        else:
            repeated.add(name)
            fields[name] = [held, value]
    return fields


def _as_fields(value: Value) -> Fields:
    if isinstance(value, dict):
        return value
    return {} if value is None else {"response": value}


def _local(tag: object) -> str:
    return str(tag).rpartition("}")[2]
