"""Reading nlu_data/ into a Catalogue: every file is checked, every mistake listed at once."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypedDict

import yaml

from bot.catalogue.across import problems_across
from bot.catalogue.helpline_service import helpline_problems, helpline_services, located
from bot.catalogue.latin import FOREIGN_FILE, foreign_words
from bot.catalogue.problem import Problem
from bot.catalogue.rules import Tables, service_problems
from bot.catalogue.service import Helpline, Operation, Service, SlotSpec, Source
from bot.catalogue.service_file import read_service
from bot.catalogue.tables import (
    read_categories,
    read_helplines,
    read_operations,
    read_slots,
    read_sources,
)
from bot.catalogue.texts import text_problems
from bot.catalogue.yaml_file import parse_yaml
from bot.errors import CatalogueError

logger = logging.getLogger(__name__)

OPERATION_FILES = ("khur_operations.json", "khur_extra.json")
"""The portal's catalogue and, where it is there, what the portal leaves out."""


@dataclass(frozen=True)
class Catalogue:
    """Everything the state offers, as nlu_data/ says it."""

    services: Mapping[str, Service]
    """By id, in the order of their categories, then of their ids; last the askable helplines."""
    slots: Mapping[str, SlotSpec]
    categories: Mapping[str, str]
    """Key: title, in menu order."""
    operations: Mapping[str, Operation]
    sources: Mapping[str, Source]
    helplines: tuple[Helpline, ...]
    foreign: frozenset[str]
    """Words in Latin letters, in lower case, that a phrase may hold."""
    digest: str
    """SHA-256 of the files read, in hexadecimal: the same files give the same digest."""

    def by_category(self, category: str) -> tuple[Service, ...]:
        """The services of one menu group, by id; () for an unknown group."""
        return tuple(one for one in self.services.values() if one.category == category)


def load_catalogue(root: Path) -> Catalogue:
    """The catalogue in the folder `root` (nlu_data).

    Raises CatalogueError, whose message lists every problem with file, key and remedy.
    """
    catalogue, problems = read_catalogue(root)
    if problems:
        lines = "\n".join(str(problem) for problem in problems)
        raise CatalogueError(f"{len(problems)} problem(s) in {root.name}/\n{lines}")
    logger.debug("read %s services, digest %s", len(catalogue.services), catalogue.digest[:12])
    return catalogue


def read_catalogue(root: Path) -> tuple[Catalogue, tuple[Problem, ...]]:
    """What could be read of the folder `root`, and every problem, by file."""
    folder = _Folder(root)
    tables = _read_tables(folder)
    helplines = read_helplines(
        folder.yaml("helplines.yml", []), tables.sources, **folder.place("helplines.yml")
    )
    read = {}
    for name in folder.service_names():
        path = f"services/{name}.yml"
        data = folder.yaml(path, None)
        if data is not None:
            read[name] = read_service(data, name=name, **folder.place(path))
    read |= helpline_services(helplines, folder.shown("helplines.yml"))
    folder.problems.extend(helpline_problems(helplines, read, folder.shown("helplines.yml")))
    for service in read.values():
        found = (*service_problems(service, tables), *text_problems(service, tables))
        folder.problems.extend(located(service, problem) for problem in found)
    folder.problems.extend(problems_across(read))
    catalogue = Catalogue(
        services=_in_menu_order(read, tables.categories),
        slots=tables.slots,
        categories=tables.categories,
        operations=tables.operations,
        sources=tables.sources,
        helplines=helplines,
        foreign=tables.foreign,
        digest=folder.digest.hexdigest(),
    )
    return catalogue, tuple(sorted(folder.problems, key=lambda problem: problem.file))


class _Place(TypedDict):
    """Where a file's problems go."""

    file: str
    report: Callable[[Problem], None]


@dataclass
class _Folder:
    """The folder being read: what was read so far, as a digest, and what was wrong."""

    root: Path
    problems: list[Problem] = field(default_factory=list)
    digest: hashlib._Hash = field(default_factory=hashlib.sha256)

    def place(self, path: str) -> _Place:
        """Where a file's problems are reported, as keyword arguments of the readers."""
        return {"file": self.shown(path), "report": self.problems.append}

    def shown(self, path: str) -> str:
        return f"{self.root.name}/{path}"

    def service_names(self) -> list[str]:
        return sorted(path.stem for path in (self.root / "services").glob("*.yml"))

    def text(self, path: str) -> str | None:
        try:
            content = (self.root / path).read_bytes()
        except OSError as error:
            what = f"cannot be read ({error.strerror})"
            self._wrong(path, what, "put the file there")
            return None
        self.digest.update(f"{path}\0{len(content)}\0".encode() + content)
        try:
            return content.decode("utf-8")
        except UnicodeDecodeError as error:
            self._wrong(path, f"is not UTF-8 at byte {error.start}", "save it as UTF-8")
            return None

    def yaml(self, path: str, otherwise: object) -> object:
        text = self.text(path)
        if text is None:
            return otherwise
        try:
            data = parse_yaml(text)
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            line = f" at line {mark.line + 1}" if mark else ""
            what = f"is not YAML{line}: {getattr(error, 'problem', None) or error}"
            self._wrong(path, what, "mend that line: quote texts that hold ': ' or begin with {")
            return otherwise
        if data is None:
            self._wrong(path, "is empty", "fill it, or remove it")
            return otherwise
        return data

    def _wrong(self, path: str, what: str, remedy: str) -> None:
        self.problems.append(Problem(self.shown(path), None, what, remedy))


def _read_tables(folder: _Folder) -> Tables:
    return Tables(
        slots=read_slots(folder.yaml("slots.yml", {}), **folder.place("slots.yml")),
        categories=read_categories(
            folder.yaml("categories.yml", {}), **folder.place("categories.yml")
        ),
        sources=read_sources(folder.yaml("sources.yml", {}), **folder.place("sources.yml")),
        operations=_read_operations(folder),
        foreign=foreign_words(folder.yaml(FOREIGN_FILE, {})),
    )


def _read_operations(folder: _Folder) -> dict[str, Operation]:
    operations: dict[str, Operation] = {}
    required, *optional = OPERATION_FILES
    for name in (required, *(name for name in optional if (folder.root / name).exists())):
        text = folder.text(name)
        if text is None:
            continue
        try:
            operations |= read_operations(text, **folder.place(name))
        except ValueError as error:
            what = f"is not JSON ({error})"
            folder.problems.append(
                Problem(folder.shown(name), None, what, "take the file from its source again")
            )
    return operations


def _in_menu_order(
    services: Mapping[str, Service], categories: Mapping[str, str]
) -> dict[str, Service]:
    order = {name: place for place, name in enumerate(categories)}
    last = len(order)
    ordered = sorted(services.values(), key=lambda one: (order.get(one.category, last), one.id))
    return {service.id: service for service in ordered}
