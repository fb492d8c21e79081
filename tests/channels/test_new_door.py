"""A new door is one file, one line and one case file: shown by adding one to a copy."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).parents[2]
_NEEDED = ("bot", "channels", "actions", "tests", "nlu_data", "pyproject.toml")
_DOOR = '''"""Messages by a ministry's own gateway: a form with `who`, `id` and `words`."""

from __future__ import annotations

from bot.message import Inbound, Session
from channels.base import HttpChannel, Posted, Turn
from channels.form import read_form, read_keys, read_text
from channels.guard import Gate
from channels.plan import Opened, Plan, Setting, Tools, Values


class Pigeon(HttpChannel):
    """The channel "pigeon"."""

    name = "pigeon"
    path = "pigeon"

    def sender(self, posted: Posted) -> str:
        """The telephone number that wrote."""
        return read_form(posted).phone("who")

    async def parse(self, posted: Posted, turn: Turn) -> Inbound:
        """One message."""
        form = read_form(posted)
        words = form.required("words", 400)
        return Inbound(
            self.name,
            form.phone("who"),
            form.token("id"),
            Session.NONE,
            read_text(words),
            read_keys(words),
            None,
            posted.received_at,
        )


def _opens(values: Values, tools: Tools) -> Opened:
    return Opened(Pigeon(), Gate(values.secret("URTUU_PIGEON_SECRET")))


PLAN = Plan(
    "pigeon", "a gateway", (Setting("URTUU_PIGEON_SECRET", "a word", secret=True),), _opens
)
'''
_CASES = """settings: {URTUU_PIGEON_SECRET: a-secret-for-the-test-of-pigeons}
cases:
- label: a message
  request: {form: {who: "+97699000001", id: p-1, words: Паспорт сунгах}}
  expect:
    status: 200
    inbound: {text: Паспорт сунгах, address: "+97699000001", message_id: p-1}
- label: a message without a number is refused
  request: {form: {id: p-2, words: a}}
  expect: {status: 400, body: field who is missing, inbound: null}
- label: a wrong secret finds nothing
  request: {secret: wrong-secret-of-the-same-length-, form: {who: "+97699000001", id: p, words: a}}
  expect: {status: 404, inbound: null}
"""


def _copy(folder: Path) -> Path:
    """A copy of the project with the new door's file and its one line."""
    for name in _NEEDED:
        source = PROJECT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, folder / name)
    (folder / "channels" / "pigeon.py").write_text(_DOOR, encoding="utf-8")
    registry = folder / "channels" / "registry.py"
    text = registry.read_text(encoding="utf-8")
    text = text.replace("    chat,\n", "    chat,\n    pigeon,\n", 1)
    text = text.replace("    chat.PLAN,\n", "    chat.PLAN,\n    pigeon.PLAN,\n", 1)
    registry.write_text(text, encoding="utf-8")
    return folder


def _run_cases(folder: Path, only: str) -> subprocess.CompletedProcess[str]:
    return _run(folder, ["tests/channels/test_cases.py"], only)


def _run(folder: Path, files: list[str], only: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *files, "-k", only]
    environ = {**os.environ, "PYTHONPATH": str(folder), "URTUU_VAR": str(folder / "var")}
    return subprocess.run(  # noqa: S603 - fixed arguments
        command, cwd=folder, env=environ, capture_output=True, text=True, timeout=120, check=False
    )


def test_a_door_of_one_file_one_line_and_one_case_file_is_in_service(tmp_path: Path) -> None:
    folder = _copy(tmp_path)
    (folder / "tests" / "cases" / "channels" / "pigeon.yml").write_text(_CASES, encoding="utf-8")
    ran = _run_cases(folder, "pigeon or has_cases or plain_door")
    assert ran.returncode == 0, ran.stdout[-2000:]
    assert "6 passed" in ran.stdout


def test_the_proofs_of_every_door_need_no_entry_for_a_plain_one(tmp_path: Path) -> None:
    folder = _copy(tmp_path)
    (folder / "tests" / "cases" / "channels" / "pigeon.yml").write_text(_CASES, encoding="utf-8")
    proofs = [f"tests/channels/test_{name}.py" for name in ("fuzz", "once", "refusals")]
    ran = _run(folder, proofs, "every_registered_door or plain_door")
    assert ran.returncode == 0, ran.stdout[-2000:]


def test_a_registered_door_without_cases_fails_the_suite(tmp_path: Path) -> None:
    ran = _run_cases(_copy(tmp_path), "has_cases")
    assert ran.returncode == 1, ran.stdout[-2000:]
    assert "pigeon" in ran.stdout
