"""The signature of Twilio's webhooks, checked against the address that the world calls.

Source: twilio.com/docs/usage/security. Signed are the whole address, from the protocol through the
end of the query string, and after it every field of the form, name and value, sorted by name.
Twilio writes the port into that address or leaves it out, so both spellings are tried.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

Fields = Iterable[tuple[str, str]]

_HASHES: Mapping[str, Callable[..., Any]] = MappingProxyType(
    {"HMAC_SHA1": hashlib.sha1, "HMAC_SHA256": hashlib.sha256}
)
_PORT = re.compile(r":\d+$")
_STANDARD_PORTS = {"https": 443, "http": 80}


def signature_of(secret: str, url: str, fields: Fields, algorithm: str = "HMAC_SHA1") -> str:
    """The signature in base64. Raises KeyError for an algorithm that Twilio does not have."""
    signed = url + "".join(name + value for name, value in sorted(set(fields)))
    digest = hmac.new(secret.encode(), signed.encode(), _HASHES[algorithm]).digest()
    return base64.b64encode(digest).decode()


def is_genuine(
    secret: str, url: str, fields: Fields, signature: str, algorithm: str = "HMAC_SHA1"
) -> bool:
    """Whether the signature is right, in a time that does not depend on how much of it is."""
    if algorithm not in _HASHES:
        return False
    pairs, given = tuple(fields), signature.encode()
    found = [
        hmac.compare_digest(signature_of(secret, spelling, pairs, algorithm).encode(), given)
        for spelling in _spellings(url)
    ]
    return any(found)


def algorithm_of(header: str) -> str:
    """The algorithm that X-Twilio-Webhooks-Signature-Settings names; SHA-1 without the header."""
    for part in header.split(","):
        name, _, value = part.partition("=")
        if name.strip() == "algorithm" and value.strip():
            return value.strip().upper()
    return "HMAC_SHA1"


def _spellings(url: str) -> tuple[str, str]:
    """The address without a port, and with one."""
    parts = urlsplit(url)
    bare = _PORT.sub("", parts.netloc)
    standard = f"{parts.netloc}:{_STANDARD_PORTS.get(parts.scheme, 443)}"
    ported = parts.netloc if _PORT.search(parts.netloc) else standard
    head = f"{parts.scheme}://"
    rest = url.removeprefix(head + parts.netloc)
    return head + bare + rest, head + ported + rest
