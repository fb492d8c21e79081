"""Reading one mapping of a file with its types checked and its unknown keys refused."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar

from bot.catalogue.problem import Problem, listing, suggestion

E = TypeVar("E", bound=StrEnum)
Scalar = str | int | bool | Decimal


class Reader:
    """One mapping of a file; every mistake met while reading it goes to `report`."""

    def __init__(
        self, data: object, *, file: str, path: str, report: Callable[[Problem], None]
    ) -> None:
        self.file = file
        self._path = path
        self._report = report
        self._asked: set[str] = set()
        self._data: Mapping[str, object] = {}
        if isinstance(data, Mapping):
            self._data = {str(key): value for key, value in data.items()}
        else:
            self.problem(None, "is not a mapping", "write it as `key: value` lines")

    def problem(self, key: str | None, what: str, remedy: str) -> None:
        """Report a mistake at `key` of this mapping, or at the mapping itself."""
        path = ".".join(part for part in (self._path, key) if part)
        self._report(Problem(self.file, path or None, what, remedy))

    def has(self, key: str) -> bool:
        """Whether the key is there with a value."""
        return self._data.get(key) is not None

    def keys(self) -> tuple[str, ...]:
        """The keys as they stand in the file."""
        return tuple(self._data)

    def text(self, key: str, *, required: bool = True) -> str:
        """The text at `key`, stripped; "" when missing or wrong."""
        value = self._take(key, required)
        if value is None:
            return ""
        if isinstance(value, int | Decimal) and not isinstance(value, bool):
            value = str(value)
        if not isinstance(value, str) or not value.strip():
            self.problem(key, "is not a text", "write a text, in quotes if it has ': ' in it")
            return ""
        return value.strip()

    def optional_text(self, key: str) -> str | None:
        """The text at `key`, or None when the key is not there."""
        return self.text(key, required=False) or None

    def flag(self, key: str) -> bool:
        """The truth value at `key`; False when the key is not there."""
        value = self._take(key, required=False)
        if value is None or isinstance(value, bool):
            return bool(value)
        self.problem(key, "is neither true nor false", "write true or false")
        return False

    def texts(self, key: str) -> tuple[str, ...]:
        """The list of texts at `key`; () when it is not there."""
        value = self._take(key, required=False)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            self.problem(key, "is not a list of texts", "write `[one, two]` or `- one` lines")
            return ()
        return tuple(item.strip() for item in value)

    def member(self, key: str, kind: type[E], default: E) -> E:
        """The member of the enumeration at `key`; `default` when missing or wrong."""
        value = self._take(key, required=False)
        if value is None:
            return default
        names = [str(item) for item in kind]
        if value in names:
            return kind(value)
        self.problem(
            key,
            f"'{value}' is not one of {listing(names)}",
            suggestion(str(value), names, f"write {listing(names)}"),
        )
        return default

    def scalars(self, key: str) -> dict[str, Scalar]:
        """The mapping of names to single values at `key`; {} when it is not there."""
        value = self._take(key, required=False)
        if value is None:
            return {}
        if isinstance(value, Mapping) and all(isinstance(v, Scalar) for v in value.values()):
            return {str(name): item for name, item in value.items()}
        self.problem(key, "is not a mapping of single values", "write `{name: value}`")
        return {}

    def names(self, key: str) -> dict[str, str]:
        """The mapping of names to texts at `key`; {} when it is not there."""
        return {name: str(value) for name, value in self.scalars(key).items()}

    def value(self, key: str) -> object:
        """The value at `key` as it is; None and a problem when it is missing."""
        return self._take(key, required=True)

    def inner(self, key: str) -> Reader:
        """A reader of the mapping at `key`."""
        path = ".".join(part for part in (self._path, key) if part)
        return Reader(
            self._take(key, required=True), file=self.file, path=path, report=self._report
        )

    def done(self, known: Iterable[str] = ()) -> None:
        """Report the keys that nothing has read and that are not `known`."""
        expected = self._asked | set(known)
        for key in self._data:
            if key not in expected:
                remedy = suggestion(key, expected, f"known keys: {listing(sorted(expected))}")
                self.problem(key, "no such key", remedy)

    def _take(self, key: str, required: bool) -> object:
        self._asked.add(key)
        value = self._data.get(key)
        if value is None and required:
            self.problem(key, "is missing", "add it")
        return value
