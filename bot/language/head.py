"""Intents read off sentence embeddings: multinomial logistic regression, kept as npz."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

_FILE = "head.npz"
_SPREAD = 0.01
"""L2 penalty per example: the encoder has seen much of what it is trained on, so its vectors part
the the training phrases better than new ones; a third of it costs 0.3 points on MASSIVE mn-MN."""
_ITERATIONS = 200
Floats = NDArray[np.float32]


class Head:
    """Linear scores over centred vectors, as log-probabilities of intents."""

    def __init__(
        self, mean: Floats, scale: float, weights: Floats, bias: Floats, share: float
    ) -> None:
        """Take the centre (d,), the spread, weights (d, intents) and bias (intents,).

        `share`, 0 to 1, is the weight of this opinion beside another one.
        """
        self.share = share
        self._mean = mean
        self._scale = scale
        self._weights = weights
        self._bias = bias

    @classmethod
    def train(
        cls, vectors: Floats, labels: Sequence[str], names: Sequence[str], share: float
    ) -> Head:
        """Return the head of these vectors; its outputs are in the order of `names`."""
        mean: Floats = vectors.mean(axis=0)
        scale = float((vectors - mean).std()) or 1.0
        codes = np.array([names.index(label) for label in labels])
        fitted = LogisticRegression(C=1 / (_SPREAD * len(codes)), max_iter=_ITERATIONS)
        fitted.fit((vectors - mean) / scale, codes)
        weights = np.zeros((vectors.shape[1], len(names)), dtype=np.float32)
        bias = np.full(len(names), -1e9, dtype=np.float32)
        coef, intercept = fitted.coef_, fitted.intercept_
        if len(coef) == 1:
            coef = np.vstack([np.zeros_like(coef), coef])
            intercept = np.concatenate([np.zeros(1), intercept])
        weights[:, fitted.classes_] = coef.T
        bias[fitted.classes_] = intercept
        return cls(mean, scale, weights, bias, share)

    def log_probabilities(self, vector: Floats) -> NDArray[np.float64]:
        """Return the logarithm of each intent's probability: (intents,)."""
        raw = ((vector - self._mean) / self._scale) @ self._weights + self._bias
        scores = (raw - raw.max()).astype(np.float64)
        out: NDArray[np.float64] = scores - np.log(np.exp(scores).sum())
        return out

    def save(self, folder: Path) -> None:
        """Write the arrays into the folder."""
        arrays = {"mean": self._mean, "weights": self._weights, "bias": self._bias}
        numbers = np.array([self._scale, self.share])
        np.savez(folder / _FILE, numbers=numbers, **arrays)

    @classmethod
    def load(cls, folder: Path) -> Head | None:
        """Return what save() wrote, or None where there is none."""
        if not (folder / _FILE).exists():
            return None
        with np.load(folder / _FILE, allow_pickle=False) as kept:
            scale, share = kept["numbers"].tolist()
            return cls(kept["mean"], scale, kept["weights"], kept["bias"], share)
