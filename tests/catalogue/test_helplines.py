"""Each helpline is found in words, and is answered with its number."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml

from bot.catalogue.acts import check_acts
from bot.catalogue.helpline_service import PREFIX
from bot.catalogue.loader import Catalogue, load_catalogue
from bot.catalogue.rules import MIN_PHRASES
from bot.catalogue.service import Fact, Helpline, Kind
from bot.catalogue.template import fill
from bot.review.additions import add
from bot.review.proposal import Addition
from tests.catalogue.folder import edit, write_folder

SHIPPED = Path(__file__).parents[2] / "nlu_data"
CASES = Path(__file__).parents[1] / "cases" / "catalogue" / "emergency.yml"
EMERGENCY: dict[str, list[str]] = yaml.safe_load(CASES.read_text(encoding="utf-8"))
CATALOGUE = load_catalogue(SHIPPED)
OWN_PHRASES = ", ".join(f"лавлах утас {word}" for word in "абвгдеёжзийклм")


@pytest.fixture(scope="module")
def urgent() -> frozenset[str]:
    """What the act that says all emergency numbers learns from."""
    examples = check_acts(SHIPPED, CATALOGUE)
    return frozenset(example.text for example in examples if example.act == "emergency")


@pytest.mark.parametrize("line", CATALOGUE.helplines, ids=lambda line: line.number)
def test_enough_phrases_lead_to_each_helpline(line: Helpline, urgent: frozenset[str]) -> None:
    named = set(EMERGENCY.get(line.number, ()))
    answered = CATALOGUE.services[line.service].phrases if line.service else ()

    assert named <= urgent
    assert len({*named, *line.phrases, *answered}) >= MIN_PHRASES


def test_a_service_named_for_a_helpline_says_its_number() -> None:
    silent = [
        line.number
        for line in CATALOGUE.helplines
        if line.service
        and line.number
        not in {fact.text for fact in CATALOGUE.services[line.service].facts.values()}
    ]
    assert silent == []


def test_the_answer_of_a_helpline_is_its_name_its_number_and_its_note() -> None:
    service = CATALOGUE.services["helpline_110"]

    assert service.kind is Kind.INFO
    assert service.facts == {"phone": Fact("phone", "110", "crc_num", None, verify=False)}
    assert fill(service.say.answer or "", {"phone": "110"}) == (
        "Авлигатай тэмцэх газар: 110. Үнэгүй дугаар."
    )


def test_helplines_stand_in_no_menu_and_after_the_services() -> None:
    found = [name for name in CATALOGUE.services if name.startswith(PREFIX)]
    listed = {one.id for name in CATALOGUE.categories for one in CATALOGUE.by_category(name)}

    assert found == list(CATALOGUE.services)[-len(found) :]
    assert listed.isdisjoint(found)


def _with_phrases(parent: Path) -> Catalogue:
    root = write_folder(parent)
    edit(root, "helplines.yml", "service: licence", f"phrases: [{OWN_PHRASES}, лавлах утас өгөөч]")
    return load_catalogue(root)


def test_a_line_with_phrases_of_its_own_is_asked_for_like_a_service(tmp_path: Path) -> None:
    catalogue = _with_phrases(tmp_path)
    service = catalogue.services["helpline_1111"]

    assert len(service.phrases) == MIN_PHRASES
    assert (service.title, service.short) == ("Засгийн газрын лавлах", "Лавлах")
    assert service.source_file == "nlu_data/helplines.yml"
    assert service.facts["phone"].verify
    assert "helpline_102" not in catalogue.services


def test_a_reviewed_phrase_is_added_to_its_helpline(tmp_path: Path) -> None:
    root = tmp_path / "nlu_data"
    shutil.copytree(SHIPPED, root)
    path = root / "helplines.yml"
    before = path.read_text(encoding="utf-8").splitlines()

    add(root, [Addition("helpline_115", "дэлгүүрийг гомдоллох газрын утас")])

    now = path.read_text(encoding="utf-8").splitlines()
    added = [line for line in now if line not in before]
    assert added == ["  - дэлгүүрийг гомдоллох газрын утас"]
    assert load_catalogue(root).services["helpline_115"].phrases[-1] == added[0][4:]
