"""Both scripts meet in one key."""

from __future__ import annotations

import time

import pytest

from bot.language import fold

PAIRS = [
    ("Үнэмлэхээ сунгуулъя", "vnemlehee sunguulya"),
    ("хүүхдийн мөнгө", "hvvhdiin mungu"),
    ("хүүхдийн мөнгө", "xuuxdiin mongo"),
    ("сайн байна уу", "sain bnuu"),
    ("авъя", "awya"),
    ("цуцлах", "cutslah"),
    ("ямар", "ymar"),
    ("өвөл", "uvul"),
    ("есөн", "yesun"),
    ("бна", "байна"),
    ("надад", "ndad"),
    ("төлбөр", "tulbur"),
    ("төлбөр", "tvlbvr"),
    ("ЖОЛООНЫ", "jolooni"),
]


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_two_writings_have_one_key(one: str, other: str) -> None:
    assert fold.key(one) == fold.key(other)


def test_a_key_is_ascii_words_and_numbers() -> None:
    assert fold.key("«Торгууль», 25.000₮ 😀 — байна уу?") == "torgol 25 000 baina o"


def test_cleaning_removes_controls_and_limits_the_length() -> None:
    assert fold.clean("  а\u200b\x00б \n\t в ") == "а б в"
    assert len(fold.clean("ү" * 5000)) == fold.MAX_CHARS
    assert fold.clean("й") == "й"


def test_tokens_know_their_place() -> None:
    text = "УБ95021217, 11.28-нд очно!"

    found = fold.tokens(text)

    assert [t.text for t in found] == ["УБ95021217", ",", "11", ".", "28-нд", "очно", "!"]
    assert all(text[t.start : t.end] == t.text for t in found)


def test_a_short_sentence_is_folded_in_well_under_a_millisecond() -> None:
    start = time.perf_counter()
    for _ in range(200):
        fold.key("сайн байна уу миний хүүхдийн мөнгө хэзээ орох вэ")

    assert (time.perf_counter() - start) / 200 < 0.0005
