"""Reading what KHUR answered: values by either of their two spellings, rows, yes and no.

The portal documents a boolean by its Java name (`isPaid`); the wire carries the JavaBean property
(`paid`). A reader that knows one spelling alone takes every answer for a "no".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

Value: TypeAlias = "str | list[Value] | dict[str, Value] | None"
Fields: TypeAlias = dict[str, Value]

_FLAGS = {"true": True, "1": True, "false": False, "0": False}
_PREFIX = "is"


def spellings(name: str) -> tuple[str, ...]:
    """The names under which a documented field may arrive, the given one first."""
    if name.startswith(_PREFIX) and name[len(_PREFIX) :][:1].isupper():
        bare = name[len(_PREFIX) :]
        return (name, bare[:1].lower() + bare[1:])
    return (name, _PREFIX + name[:1].upper() + name[1:])


def field(fields: Mapping[str, Value], name: str) -> Value:
    """The value of a field in either spelling, or None where the answer does not hold it."""
    for spelling in spellings(name):
        if spelling in fields:
            return fields[spelling]
    return None


def read_flag(fields: Mapping[str, Value], name: str) -> bool | None:
    """A yes/no field in either spelling; None where it is absent or not a boolean."""
    value = field(fields, name)
    return _FLAGS.get(value.strip().lower()) if isinstance(value, str) else None


def rows(fields: Mapping[str, Value], name: str) -> list[Fields]:
    """The records of a repeated field: none, one (the wire does not mark a list) or many."""
    value = field(fields, name)
    many = value if isinstance(value, list) else [value]
    return [row for row in many if isinstance(row, dict)]
