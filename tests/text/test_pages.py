"""An answer becomes pages of a USSD screen that each fit and lose nothing."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.text.pages import MAX_PAGES, Screen, paginate
from bot.text.units import units
from tests.text.random_text import texts

BOTH = [Screen.CYRILLIC, Screen.LATIN]
TEXTS = texts(600)
OPTIONS = st.lists(texts(120), max_size=8)
SCREENS = st.sampled_from(
    [*BOTH, Screen(ucs2_chars=40, gsm7_chars=60), Screen(ucs2_chars=70, gsm7_chars=160)]
)


def content(pages: tuple[str, ...], screen: Screen) -> str:
    """All that stands on the pages beside their navigation, without white space."""
    parts = []
    for number, page in enumerate(pages):
        more, back = number < len(pages) - 1, number > 0
        navigation = screen.navigation(more=more, back=back)
        assert page.endswith(navigation)
        parts.append(page[: len(page) - len(navigation)])
    return squeezed("".join(parts))


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


def listed(options: list[str], screen: Screen) -> str:
    written = (screen.written(option) for option in options)
    return "".join(f"{number}{one}" for number, one in enumerate(written, start=1))


def test_a_short_answer_is_one_page_without_navigation() -> None:
    assert paginate("Төлөөгүй торгууль алга.", (), Screen.CYRILLIC) == ("Төлөөгүй торгууль алга.",)


def test_options_are_numbered_lines_after_the_text() -> None:
    pages = paginate("Юу хийх вэ?", ["Торгууль", "Үнэмлэх"], Screen.CYRILLIC)
    assert pages == ("Юу хийх вэ?\n1 Торгууль\n2 Үнэмлэх",)


def test_options_may_stand_without_a_text() -> None:
    assert paginate("", ["Тийм", "Үгүй"], Screen.CYRILLIC) == ("1 Тийм\n2 Үгүй",)


def test_nothing_is_one_empty_page() -> None:
    assert paginate(" \n", (), Screen.CYRILLIC) == ("",)


def test_a_full_page_needs_no_navigation_and_one_more_letter_does() -> None:
    assert paginate("ү" * 39 + " " + "ү" * 40, (), Screen.CYRILLIC) == ("ү" * 39 + " " + "ү" * 40,)
    assert paginate("ү" * 40 + " " + "ү" * 40, (), Screen.CYRILLIC) == (
        "ү" * 40 + "\n98 Цааш",
        "ү" * 40 + "\n0 Буцах",
    )


def test_the_page_in_the_middle_turns_both_ways() -> None:
    text = " ".join(["Баянзүрх"] * 20)
    first, middle, last = paginate(text, (), Screen.CYRILLIC)
    assert first.endswith("\n98 Цааш")
    assert middle.endswith("\n98 Цааш 0 Буцах")
    assert last.endswith("Баянзүрх\n0 Буцах")


def test_an_option_that_does_not_fit_goes_to_the_next_page_whole() -> None:
    text = "Таны нэр дээр хоёр машин бүртгэлтэй байна."
    options = ["Торгууль шалгах", "Татвар төлөх", "Буцах"]
    assert paginate(text, options, Screen.CYRILLIC) == (
        f"{text}\n1 Торгууль шалгах\n98 Цааш",
        "2 Татвар төлөх\n3 Буцах\n0 Буцах",
    )


def test_an_option_longer_than_a_page_is_cut_between_words() -> None:
    pages = paginate("", [" ".join(["сонголт"] * 12)], Screen.CYRILLIC)
    assert len(pages) == 2
    assert content(pages, Screen.CYRILLIC) == "1" + "сонголт" * 12
    assert all(not re.search(r"сонго$|^лт", page, re.MULTILINE) for page in pages)


def test_a_latin_screen_writes_latin_and_holds_more() -> None:
    text = "Тээврийн хэрэгслийн торгууль: 3, нийт 60,000₮. Хамгийн сүүлийнх нь Баянзүрх дүүрэгт."
    assert paginate(text, ["Төлөх"], Screen.LATIN) == (
        "Teevriin kheregsliin torguuli: 3, niit 60,000 tug. "
        "Khamgiin süüliinkh ni Bayanzürkh düüregt.\n1 Tölökh",
    )
    assert len(paginate(text, ["Төлөх"], Screen.CYRILLIC)) == 2


def test_text_that_is_latin_already_is_the_same_on_a_latin_screen() -> None:
    assert paginate("Torguuli alga.", ["Butsakh"], Screen.LATIN) == ("Torguuli alga.\n1 Butsakh",)


def test_one_character_outside_gsm_shortens_its_own_page_only() -> None:
    screen = Screen(script="latin")
    pages = paginate("文 " + "torguuli " * 20, (), screen)
    assert units(pages[0]).encoding == "UCS-2"
    assert units(pages[1]).encoding == "GSM-7"
    assert units(pages[1]).count > 80


def test_lines_of_a_text_stay_lines() -> None:
    assert paginate("Нэг:\n\nхоёр  гурав", (), Screen.CYRILLIC) == ("Нэг:\nхоёр гурав",)


def test_the_words_that_turn_pages_may_be_others() -> None:
    screen = Screen(more_label="9 Дараах", back_label="7 Өмнөх")
    pages = paginate("Баянзүрх " * 20, (), screen)
    assert pages[0].endswith("\n9 Дараах")
    assert pages[1].endswith("\n9 Дараах 7 Өмнөх")


@pytest.mark.parametrize("screen", BOTH, ids=lambda screen: screen.script)
def test_ten_kilobytes_end_with_an_ellipsis_and_keep_their_options(screen: Screen) -> None:
    pages = paginate("өгүүлбэр " * 1200, ["Тийм", "Үгүй"], screen)
    assert len(pages) == MAX_PAGES
    assert all(screen.fits(page) for page in pages)
    options = screen.written("\n1 Тийм\n2 Үгүй\n0 Буцах")
    assert pages[-1].endswith(screen.written("…") + options)


def test_the_last_page_of_a_text_cut_short_ends_with_an_ellipsis() -> None:
    pages = paginate("өгүүлбэр " * 100, (), Screen.CYRILLIC, max_pages=2)
    assert len(pages) == 2
    assert pages[-1].endswith("өгүүлбэр…\n0 Буцах")


def test_one_endless_word_is_cut_and_ends_with_an_ellipsis() -> None:
    pages = paginate("ү" * 5000, (), Screen.CYRILLIC)
    assert len(pages) == MAX_PAGES
    assert all(Screen.CYRILLIC.fits(page) for page in pages)
    assert pages[-1].endswith("үү…\n0 Буцах")


def test_options_too_many_for_the_pages_end_with_an_ellipsis() -> None:
    pages = paginate("Аль нь вэ?", ["дүүрэг, хороо"] * 100, Screen.CYRILLIC, max_pages=3)
    assert len(pages) == 3
    assert pages[0].startswith("1 дүүрэг, хороо\n2 ")
    assert pages[-1].endswith("\n…\n0 Буцах")


def test_a_word_longer_than_a_page_is_cut_and_goes_on() -> None:
    assert paginate("Данс " + "ү" * 100, (), Screen.CYRILLIC) == (
        "Данс\n98 Цааш",
        "ү" * 64 + "\n98 Цааш 0 Буцах",
        "ү" * 36 + "\n0 Буцах",
    )


def test_a_screen_too_small_for_its_navigation_is_refused() -> None:
    with pytest.raises(ValueError, match="too small"):
        Screen(ucs2_chars=18)


@settings(deadline=None)
@given(text=TEXTS, options=OPTIONS, screen=SCREENS)
def test_every_page_fits_and_every_word_is_there_in_order(
    text: str, options: list[str], screen: Screen
) -> None:
    pages = paginate(text, options, screen, max_pages=200)
    assert all(screen.fits(page) for page in pages)
    assert content(pages, screen) == squeezed(screen.written(text) + listed(options, screen))


@settings(deadline=None)
@given(text=TEXTS, options=OPTIONS, most=st.integers(min_value=1, max_value=4))
def test_no_answer_takes_more_pages_than_allowed(text: str, options: list[str], most: int) -> None:
    pages = paginate(text, options, Screen.CYRILLIC, max_pages=most)
    assert 1 <= len(pages) <= most
    assert all(Screen.CYRILLIC.fits(page) for page in pages)


@settings(deadline=None)
@given(st.lists(st.integers(1, 50), min_size=1, max_size=80))
def test_a_word_that_fits_a_page_is_never_cut(lengths: list[int]) -> None:
    words = ["ү" * length for length in lengths]
    pages = paginate(" ".join(words), (), Screen.CYRILLIC, max_pages=200)
    lines = "\n".join(pages).split("\n")
    shown = [
        word for line in lines if "98 Ц" not in line and "0 Б" not in line for word in line.split()
    ]
    assert shown == words
