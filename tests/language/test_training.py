"""N-grams, the act model and its examples."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from bot.errors import CatalogueError
from bot.language import fold, galig, quick, training
from bot.language.intents import IntentModel
from bot.language.ngrams import Ngrams

TEXTS = ["сайн байна уу", "баяртай", "торгууль байгаа юу", "хүүхдийн мөнгө"]
ACTS = {
    "inform", "greet", "thanks", "bye", "affirm", "deny", "cancel", "back", "repeat", "help",
    "human", "start_over", "status", "recommend", "revoke", "complain", "stop", "start",
    "my_data", "emergency", "out_of_scope",
}  # fmt: skip


def test_a_row_has_length_one_and_equals_the_transformed_row() -> None:
    ngrams = Ngrams.fit(TEXTS)
    indices, values = ngrams.row(TEXTS[2])
    rows = ngrams.transform(TEXTS)

    assert float(np.linalg.norm(values)) == pytest.approx(1)
    assert rows.shape == (len(TEXTS), ngrams.size)
    assert np.array_equal(rows[2].indices, indices)
    assert np.allclose(rows[2].data, values)
    assert len(ngrams.row("€")[0]) == 0


def test_clipped_vowels_keep_most_of_the_likeness() -> None:
    ngrams = Ngrams.fit(TEXTS)
    rows = ngrams.transform(["хүүхдийн мөнгө", "hhdin mng", "баяртай"])

    likeness = (rows @ rows.T).toarray()

    assert likeness[0, 1] > 0.3 > likeness[0, 2]


def test_saved_models_answer_the_same_and_hold_no_pickle(tmp_path: Path) -> None:
    examples = [training.Example(text, act) for text in TEXTS for act in [fold.key(text)[:3]]]
    ngrams, model = training.train(examples * 5)
    ngrams.save(tmp_path)
    model.save(tmp_path)

    text = "torguuli bga yu"
    again = IntentModel.load(tmp_path).predict(Ngrams.load(tmp_path).row(text), text)

    assert again == model.predict(ngrams.row(text), text)
    assert again[0][0] == "tor"
    assert sum(chance for _, chance in again) == pytest.approx(1)
    assert {p.suffix for p in tmp_path.iterdir()} == {".json", ".npz"}


def test_training_with_two_acts_and_few_examples_works() -> None:
    rows = ["тийм", "за", "тэгье", "үгүй", "биш", "үгүй ээ"]
    examples = [training.Example(text, "no" if i > 2 else "yes") for i, text in enumerate(rows)]

    ngrams, model = training.train(examples)

    assert model.predict(ngrams.row("ugui"), "ugui")[0][0] == "no"


def test_every_act_has_enough_phrases_and_shares_none() -> None:
    examples = training.read_acts()
    counts = Counter(example.act for example in examples)
    keys = Counter(fold.key(example.text) for example in examples)

    assert set(counts) == ACTS
    assert [act for act, count in counts.items() if count < 24] == []
    assert [key for key, count in keys.items() if count > 1] == []


def test_the_closed_lists_agree_with_the_examples() -> None:
    wrong = [
        (example.text, example.act, act)
        for example in training.read_acts()
        if (act := quick.quick_act(example.text)) not in (None, example.act)
    ]

    assert wrong == []


def test_a_broken_file_of_examples_is_named(tmp_path: Path) -> None:
    (tmp_path / "greet.yml").write_text("nlu:\n- intent: greet\n", encoding="utf-8")

    with pytest.raises(CatalogueError, match=r"greet\.yml"):
        training.read_acts(tmp_path)


def test_synthetic_latin_is_repeatable_and_has_no_cyrillic() -> None:
    phrase = "жолооны үнэмлэхээ сунгуулах гэсэн юм яаж хийх вэ"

    written = [galig.latin(phrase, galig.chance(seed)) for seed in range(20)]

    assert written == [galig.latin(phrase, galig.chance(seed)) for seed in range(20)]
    assert all(text.isascii() for text in written)
    assert len(set(written)) > 10
    assert len(galig.augment(phrase, galig.chance(1), 3)) == 3


def test_the_letters_of_synthetic_latin_follow_the_counted_ratios() -> None:
    shares = {
        latin: sum(galig.latin(letter, galig.chance(seed)) == latin for seed in range(3000)) / 3000
        for letter, latin in (("х", "h"), ("в", "w"), ("ү", "v"), ("ө", "o"))
    }

    assert shares == pytest.approx({"h": 0.93, "w": 0.78, "v": 0.43, "o": 0.65}, abs=0.05)
