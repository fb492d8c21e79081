"""One tab of Chromium, with words for what a citizen does on a page."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from selenium.common.exceptions import TimeoutException
from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.support.wait import WebDriverWait

from interop.errors import PeerError
from interop.places import executable

FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
)
_WAIT_S = 20
_ROOT = "const root = document.querySelector('urtuu-webchat')?.shadowRoot;"
_ANSWERS = "return [...root.querySelectorAll('.message.bot p')].map((one) => one.textContent);"


@dataclass
class Browser:
    """One tab."""

    driver: Chrome
    site_url: str

    def run(self, script: str, *arguments: object) -> Any:
        """Return what a script returns that knows the widget's shadow root as `root`."""
        return self.driver.execute_script(_ROOT + script, *arguments)

    def until(self, found: Callable[[], Any], what: str) -> None:
        """Return once it is so. Raises PeerError."""
        try:
            WebDriverWait(self.driver, _WAIT_S, poll_frequency=0.05).until(lambda _: found())
        except TimeoutException as error:
            raise PeerError(f"{what}: not within {_WAIT_S} s") from error

    def visit(self, path: str) -> None:
        """Open a page of the ministry as somebody who has never been there."""
        self.driver.get(self.site_url + path)
        self.driver.execute_script("sessionStorage.clear()")
        self.driver.get(self.site_url + path)
        self.until(lambda: self.run("return Boolean(root)"), "the widget")
        self.run("root.querySelector('.launcher').click();")
        self.until(lambda: self.run("return root.querySelector('dialog').open"), "the dialog")

    def answers(self) -> list[str]:
        """Return what the program has said on this page, its greeting first."""
        said: list[str] = self.run(_ANSWERS)
        return said

    def ways(self) -> set[str]:
        """Return the addresses below /webchat/ that the page has asked for."""
        script = "return performance.getEntriesByType('resource').map((one) => one.name);"
        named: list[str] = self.run(script)
        return {name.rpartition("/")[2] for name in named}

    def complaints(self) -> list[str]:
        """Return what the browser has found wrong since it was asked last."""
        entries = self.driver.execute("getLog", {"type": "browser"})["value"]
        return [entry["message"] for entry in entries]


@contextmanager
def tab(site_url: str) -> Iterator[Browser]:
    """Yield a tab of a new browser that has never been anywhere."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        options = ChromeOptions()
        options.binary_location = executable("chromium")
        for flag in (*FLAGS, f"--user-data-dir={profile}"):
            options.add_argument(flag)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        driver = Chrome(options=options, service=Service(executable("chromedriver")))
        try:
            yield Browser(driver, site_url)
        finally:
            driver.quit()
