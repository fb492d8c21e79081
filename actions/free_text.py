"""What citizens wrote in their own words, made readable where they or a clerk see it again.

The dialogue keeps the words as typed; a filed form holds both, so that nobody has to trust the
restored spelling.
"""

from __future__ import annotations

from collections.abc import Mapping

from bot.catalogue.service import SlotSpec
from bot.language.restore import readable
from bot.language.values import FREE_KINDS, NARRATIVE

_KINDS = FREE_KINDS | {NARRATIVE}
AS_TYPED = "_as_typed"
"""Ends the name under which a form keeps the words as they were typed."""


def shown(slot: SlotSpec, value: str) -> str:
    """Return a free text in readable Cyrillic; any other value as it is."""
    return readable(value) if slot.type in _KINDS else value


def filed(slots: Mapping[str, SlotSpec], values: Mapping[str, str]) -> dict[str, str]:
    """Return the form of a case: the answers by slot, the dialogue's own values left out.

    A free text is readable; where that changed it, the words as typed stand beside it.
    """
    form: dict[str, str] = {}
    for name, value in values.items():
        if name.startswith("_"):
            continue
        form[name] = shown(slots[name], value) if name in slots else value
        if form[name] != value:
            form[f"{name}{AS_TYPED}"] = value
    return form
