"""Every service of the catalogue, from a citizen's first words to the last answer."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.catalogue.loader import load_catalogue
from bot.catalogue.service import Service, SlotSpec
from bot.catalogue.template import placeholders
from bot.message import Reply
from bot.places import PROJECT
from bot.text.compiler import MAX_SEGMENTS
from bot.text.pages import MAX_PAGES, Screen
from bot.text.units import segments
from channels.africastalking_sms import AfricasTalkingSms
from channels.africastalking_ussd import AfricasTalkingUssd
from tests.town import Phone, Town

PHONE, EVERYTHING = "+97688000001", "НЯ84031762"
"""The citizen of the simulator who stands in every register."""
MAX_TURNS = 12
MAX_MESSAGES = 2
"""SMS of at most three segments each: the consent with its seven items of the law needs two."""

UNKNOWN_VALUES: dict[str, str] = {}
"""Services whose answer may say that a value is not known, and why."""
NOTHING_FOUND = {
    "driver_licence_order_status": "requests are filed here, the simulator's agency has none",
}
"""Services whose answer is that there is no record, and why."""

CATALOGUE = load_catalogue(PROJECT / "nlu_data")
CASES: dict[str, Any] = yaml.safe_load(
    (Path(__file__).parents[1] / "cases" / "slots.yml").read_text(encoding="utf-8")
)
RESPONSES: dict[str, Any] = yaml.safe_load((PROJECT / "domain.yml").read_text(encoding="utf-8"))[
    "responses"
]
UNKNOWN = yaml.safe_load((PROJECT / "nlu_data" / "words.yml").read_text(encoding="utf-8"))[
    "unknown"
]
RAW_KEY = re.compile(r"\b[a-z]+_[a-z_]+\b|\b[a-z]+[A-Z]\w+|\b\d{4}-\d\d-\d\d\b|\bNone\b|[{}]")
"""A name of the code, a day as machines write it, an empty value, an unfilled placeholder."""
REGISTER_NUMBER = re.compile(r"[А-ЯЁӨҮ]{2}\d{8}")


def _response(name: str) -> str:
    return str(RESPONSES[name][0]["text"])


YES = {_response("utter_consent_question"), _response("utter_confirm")}
CODE = _response("utter_code_sent")
PICK_FIRST = {_response(f"utter_booking_{step}") for step in ("place", "service", "time")}
FAILURES = {
    _response(f"utter_{name}")
    for name in ("khur_down", "khur_refused", "visit_office", "code_expired", "booking_none")
}


@dataclass
class Walk:
    """One citizen's way through one service."""

    town: Town
    service: Service
    answers: dict[str, str]
    phone: Phone

    def replies(self) -> tuple[Reply, ...]:
        """Return what was answered last."""
        assert self.phone.heard is not None
        return self.phone.heard.replies

    def open(self) -> None:
        """Ask for the service in a citizen's words, and pick it where a few are offered."""
        self.phone.says(self.service.phrases[0])
        if self.service.short not in self._labels() and self._is_which():
            self.phone.says(self.service.title)
        if self.service.short in self._labels():
            self.phone.picks(self.service.short)

    def next(self) -> str | None:
        """Return what the citizen says to the open question; None where nothing is asked."""
        asked = self.replies()[-1].text
        for slot in map(CATALOGUE.slots.__getitem__, self.service.ask):
            if asked == slot.ask:
                return self._answer(slot)
        if asked == CODE:
            return self.town.code()
        if asked in PICK_FIRST:
            return "1"
        return "тийм" if asked in YES else None

    def _answer(self, slot: SlotSpec) -> str:
        return self.answers.get(slot.name) or str(CASES["slots"][slot.name])

    def _labels(self) -> list[str]:
        return [choice.label for choice in self.replies()[-1].choices]

    def _is_which(self) -> bool:
        which = {_response("utter_which"), _response("utter_which_unsure")}
        return self.replies()[-1].text in which


def walked(town: Town, service: Service) -> Walk:
    """Return the way through a service, each turn of it checked."""
    answers = {key: str(value) for key, value in CASES["services"].get(service.id, {}).items()}
    register_number = answers.pop("knows", EVERYTHING)
    town.knows(PHONE, register_number)
    walk = Walk(town, service, answers, town.phone(PHONE))
    walk.open()
    for _ in range(MAX_TURNS):
        check_turn(walk.replies(), register_number)
        said = walk.next()
        if said is None:
            return walk
        walk.phone.says(said)
    raise AssertionError(f"no end after {MAX_TURNS} turns: {walk.replies()}")


def check_turn(replies: tuple[Reply, ...], register_number: str) -> None:
    """Assert that an answer is in words, tells no secret and fits the routes."""
    for reply in replies:
        assert reply.text.strip()
        assert RAW_KEY.search(reply.text) is None, reply.text
        assert register_number not in reply.text
        assert reply.text not in FAILURES
    messages = AfricasTalkingSms().compose(replies)
    assert len(messages) <= MAX_MESSAGES
    assert all(segments(message) <= MAX_SEGMENTS for message in messages)
    for screen in (Screen.CYRILLIC, Screen.LATIN):
        pages = AfricasTalkingUssd(screen).compose(replies)
        assert len(pages) <= MAX_PAGES
        assert "…" not in pages[-1]
        assert all(screen.fits(page) for page in pages)


def said_by(service: Service, text: str) -> tuple[str, dict[str, str]] | None:
    """Return which text of the service was said and what filled it; None where none was."""
    for key in ("found", "found.yes", "found.no", "none", "answer", "done"):
        template = service.say.texts().get(key)
        match = template and re.match(_pattern(template), text, re.DOTALL)
        if match:
            return key, match.groupdict()
    return None


def _pattern(template: str) -> str:
    pattern = re.escape(template)
    for name in set(placeholders(template)):
        first, *others = pattern.split(re.escape(f"{{{name}}}"))
        pattern = first + f"(?P<{name}>.+?)" + f"(?P={name})".join(others)
    return f"{pattern}( |$)"


@pytest.mark.parametrize("name", CATALOGUE.services)
def test_a_service_is_served_from_the_first_words_to_the_answer(
    name: str, sqlite_town: Town
) -> None:
    service = CATALOGUE.services[name]
    final = walked(sqlite_town, service).replies()[-1]
    said = said_by(service, final.text)
    assert said is not None, f"not a text of {name}: {final.text}"
    key, values = said
    assert (key == "none") is (name in NOTHING_FOUND), final.text
    assert REGISTER_NUMBER.search(final.text) is None
    assert (UNKNOWN in final.text) is (name in UNKNOWN_VALUES), values


def test_each_slot_that_a_service_asks_for_has_an_answer() -> None:
    asked = {slot for service in CATALOGUE.services.values() for slot in service.ask}
    assert set(CASES["slots"]) == asked


def test_no_service_is_excused_that_is_not_there() -> None:
    excused = {*CASES["services"], *NOTHING_FOUND, *UNKNOWN_VALUES}
    assert excused <= set(CATALOGUE.services)


def test_no_confirmation_asks_what_the_question_after_it_asks() -> None:
    asking = {
        name
        for name, service in CATALOGUE.services.items()
        if (service.say.confirm or "").endswith("?")
    }
    assert asking == set()
