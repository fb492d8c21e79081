"""The widget of the web chat on another origin's page, under that page's strict policy."""

from __future__ import annotations

import time

import pytest

from bot.errors import Busy
from bot.message import Inbound, Reply
from channels.webchat.counter import CounterLimits
from tests.browser.webchat_checks import LOSE_ONE_ANSWER, RESOURCES
from tests.browser.webchat_site import MARKUP, Widget, script

pytestmark = pytest.mark.browser


def _said(widget: Widget) -> list[tuple[str | None, str | None]]:
    return [(inbound.text, inbound.keys) for inbound in widget.site.turn.inbounds]


def _slowly(inbound: Inbound) -> tuple[Reply, ...]:
    time.sleep(1.6)
    return script(inbound)


def test_a_conversation_by_text_and_by_choice_over_the_socket(widget: Widget) -> None:
    widget.launch()
    widget.hears("Ямар үйлчилгээ хэрэгтэй")
    widget.say("сайн уу")
    widget.hears("Юу хэрэгтэй вэ?")
    widget.press_button(".choices button")
    widget.hears("Паспортын дугаараа бичнэ үү.")
    assert _said(widget) == [("сайн уу", None), (None, "1")]
    assert widget.run("return root.querySelectorAll('.choices button:enabled').length") == 0
    assert widget.run("return root.querySelector('#field').inputMode") == "numeric"
    assert widget.focused == "field"
    assert widget.run(RESOURCES) == ["session", "widget.js"]
    assert widget.problems == []


def test_where_no_socket_opens_the_same_conversation_goes_by_http(widget: Widget) -> None:
    widget.site.start(sockets=False)
    try:
        widget.open()
        widget.launch()
        widget.say("сайн уу")
        widget.hears("Юу хэрэгтэй вэ?")
        widget.press_button(".choices button")
        widget.hears("Паспортын дугаараа бичнэ үү.")
        assert _said(widget) == [("сайн уу", None), (None, "1")]
        assert "message" in widget.run(RESOURCES)
    finally:
        widget.site.start()


def test_a_server_that_restarts_is_found_again_and_the_message_has_one_effect(
    widget: Widget,
) -> None:
    widget.launch()
    widget.say("сайн уу")
    widget.hears("Юу хэрэгтэй вэ?")
    widget.site.stop()
    widget.say("паспорт")
    widget.until(lambda: "Холболт тасарлаа" in widget.status)
    widget.site.start()
    widget.hears("Паспортын дугаараа бичнэ үү.")
    widget.until(lambda: "Холболт сэргэлээ" in widget.status)
    assert widget.log.count("Паспортын дугаараа") == 1
    assert len({inbound.message_id for inbound in widget.site.turn.inbounds}) == 2


def test_an_answer_lost_on_the_way_is_asked_for_again_under_the_same_id(widget: Widget) -> None:
    widget.launch()
    widget.run(LOSE_ONE_ANSWER)
    widget.say("паспорт")
    widget.hears("Паспортын дугаараа")
    assert widget.log.count("Паспортын дугаараа") == 1
    assert len({inbound.message_id for inbound in widget.site.turn.inbounds}) == 1


def test_a_socket_closed_for_silence_is_opened_by_the_next_message(widget: Widget) -> None:
    widget.site.start(counting=CounterLimits(idle_s=0.3))
    try:
        widget.launch()
        widget.say("сайн уу")
        widget.hears("Юу хэрэгтэй вэ?")
        time.sleep(0.6)
        widget.say("паспорт")
        widget.hears("Паспортын дугаараа")
        assert widget.run(RESOURCES) == ["session", "widget.js"]
    finally:
        widget.site.start()


def test_a_busy_server_is_asked_again(widget: Widget) -> None:
    widget.site.turn.error = Busy()
    widget.launch()
    widget.say("паспорт")
    widget.until(lambda: widget.site.turn.inbounds)
    widget.site.turn.error = None
    widget.hears("Паспортын дугаараа")
    assert "Түр саатал" not in widget.log
    assert len({inbound.message_id for inbound in widget.site.turn.inbounds}) == 1


def test_a_ticket_that_has_ended_is_replaced_unseen(widget: Widget) -> None:
    keep = "sessionStorage.setItem('urtuu-webchat', arguments[0])"
    widget.driver.execute_script(keep, "a.1." + "0" * 64)
    widget.driver.get(widget.url)
    widget.launch()
    widget.say("паспорт")
    widget.hears("Паспортын дугаараа")
    assert widget.site.turn.inbounds[-1].address != "a"


def test_waiting_is_said_after_a_second_and_messages_keep_their_order(widget: Widget) -> None:
    widget.site.turn.script = _slowly
    try:
        widget.launch()
        widget.say("паспорт")
        assert widget.status == ""
        widget.say("урт")
        widget.until(lambda: "Хариу бэлдэж байна" in widget.status)
        widget.hears("Паспортын дугаараа")
        widget.hears("Иргэний бүртгэлийн хэлтэст")
        assert widget.log.index("Паспортын дугаараа") < widget.log.index("Иргэний бүртгэлийн")
        widget.until(lambda: widget.status == "")
        assert [text for text, _ in _said(widget)] == ["паспорт", "урт"]
    finally:
        widget.site.turn.script = script


def test_markup_in_an_answer_or_a_message_is_shown_as_text(widget: Widget) -> None:
    widget.launch()
    widget.say(MARKUP)
    widget.say("тэмдэгт")
    widget.until(lambda: widget.log.count(MARKUP) == 3)
    assert widget.run("return root.querySelectorAll('img, b').length") == 0
    assert widget.driver.title == "Яам"


def test_clearing_wipes_what_was_said_and_leaves_the_conversation_for_good(
    widget: Widget,
) -> None:
    widget.launch()
    widget.say("хувийн")
    widget.hears("Хувийн мэдээлэл")
    widget.hears("УБ95021217")
    widget.find("#field").send_keys("УБ9502")
    widget.press_button(".clear")
    assert "УБ95021217" not in widget.log
    assert widget.run("return root.querySelector('#field').value") == ""
    assert "арилгалаа" in widget.status
    assert widget.focused == "field"
    assert widget.driver.execute_script("return sessionStorage.length") == 0
    widget.say("паспорт")
    widget.hears("Паспортын дугаараа")
    addresses = [inbound.address for inbound in widget.site.turn.inbounds]
    assert addresses[0] != addresses[1]


def test_what_was_asked_before_clearing_is_not_answered_after_it(widget: Widget) -> None:
    widget.site.turn.script = _slowly
    try:
        widget.launch()
        widget.say("хувийн")
        widget.until(lambda: widget.site.turn.inbounds)
        widget.press_button(".clear")
        time.sleep(2)
        assert "УБ95021217" not in widget.log
    finally:
        widget.site.turn.script = script


def test_nothing_is_kept_but_the_ticket_of_this_tab(widget: Widget) -> None:
    widget.launch()
    widget.say("хувийн")
    widget.hears("УБ95021217")
    kept = widget.driver.execute_script(
        "return [document.cookie, localStorage.length, Object.keys(sessionStorage),"
        " Object.values(sessionStorage).join().includes('УБ95')]"
    )
    assert kept == ["", 0, ["urtuu-webchat"], False]
    assert widget.run("return root.querySelector('#field').autocomplete") == "off"


def test_another_page_of_the_site_goes_on_with_the_conversation_and_shows_nothing_of_it(
    widget: Widget,
) -> None:
    widget.launch()
    widget.say("хувийн")
    widget.hears("УБ95021217")
    widget.driver.get(f"{widget.url}/other")
    widget.launch()
    widget.hears("Өмнөх яриа тань үргэлжилж байна.")
    widget.say("паспорт")
    widget.hears("Паспортын дугаараа")
    assert "УБ95021217" not in widget.log
    assert len({inbound.address for inbound in widget.site.turn.inbounds}) == 1


def test_a_page_kept_for_the_back_button_has_forgotten_what_is_private(widget: Widget) -> None:
    widget.launch()
    widget.say("хувийн")
    widget.hears("УБ95021217")
    widget.driver.execute_script("dispatchEvent(new PageTransitionEvent('pagehide'))")
    assert "УБ95021217" not in widget.log
    assert "Өөр зүйл байна уу?" in widget.log


def test_a_site_that_is_not_on_the_list_gets_no_conversation(widget: Widget) -> None:
    widget.driver.get(widget.url.replace("127.0.0.1", "localhost"))
    widget.launch()
    widget.say("паспорт")
    widget.until(lambda: "Холболт тасарлаа" in widget.status)
    assert widget.site.turn.inbounds == []


def test_the_page_to_try_it_on_works_on_its_own_origin(widget: Widget) -> None:
    widget.driver.get(f"{widget.site.house.url}/webchat/embed")
    widget.forget_problems()
    widget.launch()
    widget.say("паспорт")
    widget.hears("Паспортын дугаараа")
    assert widget.run(RESOURCES) == ["embed.css", "session", "widget.js"]
    assert widget.problems == []
