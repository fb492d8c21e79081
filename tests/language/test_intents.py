"""The intent classifier: when the sentence embedding is asked, and what it changes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.language import training
from bot.language.encoder import RecentEncoder
from bot.language.head import Head
from bot.language.intents import IntentModel
from bot.language.ngrams import Ngrams
from bot.language.training import Example

FINE, COLD = "торгууль", "хүйтэн"
_FINES = (
    "торгууль байгаа юу",
    "торгууль төлөх",
    "хэд вэ",
    "шалгах",
    "юу байна",
    "өнөөдөр",
    "одоо",
)
_COLDS = ("хүйтэн байна", "хүйтэн өдөр", "өвөл", "салхи", "юу болов", "өнөөдрийн", "одоо юу")
EXAMPLES = [
    *(Example(text, "fine") for text in _FINES),
    *(Example(text, "cold") for text in _COLDS),
    *(Example(f"{FINE} бий юу {n}", "fine") for n in range(120)),
    *(Example(f"{COLD} байна {n}", "cold") for n in range(120)),
]


class Warmth:
    """Knows one thing: words of cold point one way, all others the other way."""

    name = "warmth"

    def __init__(self) -> None:
        self.asked: list[str] = []

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.asked += texts
        cold = [any(word in text for word in (COLD, "мөс", "цас")) for text in texts]
        return np.array([[1.0, 0.1] if one else [-1.0, 0.1] for one in cold], dtype=np.float32)


def _trained(encoder: Warmth | None) -> tuple[Ngrams, IntentModel]:
    return training.train(EXAMPLES, encoder=encoder)


def test_the_embedding_decides_what_the_ngrams_cannot() -> None:
    encoder = Warmth()
    ngrams, model = _trained(encoder)
    encoder.asked.clear()

    ranking = model.predict(ngrams.row("мөс цас"), "Мөс цас")

    assert encoder.asked == ["мөс цас"]
    assert ranking[0][0] == "cold"
    assert abs(sum(chance for _, chance in ranking) - 1) < 1e-6


def test_the_embedding_is_not_asked_where_the_ngrams_are_sure() -> None:
    encoder = Warmth()
    ngrams, model = _trained(encoder)
    encoder.asked.clear()

    assert model.predict(ngrams.row("торгууль бий юу 7"), "торгууль бий юу 7")[0][0] == "fine"
    assert encoder.asked == []
    always = model.with_encoder(encoder, always=True)
    always.predict(ngrams.row("торгууль байгаа юу"), "торгууль байгаа юу")
    assert encoder.asked == ["торгууль байгаа юу"]


def test_without_an_encoder_the_ngrams_decide_alone() -> None:
    ngrams, model = _trained(None)

    assert model.predict(ngrams.row("torguuli bga yu"), "torguuli bga yu")[0][0] == "fine"


def test_a_loaded_model_answers_the_same(tmp_path: Path) -> None:
    ngrams, model = _trained(Warmth())
    model.save(tmp_path)

    again = IntentModel.load(tmp_path).with_encoder(Warmth())

    for text in ("мөс цас", "торгуулиа төлье", "salhi"):
        assert again.predict(ngrams.row(text), text) == model.predict(ngrams.row(text), text)
    assert {path.suffix for path in tmp_path.iterdir()} == {".json", ".npz"}


def test_an_intent_that_the_head_has_no_vector_of_never_wins() -> None:
    vectors = np.eye(2, dtype=np.float32)

    head = Head.train(vectors, ["a", "b"], ["a", "b", "c"], 0.5)

    assert np.exp(head.log_probabilities(vectors[0])[2]) == 0
    assert head.log_probabilities(vectors[0]).argmax() == 0


def test_one_utterance_is_embedded_once_for_classifier_and_ranker() -> None:
    inner = Warmth()
    recent = RecentEncoder(inner, kept=2)

    for text in ("нэг", "нэг", "хоёр", "гурав", "нэг"):
        recent.encode([text])

    assert inner.asked == ["нэг", "хоёр", "гурав", "нэг"]
    assert recent.encode(["нэг", "хоёр"]).shape == (2, 2)
