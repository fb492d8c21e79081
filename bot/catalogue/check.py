"""How long each answer of the catalogue is on the air, and what an author should look at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.catalogue.loader import Catalogue
from bot.catalogue.samples import sample_texts
from bot.catalogue.service import Service
from bot.text.latin import to_latin
from bot.text.pages import Screen, paginate
from bot.text.units import Units, is_gsm7, segments, units

_ALONE = ("row",)
"""Templates that are never sent by themselves."""
_HEARD = ("spoken",)
"""Templates that are read aloud, not sent."""


@dataclass(frozen=True)
class Answer:
    """One template filled with usual values, measured in both scripts."""

    service: str
    key: str
    """Path within `say`, such as "found" or "found.yes"."""
    cyrillic: Units
    latin: Units
    cyrillic_segments: int
    latin_segments: int
    cyrillic_pages: int
    """USSD pages of 80 UCS-2 characters."""
    latin_pages: int
    """USSD pages of 182 GSM-7 characters."""


@dataclass(frozen=True)
class Hint:
    """Something that works and that the author of a file should look at."""

    file: str
    key: str
    what: str

    def __str__(self) -> str:
        return f"{self.file}: key '{self.key}': {self.what}"


@dataclass(frozen=True)
class Report:
    """The sizes of every answer, in the order of the services, and the warnings."""

    answers: tuple[Answer, ...]
    warnings: tuple[Hint, ...]

    def lines(self) -> Iterator[str]:
        """The report for a terminal: a table of sizes, the warnings, the totals."""
        yield f"{'service':<32} {'key':<12} {'units':>11} {'SMS':>7} {'USSD':>7}"
        for one in self.answers:
            sizes = f"{one.cyrillic.count}/{one.latin.count}"
            messages = f"{one.cyrillic_segments}/{one.latin_segments}"
            pages = f"{one.cyrillic_pages}/{one.latin_pages}"
            yield f"{one.service:<32} {one.key:<12} {sizes:>11} {messages:>7} {pages:>7}"
        yield from (str(warning) for warning in self.warnings)
        yield self.totals

    @property
    def totals(self) -> str:
        """Texts, messages and pages of the whole catalogue, Cyrillic and Latin."""
        cyrillic = sum(one.cyrillic_segments for one in self.answers)
        latin = sum(one.latin_segments for one in self.answers)
        cyrillic_pages = sum(one.cyrillic_pages for one in self.answers)
        latin_pages = sum(one.latin_pages for one in self.answers)
        return (
            f"{len(self.answers)} texts: {cyrillic} SMS and {cyrillic_pages} USSD pages in "
            f"Cyrillic, {latin} and {latin_pages} in Latin; {len(self.warnings)} warning(s)"
        )


def report(catalogue: Catalogue) -> Report:
    """The sizes of every text that is sent, filled with usual values, and the warnings."""
    answers: list[Answer] = []
    warnings: list[Hint] = []
    for service in catalogue.services.values():
        for key, text in sample_texts(service, catalogue.slots).items():
            if key not in (*_ALONE, *_HEARD):
                answer = _measured(service, key, text)
                answers.append(answer)
                warnings.extend(_size_warnings(service, answer, text))
        warnings.extend(_fact_warnings(service))
    return Report(tuple(answers), tuple(warnings))


def _measured(service: Service, key: str, text: str) -> Answer:
    latin = to_latin(text)
    return Answer(
        service=service.id,
        key=key,
        cyrillic=units(text),
        latin=units(latin),
        cyrillic_segments=segments(text),
        latin_segments=segments(latin),
        cyrillic_pages=len(paginate(text, (), Screen.CYRILLIC)),
        latin_pages=len(paginate(latin, (), Screen.LATIN)),
    )


def _size_warnings(service: Service, answer: Answer, text: str) -> Iterator[Hint]:
    key = f"say.{answer.key}"
    if answer.cyrillic_pages > 1:
        what = f"takes {answer.cyrillic_pages} USSD pages ({answer.cyrillic.count} characters)"
        yield Hint(service.source_file, key, what)
    if not is_gsm7(to_latin(text)):
        what = "has a character without a Latin form: a Latin message of it costs as Cyrillic"
        yield Hint(service.source_file, key, what)


def _fact_warnings(service: Service) -> Iterator[Hint]:
    for name, fact in service.facts.items():
        if fact.verify:
            what = f"is to be verified (source {fact.source}, as of {fact.as_of or 'unknown'})"
            yield Hint(service.source_file, f"facts.{name}", what)
