"""The phone page, driven as a person would: by mouse, by keyboard, on a small screen."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from tests.browser.demo import PEOPLE, demo
from tests.browser.page import Page
from tests.channels.scripted_turn import ScriptedTurn

pytestmark = pytest.mark.browser


class ScriptedPage(Page):
    """The page and the scripted assistant behind it."""

    def __init__(self, driver: Chrome, url: str, turn: ScriptedTurn) -> None:
        super().__init__(driver, url)
        self.turn = turn


@pytest.fixture(scope="module")
def running() -> Iterator[tuple[str, ScriptedTurn]]:
    with demo() as started:
        yield started


@pytest.fixture
def page(browser: Chrome, running: tuple[str, ScriptedTurn]) -> Iterator[ScriptedPage]:
    opened = ScriptedPage(browser, *running)
    opened.resize(1280, 900)
    opened.turn.reset()
    opened.open()
    yield opened
    assert opened.problems == []


def test_a_dialogue_by_mouse_from_dialling_to_the_answer(page: ScriptedPage) -> None:
    page.press("*1111#")
    assert page.field == "*1111#"
    page.click("green")
    page.shows("Юу хэрэгтэй вэ?")
    page.shows("/80 тэмдэгт")
    page.press("1")
    page.click("soft-left")
    page.shows("Машины улсын дугаар?")
    page.driver.find_element(By.XPATH, "//button[text()='1234УНА']").click()
    assert page.field == "1234УНА"
    page.click("green")
    page.shows("Төлөөгүй торгууль алга.")
    assert [inbound.text for inbound in page.turn.inbounds] == [None, "1", "1234УНА"]
    assert not page.driver.find_elements(By.CSS_SELECTOR, "#view textarea")


def test_a_long_answer_has_pages_and_hanging_up_drops_the_session(page: ScriptedPage) -> None:
    page.click("soft-left")
    page.press("1")
    page.shows("Юу хэрэгтэй вэ?")
    page.press("2")
    page.click("green")
    page.shows("Паспорт сунгахад")
    page.press("98")
    page.click("green")
    page.until(lambda: "Паспорт сунгахад" not in page.screen and "тэмдэгт" in page.screen)
    page.click("red")
    page.until(lambda: page.turn.dropped)


def test_an_unknown_code_is_explained(page: ScriptedPage) -> None:
    page.press("*99#")
    page.click("green")
    page.shows("Ийм үйлчилгээ алга.")


def test_an_answer_against_the_rules_is_shown_with_what_is_wrong(page: ScriptedPage) -> None:
    page.turn.texts = ("Ө" * 81,)
    page.click("green")
    page.click("green")
    page.shows("81/80 тэмдэгт")
    shown = page.driver.find_element(By.ID, "violations").text
    assert shown == "Алдаа илэрлээ: хуудас хэтэрсэн 81/80"


def test_letters_come_by_pressing_a_key_again_and_the_hash_key_changes_them(
    page: ScriptedPage,
) -> None:
    page.click("soft-left")
    page.press("2")
    page.tap("5555" + "6" + "77" + "0" + "*66666" + "55" + "99")
    assert page.field == "өрх Үнэ"
    assert "7/70 тэмдэгт · 1 хэсэг · 55₮" in page.screen
    page.press("#")
    page.tap("0" + "44" + "2")
    page.press("#")
    page.press("07")
    assert page.field == "өрх Үнэ ha07"
    page.press("#")
    page.click("soft-right")
    assert page.field == "өрх Үнэ ha0"


def test_an_sms_is_written_answered_and_read(page: ScriptedPage) -> None:
    page.click("soft-left")
    page.press("2")
    page.driver.find_element(By.CSS_SELECTOR, "#view textarea").send_keys("паспорт")
    page.click("soft-left")
    page.shows("Мессеж илгээгдлээ.")
    page.click("soft-left")
    page.until(lambda: page.driver.find_element(By.ID, "status-unread").is_displayed())
    page.click("soft-right")
    page.shows("141111 ·")
    page.click("soft-left")
    page.shows("Паспорт сунгахад хуучин паспорт")
    page.shows("хэсэг ·")
    assert not page.driver.find_element(By.ID, "status-unread").is_displayed()
    assert [inbound.address for inbound in page.turn.inbounds] == ["+97699000001"]


def test_another_citizen_has_a_phone_and_an_inbox_of_his_own(page: ScriptedPage) -> None:
    page.driver.find_element(By.ID, "person-2").click()
    page.shows(PEOPLE[2]["name"])  # type: ignore[arg-type]  # a name is a text
    page.click("soft-right")
    page.shows("Ирсэн мессеж алга.")
    page.click("red")
    page.click("green")
    page.click("green")
    page.shows("Юу хэрэгтэй вэ?")
    assert page.turn.inbounds[-1].address == "+97695000003"


def test_everything_can_be_done_by_keyboard_alone(page: ScriptedPage) -> None:
    page.type(Keys.TAB, Keys.TAB)
    assert page.focused == "screen"
    page.type("*1111#", Keys.ENTER)
    page.shows("Юу хэрэгтэй вэ?")
    page.type("1", Keys.ENTER)
    page.shows("Машины улсын дугаар?")
    page.type("1234ӨҮН", Keys.BACKSPACE, "А")
    assert page.field == "1234ӨҮА"
    page.type(Keys.ENTER)
    page.shows("Төлөөгүй торгууль алга.")
    page.type(Keys.ESCAPE)
    page.shows("залгаж үзээрэй")
    page.type(Keys.TAB, Keys.ENTER)
    page.shows("Мессеж бичих")
    page.type(Keys.ARROW_DOWN, Keys.ENTER)
    page.shows("Хэнд: 141111")


def test_the_chat_answers_texts_and_choices(page: ScriptedPage) -> None:
    box = page.driver.find_element(By.ID, "chat-text")
    box.send_keys("сайн уу", Keys.ENTER)
    choice = page.until(
        lambda: page.driver.find_elements(By.XPATH, "//div[@class='choices']/button[2]")
    )[0]
    choice.click()
    log = page.driver.find_element(By.ID, "chat-log")
    page.until(lambda: "Паспорт сунгахад" in log.text)
    assert [(inbound.text, inbound.keys) for inbound in page.turn.inbounds] == [
        ("сайн уу", None),
        (None, "2"),
    ]
    assert not choice.is_enabled()


@pytest.mark.parametrize("width", [320, 360, 768, 1280])
def test_no_width_scrolls_sideways(page: ScriptedPage, width: int) -> None:
    page.resize(width, 740)
    page.press("*1111#")
    page.click("green")
    page.shows("Юу хэрэгтэй вэ?")
    box = page.driver.find_element(By.ID, "chat-text")
    box.send_keys("сайн уу", Keys.ENTER)
    page.until(lambda: page.driver.find_elements(By.CSS_SELECTOR, ".choices button"))
    assert page.overflow == [0, width]


def test_every_button_and_field_has_a_name(page: ScriptedPage) -> None:
    page.click("green")
    nameless = page.driver.execute_script(
        "return [...document.querySelectorAll('button, input, textarea')].filter((each) =>"
        " !(each.getAttribute('aria-label') || each.textContent.trim() || each.labels?.length))"
        ".map((each) => each.outerHTML)"
    )
    assert nameless == []


def test_nothing_comes_from_elsewhere_and_nothing_is_kept(page: ScriptedPage) -> None:
    sources = page.driver.execute_script(
        "return performance.getEntriesByType('resource').map((each) => each.name)"
    )
    assert sources
    assert all(source.startswith(page.url) for source in sources)
    assert page.driver.execute_script(
        "return [document.cookie, localStorage.length, sessionStorage.length]"
    ) == ["", 0, 0]
