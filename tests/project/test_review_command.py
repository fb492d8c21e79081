"""`urtuu review`: a person reads, labels, exports, edits, applies; nothing happens by itself."""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pytest
import yaml
from sqlalchemy import select

from bot.catalogue.loader import load_catalogue
from bot.commands import main
from bot.demo import demo_settings
from bot.errors import CatalogueError, SettingsError
from bot.language.training import read_acts
from bot.places import data_folder
from bot.review.additions import add, check
from bot.review.errors import RefusedPhrases, UnknownLabel
from bot.review.labels import Owners, owners
from bot.review.proposal import Addition, proposed, written
from bot.settings import read_days, read_switch
from bot.storage import store_of
from bot.store.access import verify_access_chain
from bot.store.database import Store
from bot.store.models import AccessLog
from bot.store.review import Item, Seen, keep_seen

SEEN = Seen(
    "торгуулийн юм үзчих <дугаар>",
    "rejected",
    {
        "kind": "reject",
        "act": "ask_service",
        "confidence": 0.4,
        "services": [{"id": "vehicle_fines", "score": 0.09}],
    },
    "africastalking_sms",
    "cyrillic",
    date(2026, 11, 23),
)
LATIN = replace(SEEN, text="mashinii torguuliin yum uzchih", reason="corrected", script="latin")
ITEM = Item(
    number=1,
    text=LATIN.text,
    reason="corrected",
    decided=LATIN.decided,
    chosen=None,
    channel="terminal",
    script="latin",
    first_day=SEEN.day,
    last_day=SEEN.day,
    count=4,
    label="vehicle_fines",
)
FRESH = "торгуулийн юм үзчихмээр байна"
"""A phrase that no service has."""
CLAIMED = "паспорт захиалах"
"""A phrase of passport_order."""


def _store(folder: Path) -> Store:
    return store_of(
        demo_settings({"URTUU_VAR": str(folder)}, khur_url="", khur_token="", khur_key_pem=b"")
    )


@pytest.fixture
def queue(tmp_path: Path) -> Path:
    """The folder of a demo database with two utterances in its queue, the second said twice."""

    async def fill() -> None:
        store = _store(tmp_path)
        await store.migrate()
        async with store.write() as session:
            for seen in (SEEN, LATIN, LATIN):
                await keep_seen(session, seen, identity_channel="phone", address="+97688000003")
        await store.close()

    asyncio.run(fill())
    return tmp_path


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A copy of nlu_data."""
    folder = tmp_path / "nlu_data"
    shutil.copytree(data_folder(), folder)
    return folder


@pytest.fixture(scope="module")
def known() -> Owners:
    """The owners of the shipped phrases."""
    return owners(data_folder())


@dataclass(frozen=True)
class Said:
    """What the command printed and returned."""

    returncode: int
    stdout: str
    stderr: str


def _urtuu(folder: Path, *words: str, nlu_data: Path | None = None) -> Said:
    """Run the command in this process: starting another for each takes most of the time."""
    usual = dict(os.environ)
    os.environ["URTUU_VAR"] = str(folder)
    if nlu_data is not None:
        os.environ["URTUU_NLU_DATA"] = str(nlu_data)
    out, err = io.StringIO(), io.StringIO()
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            status = main(["review", "--demo", *words])
    except SystemExit as stop:
        status = int(stop.code or 0)
    finally:
        os.environ.clear()
        os.environ.update(usual)
    return Said(status, out.getvalue(), err.getvalue())


def _logged(folder: Path) -> Sequence[str]:
    async def read() -> Sequence[str]:
        store = _store(folder)
        async with store.read() as session:
            assert (await verify_access_chain(session)).broken_id is None
            rows = (await session.scalars(select(AccessLog).order_by(AccessLog.id))).all()
        await store.close()
        return [row.operation for row in rows if row.actor.startswith("operator:")]

    return asyncio.run(read())


def test_the_list_begins_with_the_most_frequent_and_narrows_to_a_reason(queue: Path) -> None:
    lines = _urtuu(queue, "list").stdout.splitlines()
    assert LATIN.text in lines[0]
    assert SEEN.text in lines[1]
    (line,) = _urtuu(queue, "list", "--reason", "rejected", "--json").stdout.splitlines()
    found = json.loads(line)
    assert (found["text"], found["count"]) == (SEEN.text, 1)
    assert found["decided"]["services"][0]["id"] == "vehicle_fines"


def test_every_reading_is_in_the_access_log(queue: Path) -> None:
    _urtuu(queue, "list")
    _urtuu(queue, "show", "1")
    _urtuu(queue, "export", str(queue / "proposal.yml"))
    assert _logged(queue) == ["review list", "review show 1", "review export"]


def test_one_utterance_is_shown_with_what_was_decided(queue: Path) -> None:
    shown = _urtuu(queue, "show", "1").stdout
    assert SEEN.text in shown
    assert "vehicle_fines" in shown
    assert "africastalking_sms" in shown


def test_a_label_takes_an_utterance_off_the_list_and_a_drop_deletes_it(queue: Path) -> None:
    assert _urtuu(queue, "label", "1", "vehicle_fines").stdout.strip() == "1: vehicle_fines"
    assert _urtuu(queue, "label", "2", "drop").stdout.strip() == "2: deleted"
    assert _urtuu(queue, "list").stdout.strip() == "nothing waits for a label"
    assert "= vehicle_fines" in _urtuu(queue, "list", "--labelled").stdout
    assert _urtuu(queue, "show", "2").returncode == 1


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("show", "99"), "no utterance 99; `urtuu review list`"),
        (("label", "99", "drop"), "no utterance 99"),
        (("label", "1", "vehicle_fine"), "nearest: vehicle_fines"),
        (("label", "1", "#humn"), "nearest: #human"),
        (("label", "1", "ш"), "allowed: an id of nlu_data/services"),
        (("apply", "missing.yml"), "missing.yml cannot be read"),
        (("list", "--limit", "0"), "1 or more"),
    ],
)
def test_what_cannot_be_done_is_said_with_the_remedy(
    queue: Path, words: tuple[str, ...], told: str
) -> None:
    answer = _urtuu(queue, *words)
    assert answer.returncode != 0
    assert told in answer.stderr


def test_labelled_utterances_become_phrases_only_by_an_edited_file(
    queue: Path, data: Path
) -> None:
    file = queue / "proposal.yml"
    _urtuu(queue, "label", "1", "vehicle_fines", nlu_data=data)
    _urtuu(queue, "label", "2", "#oos", nlu_data=data)
    before = load_catalogue(data).digest
    assert _urtuu(queue, "export", str(file), nlu_data=data).returncode == 0
    refused = _urtuu(queue, "apply", str(file), nlu_data=data)
    assert refused.returncode == 1
    assert "still holds a marker" in refused.stderr
    assert load_catalogue(data).digest == before
    file.write_text(file.read_text("utf-8").replace(" <дугаар>", "мээр байна"), encoding="utf-8")
    applied = _urtuu(queue, "apply", str(file), nlu_data=data)
    assert applied.returncode == 0, applied.stderr
    assert "services/vehicle_fines.yml: 1 added" in applied.stdout
    assert "acts/out_of_scope.yml: 1 added" in applied.stdout
    assert FRESH in load_catalogue(data).services["vehicle_fines"].phrases
    assert "2 phrases added" in applied.stdout


def test_what_was_typed_in_latin_is_proposed_in_cyrillic(known: Owners) -> None:
    text = written([ITEM], known)
    (phrase,) = yaml.safe_load(text)["services"]["vehicle_fines"]
    assert not any("a" <= letter <= "z" for letter in phrase)
    assert "торгуулийн" in phrase
    assert f"4x, typed: {ITEM.text}" in text


def test_what_an_owner_already_has_is_not_proposed(known: Owners) -> None:
    item = replace(ITEM, text=CLAIMED, script="cyrillic", label="passport_order")
    assert yaml.safe_load(written([item], known)) == {"services": {}, "acts": {}}


@pytest.mark.parametrize("text", ['"quoted": yes # no', "- биш", "тийм: үгүй", "'нэг", "*од"])
def test_any_words_survive_the_file(known: Owners, text: str) -> None:
    item = replace(ITEM, text=text, script="cyrillic")
    assert yaml.safe_load(written([item], known))["services"] == {"vehicle_fines": [text]}


@pytest.mark.parametrize(
    ("label", "phrase", "why"),
    [
        ("vehicle_fines", CLAIMED, "belongs to passport_order"),
        ("vehicle_fines", "Паспорт  захиалах!", "belongs to passport_order"),
        ("vehicle_fines", "болих", "belongs to #cancel"),
        ("vehicle_fines", "<дугаар> торгуультай юу", "still holds a marker"),
        ("vehicle_fines", "камер 3 удаа авчихжээ", "still holds a figure"),
        ("vehicle_fines", "torguuli baigaa yu harah", "has Mongolian in Latin letters"),
        ("vehicle_fines", "машины torguuli байгаа", "has Mongolian in Latin letters"),
        ("vehicle_fines", "урт " * 40, "at most 120 characters"),
        ("vehicle_fines", "???", "must have words"),
        ("vehicle_fine", FRESH, "nearest: vehicle_fines"),
        ("#humans", FRESH, "nearest: #human"),
    ],
)
def test_a_phrase_that_cannot_be_taken_is_refused_with_the_reason(
    known: Owners, label: str, phrase: str, why: str
) -> None:
    section = "acts" if label.startswith("#") else "services"
    groups = {section: {label.removeprefix("#"): [phrase, "өөр сайн өгүүлбэр энд байна"]}}
    with pytest.raises(RefusedPhrases, match=why):
        proposed(yaml.safe_dump(groups, allow_unicode=True), known)


def test_one_phrase_for_two_services_is_refused(known: Owners) -> None:
    text = f"services:\n  vehicle_fines: [{FRESH}]\n  fine_payment: [{FRESH}]\n"
    with pytest.raises(RefusedPhrases, match="keep it in one place"):
        proposed(text, known)


@pytest.mark.parametrize(
    "text", ["", "[]", "services: [a]", "services: {a: b}", "x: {}", "services: {a: [1]}", "a: ["]
)
def test_a_file_of_another_shape_is_refused(known: Owners, text: str) -> None:
    with pytest.raises(RefusedPhrases, match="expected `services:`"):
        proposed(text, known)


def test_a_phrase_that_is_there_already_is_passed_over(known: Owners) -> None:
    text = f"services:\n  vehicle_fines: [торгууль байгаа юу, {FRESH}, {FRESH}]\nacts:\n"
    assert proposed(text, known) == (Addition("vehicle_fines", FRESH),)


def test_adding_changes_nothing_but_the_lines_added(data: Path) -> None:
    service, act = data / "services" / "vehicle_fines.yml", data / "acts" / "human.yml"
    before = [path.read_text("utf-8").splitlines() for path in (service, act)]
    phrases = (Addition("vehicle_fines", FRESH), Addition("#human", "амьд хүнээс асууя даа"))
    add(data, phrases)
    for path, lines in zip((service, act), before, strict=True):
        now = path.read_text("utf-8").splitlines()
        (added,) = [line for line in now if line not in lines]
        assert added.strip().startswith("- ")
        now.remove(added)
        assert now == lines
    check(data)
    assert FRESH in load_catalogue(data).services["vehicle_fines"].phrases
    assert [e.act for e in read_acts(data / "acts") if "амьд хүнээс асууя" in e.text] == ["human"]


@pytest.mark.parametrize(
    ("tail", "ending"),
    [("", "\n"), ("neighbours: []\n", "\n"), ("\n\n# end\n", "\n"), ("", "\r\n"), ("cut", "\n")],
)
def test_a_list_anywhere_in_a_file_is_extended_at_its_end(
    data: Path, tail: str, ending: str
) -> None:
    path = data / "services" / "vehicle_fines.yml"
    text = path.read_text("utf-8").replace("neighbours: [fine_payment]\n", "")
    text = text.rstrip("\n") if tail == "cut" else text.rstrip("\n") + "\n" + tail
    path.write_bytes(text.replace("\n", ending).encode())
    add(data, [Addition("vehicle_fines", FRESH)])
    assert load_catalogue(data).services["vehicle_fines"].phrases[-1] == FRESH
    assert path.read_bytes().count(b"\r\n") in (0, path.read_bytes().count(b"\n"))


def test_a_failed_check_leaves_every_file_as_it_was(data: Path) -> None:
    def content() -> dict[Path, bytes]:
        return {path: path.read_bytes() for path in data.rglob("*.yml")}

    before = content()
    additions = (Addition("vehicle_fines", FRESH), Addition("fine_payment", CLAIMED))
    with pytest.raises(CatalogueError, match="passport_order"):
        add(data, additions)
    assert content() == before
    assert not list(data.rglob(".*"))


def test_every_label_that_is_offered_is_taken(known: Owners) -> None:
    assert {known.label(label) for label in known.labels} == set(known.labels)
    assert known.label("#oos") == "#out_of_scope"
    with pytest.raises(UnknownLabel, match="no service or act"):
        known.label("drop")


@pytest.mark.parametrize(("value", "is_on"), [(None, False), ("on", True), ("off", False)])
def test_the_review_is_off_unless_it_is_turned_on(value: str | None, is_on: bool) -> None:
    environ = {} if value is None else {"URTUU_REVIEW": value}
    assert read_switch(environ, "URTUU_REVIEW", default="off") is is_on


@pytest.mark.parametrize("value", ["yes", "1", "ON"])
def test_another_word_than_on_and_off_is_refused(value: str) -> None:
    with pytest.raises(SettingsError, match="URTUU_REVIEW: must be on or off"):
        read_switch({"URTUU_REVIEW": value}, "URTUU_REVIEW", default="off")


@pytest.mark.parametrize(("value", "days"), [("", 90), ("7", 7)])
def test_the_days_of_keeping_are_a_setting(value: str, days: int) -> None:
    assert read_days({"URTUU_REVIEW_DAYS": value}, "URTUU_REVIEW_DAYS", 90) == days


@pytest.mark.parametrize("value", ["0", "-1", "many"])
def test_keeping_for_no_day_or_for_ever_is_refused(value: str) -> None:
    with pytest.raises(SettingsError, match="URTUU_REVIEW_DAYS"):
        read_days({"URTUU_REVIEW_DAYS": value}, "URTUU_REVIEW_DAYS", 90)
