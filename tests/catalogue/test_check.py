"""The report tells how long each answer is, and what to look at."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.catalogue.__main__ import main
from bot.catalogue.check import Answer, Hint, report
from bot.catalogue.loader import load_catalogue
from bot.catalogue.template import fill, is_well_formed, placeholders, without_placeholders
from bot.text.units import Units
from tests.catalogue.folder import edit, write_folder


def test_each_answer_is_measured_in_both_scripts(tmp_path: Path) -> None:
    found = report(load_catalogue(write_folder(tmp_path)))
    sizes = {(one.service, one.key): one for one in found.answers}
    text = "12 торгууль, нийт 1,250,000₮. " + "\n".join(["2026.11.23 1,250,000₮"] * 3)
    latin = "12 torguuli, niit 1,250,000 tug. " + "\n".join(["2026.11.23 1,250,000 tug"] * 3)
    assert sizes["fines", "found"] == Answer(
        service="fines",
        key="found",
        cyrillic=Units("UCS-2", len(text)),
        latin=Units("GSM-7", len(latin)),
        cyrillic_segments=2,
        latin_segments=1,
        cyrillic_pages=2,
        latin_pages=1,
    )
    assert ("fines", "row") not in sizes
    assert ("married", "found.yes") in sizes


def test_an_answer_over_one_page_and_a_fact_to_verify_are_hinted_at(tmp_path: Path) -> None:
    found = report(load_catalogue(write_folder(tmp_path)))
    file = "nlu_data/services/fines.yml"
    assert found.warnings == (
        Hint(file, "say.found", "takes 2 USSD pages (95 characters)"),
        Hint(file, "facts.fee_mnt", "is to be verified (source police, as of 2026-10-09)"),
    )


def test_a_quoted_fact_to_verify_is_measured_with_its_note(tmp_path: Path) -> None:
    root = write_folder(tmp_path)
    edit(root, "services/fines.yml", "торгууль алга.", "{fee_mnt}₮ торгууль алга.")
    found = report(load_catalogue(root))
    none = next(one for one in found.answers if (one.service, one.key) == ("fines", "none"))
    assert none.cyrillic.count == len("1234УНА: 20,000₮ торгууль алга. Баталгаажуулаарай: 1111")


def test_a_character_without_a_latin_form_is_hinted_at(tmp_path: Path) -> None:
    root = write_folder(tmp_path)
    edit(root, "services/licence.yml", "Бүрдүүлэх:", "Бүрдүүлэх 文:")
    hints = report(load_catalogue(root)).warnings
    assert any("without a Latin form" in hint.what for hint in hints)


def test_the_report_can_be_printed(tmp_path: Path) -> None:
    lines = list(report(load_catalogue(write_folder(tmp_path))).lines())
    assert lines[0].split() == ["service", "key", "units", "SMS", "USSD"]
    assert lines[-1] == (
        "11 texts: 12 SMS and 12 USSD pages in Cyrillic, 11 and 11 in Latin; 2 warning(s)"
    )


def test_the_checker_answers_ok(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = write_folder(tmp_path)
    assert main(["--root", str(root), "--sizes"]) == 0
    assert capsys.readouterr().out.endswith(f"OK: 5 services in {root}\n")


def test_the_checker_tells_the_problems_of_one_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = write_folder(tmp_path)
    edit(root, "services/fines.yml", "agency:", "agensy:")
    edit(root, "services/licence.yml", "category: civil", "category: civl")
    assert main(["--root", str(root), "--file", "fines.yml"]) == 1
    out = capsys.readouterr().out
    assert "agensy" in out
    assert "civl" not in out
    assert main(["--root", str(root), "--file", "married.yml"]) == 0


def test_a_template_names_and_fills_its_placeholders() -> None:
    template = "{count} ба {count}, {amount_mnt}₮"
    assert placeholders(template) == ("count", "amount_mnt")
    assert fill(template, {"count": "2", "amount_mnt": "{x}"}) == "2 ба 2, {x}₮"
    assert without_placeholders("{name}-ын") == "0-ын"


@pytest.mark.parametrize("template", ["{", "}", "{}", "{0}", "{a.b}", "{a[0]}", "{a!r}", "{a:>3}"])
def test_a_template_holds_nothing_but_names(template: str) -> None:
    assert not is_well_formed(template)
