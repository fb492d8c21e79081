"""One mapping of a gateways file, read strictly: every key is known, every value has its type.

An error names the place, such as "gateways.mobicom.out.method", and never the value.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from bot.errors import SettingsError
from channels.http_gateway.gateway import MESSAGE_FIELDS, Template

FILE_SETTING = "URTUU_GATEWAYS_FILE"
_TOKEN = re.compile(r"\$\{([A-Z][A-Z0-9_]*)\}|\{([a-z][a-z0-9_]*)\}")
_SECRET_NAME = re.compile(
    r"pass|secret|token|^key$|api[-_]?key|authorization|^enc$", re.IGNORECASE
)
Environment = Callable[[str], str]
"""The value of a variable. Raises SettingsError where it is not set."""


def wrong(place: str, what: str) -> SettingsError:
    """The error for a place of the file."""
    return SettingsError(f"{FILE_SETTING}: {place}: {what}")


def merged(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """The first mapping with what the second says instead; a null takes a key away."""
    result = dict(base)
    for key, value in over.items():
        if value is None:
            result.pop(key, None)
        elif isinstance(value, dict) and isinstance(result.get(key), dict):
            result[key] = merged(result[key], value)
        else:
            result[key] = merged({}, value) if isinstance(value, dict) else value
    return result


class Words:
    """What the texts of one gateway may refer to: the environment, its values, the message."""

    def __init__(self, environment: Environment, values: Mapping[str, str]) -> None:
        self._environment = environment
        self._values = values

    def template(self, place: str, text: str, *, of_message: bool = True) -> Template:
        """The text with the environment and the values filled in. Raises SettingsError."""
        name = place.rpartition(".")[2]
        if _SECRET_NAME.search(name) and text and not _TOKEN.search(text):
            raise wrong(place, "a secret stands in the environment: write ${ITS_NAME}")
        parts: list[tuple[str, bool]] = []
        end = 0
        for token in _TOKEN.finditer(text):
            parts.append((text[end : token.start()], False))
            parts.append(self._part(place, token, of_message))
            end = token.end()
        parts.append((text[end:], False))
        return Template(tuple(part for part in parts if part[0]))

    def plain(self, place: str, text: str) -> str:
        """The same where nothing of the message may stand."""
        return self.template(place, text, of_message=False).fill({})

    def _part(self, place: str, token: re.Match[str], of_message: bool) -> tuple[str, bool]:
        variable, name = token.groups()
        if variable:
            return self._environment(variable), False
        if name in self._values:
            return self._values[name], False
        if of_message and name in MESSAGE_FIELDS:
            return name, True
        raise wrong(place, f"{{{name}}} is no value of this gateway and no field of the message")


class Section:
    """A mapping at a place of the file. Every reading of a wrong value raises SettingsError."""

    def __init__(self, place: str, data: Any, known: Sequence[str]) -> None:
        if not isinstance(data, dict) or not all(isinstance(key, str) for key in data):
            raise wrong(place, "must be a mapping with names")
        unknown = sorted(set(data) - set(known))
        if unknown:
            raise wrong(f"{place}.{unknown[0]}", f"is unknown; known are {', '.join(known)}")
        self.place = place
        self._data = data

    def at(self, key: str) -> str:
        """The place of a key."""
        return f"{self.place}.{key}"

    def raw(self, key: str) -> Any:
        """The value as it stands, None where there is none."""
        return self._data.get(key)

    def text(self, key: str, default: str | None = None) -> str:
        """A text; a number counts as its digits."""
        value = self._data.get(key, default)
        if value is None:
            raise wrong(self.at(key), "is missing")
        return scalar(self.at(key), value)

    def optional(self, key: str) -> str | None:
        """A text, None where there is none."""
        return None if self._data.get(key) is None else self.text(key)

    def choice(self, key: str, allowed: Sequence[str], default: str | None = None) -> str:
        """One of the allowed words."""
        value = self.text(key, default)
        if value not in allowed:
            raise wrong(self.at(key), f"must be {' or '.join(allowed)}")
        return value

    def switch(self, key: str) -> bool:
        """True or false; false where it is absent."""
        value = self._data.get(key, False)
        if not isinstance(value, bool):
            raise wrong(self.at(key), "must be true or false")
        return value

    def number(self, key: str, default: float | None = None) -> float | None:
        """A number above 0."""
        value = self._data.get(key, default)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or not value > 0:
            raise wrong(self.at(key), "must be a number above 0")
        return float(value)

    def decimal(self, key: str) -> Decimal | None:
        """An amount of 0 or more."""
        text = self.optional(key)
        if text is None:
            return None
        try:
            amount = Decimal(text)
        except InvalidOperation as error:
            raise wrong(self.at(key), "must be an amount") from error
        if not amount.is_finite() or amount < 0:
            raise wrong(self.at(key), "must be an amount of 0 or more")
        return amount

    def pattern(self, key: str) -> re.Pattern[str] | None:
        """A regular expression."""
        text = self.optional(key)
        return None if text is None else compiled(self.at(key), text)

    def list(self, key: str) -> Sequence[Any]:
        """A list; empty where there is none."""
        value = self._data.get(key, [])
        if not isinstance(value, list):
            raise wrong(self.at(key), "must be a list")
        return value

    def pairs(self, key: str) -> Iterator[tuple[str, str]]:
        """The names and texts of a mapping; none where there is none."""
        value = self._data.get(key, {})
        if not isinstance(value, dict):
            raise wrong(self.at(key), "must be a mapping")
        return _texts(self.at(key), value)

    def texts(self) -> Iterator[tuple[str, str]]:
        """The names and texts of this mapping itself."""
        return _texts(self.place, self._data)


def _texts(place: str, data: Mapping[Any, Any]) -> Iterator[tuple[str, str]]:
    for name, text in data.items():
        yield scalar(f"{place}.{name}", name), scalar(f"{place}.{name}", text)


def scalar(place: str, value: Any) -> str:
    """A text or a number as text. Raises SettingsError."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise wrong(place, "must be a text: write it in quotes")
    return str(value)


def compiled(place: str, text: str) -> re.Pattern[str]:
    """A regular expression. Raises SettingsError."""
    try:
        return re.compile(text)
    except re.error as error:
        raise wrong(place, "is not a regular expression") from error
