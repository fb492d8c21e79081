"""Helplines that are found in words: each becomes a service of kind `info` that says its number.

An emergency is an act of its own, answered with every emergency number at once; the other numbers
are asked for by name or by what they are for, and are ranked among the services.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from bot.catalogue.problem import Problem, suggestion
from bot.catalogue.service import Approval, Fact, Helpline, Kind, Say, Service

PREFIX = "helpline_"
"""What the id of a helpline's service begins with; its number follows."""
_NUMBER = "phone"


def helpline_services(lines: Iterable[Helpline], file: str) -> dict[str, Service]:
    """Return the services of the helplines that have phrases, by id; they stand in no menu group.

    `file` is the helplines' file as it is shown to people.
    """
    services = (_service(line, file) for line in lines if line.phrases)
    return {service.id: service for service in services}


def located(service: Service, problem: Problem) -> Problem:
    """Return the problem of a service; that of a helpline names its number in the key."""
    if not service.id.startswith(PREFIX):
        return problem
    return replace(problem, key=f"{service.id.removeprefix(PREFIX)}.{problem.key}")


def helpline_problems(
    lines: Iterable[Helpline], services: Mapping[str, Service], file: str
) -> Iterator[Problem]:
    """Return what is wrong in how the helplines are reached."""
    for line in lines:
        if line.service is not None and line.service not in services:
            what = f"no such service '{line.service}'"
            remedy = suggestion(line.service, services, "give the line phrases of its own")
            yield Problem(file, f"{line.number}.service", what, remedy)
        if not (line.emergency or line.phrases or line.service):
            what = "are missing, nothing that people say leads to this number"
            remedy = "write them, or name the `service` that answers with it"
            yield Problem(file, f"{line.number}.phrases", what, remedy)


def _service(line: Helpline, file: str) -> Service:
    note = f" {line.note}." if line.note else ""
    fact = Fact(_NUMBER, line.number, line.source, None, line.verify)
    return Service(
        id=f"{PREFIX}{line.number}",
        kind=Kind.INFO,
        category="",
        title=line.name,
        short=line.short,
        agency=None,
        ask=(),
        khur=None,
        booking=None,
        approval=Approval.NONE,
        sensitive=False,
        consent=None,
        facts={_NUMBER: fact},
        say=Say(answer=f"{line.name}: {{{_NUMBER}}}.{note}"),
        life_events=(),
        neighbours=(),
        phrases=line.phrases,
        source_file=file,
    )
