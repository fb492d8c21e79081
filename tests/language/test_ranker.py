"""Services are found by what people say, in either script, without training."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from bot.language.encoder import CachedEncoder
from bot.language.ranker import ServiceRanker, ServiceText
from tests.language.conftest import Trained

FINES = ServiceText(
    "fines", "Тээврийн хэрэгслийн торгууль шалгах", "Торгууль", "Цагдаагийн ерөнхий газар",
    ("торгууль байгаа юу", "машинаа торгуулчихлаа", "камерын торгууль", "торгуулиа харах"),
)  # fmt: skip
MONEY = ServiceText(
    "money", "Хүүхдийн мөнгө шалгах", "Хүүхдийн мөнгө", None,
    ("хүүхдийн мөнгө орсон уу", "хүүхдийн мөнгө хэзээ орох вэ", "хүүхдийн мөнгө ороогүй"),
)  # fmt: skip
YAK = ServiceText(
    "yak", "Сарлагийн уралдаанд бүртгүүлэх", "Сарлагийн уралдаан", None,
    ("сарлагаа уралдуулъя", "сарлагийн уралдаан хэзээ вэ", "сарлаг унаж уралдах"),
)  # fmt: skip


class _Recorder:
    """An encoder that knows two kinds of sentence, and remembers what it was asked."""

    name = "recorder"

    def __init__(self) -> None:
        self.asked: list[str] = []

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.asked += texts
        rows = [[1.0, 0.0] if "мөнгө" in text or "ясли" in text else [0.0, 1.0] for text in texts]
        return np.array(rows, dtype=np.float32).reshape(len(rows), 2)


@pytest.mark.parametrize(
    "text", ["торгууль бий юу", "torguuli bga yu", "trguul bga u", "ТОРГУУЛЬ"]
)
def test_a_service_is_found_in_any_writing(text: str) -> None:
    ranker = ServiceRanker.build([FINES, MONEY])

    assert ranker.rank(text)[0].id == "fines"


def test_scores_are_chances_in_descending_order(trained: Trained) -> None:
    scores = [ranked.score for ranked in trained.ranker.rank("хүүхдийн мөнгө", k=5)]

    assert 2 <= len(scores) <= 5
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)


def test_a_new_service_is_found_though_the_acts_were_not_trained_on_it(trained: Trained) -> None:
    grown = ServiceRanker.build([*trained.services, YAK])
    knowing = Trained(trained.ngrams, trained.acts, grown, trained.services, ())

    decision = knowing.understand("sarlagaa uralduulmaar bna").decision

    assert (decision.kind, decision.services[0].id) == ("service", "yak")


def test_a_text_without_anything_known_ranks_nothing() -> None:
    assert ServiceRanker.build([FINES]).rank("12 €€ ####") == ()
    assert ServiceRanker.build([]).rank("торгууль") == ()


def test_embeddings_are_consulted_in_either_script_where_the_ngrams_are_unsure() -> None:
    encoder = _Recorder()
    ranker = ServiceRanker.build([FINES, MONEY], encoder=encoder)
    encoder.asked.clear()

    assert ranker.rank("торгууль байгаа юу")[0].id == "fines"
    assert encoder.asked == []
    assert ranker.rank("ясли хаана байдаг вэ")[0].id == "money"
    assert ranker.rank("yasli yutai")
    assert ranker.rank("ясли хаа", embed=False) is not None
    assert encoder.asked == ["ясли хаана байдаг вэ", "yasli yutai"]


def test_cached_embeddings_are_computed_once(tmp_path: Path) -> None:
    inner = _Recorder()
    first = CachedEncoder(inner, tmp_path / "cache").encode(["мөнгө", "торгууль", "мөнгө"])
    again = CachedEncoder(inner, tmp_path / "cache").encode(["торгууль", "мөнгө", "шинэ"])

    assert sorted(inner.asked) == ["мөнгө", "торгууль", "шинэ"]
    assert np.array_equal(first[[1, 0]], again[:2])
    assert [path.name for path in (tmp_path / "cache").iterdir()] == ["recorder.npz"]


def test_a_frozen_cache_keeps_nothing_of_what_citizens_ask(tmp_path: Path) -> None:
    cached = CachedEncoder(_Recorder(), tmp_path / "cache")
    cached.encode(["мөнгө"])
    before = (tmp_path / "cache").joinpath("recorder.npz").read_bytes()
    cached.freeze()
    assert cached.encode(["нууц асуулт"]).shape[0] == 1
    assert (tmp_path / "cache").joinpath("recorder.npz").read_bytes() == before


def test_a_kept_calibration_gives_the_same_ranker() -> None:
    built = ServiceRanker.build([FINES, MONEY], encoder=_Recorder())
    again = ServiceRanker.build([FINES, MONEY], encoder=_Recorder(), calibration=built.calibration)
    for text in ("торгууль байгаа юу", "ясли хаана байдаг вэ", "mungu orson uu"):
        assert again.rank(text) == built.rank(text)
