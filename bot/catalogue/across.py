"""What the services must be true to together: neighbours exist, and nothing is said twice."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping

from bot.catalogue.problem import Problem, suggestion
from bot.catalogue.service import Service

_APART = frozenset("PSZ")
"""Unicode categories that separate words: punctuation, symbols, spaces."""


def phrase_key(phrase: str) -> str:
    """The phrase as it is compared: case folded, NFC, without punctuation."""
    folded = unicodedata.normalize("NFC", phrase).casefold()
    spaced = (" " if unicodedata.category(char)[0] in _APART else char for char in folded)
    return " ".join("".join(spaced).split())


def problems_across(services: Mapping[str, Service]) -> Iterator[Problem]:
    """What is wrong between the services."""
    yield from _neighbours(services)
    yield from _repeated_phrases(services)
    yield from _repeated_names(services, "title", lambda service: phrase_key(service.title))
    yield from _repeated_names(
        services, "short", lambda service: f"{service.category} {phrase_key(service.short)}"
    )


def _neighbours(services: Mapping[str, Service]) -> Iterator[Problem]:
    for service in services.values():
        for name in service.neighbours:
            if name == service.id:
                what, remedy = "names the service itself", "remove it"
                yield Problem(service.source_file, "neighbours", what, remedy)
            elif name not in services:
                remedy = suggestion(name, services, "remove it, or write that service's file")
                what = f"no such service '{name}'"
                yield Problem(service.source_file, "neighbours", what, remedy)


def _repeated_phrases(services: Mapping[str, Service]) -> Iterator[Problem]:
    claims: dict[str, Service] = {}
    for service in services.values():
        for phrase in service.phrases:
            key = phrase_key(phrase)
            other = claims.get(key)
            claims.setdefault(key, service)
            if other is None:
                continue
            where = "twice here" if other is service else f"in {other.source_file} too"
            remedy = "keep it where it belongs, reword the other"
            yield Problem(service.source_file, "phrases", f"'{phrase}' stands {where}", remedy)


def _repeated_names(
    services: Mapping[str, Service], key: str, name_of: Callable[[Service], str]
) -> Iterator[Problem]:
    groups: dict[str, list[Service]] = defaultdict(list)
    for service in services.values():
        groups[name_of(service)].append(service)
    for first, *others in groups.values():
        for other in others:
            what = f"'{getattr(other, key)}' is the {key} of {first.source_file} too"
            remedy = "reword one: a citizen must tell them apart in a menu"
            yield Problem(other.source_file, key, what, remedy)
