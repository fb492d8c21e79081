"""Reading the files that services refer to: slots, categories, sources, helplines, operations."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from bot.catalogue.problem import Problem, listing, suggestion
from bot.catalogue.reader import Reader
from bot.catalogue.samples import SLOT_TYPES
from bot.catalogue.service import Helpline, Operation, SlotSpec, Source
from bot.text.spelling import is_composed, mixed_words

Report = Callable[[Problem], None]

_LIST_OF = re.compile(r"list\[(\w+)\]")
_UNLISTED = frozenset[str]()
MAX_HELPLINE_CHARS = 24
"""A helpline's short name: with its number, a line of a telephone's screen."""


def read_slots(data: object, *, file: str, report: Report) -> dict[str, SlotSpec]:
    """The slots by name, in the file's order."""
    table = Reader(data, file=file, path="", report=report)
    return {name: _read_slot(name, table.inner(name)) for name in table.keys()}  # noqa: SIM118 - no dict


def _read_slot(name: str, reader: Reader) -> SlotSpec:
    slot = SlotSpec(
        name=name,
        type=reader.text("type"),
        label=_citizen_text(reader, "label"),
        ask=_citizen_text(reader, "ask"),
        retry=_citizen_text(reader, "retry"),
        personal=reader.flag("personal"),
        options=reader.names("options"),
    )
    if slot.type and slot.type not in SLOT_TYPES:
        remedy = suggestion(slot.type, SLOT_TYPES, f"known types: {listing(sorted(SLOT_TYPES))}")
        reader.problem("type", f"no such slot type '{slot.type}'", remedy)
    if (slot.type == "choice") != bool(slot.options):
        reader.problem("options", "and `type: choice` go together", "give both or neither")
    reader.done()
    return slot


def read_categories(data: object, *, file: str, report: Report) -> dict[str, str]:
    """The menu groups: key and title, in the file's order."""
    table = Reader(data, file=file, path="", report=report)
    return {name: _citizen_text(table, name) for name in table.keys()}  # noqa: SIM118 - no dict


def read_sources(data: object, *, file: str, report: Report) -> dict[str, Source]:
    """The sources of facts by key."""
    table = Reader(data, file=file, path="", report=report)
    return {name: _read_source(name, table.inner(name)) for name in table.keys()}  # noqa: SIM118 - no dict


def _read_source(name: str, reader: Reader) -> Source:
    source = Source(
        id=name,
        title=reader.text("title"),
        where=reader.text("where"),
        kind=reader.text("kind"),
        as_of=reader.optional_text("as_of"),
    )
    reader.done()
    return source


def read_helplines(
    data: object, sources: Iterable[str], *, file: str, report: Report
) -> tuple[Helpline, ...]:
    """The numbers that are always within reach, in the file's order."""
    if not isinstance(data, list):
        report(Problem(file, None, "is not a list", "write one `- number:` entry per line"))
        return ()
    known = tuple(sources)
    return tuple(
        _read_helpline(Reader(item, file=file, path=str(place), report=report), known)
        for place, item in enumerate(data, start=1)
    )


def _read_helpline(reader: Reader, sources: tuple[str, ...]) -> Helpline:
    name = _citizen_text(reader, "name")
    short = _citizen_text(reader, "short", required=False)
    line = Helpline(
        name=name,
        number=reader.text("number"),
        note=reader.optional_text("note"),
        source=reader.text("source"),
        verify=reader.flag("verify"),
        emergency=reader.flag("emergency"),
        short=short or name,
        phrases=reader.texts("phrases"),
        service=reader.optional_text("service"),
    )
    if len(short) > MAX_HELPLINE_CHARS:
        what = f"has {len(short)} characters, at most {MAX_HELPLINE_CHARS} fit"
        reader.problem("short", what, "shorten it")
    if line.source and line.source not in sources:
        remedy = suggestion(line.source, sources, "add it to nlu_data/sources.yml")
        reader.problem("source", f"no such source '{line.source}'", remedy)
    if line.number and not line.number.isdecimal():
        reader.problem("number", "is not a number to call", "write digits alone")
    reader.done()
    return line


def _citizen_text(reader: Reader, key: str, *, required: bool = True) -> str:
    text = reader.text(key, required=required)
    if not is_composed(text):
        reader.problem(key, "is not NFC", "save the file as NFC: й and ё as one character")
    for word in mixed_words(text):
        remedy = "write the whole word in Cyrillic"
        reader.problem(key, f"Latin letters inside the Cyrillic word '{word}'", remedy)
    return text


def read_operations(text: str, *, file: str, report: Report) -> dict[str, Operation]:
    """The KHUR operations by name. Raises ValueError when the text is not JSON."""
    entries = json.loads(text)
    try:
        return {entry["op"]: _read_operation(entry) for entry in entries}
    except (KeyError, TypeError, AttributeError) as error:
        what = f"is not a list of operations ({type(error).__name__}: {error})"
        report(Problem(file, None, what, "take the file from its source again"))
        return {}


def _read_operation(entry: Mapping[str, Any]) -> Operation:
    models: Mapping[str, Any] = entry["models"]
    reply = next((name for name in models if name.endswith("Response")), None)
    fields: Mapping[str, Any] = models[reply]["fields"] if reply else {}
    rows = {name: _row_fields(spec["type"], models) for name, spec in fields.items()}
    return Operation(
        name=entry["op"],
        group=entry["group"],
        provider=entry["provider"],
        title=entry["title"],
        inputs=tuple(entry["inputs"]),
        outputs=frozenset(fields),
        row_fields={name: found for name, found in rows.items() if found is not None},
    )


def _row_fields(declared: str, models: Mapping[str, Any]) -> frozenset[str] | None:
    """The fields of a row; empty where they are not listed, None where nothing repeats."""
    match = _LIST_OF.match(declared)
    if match is None:
        return _UNLISTED if declared.startswith("Any") else None
    model = models.get(match[1])
    return frozenset(model["fields"]) if model else _UNLISTED
