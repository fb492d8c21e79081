"""Slips of a Mongolian keyboard are seen."""

from __future__ import annotations

import pytest

from bot.text.spelling import foreign_letters, is_composed, mixed_words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("торгууль алга", ()),
        ("тoргууль aлга", ("тoргууль", "aлга")),
        ("e-Mongolia-аас SMS-ээр", ()),
        ("Mongolиа", ()),
        ("cap", ()),
        ("MЕНЮ", ("MЕНЮ",)),
        ("А1 B2", ()),
    ],
)
def test_latin_twins_inside_cyrillic_words_are_found(text: str, words: tuple[str, ...]) -> None:
    assert mixed_words(text) == words


def test_letters_of_old_keyboards_are_found_with_what_was_meant() -> None:
    assert foreign_letters("Бїх єргєдєл") == {"є": "ө", "ї": "ү"}
    assert foreign_letters("Бүх өргөдөл") == {}


def test_decomposed_letters_are_found() -> None:
    assert is_composed("гэрлэлтийн")
    assert not is_composed("гэрлэлти\u0438\u0306н")
