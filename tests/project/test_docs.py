"""Documentation that cannot fall behind: commands run, settings and folders are listed."""

from __future__ import annotations

import importlib
import re
import subprocess
from pathlib import Path

import pytest

from bot.commands import VERBS
from bot.commands.channels import markdown
from bot.places import PROJECT
from channels.registry import PLANS

README = (PROJECT / "README.md").read_text(encoding="utf-8")
SETTING = re.compile(r"URTUU_[A-Z0-9_]+[A-Z0-9]")
ONLY_FOR_TESTS = frozenset({"URTUU_REQUIRE_BROWSER"})


def _tracked(*patterns: str) -> list[Path]:
    listed = subprocess.run(  # noqa: S603
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *patterns],  # noqa: S607
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [PROJECT / line for line in listed.stdout.splitlines() if (PROJECT / line).is_file()]


@pytest.mark.parametrize("target", sorted(set(re.findall(r"\bmake ([a-z]+)", README))))
def test_every_make_target_of_the_readme_exists(target: str) -> None:
    subprocess.run(  # noqa: S603
        ["make", "--dry-run", target],  # noqa: S607
        cwd=PROJECT,
        check=True,
        capture_output=True,
    )


def test_the_readme_names_every_verb() -> None:
    assert [verb for verb in VERBS if f"`{verb}`" not in README] == []


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_help_with_an_example(verb: str) -> None:
    module = importlib.import_module(f"bot.commands.{verb}")
    answer = subprocess.run(  # noqa: S603
        [PROJECT / ".venv" / "bin" / "urtuu", verb, "--help"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert module.EXAMPLE in answer.stdout


def test_the_readme_lists_every_folder() -> None:
    folders = {path.relative_to(PROJECT).parts[0] for path in _tracked() if path.parent != PROJECT}
    listed = set(re.findall(r"^\| `(\w+)/`", README, flags=re.MULTILINE))
    assert listed == {name for name in folders if not name.startswith(".")}


def test_every_setting_is_documented() -> None:
    documented = set(SETTING.findall((PROJECT / "docs" / "settings.md").read_text("utf-8")))
    used = {
        name
        for path in _tracked("bot", "channels", "actions", "deploy", "Makefile")
        if path.suffix in (".py", ".sh") or path.name == "Makefile"
        for name in SETTING.findall(path.read_text(encoding="utf-8"))
    }
    used |= {setting.name for plan in PLANS for setting in plan.settings}
    beginnings = {name for name in used if any(known.startswith(f"{name}_") for known in used)}
    assert used - documented - ONLY_FOR_TESTS - beginnings == set()
    assert documented - used == set()


def test_the_doors_settings_are_those_that_the_program_prints() -> None:
    page = (PROJECT / "docs" / "settings.md").read_text(encoding="utf-8")
    table = page.split("<!-- doors -->\n", 1)[1].split("\n<!-- /doors -->", 1)[0]
    assert table == "\n".join(markdown()).rstrip(), "run `urtuu channels --markdown`"


def test_links_between_documents_lead_somewhere() -> None:
    broken = [
        f"{page.name}: {link}"
        for page in _tracked("*.md")
        for link in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8"))
        if not (page.parent / link).exists()
    ]
    assert broken == []


def test_every_direct_dependency_has_its_reason() -> None:
    reasons = (PROJECT / "docs" / "decisions.md").read_text(encoding="utf-8")
    project = (PROJECT / "pyproject.toml").read_text(encoding="utf-8")
    block = project.split("dependencies = [", 1)[1].split("]\n\n", 1)[0]
    names = {name.lower() for name in re.findall(r'^    "([A-Za-z0-9-]+)', block, re.MULTILINE)}
    assert {n for n in names if n not in reasons and not n.startswith("types-")} == set()
    assert len(names) > 10


def test_the_lock_names_no_registry() -> None:
    lock = (PROJECT / "requirements.lock").read_text(encoding="utf-8")
    assert "://" not in lock
    assert "--index" not in lock


def test_no_file_is_too_long() -> None:
    long = [
        f"{path.relative_to(PROJECT)}: {count}"
        for path in _tracked("*.py", "*.js", "*.css")
        if (count := len(path.read_text(encoding="utf-8").splitlines())) > 400
    ]
    assert long == []
