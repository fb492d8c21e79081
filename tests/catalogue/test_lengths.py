"""What is answered first is put together and measured as the doors write it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.catalogue.firsts import First, Notes, first_answers, read_notes, read_responses
from bot.catalogue.lengths import Lengths, lengths, ussd_pages
from bot.catalogue.loader import load_catalogue
from bot.catalogue.responses import response_answers
from bot.commands import main
from bot.places import PROJECT
from bot.text.pages import Screen
from tests.catalogue.folder import edit, write_folder

NOTES = Notes("Баталгаажуулаарай: 1111.", "Мессежээр авах")
OFFER = NOTES.sms_offer


def _firsts(root: Path) -> dict[str, First]:
    return {one.name: one for one in first_answers(load_catalogue(root), NOTES)}


def _measured(*texts: str, labels: Sequence[str] = (), ends: bool = False) -> Lengths:
    return lengths([First("x", "x.yml", "say.answer", texts, tuple(labels), ends)], OFFER)


def test_a_service_with_a_slot_asks_for_it_first(tmp_path: Path) -> None:
    first = _firsts(write_folder(tmp_path))["fines"]
    assert first == First("fines", "nlu_data/slots.yml", "plate_number.ask", ("Улсын дугаар?",))


def test_a_service_of_a_known_person_asks_who_it_is(tmp_path: Path) -> None:
    first = _firsts(write_folder(tmp_path))["married"]
    assert (first.key, first.texts) == ("register_number.ask", ("Регистр?",))


def test_what_is_only_told_comes_with_its_neighbours(tmp_path: Path) -> None:
    root = write_folder(tmp_path)
    catalogue, first = load_catalogue(root), _firsts(root)["licence"]
    beside = [catalogue.services[name].short for name in catalogue.services["licence"].neighbours]
    assert first.ends
    assert first.key == "say.answer"
    assert list(first.labels) == beside


def test_a_fact_to_verify_adds_the_note_of_the_words(tmp_path: Path) -> None:
    root = write_folder(tmp_path)
    edit(root, "services/licence.yml", "Бүрдүүлэх:", "{fee_mnt}₮. Бүрдүүлэх:")
    edit(
        root,
        "services/licence.yml",
        "facts:",
        "facts:\n  fee_mnt: {value: 500, source: police, verify: true}",
    )
    said = _firsts(root)["licence"].texts[-1]
    assert said.startswith("500₮. ")
    assert said.endswith(f" {NOTES.verify}")


def test_an_introduction_is_what_its_author_would_shorten() -> None:
    catalogue = load_catalogue(PROJECT / "nlu_data")
    notes = read_notes(PROJECT / "nlu_data")
    first = next(
        one for one in first_answers(catalogue, notes) if one.name == "driver_licence_order"
    )
    assert first.key == "say.intro"
    assert first.texts[1] == catalogue.slots["replace_reason"].ask
    assert first.labels == tuple(catalogue.slots["replace_reason"].options.values())


def test_options_and_their_numbers_are_measured_too() -> None:
    row = _measured("ү" * 60, labels=["ү" * 8]).rows[0]
    assert row.cyrillic.count == 71
    assert (row.cyrillic_segments, row.latin_segments) == (2, 1)


def test_the_border_of_what_a_first_answer_may_take() -> None:
    assert _measured("ү" * 134).warnings == ()
    (hint,) = _measured("ү" * 135).warnings
    assert str(hint) == (
        "x.yml: key 'say.answer': the first answer takes 3 SMS in Cyrillic (2 meant): "
        "shorten it by 1 characters"
    )


def test_latin_has_one_segment_and_says_by_how_much_it_is_passed() -> None:
    (hint,) = _measured("ц" * 100).warnings
    assert "2 SMS in Latin (1 meant): shorten it by 40 characters" in str(hint)
    assert "Cyrillic" not in str(hint)


def test_more_than_four_pages_are_warned_of() -> None:
    (hint,) = _measured(" ".join(["үүүүүүү"] * 45)).warnings
    assert "6 USSD pages (4 meant)" in str(hint)


def test_a_long_answer_on_ussd_offers_a_text_message_and_an_open_question_does_not() -> None:
    text = " ".join(["үүүүүүү"] * 27)
    closed = First("x", "x.yml", "say.answer", (text,), ends=True)
    asking = First("x", "x.yml", "say.intro", (text,))
    assert f"1 {OFFER}" in ussd_pages(closed, Screen.CYRILLIC, OFFER)[-1]
    assert OFFER not in ussd_pages(asking, Screen.CYRILLIC, OFFER)[-1]


def test_the_longest_come_first_and_the_totals_count_what_fits() -> None:
    short = First("a", "a.yml", "say.answer", ("Тийм.",))
    long = First("b", "b.yml", "say.answer", ("ү" * 202,))
    found = lengths([short, long], OFFER)
    assert [row.first.name for row in found.rows] == ["b", "a"]
    assert found.totals == (
        "2 first answers: 1 (50.0 %) fit 2 SMS in Cyrillic and 1 in Latin, 2 fit 4 USSD pages"
    )
    header, first, _ = found.lines()
    assert header.split() == ["first", "answer", "units", "SMS", "USSD"]
    assert first.split() == ["b", "202/202", "4/2", "4/2"]


def test_every_response_of_the_dialogue_is_filled_and_measured() -> None:
    responses = read_responses()
    found = response_answers(load_catalogue(PROJECT / "nlu_data"), responses)
    assert [one.name for one in found] == list(responses)
    assert not any("{" in text or "…" in text for one in found for text in one.texts)
    emergency = next(one for one in found if one.name == "utter_emergency")
    assert "103" in emergency.texts[0]
    assert emergency.labels == ("Лавлах утас",)


def test_the_command_prints_the_sizes_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert set(told) == {"services", "dialogue", "warnings"}
    assert {"name", "file", "key", "cyrillic", "latin_pages"} <= set(told["services"][0])


def test_the_command_prints_the_table_only_when_asked(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check"]) == 0
    brief = capsys.readouterr().out
    assert main(["check", "--units"]) == 0
    whole = capsys.readouterr().out
    assert "fit 2 SMS in Cyrillic" in brief
    assert len(whole.splitlines()) > 150 > len(brief.splitlines())
