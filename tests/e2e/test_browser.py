"""The running program on its own page, in a headless Chromium, as a citizen uses it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby

import pytest
from selenium.webdriver import ActionChains, Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from tests.browser.page import Page
from tests.e2e.phone import until
from tests.e2e.server import Program, demo_program

pytestmark = pytest.mark.browser

DRIVER, DRIVER_REGISTER, PLATE = "О.Дөлгөөн", "ЧП89120357", "1234УНА"
PENSIONER = "Л.Цэрэндулам"
HERDER = "Д.Батмөнх"
MOTHER = "М.Ариунзул"
LETTERS = {"2": "абвг", "3": "деёжз", "4": "ийкл", "5": "мноөп", "6": "рстуү", "9": "ьэюя"}
CODE = re.compile(r"\b\d{6}\b")
LETTER_PAUSE_S = 1.2
"""Longer than a key waits for the next press of the same letter."""


class CitizenPage(Page):
    """The page of the running program, with words for what a citizen does on it."""

    def take_phone_of(self, name: str) -> None:
        label = f"//label[.//span[text()='{name}']]"
        chosen = self.driver.find_element(By.XPATH, label).get_attribute("for")
        self.click(str(chosen))
        self.shows(name)

    def insert(self, value: str) -> None:
        """Press the chip that writes a register number or a plate into the phone."""
        self.driver.find_element(By.XPATH, f"//button[text()='{value}']").click()
        assert self.field == value

    def taps(self, word: str) -> None:
        """Write Cyrillic on the keypad: a key once for its first letter, twice for its second."""
        keys = [(key, row.index(letter) + 1) for letter in word for key, row in _row(letter)]
        actions = ActionChains(self.driver, duration=10)
        for key, same in groupby(keys, key=lambda pair: pair[0]):
            button = self.driver.find_element(By.CSS_SELECTOR, f'[data-key="{key}"]')
            for number, (_, presses) in enumerate(same):
                if number:
                    actions.pause(LETTER_PAUSE_S)
                for _ in range(presses):
                    actions.click(button)
        actions.perform()

    def dials(self) -> None:
        self.press("*1111#")
        self.click("green")
        self.shows("Юу хэрэгтэйгээ бичнэ үү")

    def answers(self, text: str, then: str) -> None:
        """Type an answer on the keyboard, send it, and wait for the screen that follows."""
        self.until(lambda: self.driver.find_elements(By.CSS_SELECTOR, "#view textarea"))
        self.driver.find_element(By.CSS_SELECTOR, "#view textarea").send_keys(text, Keys.ENTER)
        self.shows(then)

    def reads_on(self) -> str:
        """Return all pages of the answer on the screen, each turned with 98 on the keypad."""
        pages = [self.page]
        while "98 Цааш" in pages[-1]:
            self.press("98")
            self.click("green")
            self.until(lambda: self.page not in ("", *pages))
            pages.append(self.page)
        return "\n".join(pages)

    @property
    def page(self) -> str:
        """The text of the USSD screen without its count of characters, or ""."""
        return self._text("#page-text")

    def _text(self, selector: str) -> str:
        text: str = self.driver.execute_script(
            "return document.querySelector(arguments[0])?.innerText ?? ''", selector
        )
        return text

    def received(self, then: str, sender: str = "141111") -> str:
        """Open the newest message of the inbox, which must hold `then`, and return the screen."""
        self.until(lambda: self.driver.find_element(By.ID, "status-unread").is_displayed())
        self.click("red")
        self.click("soft-right")
        newest = ".list .row:first-child"
        self.until(lambda: then in self._text(newest) and sender in self._text(newest))
        self.click("soft-left")
        self.shows(then)
        return self.screen

    def writes_sms(self, text: str) -> None:
        self.click("red")
        self.click("soft-left")
        self.press("2")
        self.driver.find_element(By.CSS_SELECTOR, "#view textarea").send_keys(text)
        self.click("soft-left")
        self.shows("Мессеж илгээгдлээ.")
        self.click("soft-left")

    def chats(self, text: str) -> None:
        self.driver.find_element(By.ID, "chat-text").send_keys(text, Keys.ENTER)

    @property
    def chat(self) -> str:
        return self.driver.find_element(By.ID, "chat-log").text


def _row(letter: str) -> list[tuple[str, str]]:
    return [(key, row) for key, row in LETTERS.items() if letter in row]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    with demo_program(tmp_path_factory.mktemp("browser")) as program:
        yield program


@pytest.fixture
def page(browser: Chrome, running: Program) -> Iterator[CitizenPage]:
    opened = CitizenPage(browser, running.url)
    opened.resize(1280, 900)
    opened.open()
    yield opened
    assert opened.problems == []
    assert not opened.driver.find_element(By.ID, "violations").is_displayed()


def test_fines_by_keypad_from_dialling_over_consent_and_code_to_the_sum(page: CitizenPage) -> None:
    page.take_phone_of(DRIVER)
    page.dials()
    page.press("#")
    page.taps("торгууль")
    assert page.field == "торгууль"
    page.answers(" байгаа юу", then="Машины улсын дугаар?")
    page.insert(PLATE)
    page.click("green")
    page.shows("Регистрийн дугаар")
    page.insert(DRIVER_REGISTER)
    page.click("green")
    page.shows("Зорилго: машины торгуулийн мэдээлэл үзэх.")
    consent = page.reads_on()
    for part in ("Авах мэдээлэл", "Үндэслэл", "Хариуцагч", "ЦУЦЛАХ", "1 Тийм"):
        assert part in consent
    page.press("1")
    page.click("green")
    page.shows("код илгээлээ")

    page.shows("✉ KHUR: ХУР: таны нэг удаагийн код")
    code = CODE.search(page.received("нэг удаагийн код", sender="KHUR"))
    assert code is not None
    page.click("red")
    page.press("*1111#")
    page.click("green")
    page.shows("Дутуу хүсэлт: Торгууль шалгах.")
    page.press("1")
    page.click("green")
    page.shows("Кодоо бичнэ үү")
    page.press(code[0])
    page.click("green")
    page.shows("Төлөөгүй 2 торгууль, нийт 150,000₮")
    assert "50,000₮" in page.reads_on()


def test_information_needs_no_consent(page: CitizenPage) -> None:
    page.take_phone_of(HERDER)
    page.dials()
    page.answers("малын гарал үүслийн гэрчилгээ яаж авах вэ", then="Цааш")
    told = page.reads_on()
    assert "эмч" in told
    assert "Зөвшөөрөх үү" not in told


def test_a_complaint_gets_a_number_and_its_state_is_told_later(page: CitizenPage) -> None:
    page.take_phone_of(PENSIONER)
    page.dials()
    page.answers("гудамжны гэрэл асахгүй байна гомдол гаргамаар байна", then="бүртгэж авна")
    page.reads_on()
    page.answers("Манай гудамжны гэрэл асахгүй байна", then="Таны бичсэн")
    assert "1 Тийм" in page.reads_on()
    page.press("1")
    page.click("green")
    page.shows("Дугаар")
    number = re.search(r"\b\d{3} \d{4}\b", page.reads_on())
    assert number is not None
    page.click("red")
    page.dials()
    page.answers("хүсэлт минь юу болсон бэ", then="илгээсэн")
    page.shows(number[0])


def test_an_sms_is_answered_by_sms(page: CitizenPage) -> None:
    page.take_phone_of(MOTHER)
    page.writes_sms("хүүхэдтэй болсон одоо яах вэ")
    answer = page.received("Хүүхэд бүртгүүлэх")
    assert "тэмдэгт ·" in answer
    assert "₮" in answer


def test_the_chat_answers_and_its_choices_can_be_pressed(page: CitizenPage) -> None:
    page.chats("торгууль байгаа юу")
    page.until(lambda: "Машины улсын дугаар?" in page.chat)
    page.chats(PLATE)
    page.until(lambda: "Регистрийн дугаар" in page.chat)
    page.chats(DRIVER_REGISTER)
    choice = "//div[@class='choices']/button[text()='Үгүй']"
    page.until(lambda: page.driver.find_elements(By.XPATH, choice))
    assert "Үндэслэл" in page.chat
    page.driver.find_element(By.XPATH, choice).click()
    page.until(lambda: "мэдээлэл аваагүй" in page.chat)


def test_a_service_is_asked_for_left_and_found_again_by_keyboard_alone(page: CitizenPage) -> None:
    page.type(Keys.TAB, Keys.TAB)
    assert page.focused == "screen"
    page.type("*1111#", Keys.ENTER)
    page.shows("Юу хэрэгтэйгээ бичнэ үү")
    page.type("торгууль шалгах", Keys.ENTER)
    page.shows("Машины улсын дугаар?")
    page.type("5521УБЗ", Keys.ENTER)
    page.shows("Зорилго")
    page.type("98", Keys.ENTER)
    page.shows("0 Буцах")
    page.type(Keys.ESCAPE)
    page.shows("залгаж үзээрэй")
    page.type("*1111#", Keys.ENTER)
    page.shows("Дутуу хүсэлт: Торгууль шалгах.")
    page.type("2", Keys.ENTER)
    page.until(lambda: "Дутуу" not in page.screen and page.page)
    page.type(Keys.ESCAPE)


@pytest.mark.parametrize("width", [360, 1280])
def test_no_width_scrolls_sideways_or_hides_words(page: CitizenPage, width: int) -> None:
    page.resize(width, 780)
    page.dials()
    page.chats("паспорт сунгах")
    page.until(lambda: page.driver.find_elements(By.CSS_SELECTOR, ".chat-log .bot"))
    assert page.overflow == [0, width]
    cut = page.driver.execute_script(
        "return [...document.querySelectorAll('#view p, .chat-log p, .choices button, .person *')]"
        ".filter((each) => each.scrollWidth > each.clientWidth + 1 && each.clientWidth > 0)"
        ".map((each) => each.textContent)"
    )
    assert cut == []
    until(lambda: page.page != "")
