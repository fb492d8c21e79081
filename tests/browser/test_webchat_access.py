"""The widget for those who use a keyboard, a screen reader, a magnifier or other colours.

What is asked for is WCAG 2.2 at level AA.
"""

from __future__ import annotations

from typing import Any

import pytest
from selenium.webdriver.common.keys import Keys

from tests.browser.webchat_checks import ANSWER_AND_LOG, CONTRASTS, LOOK, SIZES, SPILLS
from tests.browser.webchat_site import Widget

pytestmark = pytest.mark.browser


def test_by_keyboard_alone_in_and_out_with_the_focus_where_it_belongs(widget: Widget) -> None:
    widget.type(Keys.TAB, Keys.TAB)
    assert widget.focused == "launcher"
    widget.type(Keys.ENTER)
    widget.until(lambda: widget.focused == "field")
    widget.type("сайн уу", Keys.ENTER)
    widget.hears("Юу хэрэгтэй вэ?")
    walked = [widget.walk(back=True) for _ in range(4)]
    assert walked == ["Жолоочийн үнэмлэх", "Паспорт", "log", "close"]
    assert [widget.walk() for _ in range(6)][-2:] == ["send", "clear"]
    widget.type(Keys.ESCAPE)
    assert widget.run("return root.querySelector('dialog').open") is False
    assert widget.focused == "launcher"
    assert widget.run("return root.querySelector('.launcher').ariaExpanded") == "false"


def test_a_choice_can_be_picked_by_keyboard(widget: Widget) -> None:
    widget.launch()
    widget.say("сайн уу")
    widget.hears("Юу хэрэгтэй вэ?")
    widget.run("root.querySelector('.choices button').focus()")
    widget.type(Keys.SPACE)
    widget.hears("Паспортын дугаараа")
    assert widget.focused == "field"


def test_escape_closes_from_the_page_beside_it_and_closing_loses_nothing(widget: Widget) -> None:
    widget.launch()
    widget.say("паспорт")
    widget.hears("Паспортын дугаараа")
    widget.driver.execute_script("document.getElementById('link').focus()")
    widget.type(Keys.ESCAPE)
    assert widget.focused == "launcher"
    widget.launch()
    assert "Паспортын дугаараа" in widget.log


def test_on_a_small_screen_the_focus_stays_in_the_dialog(widget: Widget) -> None:
    widget.resize(360, 640)
    widget.launch()
    assert widget.run("return root.querySelector('dialog').matches(':modal')")
    for _ in range(8):
        widget.type(Keys.TAB)
        assert widget.focused not in ("link", "launcher")
    widget.resize(1280, 900)
    widget.until(lambda: not widget.run("return root.querySelector('dialog').matches(':modal')"))
    assert widget.run("return root.querySelector('dialog').open")
    widget.type(Keys.ESCAPE)
    assert widget.focused == "launcher"


def test_the_roles_and_names_that_a_screen_reader_needs(widget: Widget) -> None:
    widget.launch()
    widget.say("сайн уу")
    widget.hears("Юу хэрэгтэй вэ?")
    tree: list[dict[str, Any]] = widget.driver.execute_cdp_cmd("Accessibility.getFullAXTree", {})[
        "nodes"
    ]
    named = {
        (node["role"]["value"], node.get("name", {}).get("value", ""))
        for node in tree
        if not node["ignored"]
    }
    assert {
        ("region", "Төрийн үйлчилгээний лавлагаа"),
        ("dialog", "Төрийн үйлчилгээний лавлагаа"),
        ("heading", "Төрийн үйлчилгээний лавлагаа"),
        ("log", "Ярианы түүх"),
        ("textbox", "Асуултаа бичнэ үү"),
        ("button", "Илгээх"),
        ("button", "Хаах"),
        ("button", "Ярианы түүхийг арилгах"),
        ("group", "Сонголтууд"),
        ("button", "Паспорт"),
    } <= named
    assert widget.run("return root.querySelector('.log').ariaLive") == "polite"
    assert widget.run("return root.querySelector('.chat').lang") == "mn"
    assert "Та: сайн уу" in widget.log
    assert "Өртөө: Сайн байна уу?" in widget.log


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("chosen", ["page", "system"])
def test_every_text_has_a_contrast_of_4_5_in_light_and_dark(
    widget: Widget, theme: str, chosen: str
) -> None:
    if chosen == "page":
        widget.site.attributes = f'data-theme="{theme}"'
    widget.prefer(prefers_color_scheme=theme if chosen == "system" else "light")
    widget.open()
    closed = widget.run(CONTRASTS)
    widget.launch()
    widget.say("хувийн")
    widget.say("сайн уу")
    widget.until(lambda: widget.run("return root.querySelectorAll('.choices button').length"))
    widget.say("паспорт")
    widget.hears("Паспортын дугаараа")
    found = [*closed, *widget.run(CONTRASTS)]
    assert len(found) > 10
    assert [(name, ratio) for name, ratio in found if ratio < 4.5] == []
    paper = widget.run("return getComputedStyle(root.querySelector('dialog')).backgroundColor")
    assert (paper == "rgb(255, 255, 255)") is (theme == "light")


@pytest.mark.parametrize("size", [(320, 256), (320, 640), (360, 740), (768, 1024), (1280, 900)])
def test_at_every_size_nothing_spills_and_targets_are_large(
    widget: Widget, size: tuple[int, int]
) -> None:
    widget.site.attributes = 'data-title="Хөдөлмөр, нийгмийн хамгааллын яамны лавлагаа"'
    widget.resize(*size)
    widget.open()
    assert widget.overflow[0] == 0
    widget.launch()
    widget.say("урт")
    widget.say("сайн уу")
    widget.until(lambda: widget.run("return root.querySelectorAll('.choices button').length"))
    assert widget.run(SPILLS) == []
    assert widget.overflow[0] == 0
    sizes = widget.run(SIZES)
    assert len(sizes) >= 5
    assert [one for one in sizes if one[1] < 43.9 or one[2] < 43.9] == []


@pytest.mark.parametrize("size", [(320, 256), (360, 640)])
def test_a_long_answer_is_shown_from_its_beginning(widget: Widget, size: tuple[int, int]) -> None:
    widget.resize(*size)
    widget.open()
    widget.launch()
    widget.say("урт асуулт")
    widget.until(lambda: widget.run("return root.querySelectorAll('.choices button').length"))
    found = widget.run(ANSWER_AND_LOG)
    assert found["answer"]["height"] > found["log"]["height"] or size == (320, 256)
    assert max(found["log"]["top"], 0) <= found["answer"]["top"] < size[1] / 2


def test_the_style_of_the_page_and_of_the_widget_do_not_touch(widget: Widget) -> None:
    widget.launch()
    assert widget.run(LOOK, ".send", "display") != "none"
    assert widget.run(LOOK, ".bot p", "color") != "rgb(255, 0, 0)"
    assert widget.run(LOOK, ".bot p", "fontSize") == "16px"
    assert widget.run(LOOK, "h2", "boxSizing") == "border-box"
    assert widget.run(LOOK, "h1", "boxSizing") == "content-box"


def test_motion_stops_and_borders_appear_where_the_citizen_asks(widget: Widget) -> None:
    widget.launch()
    style = "root.querySelector('.status').classList.add('waiting');"
    ask = "return getComputedStyle(root.querySelector('.status'), '::before').animationName"
    assert widget.run(style + ask) == "pulse"
    widget.prefer(prefers_reduced_motion="reduce", forced_colors="active")
    assert widget.run(ask) == "none"
    assert widget.run(LOOK, ".bot", "borderTopColor") != "rgba(0, 0, 0, 0)"
    assert widget.run(LOOK, ".send", "borderTopColor") != "rgba(0, 0, 0, 0)"


def test_the_focus_can_be_seen(widget: Widget) -> None:
    widget.type(Keys.TAB, Keys.TAB)
    assert widget.run(LOOK, ".launcher", "outlineStyle") == "solid"
    assert widget.run(LOOK, ".launcher", "outlineWidth") == "3px"
