"""SOAP as the simulator speaks it: reading a call, writing a reply or a fault."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.etree.ElementTree import (  # nosec: builds only, parsing is defusedxml's
    Element,
    ParseError,
    SubElement,
    tostring,
)

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from actions.khur.envelope import SOAP_NS
from actions.khur.fields import Fields, Value

DEPTH_MAX = 12


class NotACall(Exception):
    """The body is not a SOAP call."""


@dataclass(frozen=True)
class Incoming:
    """A call as it came."""

    operation: str
    namespace: str
    fields: Fields = field(repr=False)
    """What is under `request`, without `auth`."""
    auth_regnum: str
    auth_code: str = field(repr=False)
    """The otp of `auth.citizen` as sent; empty or "0" where there is none."""


def namespace_of(group: str) -> str:
    """The target namespace of a group."""
    return f"http://{group}.xyp.gov.mn/"


def read_call(body: bytes) -> Incoming:
    """Read a call. Raises NotACall for anything else."""
    try:
        root = fromstring(body, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError):
        raise NotACall("not acceptable XML") from None
    soap_body = root.find(f"{{{SOAP_NS}}}Body")
    if soap_body is None or len(soap_body) != 1:
        raise NotACall("no single element in the SOAP body")
    namespace, _, operation = str(soap_body[0].tag).removeprefix("{").rpartition("}")
    request = soap_body[0].find("request")
    sent = _fields(request, 0) if request is not None else {}
    auth = sent.pop("auth", None)
    citizen = auth.get("citizen") if isinstance(auth, dict) else None
    about = citizen if isinstance(citizen, dict) else {}
    return Incoming(
        operation=operation,
        namespace=namespace,
        fields=sent,
        auth_regnum=_plain(about.get("regnum")),
        auth_code=_plain(about.get("otp")),
    )


def _plain(value: Value) -> str:
    return value if isinstance(value, str) else ""


def _fields(element: Element, depth: int) -> Fields:
    if depth > DEPTH_MAX:
        raise NotACall("nested too deep")
    fields: Fields = {}
    for child in element:
        name = str(child.tag).rpartition("}")[2]
        value: Value = (
            _fields(child, depth + 1) if len(child) else ((child.text or "").strip() or None)
        )
        if name in fields:
            held = fields[name]
            value = [*held, value] if isinstance(held, list) else [held, value]
        fields[name] = value
    return fields


def reply(
    call: Incoming, code: int, message: str, request_id: str, response: Fields | None
) -> bytes:
    """The reply envelope; `response` is left out where there is no data."""
    envelope, body = _envelope()
    outer = SubElement(body, f"ns2:{call.operation}Response", {"xmlns:ns2": call.namespace})
    returned = SubElement(outer, "return")
    _put(returned, "request", call.fields)
    _put(returned, "requestId", request_id)
    if response is not None:
        _put(returned, "response", response)
    _put(returned, "resultCode", str(code))
    _put(returned, "resultMessage", message)
    return bytes(tostring(envelope, encoding="utf-8", xml_declaration=True))


def fault(text: str) -> bytes:
    """A SOAP fault."""
    envelope, body = _envelope()
    element = SubElement(body, "soap:Fault")
    _put(element, "faultcode", "soap:Server")
    _put(element, "faultstring", text)
    return bytes(tostring(envelope, encoding="utf-8", xml_declaration=True))


def _envelope() -> tuple[Element, Element]:
    envelope = Element("soap:Envelope", {"xmlns:soap": SOAP_NS})
    return envelope, SubElement(envelope, "soap:Body")


def _put(parent: Element, name: str, value: Value | Mapping[str, Value]) -> None:
    if isinstance(value, list):
        for item in value:
            _put(parent, name, item)
        return
    element = SubElement(parent, name)
    if isinstance(value, Mapping):
        for inner, part in value.items():
            _put(element, inner, part)
    elif value is not None:
        element.text = value
