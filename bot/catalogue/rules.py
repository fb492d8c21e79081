"""What one service must be true to: its kind, the KHUR portal, the slots and the sources."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from bot.catalogue.latin import latin_mongolian
from bot.catalogue.problem import Problem, listing, suggestion
from bot.catalogue.service import (
    IDENTITY_FIELDS,
    KEEP_TYPES,
    Approval,
    Branch,
    KhurCall,
    Kind,
    Operation,
    Service,
    SlotSpec,
    Source,
)
from bot.catalogue.template import placeholders

MIN_PHRASES = 15
MAX_TITLE_CHARS = 70
MAX_SHORT_CHARS = 22
"""A menu label: two digits, a space and the label stay within a third of a USSD page."""
MAX_PHRASE_CHARS = 120

_SOUGHT = ("found", "row", "none", "unavailable", "spoken", "intro")
_FILED = ("intro", "confirm", "done", "unavailable", "spoken")
_NEEDED_TEXTS: Mapping[Kind, tuple[str, ...]] = {
    Kind.INFO: ("answer",),
    Kind.DATA_FETCH: ("found", "none"),
    Kind.PAYMENT: ("found", "none"),
    Kind.REQUEST: ("confirm", "done"),
    Kind.APPOINTMENT: ("confirm", "done"),
}
_USED_TEXTS: Mapping[Kind, tuple[str, ...]] = {
    Kind.INFO: ("answer", "intro", "spoken"),
    Kind.DATA_FETCH: _SOUGHT,
    Kind.PAYMENT: (*_SOUGHT, "confirm", "done"),
    Kind.REQUEST: _FILED,
    Kind.APPOINTMENT: _FILED,
}

Found = Iterator[tuple[str, str, str]]
"""Key, what is wrong, remedy."""


@dataclass(frozen=True)
class Tables:
    """The files that a service refers to."""

    slots: Mapping[str, SlotSpec]
    categories: Mapping[str, str]
    sources: Mapping[str, Source]
    operations: Mapping[str, Operation]
    foreign: frozenset[str]
    """Words in Latin letters, in lower case, that a phrase may hold."""


def service_problems(service: Service, tables: Tables) -> Iterator[Problem]:
    """What is wrong in the service by itself, apart from its texts."""
    rules: tuple[Callable[[Service, Tables], Found], ...] = (
        _lengths,
        _references,
        _kind,
        _approval,
        _khur,
        _booking,
        _phrases,
    )
    for rule in rules:
        for key, what, remedy in rule(service, tables):
            yield Problem(service.source_file, key, what, remedy)


def _lengths(service: Service, tables: Tables) -> Found:
    limits = {"title": MAX_TITLE_CHARS, "short": MAX_SHORT_CHARS}
    for key, limit in limits.items():
        length = len(getattr(service, key))
        if length > limit:
            yield key, f"has {length} characters, at most {limit} fit", "shorten it"


def _references(service: Service, tables: Tables) -> Found:
    if service.category and service.category not in tables.categories:
        remedy = suggestion(
            service.category, tables.categories, f"known: {listing(tables.categories, 20)}"
        )
        yield "category", f"no such category '{service.category}'", remedy
    for name in service.ask:
        if name not in tables.slots:
            remedy = suggestion(name, tables.slots, "add it to nlu_data/slots.yml")
            yield "ask", f"no such slot '{name}'", remedy
    for name, fact in service.facts.items():
        if fact.source and fact.source not in tables.sources:
            remedy = suggestion(fact.source, tables.sources, "add it to nlu_data/sources.yml")
            yield f"facts.{name}.source", f"no such source '{fact.source}'", remedy


def _kind(service: Service, tables: Tables) -> Found:
    given = {key.partition(".")[0] for key in service.say.texts()}
    kind = service.kind
    for key in _NEEDED_TEXTS[kind]:
        if key not in given:
            yield f"say.{key}", f"is missing, a service of kind {kind} says it", "add it"
    for key in sorted(given - set(_USED_TEXTS[kind])):
        yield f"say.{key}", f"is never said by a service of kind {kind}", "remove it"
    if kind in (Kind.DATA_FETCH, Kind.PAYMENT) and service.khur is None:
        remedy = "add it, or write `kind: info`"
        yield "khur", f"is missing, a service of kind {kind} asks KHUR", remedy
    if kind is Kind.INFO and service.khur is not None:
        remedy = "remove it, or write `kind: data_fetch`"
        yield "khur", "is never asked by a service of kind info", remedy
    if (kind is Kind.APPOINTMENT) != (service.booking is not None):
        remedy = "give both or neither"
        yield "booking", "and `kind: appointment` go together", remedy


def _approval(service: Service, tables: Tables) -> Found:
    if service.approval is Approval.OTP and service.consent is None:
        remedy = "add `consent: {purpose: …, data: …}`"
        yield "consent", "is missing, `approval: otp` asks for consent", remedy
    if service.approval is Approval.OTP and "register_number" in service.ask:
        what = "'register_number' is supplied by the identity of `approval: otp`"
        yield "ask", what, "remove it from the list"
    if service.sensitive and service.khur is not None and service.approval is not Approval.OTP:
        remedy = "write `approval: otp`"
        yield "approval", "is too weak for `sensitive: true` data from KHUR", remedy


def _khur(service: Service, tables: Tables) -> Found:
    call = service.khur
    if call is None:
        return
    operation = tables.operations.get(call.operation)
    if operation is None and call.operation:
        remedy = suggestion(
            call.operation, tables.operations, "take a name from nlu_data/khur_operations.json"
        )
        yield "khur.operation", f"no such operation '{call.operation}'", remedy
    yield from _sent(service, call, operation)
    yield from _kept_types(call)
    yield from _row_pairs(service, call)
    if operation is not None:
        yield from _answered(call, operation)


def _sent(service: Service, call: KhurCall, operation: Operation | None) -> Found:
    if operation is not None:
        fields = (*operation.inputs, *call.extra)
        for name in call.send:
            if name not in fields:
                otherwise = f"it takes {listing(fields) or 'nothing'}; else list it in khur.extra"
                remedy = suggestion(name, fields, otherwise)
                yield f"khur.send.{name}", f"no such input of {operation.name}", remedy
    for name in call.extra:
        if name not in call.send:
            yield "khur.extra", f"'{name}' is not in khur.send", "remove it"
    supplied = (*service.ask, *IDENTITY_FIELDS)
    for name, slot in call.send.items():
        if slot not in supplied:
            remedy = suggestion(slot, supplied, f"add '{slot}' to `ask`")
            yield f"khur.send.{name}", f"nothing supplies '{slot}'", remedy
        elif slot == "register_number" and not _knows_register(service):
            remedy = "write `approval: otp`, or add 'register_number' to `ask`"
            yield f"khur.send.{name}", "nothing supplies 'register_number'", remedy


def _knows_register(service: Service) -> bool:
    return service.approval is not Approval.NONE or "register_number" in service.ask


def _kept_types(call: KhurCall) -> Found:
    for name, kind in call.keep.items():
        if kind not in KEEP_TYPES:
            remedy = f"known types: {listing(KEEP_TYPES)}"
            yield f"khur.keep.{name}", f"no such type '{kind}'", remedy


def _row_pairs(service: Service, call: KhurCall) -> Found:
    found = service.say.found
    if service.say.row is not None and not call.rows:
        yield "khur.rows", "is missing, `say.row` needs it", "name the field that repeats"
    said = "rows" in placeholders(found) if isinstance(found, str) else False
    if said and service.say.row is None:
        yield "say.row", "is missing, `{rows}` needs it", "write how one row is said"
    if service.say.row is not None and call.rows and not said:
        yield "say.found", "never says `say.row`", "put {rows} where the rows are to stand"
    if call.only and not call.rows:
        yield "khur.only", "chooses rows, and there is no `khur.rows`", "remove it, or add rows"
    if isinstance(found, Branch) and call.keep.get(found.field) != "bool":
        remedy = suggestion(found.field, call.keep, "add it to khur.keep")
        if found.field in call.keep:
            remedy = f"write `{found.field}: bool` in khur.keep"
        yield "say.found.field", f"'{found.field}' is not a kept yes/no field", remedy


def _answered(call: KhurCall, operation: Operation) -> Found:
    """Fields that the reply does not have; a reply the portal does not list is not checked."""
    if not operation.outputs:
        return
    if call.rows is None:
        yield from _unknown("khur.keep", call.keep, operation.outputs, operation)
        return
    fields = operation.row_fields.get(call.rows)
    if fields is None:
        remedy = suggestion(
            call.rows,
            operation.row_fields,
            f"repeating fields: {listing(sorted(operation.row_fields)) or 'none'}",
        )
        yield "khur.rows", f"no such repeating field in {operation.name}", remedy
    elif fields:
        yield from _unknown("khur.keep", call.keep, fields | operation.outputs, operation)
        yield from _unknown("khur.only", call.only, fields, operation)


def _unknown(
    path: str, names: Iterable[str], fields: frozenset[str], operation: Operation
) -> Found:
    for name in names:
        if name not in fields:
            remedy = suggestion(name, fields, f"it has {listing(sorted(fields))}")
            yield f"{path}.{name}", f"no such field in {operation.name}", remedy


def _booking(service: Service, tables: Tables) -> Found:
    if service.booking is None:
        return
    for name in service.booking.operations:
        if name and name not in tables.operations:
            remedy = suggestion(name, tables.operations, "take a name of the portal")
            yield "booking", f"no such operation '{name}'", remedy


def _phrases(service: Service, tables: Tables) -> Found:
    if len(service.phrases) < MIN_PHRASES:
        what = f"are {len(service.phrases)}, at least {MIN_PHRASES} are needed"
        yield "phrases", what, "write more, as people really say it"
    for phrase in service.phrases:
        if not 1 <= len(phrase) <= MAX_PHRASE_CHARS:
            what = f"'{phrase[:30]}' has {len(phrase)} characters"
            yield "phrases", what, f"keep each between 1 and {MAX_PHRASE_CHARS}"
        found = latin_mongolian(phrase, tables.foreign)
        if found is not None:
            yield "phrases", *found
