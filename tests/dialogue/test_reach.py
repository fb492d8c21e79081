"""A crawler: every service within reach of a keypad, and its first answer short enough to pay for.

It dials and writes as a citizen does, through the real dialogue, and measures what the doors make
of the answers. What the catalogue reckons without the dialogue (`urtuu check --units`) has to be
the same, or an author would be told the wrong sizes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from bot.catalogue.firsts import First, first_answers, read_notes
from bot.catalogue.helpline_service import PREFIX
from bot.catalogue.lengths import (
    CYRILLIC_SEGMENTS,
    LATIN_SEGMENTS,
    OFFER_ABOVE_PAGES,
    PAGES,
    lengths,
    sms_text,
    ussd_pages,
)
from bot.catalogue.loader import load_catalogue
from bot.catalogue.service import Service
from bot.message import Reply
from bot.outcome import Outcome
from bot.places import PROJECT
from bot.text.compiler import message_text, sms_segments
from bot.text.latin import to_latin
from bot.text.pages import Screen
from bot.turn import OFFER_SMS_ABOVE_PAGES
from channels.africastalking_ussd import AfricasTalkingUssd
from tests.town import Phone, Town

SHARE = 0.9
"""First answers that have to fit two SMS in Cyrillic and one in Latin."""
MORE, NEXT_PAGE, ALL_SERVICES = "…", "98", "Бүх үйлчилгээ"

CATALOGUE = load_catalogue(PROJECT / "nlu_data")
NOTES = read_notes(PROJECT / "nlu_data")
FIRSTS = {first.name: first for first in first_answers(CATALOGUE, NOTES)}
LISTED = {name for name in CATALOGUE.services if not name.startswith(PREFIX)}


@dataclass
class Numbers:
    """Telephones that have never called before."""

    town: Town
    screen: Screen
    used: int = 0

    def dialled(self) -> Phone:
        """Return the next telephone, the first screen before it."""
        self.used += 1
        phone = self.town.phone(f"+9768801{self.used:04}", AfricasTalkingUssd(self.screen))
        phone.dials()
        return phone


@dataclass
class Reached:
    """What one free-text line after dialling led to, by service."""

    outcomes: dict[str, Outcome] = field(default_factory=dict)
    missed: list[str] = field(default_factory=list)


def lines_of(service: Service) -> Iterator[str]:
    """Yield what a citizen may write for the service, its own name first."""
    yield service.title
    yield service.short
    yield from service.phrases


def reached_by_one_line(town: Town, screen: Screen) -> Reached:
    """Return the first answers of all services, each after dialling and one line."""
    numbers, reached = Numbers(town, screen), Reached()
    for name, service in CATALOGUE.services.items():
        for line in lines_of(service):
            phone = numbers.dialled()
            phone.presses(to_latin(line) if screen.script == "latin" else line)
            if phone.heard is not None and is_first(phone.heard.replies, FIRSTS[name]):
                reached.outcomes[name] = phone.heard
                break
        else:
            reached.missed.append(name)
    return reached


def is_first(replies: tuple[Reply, ...], first: First) -> bool:
    """Return whether the replies are the first answer of the service, options and all."""
    labels = labels_of(replies)
    own = len(first.labels)
    # A long answer on USSD has one option more: the offer of a text message.
    return (
        texts_of(replies) == first.texts
        and labels[:own] == first.labels
        and (len(labels) == own or labels[own:] == offer_of(replies))
    )


def labels_of(replies: tuple[Reply, ...]) -> tuple[str, ...]:
    """Return the options that are shown."""
    return tuple(choice.label for choice in replies[-1].choices)


def offer_of(replies: tuple[Reply, ...]) -> tuple[str, ...]:
    """Return the label of the offer of a text message, where there is one."""
    return tuple(one.label for one in replies[-1].choices if one.payload == "/send_sms")


def texts_of(replies: tuple[Reply, ...]) -> tuple[str, ...]:
    """Return what is said, reply by reply."""
    return tuple(reply.text for reply in replies)


def menu_screens(town: Town) -> dict[str, int]:
    """Return how many screens are seen from dialling to each service's answer, keys alone."""
    numbers = Numbers(town, Screen.CYRILLIC)
    shown: dict[str, int] = {}
    shorts = {CATALOGUE.services[name].short: name for name in LISTED}
    open_paths: list[tuple[str, ...]] = [(ALL_SERVICES,)]
    while open_paths:
        path = open_paths.pop()
        phone, screens = numbers.dialled(), 1
        for label in path:
            screens += pick(phone, label)
        assert phone.heard is not None
        for choice in phone.heard.replies[-1].choices:
            name = shorts.get(choice.label)
            if name is None:
                open_paths.append((*path, choice.label))
            else:
                seen = screens + turned_to(phone.heard, choice.label) + 1
                shown[name] = min(seen, shown.get(name, seen))
    return shown


def pick(phone: Phone, label: str) -> int:
    """Turn to the page of an option and press its number; return how many screens that showed."""
    assert phone.heard is not None
    turned = turned_to(phone.heard, label)
    number = [choice.label for choice in phone.heard.replies[-1].choices].index(label) + 1
    for _ in range(turned):
        phone.presses(NEXT_PAGE)
    phone.presses(str(number))
    return turned + 1


def turned_to(outcome: Outcome, label: str) -> int:
    """Return on which further page an option stands: 0 for the page that is seen first."""
    number = [choice.label for choice in outcome.replies[-1].choices].index(label) + 1
    line = f"{number} {label}"
    return next(i for i, page in enumerate(outcome.texts) if line in page.splitlines())


@pytest.fixture
def reached(sqlite_town: Town) -> Reached:
    return reached_by_one_line(sqlite_town, Screen.CYRILLIC)


def test_one_line_after_dialling_leads_to_every_service_and_nine_in_ten_answers_are_short(
    reached: Reached,
) -> None:
    assert reached.missed == []
    texts = [
        message_text(texts_of(outcome.replies), FIRSTS[name].labels)
        for name, outcome in reached.outcomes.items()
    ]
    fitting = [
        sms_segments(text, "cyrillic") <= CYRILLIC_SEGMENTS
        and sms_segments(text, "latin") <= LATIN_SEGMENTS
        for text in texts
    ]
    assert sum(fitting) >= SHARE * len(CATALOGUE.services)
    for name, outcome in reached.outcomes.items():
        offer = "".join(offer_of(outcome.replies))
        assert outcome.texts == ussd_pages(FIRSTS[name], Screen.CYRILLIC, offer)
        assert len(outcome.texts) <= PAGES, name


def test_a_line_in_latin_letters_leads_to_a_service_too(sqlite_town: Town) -> None:
    reached = reached_by_one_line(sqlite_town, Screen.LATIN)
    assert reached.missed == []
    assert all(len(outcome.texts) <= PAGES for outcome in reached.outcomes.values())


def test_every_service_stands_in_the_menu(sqlite_town: Town) -> None:
    assert set(menu_screens(sqlite_town)) == LISTED


def test_services_without_the_helplines_are_short_enough_by_themselves() -> None:
    rows = lengths((FIRSTS[name] for name in sorted(LISTED)), NOTES.sms_offer).rows
    assert sum(row.fits_sms for row in rows) >= SHARE * len(LISTED)


def test_the_offer_of_a_text_message_is_reckoned_as_the_turn_makes_it() -> None:
    assert OFFER_ABOVE_PAGES == OFFER_SMS_ABOVE_PAGES


def test_what_an_sms_says_is_put_together_alike() -> None:
    first = First("x", "x.yml", "say.answer", ("Нэг.", "Хоёр?"), ("А", "Б"))
    assert sms_text(first) == "Нэг.\nХоёр?\n1 А\n2 Б"
