"""Form bodies, checked at the border: UTF-8, no repeated fields, no control characters, NFC."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import parse_qsl

from channels.base import BadRequest, Posted

PHONE = re.compile(r"\+[1-9][0-9]{7,14}")
"""E.164: a plus sign and at most 15 digits (ITU-T E.164, 6.1)."""
TOKEN = re.compile(r"[A-Za-z0-9._:-]{1,128}")
"""An id made by a provider."""

_MAX_FIELDS = 40
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class Form:
    """The fields of one form body, by name. Every reading of a wrong field raises BadRequest."""

    def __init__(self, fields: dict[str, str]) -> None:
        self._fields = fields

    def optional(self, name: str, max_chars: int) -> str:
        """The field as sent, or "" where it is absent."""
        value = self._fields.get(name, "")
        if len(value) > max_chars:
            raise BadRequest(f"field {name} is longer than {max_chars} characters")
        return value

    def required(self, name: str, max_chars: int) -> str:
        """The field as sent, which may be empty but not absent."""
        if name not in self._fields:
            raise BadRequest(f"field {name} is missing")
        return self.optional(name, max_chars)

    def match(self, name: str, pattern: re.Pattern[str], what: str) -> str:
        """The field, which must match the pattern as a whole; `what` says what it must be."""
        value = self.required(name, 256)
        if not pattern.fullmatch(value):
            raise BadRequest(f"field {name} is not {what}")
        return value

    def phone(self, name: str) -> str:
        """The field as an E.164 number."""
        return self.match(name, PHONE, "a telephone number such as +97699000000")

    def token(self, name: str) -> str:
        """The field as a provider's id."""
        return self.match(name, TOKEN, "an id")


def read_form(posted: Posted) -> Form:
    """The fields of a form body. Raises BadRequest where it is not one."""
    try:
        pairs = parse_qsl(
            posted.body.decode("ascii"),
            keep_blank_values=True,
            strict_parsing=bool(posted.body),
            errors="strict",
            max_num_fields=_MAX_FIELDS,
        )
    except ValueError as error:
        raise BadRequest("the body is not a form in UTF-8") from error
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise BadRequest("a field is repeated")
    if any(_CONTROL.search(value) for value in fields.values()):
        raise BadRequest("a field has control characters")
    return Form(fields)


def read_text(raw: str) -> str | None:
    """What the citizen wrote, in NFC; None where there is nothing but blanks."""
    return unicodedata.normalize("NFC", raw) if raw.strip() else None


def read_keys(raw: str) -> str | None:
    """The digits of an input that is nothing but digits, else None."""
    stripped = raw.strip()
    return stripped if stripped.isascii() and stripped.isdigit() else None
