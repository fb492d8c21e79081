"""Turning what is known of an answer into the whole documented record.

A hand-made answer gives the fields that matter, by their portal names; the rest of the operation's
model is invented, values the model does not know are a programmer's error, and booleans take the
spelling of the wire (JavaBean property, `isPaid` → `paid`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from actions.khur.fields import Fields, Value, spellings
from actions.khur.operations import FieldType, Operation
from actions.khur.simulator.invent import Inventor, stamp

Known: TypeAlias = "str | int | float | bool | date | Sequence[Known] | Mapping[str, Known] | None"
Partial: TypeAlias = Mapping[str, Known]

_ANY = FieldType(type="str", description="")


@dataclass(frozen=True)
class Record:
    """Completes the reply of one operation."""

    operation: Operation
    inventor: Inventor
    bare_booleans: bool
    """Whether `isPaid` goes out as `paid`, as on the wire."""

    def complete(self, known: Partial) -> Fields:
        """The whole `response`. Raises KeyError for a field the operation does not document."""
        return self._model(self.operation.reply, known, "")

    def _model(self, model: Mapping[str, FieldType], known: Partial, place: str) -> Fields:
        unknown = known.keys() - model.keys()
        if unknown:
            raise KeyError(f"{self.operation.name}{place}: undocumented {sorted(unknown)}")
        made: Fields = {}
        for name, kind in model.items():
            here = f"{place}.{name}"
            value = (
                self._known(name, kind, known[name], here)
                if name in known
                else self._invented(name, kind, here)
            )
            if value is not None and value != []:
                made[self._spelt(name, kind)] = value
        return made

    def _known(self, name: str, kind: FieldType, value: Known, place: str) -> Value:
        if isinstance(value, Mapping):
            return self._nested(name, kind, value, place)
        if isinstance(value, Sequence) and not isinstance(value, str):
            return [self._known(name, kind, item, f"{place}.{i}") for i, item in enumerate(value)]
        return None if value is None else written(value, kind)

    def _nested(self, name: str, kind: FieldType, known: Partial, place: str) -> Value:
        model = self.operation.models.get(kind.item)
        if model is not None:
            return self._model(model, known, place)
        parts = dict.fromkeys([*self._shape(name), *known], _ANY)
        return self._model(parts, known, place)

    def _invented(self, name: str, kind: FieldType, place: str) -> Value:
        parts = self.operation.models.get(kind.item) or dict.fromkeys(self._shape(name), _ANY)
        is_nested = bool(parts) and (kind.item in self.operation.models or kind.item == "Any")
        if kind.is_list:
            if not is_nested:
                return []
            count = self.inventor.words.rows.get(name, 1)
            return [self._model(parts, {}, f"{place}.{i}") for i in range(count)]
        if is_nested:
            return self._model(parts, {}, place)
        return self.inventor.text(name, kind, place)

    def _shape(self, name: str) -> Sequence[str]:
        return self.inventor.words.shape(self.operation.name, name)

    def _spelt(self, name: str, kind: FieldType) -> str:
        if not self.bare_booleans or kind.type != "bool" or not name.startswith("is"):
            return name
        return spellings(name)[-1]


def written(value: str | float | bool | date, kind: FieldType) -> str:
    """A value as the wire writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return stamp(value) if kind.type == "XypDate" else value.isoformat()
    return str(value)
