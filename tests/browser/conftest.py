"""Fixtures: the widget of the web chat on a ministry's page, in the browser."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from selenium.webdriver import Chrome

from tests.browser.webchat_site import Site, Widget, ministry


@pytest.fixture(scope="session")
def ministry_site() -> Iterator[Site]:
    with ministry() as made:
        yield made


@pytest.fixture
def widget(browser: Chrome, ministry_site: Site) -> Iterator[Widget]:
    """The widget on a page just loaded, 1280 pixels wide."""
    ministry_site.turn.reset()
    ministry_site.attributes = ""
    made = Widget(browser, ministry_site)
    made.resize(1280, 900)
    made.open()
    yield made
    made.prefer()
    browser.get("about:blank")
