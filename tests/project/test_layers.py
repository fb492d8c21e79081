"""Imports go one way: channels → bot ← actions, and only bot/engine knows Rasa."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.places import PROJECT

ROOMS = ("bot", "channels", "actions", "voice")
COMPOSITION = frozenset({"bot/app.py", "bot/demo_app.py", "bot/commands/channels.py"})
"""The composition root, its demo twin and the list of doors may import every room."""
ALLOWED = {
    "bot": {"bot"},
    "channels": {"channels", "bot"},
    "actions": {"actions", "bot"},
    "voice": {"voice", "channels", "bot"},
}
PURE = ("bot/language", "bot/text", "bot/catalogue", "bot/store")
"""Rooms inside bot/ that know nothing of the dialogue engine."""


def _modules(*folders: str) -> Iterator[Path]:
    for folder in folders:
        yield from sorted((PROJECT / folder).rglob("*.py"))


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_only_the_rooms_below_it(room: str) -> None:
    wrong = [
        f"{path.relative_to(PROJECT)} imports {name}"
        for path in _modules(room)
        if str(path.relative_to(PROJECT)) not in COMPOSITION
        for name in _imports(path)
        if name.partition(".")[0] in ROOMS and name.partition(".")[0] not in ALLOWED[room]
    ]
    assert wrong == []


def test_only_the_engine_imports_rasa() -> None:
    wrong = [
        str(path.relative_to(PROJECT))
        for path in _modules(*ROOMS)
        if not path.is_relative_to(PROJECT / "bot" / "engine")
        and path.relative_to(PROJECT) != Path("bot/commands/rasa.py")
        and any(name.partition(".")[0] == "rasa" for name in _imports(path))
    ]
    assert wrong == []


def test_only_the_thin_classes_import_the_rasa_sdk() -> None:
    users = {
        str(path.relative_to(PROJECT))
        for path in _modules("actions", "channels", "voice")
        if any(name.partition(".")[0] == "rasa_sdk" for name in _imports(path))
    }
    assert users <= {"actions/rasa_actions.py", "actions/speech.py"}


def test_language_text_catalogue_and_store_know_nothing_of_the_engine() -> None:
    wrong = [
        f"{path.relative_to(PROJECT)} imports {name}"
        for path in _modules(*PURE)
        for name in _imports(path)
        if name.startswith(("bot.engine", "bot.turn", "bot.app", "bot.live"))
    ]
    assert wrong == []


def test_the_program_imports_nothing_of_the_tests_or_benchmarks() -> None:
    wrong = [
        str(path.relative_to(PROJECT))
        for path in _modules(*ROOMS)
        if any(name.partition(".")[0] in ("tests", "bench") for name in _imports(path))
    ]
    assert wrong == []


def test_the_corrections_of_rasa_stay_small() -> None:
    text = (PROJECT / "bot" / "engine" / "corrections.py").read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 150
