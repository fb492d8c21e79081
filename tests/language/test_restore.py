from __future__ import annotations

import difflib
import math
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.language import galig, lexicon
from bot.language.candidates import Reader, agreeing
from bot.language.letter_model import LetterModel
from bot.language.readings import INFINITE, cost, lattice, skeleton, skeletons
from bot.language.restore import Restorer, cyrillic, readable

CASES = Path(__file__).parents[1] / "cases" / "language"
EXACT: dict[str, dict[str, str]] = yaml.safe_load(
    (CASES / "restore.yml").read_text(encoding="utf-8")
)
ROWS = [(str(typed), read) for group in EXACT.values() for typed, read in group.items()]
WRITTEN = [
    (line.split("\t")[0], line.split("\t")[1])
    for line in (CASES / "restore.tsv").read_text(encoding="utf-8").splitlines()
]
WORDS_FLOOR, SENTENCES_FLOOR = 0.97, 0.9
SYNTHETIC_FLOOR = 0.93
MAX_DATA_BYTES = 700_000
LETTERS = "абвгдеёжзийклмноөпрстуүфхцчшщъыьэюя "


def right_words(read: str, expected: str) -> int:
    matcher = difflib.SequenceMatcher(a=expected.split(), b=read.split(), autojunk=False)
    return sum(block.size for block in matcher.get_matching_blocks())


@pytest.mark.parametrize(("typed", "expected"), ROWS, ids=[typed or "empty" for typed, _ in ROWS])
def test_the_exact_table_is_restored_to_the_letter(typed: str, expected: str) -> None:
    assert cyrillic(typed) == expected


def test_the_tables_are_as_large_as_promised() -> None:
    assert len(ROWS) >= 60
    assert len({typed for typed, _ in WRITTEN}) >= 150


def test_utterances_of_many_writers_are_restored_but_for_a_few_words() -> None:
    restored = [(cyrillic(typed), expected) for typed, expected in WRITTEN]
    words = sum(len(expected.split()) for _, expected in restored)
    assert sum(right_words(*pair) for pair in restored) / words >= WORDS_FLOOR
    assert sum(read == expected for read, expected in restored) / len(restored) >= SENTENCES_FLOOR


def test_phrases_kept_out_of_the_lexicon_come_back_from_synthetic_latin() -> None:
    by_hand = yaml.safe_load((lexicon.DATA / "restore.yml").read_text(encoding="utf-8"))
    sources = list(lexicon.sentences(lexicon.DATA))
    phrases = sorted(
        {text for kind, text in sources if kind == "phrases" and set(text) <= set(LETTERS)}
    )
    held_out = set(galig.chance(0).sample(phrases, 100))
    built = lexicon.build([row for row in sources if row[1] not in held_out], by_hand)
    restorer, rng = Restorer(built), galig.chance(3)
    pairs = [(restorer.text(galig.latin(text, rng)), text) for text in sorted(held_out)]
    right = sum(right_words(*pair) for pair in pairs)
    assert right / sum(len(text.split()) for text in held_out) >= SYNTHETIC_FLOOR


def test_a_cyrillic_text_of_known_words_is_left_as_it_is() -> None:
    text = "Иргэний үнэмлэхээ сунгуулах гэсэн юм, хаана очих вэ?"
    assert cyrillic(text) == text


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=40))
def test_any_text_is_restored_the_same_way_twice_with_its_figures_kept(text: str) -> None:
    once = cyrillic(text)
    assert once == cyrillic(text)
    assert [c for c in once if c.isdigit()] == [c for c in text if c.isdigit()]


def test_a_run_of_letters_longer_than_any_word_is_left_alone() -> None:
    assert cyrillic("zhshtskv" * 120) == "zhshtskv" * 120


def test_a_stem_takes_an_ending_that_the_lexicon_never_saw_on_it() -> None:
    words = {"гараашны": 2, "дэвтэр": 3, "дэвтрийн": 2, "малын": 2, "малаас": 4, "гараас": 3}
    small = lexicon.Lexicon(words | {"гарааш": 2}, {}, {}, {}, frozenset(), frozenset())
    found = Reader(small).candidates("garaashaas", "")
    assert found[0].text == "гараашаас"
    assert not found[0].known


def test_the_readable_form_keeps_initial_capitals_but_does_not_shout() -> None:
    assert readable("Darhan-Uul aimag") == "Дархан-Уул аймаг"
    assert readable("Minii mashin SHOROO") == "Миний машин шороо"


def test_the_writers_v_decides_how_u_is_read() -> None:
    assert cyrillic("hvvhdiin dvv") == "хүүхдийн дүү"
    assert cyrillic("duu hugjim avah") == "дуу хөгжим авах"


def test_neighbours_decide_between_words_spelt_alike() -> None:
    words = {"хол": 5, "хөл": 5, "минь": 10, "явах": 10}
    pairs = {("хол", "явах"): 5, ("хөл", "минь"): 5}
    restorer = Restorer(lexicon.Lexicon(words, pairs, {}, {}, frozenset(), frozenset()))
    assert restorer.text("hol yavah") == "хол явах"
    assert restorer.text("hol mini") == "хөл минь"


@pytest.mark.parametrize(
    ("particle", "word", "expected"),
    [("уу", "болох", "уу"), ("уу", "өгөх", "үү"), ("вэ", "хэн", "бэ"), ("вэ", "хэд", "вэ")],
)
def test_question_particles_agree_with_the_word_before(
    particle: str, word: str, expected: str
) -> None:
    assert agreeing(particle, word) == expected


def test_a_reading_costs_more_the_less_the_letters_agree() -> None:
    arcs = lattice("tulbur")
    near, farther = cost(arcs, "төлбөр", 20), cost(arcs, "түлбэр", 20)
    assert near < 4 < farther < cost(arcs, "талбаар", 20) < INFINITE
    assert cost(arcs, "төлбөртэй", 20) == INFINITE


def test_both_scripts_of_a_word_share_their_consonants() -> None:
    assert skeleton("хүүхдийн") in skeletons("hvvhdiin")
    assert skeleton("авах") in skeletons("avah")
    assert skeleton("асхан") in skeletons("ashan")


def test_the_letter_model_prefers_what_it_has_seen_and_sums_to_one() -> None:
    model = LetterModel(["авах", "авсан", "өгөх", "өгсөн"])
    assert model.word_cost("авсан") < model.word_cost("овсан")
    shares = [math.exp(-model.cost("\nав", letter)) for letter in LETTERS.replace(" ", "\n")]
    assert sum(shares) == pytest.approx(1)


def test_the_lexicon_is_read_back_as_it_was_written_and_is_small() -> None:
    shipped = lexicon.shipped()
    assert lexicon.parse(lexicon.rendered(shipped)) == shipped
    assert lexicon.PATH.stat().st_size <= MAX_DATA_BYTES


def test_only_train_rows_of_massive_enter_the_lexicon(tmp_path: Path) -> None:
    rows = tmp_path / "massive.jsonl"
    rows.write_text(
        '{"partition": "train", "utt": "дуу тавь"}\n{"partition": "dev", "utt": "гэрэл унтраа"}\n',
        encoding="utf-8",
    )
    found = [text for kind, text in lexicon.sentences(lexicon.DATA, rows) if kind == "massive"]
    assert found == ["дуу тавь"]


def test_a_lexicon_without_a_section_is_refused() -> None:
    with pytest.raises(KeyError, match="pairs"):
        lexicon.parse("[words]\nюм 3\n")
