"""The documents that a run writes."""

from __future__ import annotations

from pathlib import Path

import pytest

from interop.errors import InteropError
from interop.peer import Check, Result
from interop.report import BEGIN, END, put, table
from interop.results import Kept

DOOR = "twilio_sms"


def _run(*errors: tuple[str, str, str | None], checks: tuple[Check, ...] = ()) -> Kept:
    results = tuple(
        Result(DOOR, conversation, script, error, 1.0, ())
        for conversation, script, error in errors
    )
    return Kept("peer", "A peer 1.0", "2026-11-23", results, checks, None)


def test_the_table_tells_what_passed_in_which_script() -> None:
    run = _run(
        ("fine", "cyrillic", None),
        ("fine", "latin", None),
        ("information", "cyrillic", None),
        ("information", "latin", "no answer came"),
        ("complaint", "cyrillic", "no answer came"),
        ("complaint", "latin", "no answer came"),
    )
    *_, row = table([run])
    cells = [cell.strip() for cell in row.strip("|").split("|")]
    assert cells == [
        f"`{DOOR}`",
        "A peer 1.0",
        "passed in both scripts",
        "passed in cyrillic alone, failed else",
        "failed",
    ]


@pytest.mark.parametrize(
    ("run", "passed"),
    [
        (_run(("fine", "latin", None)), True),
        (_run(("fine", "latin", "no answer came")), False),
        (_run(("fine", "latin", None), checks=(Check("", passed=False),)), False),
        (_run(), False),
    ],
)
def test_a_run_has_passed_when_something_was_tried_and_nothing_failed(
    run: Kept, passed: bool
) -> None:
    assert run.passed is passed


def test_what_stands_around_the_table_stays(tmp_path: Path) -> None:
    page = tmp_path / "channels.md"
    page.write_text(f"# Doors\n{BEGIN}\nold\n{END}\nafter\n", "utf-8")
    put(page, "new")
    assert page.read_text("utf-8") == f"# Doors\n{BEGIN}\nnew\n{END}\nafter\n"


def test_a_page_without_its_marks_is_left_alone(tmp_path: Path) -> None:
    page = tmp_path / "channels.md"
    page.write_text("# Doors\n", "utf-8")
    with pytest.raises(InteropError):
        put(page, "new")
    assert page.read_text("utf-8") == "# Doors\n"
