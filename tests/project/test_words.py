"""The short words of answers: every service they name exists and belongs where it stands."""

from __future__ import annotations

from actions.words import words
from bot.live import live_catalogue
from bot.store.case_status import STATUSES


def test_menus_lead_with_services_of_their_own_group() -> None:
    catalogue = live_catalogue().catalogue
    assert set(words().first) <= set(catalogue.categories)
    wrong = [
        name
        for group, names in words().first.items()
        for name in names
        if catalogue.services[name].category != group
    ]
    assert wrong == []


def test_the_first_screen_names_services_that_exist() -> None:
    assert set(words().favourites) <= set(live_catalogue().catalogue.services)


def test_every_state_of_a_case_can_be_said() -> None:
    assert set(words().statuses) == set(STATUSES)
