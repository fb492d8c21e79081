"""Adds phrases to the files of nlu_data, as an edit of the text that leaves all else as it is."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from bot.catalogue.acts import check_acts
from bot.catalogue.helpline_service import PREFIX
from bot.catalogue.loader import load_catalogue
from bot.errors import CatalogueError
from bot.review.errors import RefusedPhrases
from bot.review.labels import ACT_SIGN
from bot.review.proposal import Addition


@dataclass(frozen=True)
class Added:
    """What was added to one file."""

    path: Path
    count: int


def add(folder: Path, additions: Sequence[Addition]) -> tuple[Added, ...]:
    """Add the phrases to nlu_data and check it; on any error leave every file as it was.

    Raises RefusedPhrases where a file has no list to add to, CatalogueError where the check fails.
    """
    phrases: dict[str, list[str]] = defaultdict(list)
    for addition in additions:
        phrases[addition.label].append(addition.phrase)
    before: dict[Path, bytes] = {}
    after: dict[Path, bytes] = {}
    found: dict[Path, int] = {}
    for label, listed in sorted(phrases.items()):
        path = _file(folder, label)
        before.setdefault(path, path.read_bytes())
        text = after.get(path, before[path]).decode("utf-8")
        after[path] = _extended(text, label, listed, path).encode()
        found[path] = found.get(path, 0) + len(listed)
    _write_checked(folder, before, after)
    return tuple(Added(path, count) for path, count in found.items())


def check(folder: Path) -> None:
    """Raise CatalogueError, listing every problem, where nlu_data is not in order."""
    check_acts(folder, load_catalogue(folder))


def _write_checked(folder: Path, before: dict[Path, bytes], after: dict[Path, bytes]) -> None:
    try:
        for path, content in after.items():
            _replace(path, content)
        check(folder)
    except (CatalogueError, OSError):
        for path, content in before.items():
            _replace(path, content)
        raise


def _replace(path: Path, content: bytes) -> None:
    """Write the whole file or nothing of it: the serving program reads it meanwhile."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    temporary.write_bytes(content)
    temporary.chmod(path.stat().st_mode)
    temporary.replace(path)


def _file(folder: Path, label: str) -> Path:
    if label.startswith(PREFIX):
        return folder / "helplines.yml"
    if not label.startswith(ACT_SIGN):
        return folder / "services" / f"{label}.yml"
    act = label.removeprefix(ACT_SIGN)
    path = folder / "acts" / f"{act}.yml"
    if not path.is_file():
        raise RefusedPhrases(f"nlu_data/acts has no file {path.name}")
    return path


def _extended(text: str, label: str, phrases: Sequence[str], path: Path) -> str:
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    lines = text.splitlines(keepends=True)
    if label.startswith(ACT_SIGN):
        examples = _examples(root, label.removeprefix(ACT_SIGN))
        if examples is None or examples.style != "|":
            raise RefusedPhrases(f"{path.name}: no `examples: |` to add to")
        last = _last_line(lines, examples.start_mark.line, examples.end_mark.line)
        shown = [f"- {phrase}" for phrase in phrases]
    else:
        listed = _child(_owner(root, label), "phrases")
        if not isinstance(listed, yaml.SequenceNode) or listed.flow_style or not listed.value:
            raise RefusedPhrases(f"{path.name}: no `phrases:` list with a line each to add to")
        end = listed.value[-1].end_mark
        last = _last_line(lines, listed.value[-1].start_mark.line - 1, end.line + (end.column > 0))
        shown = [
            yaml.safe_dump([phrase], allow_unicode=True, width=10**6).rstrip("\n")
            for phrase in phrases
        ]
    indent = _indent(lines, last)
    ending = "\r\n" if lines[last].endswith("\r\n") else "\n"
    if not lines[last].endswith("\n"):
        lines[last] += ending
    lines[last + 1 : last + 1] = [f"{indent}{line}{ending}" for line in shown]
    return "".join(lines)


def _indent(lines: Sequence[str], last: int) -> str:
    """Return what stands before the nearest "- " at or above the line."""
    item = next(line for line in reversed(lines[: last + 1]) if line.lstrip().startswith("- "))
    return item[: len(item) - len(item.lstrip())]


def _last_line(lines: Sequence[str], above: int, end: int) -> int:
    """Return the last line after `above` and before `end` that is not blank."""
    return max(place for place in range(above + 1, end) if lines[place].strip())


def _child(node: yaml.Node | None, name: str) -> yaml.Node | None:
    if not isinstance(node, yaml.MappingNode):
        return None
    return next((value for key, value in node.value if key.value == name), None)


def _owner(root: yaml.Node | None, label: str) -> yaml.Node | None:
    """Return the mapping that has the label's phrases: the file's own, or a helpline's."""
    if not label.startswith(PREFIX) or not isinstance(root, yaml.SequenceNode):
        return root
    line: yaml.Node
    for line in root.value:
        number = _child(line, "number")
        if number is not None and label == f"{PREFIX}{number.value}":
            return line
    return None


def _examples(root: yaml.Node | None, act: str) -> yaml.ScalarNode | None:
    listed = _child(root, "nlu")
    for entry in listed.value if isinstance(listed, yaml.SequenceNode) else ():
        intent, examples = _child(entry, "intent"), _child(entry, "examples")
        if intent is not None and intent.value == act and isinstance(examples, yaml.ScalarNode):
            return examples
    return None
