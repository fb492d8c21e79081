"""What a gateway calls us with: named fields as bytes, whose charset only the gateway knows."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from urllib.parse import unquote_to_bytes

from channels.base import BadRequest, Posted
from channels.http_gateway.gateway import Format

MAX_TEXT_CHARS = 1600
_MAX_FIELDS = 60
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_CHARSETS = {
    "gsm": "utf-8",
    "utf8": "utf-8",
    "utf-8": "utf-8",
    "ucs-2": "utf-16-be",
    "ucs2": "utf-16-be",
    "utf-16be": "utf-16-be",
    "iso-8859-1": "iso-8859-1",
    "windows-1251": "windows-1251",
    "windows-1252": "windows-1252",
    "us-ascii": "ascii",
    "ascii": "ascii",
}
"""Charsets a gateway may name; Kannel says "GSM" of a text that it has itself made UTF-8."""


def read_fields(posted: Posted, form: Format) -> Mapping[str, bytes]:
    """The fields of the query and the body, by name. Raises BadRequest where they are none."""
    pairs = _pairs(posted.query)
    if posted.method == "POST":
        pairs += _members(posted.body) if form == "json" else _pairs_of_body(posted.body)
    if len(pairs) > _MAX_FIELDS:
        raise BadRequest("too many fields")
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise BadRequest("a field is repeated")
    return fields


def read_word(fields: Mapping[str, bytes], name: str, max_chars: int = 128) -> str:
    """A short field, "" where it is absent. Raises BadRequest."""
    return _text(fields.get(name, b""), name, "utf-8", max_chars).strip()


def read_message(raw: bytes, name: str, charset: str) -> str:
    """What a citizen wrote, in NFC. Raises BadRequest for a charset or bytes that do not fit."""
    known = _CHARSETS.get(charset.lower())
    if known is None:
        raise BadRequest(f"the charset of field {name} is not known")
    return unicodedata.normalize("NFC", _text(raw, name, known, MAX_TEXT_CHARS))


def read_hex(raw: bytes, name: str) -> bytes:
    """The bytes that hexadecimal digits stand for. Raises BadRequest."""
    try:
        return bytes.fromhex(raw.decode("ascii"))
    except ValueError as error:
        raise BadRequest(f"field {name} is not hexadecimal") from error


def _text(raw: bytes, name: str, charset: str, max_chars: int) -> str:
    if len(raw) > 4 * max_chars:
        raise BadRequest(f"field {name} is longer than {max_chars} characters")
    try:
        text = raw.decode(charset)
    except UnicodeDecodeError as error:
        raise BadRequest(f"field {name} is not in its charset") from error
    if len(text) > max_chars:
        raise BadRequest(f"field {name} is longer than {max_chars} characters")
    if _CONTROL.search(text):
        raise BadRequest(f"field {name} has control characters")
    return text


def _pairs_of_body(body: bytes) -> list[tuple[str, bytes]]:
    try:
        return _pairs(body.decode("ascii"))
    except UnicodeDecodeError as error:
        raise BadRequest("the body is not a form") from error


def _pairs(text: str) -> list[tuple[str, bytes]]:
    pairs = []
    for part in text.split("&", _MAX_FIELDS + 1):
        name, _, value = part.partition("=")
        if part:
            pairs.append((_unquoted(name).decode("utf-8", "replace"), _unquoted(value)))
    return pairs


def _unquoted(text: str) -> bytes:
    return unquote_to_bytes(text.replace("+", " "))


def _members(body: bytes) -> list[tuple[str, bytes]]:
    try:
        loaded = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise BadRequest("the body is not JSON") from error
    if not isinstance(loaded, dict):
        raise BadRequest("the body is not a JSON object")
    return [
        (name, str(value).encode("utf-8", "replace"))
        for name, value in loaded.items()
        if isinstance(value, str | int | float) and not isinstance(value, bool)
    ]
