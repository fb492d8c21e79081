"""The WSDL 1.1 of a group, document/literal, made from the catalogue."""

from __future__ import annotations

from collections.abc import Iterable
from xml.etree.ElementTree import (  # nosec: builds only
    Element,
    SubElement,
    tostring,
)

from actions.khur.operations import Operation
from actions.khur.simulator.wire import namespace_of

SOAP_BINDING = "http://schemas.xmlsoap.org/wsdl/soap/"
HTTP_TRANSPORT = "http://schemas.xmlsoap.org/soap/http"
_XS = {"str": "xs:string", "int": "xs:int", "float": "xs:double", "bool": "xs:boolean"}
_ANY = "xs:anyType"
_DATES = ("datetime", "date")

WIRE_INPUTS: dict[str, tuple[str, ...]] = {"WS100403_getVehiclePenaltyList": ("plateNumber",)}
"""Inputs the portal leaves out though the WSDL has them and e-Mongolia sends them."""
REQUIRED_INTS: dict[str, frozenset[str]] = {
    "WS100008_registerOTPRequest": frozenset({"isApp", "isEmail", "isKiosk", "isSms", "phoneNum"})
}
"""Required xs:int on the wire, whatever the portal says."""
_AUTH_ENTITY = (
    ("appAuthToken", "xs:string", False),
    ("authAppName", "xs:string", False),
    ("authType", "xs:int", False),
    ("certFingerprint", "xs:string", False),
    ("civilId", "xs:string", False),
    ("fingerprint", "xs:base64Binary", False),
    ("otp", "xs:int", True),
    ("regnum", "xs:string", False),
    ("signature", "xs:string", False),
)
_SERVICE_RESPONSE = (
    ("request", _ANY, False),
    ("requestId", "xs:string", False),
    ("response", _ANY, False),
    ("resultCode", "xs:int", True),
    ("resultMessage", "xs:string", False),
)


def input_names(operation: Operation) -> tuple[str, ...]:
    """The request fields of an operation on the wire."""
    return (*operation.inputs, *WIRE_INPUTS.get(operation.name, ()))


def wsdl_of(group: str, operations: Iterable[Operation], address: str) -> bytes:
    """The WSDL of a group whose endpoint is at `address`."""
    listed = sorted(operations, key=lambda operation: operation.name)
    target = namespace_of(group)
    root = Element(
        "wsdl:definitions",
        {
            "xmlns:wsdl": "http://schemas.xmlsoap.org/wsdl/",
            "xmlns:soap": SOAP_BINDING,
            "xmlns:xs": "http://www.w3.org/2001/XMLSchema",
            "xmlns:tns": target,
            "name": f"{group}Service",
            "targetNamespace": target,
        },
    )
    schema = SubElement(
        SubElement(root, "wsdl:types"),
        "xs:schema",
        {"elementFormDefault": "unqualified", "targetNamespace": target, "version": "1.0"},
    )
    _shared_types(schema)
    for operation in listed:
        _operation_types(schema, operation)
        _messages(root, operation.name)
    _port(root, group, listed)
    _binding(root, group, listed)
    _service(root, group, address)
    return bytes(tostring(root, encoding="utf-8", xml_declaration=True))


def _shared_types(schema: Element) -> None:
    _complex(schema, "authorizationEntity", _AUTH_ENTITY)
    entity = "tns:authorizationEntity"
    _complex(
        schema, "authorizationData", (("citizen", entity, False), ("operator", entity, False))
    )
    _complex(schema, "serviceRequest", (("auth", "tns:authorizationData", False),))
    _complex(schema, "serviceResponse", _SERVICE_RESPONSE)


def _complex(
    schema: Element, name: str, parts: Iterable[tuple[str, str, bool]], base: str | None = None
) -> None:
    kind = SubElement(schema, "xs:complexType", {"name": name})
    if base is not None:
        kind = SubElement(SubElement(kind, "xs:complexContent"), "xs:extension", {"base": base})
    sequence = SubElement(kind, "xs:sequence")
    for part, part_type, required in parts:
        limits = {} if required else {"minOccurs": "0"}
        if part_type.endswith("[]"):
            limits["maxOccurs"] = "unbounded"
        SubElement(
            sequence,
            "xs:element",
            {"name": part, "type": part_type.removesuffix("[]"), **limits},
        )


def _operation_types(schema: Element, operation: Operation) -> None:
    name = operation.name
    for element in (name, f"{name}Response"):
        SubElement(schema, "xs:element", {"name": element, "type": f"tns:{element}"})
    required = REQUIRED_INTS.get(name, frozenset())
    inputs = [
        (field, "xs:int" if field in required else _xs_of(operation, field), field in required)
        for field in input_names(operation)
    ]
    _complex(schema, f"{name}Request", inputs, base="tns:serviceRequest")
    _complex(schema, name, (("request", f"tns:{name}Request", False),))
    _complex(schema, f"{name}Response", (("return", "tns:serviceResponse", False),))


def _xs_of(operation: Operation, field: str) -> str:
    declared = operation.inputs[field].type if field in operation.inputs else "str"
    if declared.startswith("Sequence["):
        return f"{_ANY}[]"
    if declared.startswith(_DATES):
        return "xs:dateTime"
    return _XS.get(declared, _ANY)


def _messages(root: Element, name: str) -> None:
    for message in (name, f"{name}Response"):
        element = SubElement(root, "wsdl:message", {"name": message})
        SubElement(element, "wsdl:part", {"element": f"tns:{message}", "name": "parameters"})


def _port(root: Element, group: str, operations: Iterable[Operation]) -> None:
    port = SubElement(root, "wsdl:portType", {"name": f"{group}Port"})
    for operation in operations:
        element = SubElement(port, "wsdl:operation", {"name": operation.name})
        SubElement(element, "wsdl:input", {"message": f"tns:{operation.name}"})
        SubElement(element, "wsdl:output", {"message": f"tns:{operation.name}Response"})


def _binding(root: Element, group: str, operations: Iterable[Operation]) -> None:
    binding = SubElement(
        root, "wsdl:binding", {"name": f"{group}Binding", "type": f"tns:{group}Port"}
    )
    SubElement(binding, "soap:binding", {"style": "document", "transport": HTTP_TRANSPORT})
    for operation in operations:
        element = SubElement(binding, "wsdl:operation", {"name": operation.name})
        SubElement(element, "soap:operation", {"soapAction": "", "style": "document"})
        for direction in ("wsdl:input", "wsdl:output"):
            SubElement(SubElement(element, direction), "soap:body", {"use": "literal"})


def _service(root: Element, group: str, address: str) -> None:
    service = SubElement(root, "wsdl:service", {"name": f"{group}Service"})
    port = SubElement(
        service, "wsdl:port", {"name": f"{group}Port", "binding": f"tns:{group}Binding"}
    )
    SubElement(port, "soap:address", {"location": address})
