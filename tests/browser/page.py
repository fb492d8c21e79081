"""The phone page in a browser, with words for what a test does on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from selenium.webdriver import ActionChains, Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.support.wait import WebDriverWait

WAIT_S = 10


class Page:
    """One page in one browser."""

    def __init__(self, driver: Chrome, url: str) -> None:
        self.driver = driver
        self.url = url

    def resize(self, width: int, height: int) -> None:
        metrics = {
            "width": width,
            "height": height,
            "deviceScaleFactor": 1,
            "mobile": width < 500,
        }
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)

    def open(self) -> None:
        """Open the page anew; what an earlier page complained of is forgotten."""
        self.driver.get("about:blank")
        self.forget_problems()
        self.driver.get(self.url)
        self.until(lambda: self.driver.execute_script("return document.body.dataset.ready"))

    def until(self, found: Callable[[], Any]) -> Any:
        return WebDriverWait(self.driver, WAIT_S, poll_frequency=0.05).until(lambda _: found())

    def click(self, element_id: str) -> None:
        self.driver.find_element(By.ID, element_id).click()

    def press(self, keys: str) -> None:
        for key in keys:
            self.driver.find_element(By.CSS_SELECTOR, f'[data-key="{key}"]').click()

    def tap(self, keys: str) -> None:
        """Presses quicker than a busy machine could send them one by one."""
        self.driver.execute_script(
            "for (const key of arguments[0])"
            " document.querySelector(`[data-key='${key}']`).click()",
            keys,
        )

    def type(self, *keys: str) -> None:
        ActionChains(self.driver).send_keys(*keys).perform()

    @property
    def screen(self) -> str:
        return self.driver.find_element(By.ID, "screen").text

    @property
    def field(self) -> str:
        value: str = self.driver.execute_script(
            "return document.querySelector('#view textarea').value"
        )
        return value

    def shows(self, text: str) -> None:
        self.until(lambda: text in self.screen)

    def forget_problems(self) -> None:
        """Empty the browser's log, which reading it does."""
        assert isinstance(self.problems, list)

    @property
    def problems(self) -> list[str]:
        entries = self.driver.execute("getLog", {"type": "browser"})["value"]
        return [entry["message"] for entry in entries]

    @property
    def focused(self) -> str:
        """The id of the element that has the focus."""
        focused: str = self.driver.execute_script("return document.activeElement.id")
        return focused

    @property
    def overflow(self) -> list[int]:
        """How far the page scrolls sideways, and how wide its window is, in CSS pixels."""
        widths: list[int] = self.driver.execute_script(
            "const { scrollWidth, clientWidth } = document.documentElement;"
            "return [scrollWidth - clientWidth, window.innerWidth]"
        )
        return widths
