"""Dialects of USSD over SMPP: dialects.yml, or a file of the same form."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import yaml

from bot.errors import SettingsError
from channels.smpp.codings import decode_gsm7, decode_ucs2, without_controls
from channels.smpp.errors import Malformed

_PRESETS = Path(__file__).with_name("dialects.yml")
_ALPHABETS: Mapping[str, Callable[[bytes], str]] = {
    "gsm7": decode_gsm7,
    "latin1": lambda raw: raw.decode("latin-1"),
    "ucs2": decode_ucs2,
}
_FIELDS = ("short_message", "destination_addr")
_MAX_SESSION_OCTETS = 8
_OCTET = range(256)


@dataclass(frozen=True)
class Dialect:
    """What dialects.yml explains, one field each."""

    service_type: str
    begin: frozenset[int]
    answer: frozenset[int]
    abort: frozenset[int]
    confirm: frozenset[int]
    ask: int
    end: int
    session_tag: int | None
    session_octets: int
    dialogue_mask: int
    end_mask: int
    code_in: str
    codings: Mapping[int, str]
    latin_coding: int
    cyrillic_coding: int

    def __post_init__(self) -> None:
        operations = (*self.begin, *self.answer, *self.abort, *self.confirm, self.ask, self.end)
        codings = (*self.codings, self.latin_coding, self.cyrillic_coding)
        if any(number not in _OCTET for number in (*operations, *codings)):
            raise ValueError("operations and data codings are numbers of one octet")
        if len({*self.begin, *self.answer, *self.abort, *self.confirm}) != len(operations) - 2:
            raise ValueError("an operation stands for two things")
        if not self.begin or not self.answer:
            raise ValueError("begin and answer need an operation")
        if self.code_in not in _FIELDS:
            raise ValueError(f"code_in is {' or '.join(_FIELDS)}")
        if not {*self.codings.values()} <= {*_ALPHABETS}:
            raise ValueError(f"an alphabet is {' or '.join(_ALPHABETS)}")
        if not 1 <= self.session_octets <= _MAX_SESSION_OCTETS:
            raise ValueError(f"session_octets is 1 to {_MAX_SESSION_OCTETS}")
        limit = 1 << 8 * self.session_octets
        if self.dialogue_mask & self.end_mask or max(self.dialogue_mask, self.end_mask) >= limit:
            raise ValueError("dialogue_mask and end_mask are different bits of session_octets")

    def decode(self, raw: bytes, coding: int) -> str:
        """The citizen's text. Raises Malformed."""
        if coding not in self.codings:
            raise Malformed("the data coding is not one of the dialect")
        return without_controls(_ALPHABETS[self.codings[coding]](raw))


def dialect(name: str) -> Dialect:
    """A preset, or the dialect in the file of that path. Raises SettingsError."""
    presets = yaml.safe_load(_PRESETS.read_text(encoding="utf-8"))
    if name in presets:
        return _read(name, presets[name])
    if "/" not in name and not name.endswith(".yml"):
        raise SettingsError(f"no USSD dialect is called {name!r}: {', '.join(presets)}, or a file")
    try:
        loaded = yaml.safe_load(Path(name).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise SettingsError(f"the USSD dialect {name} cannot be read as YAML") from error
    return _read(name, loaded)


def _read(name: str, plain: Any) -> Dialect:
    known = [field.name for field in fields(Dialect)]
    if not isinstance(plain, dict) or set(plain) != set(known):
        raise SettingsError(f"the USSD dialect {name} must have exactly: {', '.join(known)}")
    sets = {key: frozenset(plain[key] or ()) for key in ("begin", "answer", "abort", "confirm")}
    try:
        return Dialect(**{**plain, **sets})
    except (TypeError, ValueError) as error:
        raise SettingsError(f"the USSD dialect {name}: {error}") from error
