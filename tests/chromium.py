"""Finds a browser, or says plainly that its tests were not run.

The fixture and the hooks are loaded by tests/conftest.py, for every area that drives a browser.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service

REQUIRED = os.environ.get("URTUU_REQUIRE_BROWSER") == "1"
NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@dataclass(frozen=True)
class Browser:
    """A Chromium and the driver that belongs to it."""

    binary: str
    driver: str


def find_browser() -> Browser | str:
    """The browser of this machine, or why there is none."""
    named = os.environ.get("CHROMIUM")
    binary = named or next(filter(None, map(shutil.which, NAMES)), None)
    if binary is None or not Path(binary).is_file():
        return "no Chromium found"
    beside = Path(binary).resolve().with_name("chromedriver")
    driver = shutil.which("chromedriver") or (str(beside) if beside.is_file() else None)
    return "no chromedriver found" if driver is None else Browser(binary, driver)


FOUND = find_browser()
_deselected: list[pytest.Item] = []


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect what needs a browser where there is none; a required browser is an error."""
    ours = [item for item in items if item.get_closest_marker("browser")]
    if isinstance(FOUND, Browser) or not ours:
        return
    if REQUIRED:
        raise pytest.UsageError(f"URTUU_REQUIRE_BROWSER=1, but {FOUND}")
    _deselected.extend(ours)
    config.hook.pytest_deselected(items=ours)
    items[:] = [item for item in items if item not in ours]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say which tests were not run and why."""
    if _deselected:
        terminalreporter.write_line(f"browser tests not run: {FOUND}", yellow=True)


@pytest.fixture(scope="session")
def browser() -> Iterator[Chrome]:
    """A headless Chromium with a profile of its own and no download of a driver."""
    assert isinstance(FOUND, Browser)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        options = ChromeOptions()
        options.binary_location = FOUND.binary
        for flag in (*FLAGS, f"--user-data-dir={profile}"):
            options.add_argument(flag)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        driver = Chrome(options=options, service=Service(FOUND.driver))
        try:
            yield driver
        finally:
            driver.quit()
