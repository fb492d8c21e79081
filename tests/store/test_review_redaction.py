"""Redaction: nothing that may lead to a person is left in what the review keeps."""

from __future__ import annotations

import random
import time
from datetime import date
from functools import cache

import pytest
import yaml

from bot.catalogue.loader import load_catalogue
from bot.language.training import read_acts
from bot.places import PROJECT, data_folder
from bot.review.redaction import MAX_CHARS, Redactor, is_telling, redactor_of

CASES = yaml.safe_load((PROJECT / "tests" / "cases" / "review.yml").read_text(encoding="utf-8"))
TODAY = date(2026, 11, 23)


SERVICES = tuple(load_catalogue(data_folder()).services.values())
ACTS = read_acts(data_folder() / "acts")


@cache
def _phrases() -> tuple[str, ...]:
    asked = [phrase for one in SERVICES for phrase in one.phrases]
    return (*asked, *(example.text for example in ACTS if example.act != "inform"))


@cache
def _redactor() -> Redactor:
    return redactor_of(SERVICES, ACTS)


@pytest.mark.parametrize(("said", "kept"), CASES["redacted"])
def test_what_may_lead_to_a_person_becomes_a_marker(said: str, kept: str) -> None:
    assert _redactor().redact(said, TODAY) == kept


@pytest.mark.parametrize("said", CASES["kept"])
def test_ordinary_words_stay(said: str) -> None:
    assert _redactor().redact(said, TODAY) == said


def test_no_figure_is_ever_left() -> None:
    rng = random.Random(5)  # noqa: S311 - reproducible on purpose
    letters = "абвУБxn.,-/ @№<>0123456789"
    for _ in range(2000):
        said = "".join(rng.choice(letters) for _ in range(rng.randint(1, 40)))
        kept = _redactor().redact(said, TODAY)
        assert not any(character.isdigit() for character in kept), said


def test_few_words_of_the_catalogue_are_taken_for_names_even_when_unknown() -> None:
    bare = Redactor(frozenset())
    hidden = [said for said in _phrases() if "<нэр>" in bare.redact(said, TODAY)]
    assert len(hidden) < 0.04 * len(_phrases())


def test_known_words_are_not_taken_for_names() -> None:
    hidden = [said for said in _phrases() if "<нэр>" in _redactor().redact(said, TODAY)]
    assert len(hidden) < 0.002 * len(_phrases())


def test_a_word_of_many_name_parts_takes_no_time() -> None:
    started = time.perf_counter()
    for said in ("ганбат" * 160, "ганбат" * 5, "ж" * 1000, "9" * 1000, "ганбат " * 140):
        _redactor().redact(said, TODAY)
    assert time.perf_counter() - started < 1.0


def test_a_long_story_is_cut_between_words() -> None:
    kept = _redactor().redact("торгууль 99112233 " * 40, TODAY)
    assert len(kept) <= MAX_CHARS
    assert set(kept.split()) == {"торгууль", "<утас>"}


@pytest.mark.parametrize(("kept", "telling"), [("<РД> <утас>", False), ("<РД> газар", True)])
def test_markers_alone_tell_nothing(kept: str, telling: bool) -> None:
    assert is_telling(kept) is telling
