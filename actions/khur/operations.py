"""The KHUR catalogue as data: which operation lives in which group, what it takes and gives.

Sources: nlu_data/khur_operations.json (the 1.5.0 portal, MIT, see nlu_data/NOTICE.md) and
nlu_data/khur_extra.json (operations the portal leaves out; each names its source).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CATALOGUE_FILES = ("khur_operations.json", "khur_extra.json")
_REPLY = "Response"


@dataclass(frozen=True)
class FieldType:
    """One field of a request or a reply."""

    type: str
    """As the catalogue writes it without "| None": str, int, list[Row], …"""
    description: str
    """Mongolian, may be empty."""

    @property
    def item(self) -> str:
        """The type of one element where the field is a list, else the type itself."""
        return self.type.removeprefix("list[").removesuffix("]") if self.is_list else self.type

    @property
    def is_list(self) -> bool:
        """Whether the field repeats."""
        return self.type.startswith("list[")


@dataclass(frozen=True)
class Operation:
    """One KHUR operation."""

    name: str
    group: str
    title: str
    inputs: Mapping[str, FieldType]
    models: Mapping[str, Mapping[str, FieldType]]
    """Reply classes by name."""

    @property
    def reply(self) -> Mapping[str, FieldType]:
        """The fields directly under `response`; empty where the portal documents none."""
        return next((m for name, m in self.models.items() if name.endswith(_REPLY)), {})


def load_operations(folder: Path) -> dict[str, Operation]:
    """Read the catalogue files of `folder` (nlu_data) into operations by wire name."""
    found: dict[str, Operation] = {}
    for name in CATALOGUE_FILES:
        for entry in json.loads((folder / name).read_text(encoding="utf-8")):
            found[entry["op"]] = _operation(entry)
    return found


def groups_of(operations: Mapping[str, Operation]) -> dict[str, str]:
    """Operation name → group, as KhurClient takes it."""
    return {name: operation.group for name, operation in operations.items()}


def _operation(entry: Mapping[str, Any]) -> Operation:
    return Operation(
        name=entry["op"],
        group=entry["group"],
        title=entry["title"],
        inputs=_types(entry["inputs"]),
        models={name: _types(model["fields"]) for name, model in entry["models"].items()},
    )


def _types(fields: Mapping[str, Mapping[str, str]]) -> dict[str, FieldType]:
    return {
        name: FieldType(type=f["type"].removesuffix(" | None"), description=f["desc"])
        for name, f in fields.items()
    }
