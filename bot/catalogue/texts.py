"""What the texts of one service must be: fillable, spelt in one alphabet, short enough to send."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bot.catalogue.problem import Problem, listing, suggestion
from bot.catalogue.rules import Found, Tables
from bot.catalogue.samples import sample_texts
from bot.catalogue.service import BOOKING_FIELDS, KhurCall, Operation, Service, SlotSpec
from bot.catalogue.template import is_well_formed, placeholders, without_placeholders
from bot.text.spelling import foreign_letters, is_composed, mixed_words
from bot.text.units import segments, units

MAX_SEGMENTS = 3
"""SMS segments of one answer: 201 Cyrillic characters; docs/services.md."""


def text_problems(service: Service, tables: Tables) -> Iterator[Problem]:
    """What is wrong in the texts that a citizen reads, and in the phrases."""
    operation = tables.operations.get(service.khur.operation) if service.khur else None
    for key, template in service.say.texts().items():
        for what, remedy in _template(service, key, template, operation):
            yield Problem(service.source_file, f"say.{key}", what, remedy)
    for key, what, remedy in (*_names(service), *_spelling(service)):
        yield Problem(service.source_file, key, what, remedy)
    for key, what, remedy in _sizes(service, tables.slots):
        yield Problem(service.source_file, key, what, remedy)


def _template(
    service: Service, key: str, template: str, operation: Operation | None
) -> Iterator[tuple[str, str]]:
    if not is_well_formed(template):
        yield "has a brace that is not a {name}", "write placeholders as {name} and no other brace"
    allowed = _allowed(service, key.partition(".")[0], operation)
    for name in placeholders(template):
        if name not in allowed:
            otherwise = f"it can say {listing(sorted(allowed)) or 'no placeholder'}"
            yield f"nothing fills {{{name}}}", suggestion(name, allowed, otherwise)


def _allowed(service: Service, key: str, operation: Operation | None) -> frozenset[str]:
    """The placeholders that can be filled where the text is said."""
    facts, slots = frozenset(service.facts), frozenset(service.ask)
    booked = frozenset(BOOKING_FIELDS if service.booking else ())
    kept = _said_of_answer(service.khur, operation)
    return {
        "found": facts | slots | kept,
        "row": frozenset(service.khur.keep if service.khur else ()),
        "none": facts | slots,
        "answer": facts | slots,
        "intro": facts,
        "confirm": facts | slots | booked | kept,
        "done": facts | slots | booked | kept | {"number"},
        "unavailable": frozenset[str](),
        "spoken": facts | slots | booked | kept,
    }[key]


def _said_of_answer(call: KhurCall | None, operation: Operation | None) -> frozenset[str]:
    """Kept fields that have one value: of rows, the sums of money, and what stands beside them."""
    if call is None:
        return frozenset()
    if call.rows is None:
        return frozenset(call.keep)
    beside = operation.outputs if operation else frozenset[str]()
    single = {name for name, kind in call.keep.items() if kind == "mnt" or name in beside}
    return frozenset(single | {"count", "rows"})


def _names(service: Service) -> Found:
    """Two things of one name: a template could not tell them apart."""
    kept = set(service.khur.keep) if service.khur else set()
    reserved = {"count", "rows"} if service.khur and service.khur.rows else set()
    groups = {"ask": set(service.ask), "facts": set(service.facts), "khur.keep": kept}
    taken = dict.fromkeys(reserved, "a word of `say.found`")
    for group, names in groups.items():
        for name in sorted(names & set(taken)):
            yield group, f"'{name}' is already {taken[name]}", "give it another name"
        taken |= dict.fromkeys(names, f"a name of `{group}`")


def _spelling(service: Service) -> Found:
    for key, text in _written(service):
        own = without_placeholders(text)
        if not is_composed(text):
            yield key, "is not NFC", "save the file as NFC: й and ё as one character"
            continue
        for word in mixed_words(own):
            remedy = "write the whole word in Cyrillic"
            yield key, f"Latin letters inside the Cyrillic word '{word}'", remedy
        for letter, meant in foreign_letters(own).items():
            yield key, f"'{letter}' is not a Mongolian letter", f"write '{meant}'"


def _written(service: Service) -> Iterator[tuple[str, str]]:
    yield "title", service.title
    yield "short", service.short
    yield "agency", service.agency or ""
    if service.consent:
        yield "consent.purpose", service.consent.purpose
        yield "consent.data", service.consent.data
    for name, fact in service.facts.items():
        yield f"facts.{name}.value", fact.text
    for key, text in service.say.texts().items():
        yield f"say.{key}", text
    for phrase in service.phrases:
        yield "phrases", phrase


def _sizes(service: Service, slots: Mapping[str, SlotSpec]) -> Found:
    for key, text in sample_texts(service, slots).items():
        if key in ("row", "spoken"):
            continue
        count = segments(text)
        if count > MAX_SEGMENTS:
            what = f"is {count} SMS ({units(text).count} characters) when filled"
            remedy = f"shorten it to {MAX_SEGMENTS} SMS, that is 201 characters"
            yield f"say.{key}", what, remedy
