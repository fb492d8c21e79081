"""The act model: one linear separator per act, with calibrated probabilities.

Trained with scikit-learn, used with numpy alone, kept as JSON and npz (never pickle). The scores
become probabilities by a softmax whose temperature is fitted on held-out folds.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, sparse
from sklearn.model_selection import StratifiedKFold
from sklearn.svm import LinearSVC

from bot.language.ngrams import Row

_NAMES, _ARRAYS = "acts.json", "acts.npz"
_FOLDS = 5
_NEVER = -2.0
"""Score of a class that a fold has no rows of."""
_SHARPNESS_RANGE = (0.1, 30.0)
_SURE_RIGHT = 0.97
"""Share of right answers that makes a probability sure."""
_SURE_ROWS = 50
"""Held-out rows that must lie above a probability before it is taken for sure."""
NEVER = 2.0

Ranking = tuple[tuple[str, float], ...]
"""(name, probability), most probable first; the probabilities add up to 1."""


class ActModel:
    """Linear scores over n-gram rows, as probabilities of acts."""

    def __init__(
        self,
        names: Sequence[str],
        weights: NDArray[np.float32],
        bias: NDArray[np.float32],
        sharpness: float,
        sure_above: float = NEVER,
    ) -> None:
        """Take weights (columns, names), bias (names) and the inverse temperature.

        `sure_above` is the probability above which held-out answers are right nearly always.
        """
        self.names = tuple(names)
        self._weights = weights
        self._bias = bias
        self._sharpness = sharpness
        self.sure_above = sure_above

    @classmethod
    def train(
        cls,
        rows: sparse.csr_matrix,
        labels: Sequence[str],
        *,
        c: float = 1.0,
        balanced: bool = True,
        groups: Sequence[int] | None = None,
        seed: int = 0,
    ) -> ActModel:
        """Return a model of these rows; `groups` keeps writings of one phrase in one fold."""
        names = sorted(set(labels))
        codes = np.array([names.index(label) for label in labels])
        fitter = _Fitter(len(names), c, "balanced" if balanced else None, seed)
        folds = _folds(
            codes, np.arange(len(codes)) if groups is None else np.asarray(groups), seed
        )
        scores = np.zeros((len(codes), len(names)), dtype=np.float32)
        for held in folds:
            weights, bias = fitter.fitted(rows[~held], codes[~held])
            scores[held] = rows[held] @ weights + bias
        sharpness = _sharpness(scores, codes)
        sure_above = _sure_above(_softmax(scores * sharpness), codes)
        return cls(names, *fitter.fitted(rows, codes), sharpness, sure_above)

    def probabilities(self, row: Row) -> NDArray[np.float64]:
        """Return the probability of each act, in the order of `names`."""
        indices, values = row
        scores = values @ self._weights[indices] + self._bias
        found: NDArray[np.float64] = _softmax(scores[None, :] * self._sharpness)[0]
        return found

    def predict(self, row: Row) -> Ranking:
        """Return every act with its probability, most probable first."""
        return self.ranking(self.probabilities(row))

    def ranking(self, probabilities: NDArray[np.float64]) -> Ranking:
        """Return the acts by these probabilities, most probable first."""
        order = np.argsort(-probabilities, kind="stable")
        return tuple((self.names[i], float(probabilities[i])) for i in order)

    def save(self, folder: Path) -> None:
        """Write names and temperature (JSON) and weights (npz) into the folder."""
        head = {
            "names": self.names,
            "sharpness": self._sharpness,
            "sure_above": self.sure_above,
        }
        (folder / _NAMES).write_text(json.dumps(head, ensure_ascii=False), encoding="utf-8")
        np.savez(folder / _ARRAYS, weights=self._weights, bias=self._bias)

    @classmethod
    def load(cls, folder: Path) -> ActModel:
        """Return what save() wrote."""
        head = json.loads((folder / _NAMES).read_text(encoding="utf-8"))
        with np.load(folder / _ARRAYS, allow_pickle=False) as arrays:
            learned = arrays["weights"], arrays["bias"]
            return cls(head["names"], *learned, head["sharpness"], head["sure_above"])


@dataclass(frozen=True)
class _Fitter:
    """How separators are fitted: classes, inverse penalty, class weighting, seed."""

    count: int
    c: float
    class_weight: str | None
    seed: int

    def fitted(
        self, rows: sparse.csr_matrix, codes: NDArray[np.int_]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return weights (columns, count) and bias (count); a class without rows never wins."""
        machine = LinearSVC(C=self.c, class_weight=self.class_weight, random_state=self.seed)
        machine.fit(rows, codes)
        coef, bias = machine.coef_, machine.intercept_
        if len(coef) == 1:
            coef, bias = np.vstack([-coef, coef]), np.concatenate([-bias, bias])
        weights = np.zeros((rows.shape[1], self.count), dtype=np.float32)
        full_bias = np.full(self.count, _NEVER, dtype=np.float32)
        weights[:, machine.classes_] = coef.T
        full_bias[machine.classes_] = bias
        return weights, full_bias


def _folds(
    codes: NDArray[np.int_], groups: NDArray[np.int_], seed: int
) -> list[NDArray[np.bool_]]:
    """Return which rows each fold holds out; rows of one group stay together."""
    _, first, member = np.unique(groups, return_index=True, return_inverse=True)
    target = codes[first]
    if np.bincount(target).min() < _FOLDS:
        target = np.zeros(len(first), dtype=int)
    splits = StratifiedKFold(_FOLDS, shuffle=True, random_state=seed).split(first, target)
    return [np.isin(member, held) for _, held in splits]


def _sharpness(scores: NDArray[np.float32], codes: NDArray[np.int_]) -> float:
    """Return the inverse temperature under which held-out labels are most likely."""

    def loss(sharpness: float) -> float:
        likely = _softmax(scores * sharpness)[np.arange(len(codes)), codes]
        return float(-np.log(np.maximum(likely, 1e-9)).mean())

    return float(optimize.minimize_scalar(loss, bounds=_SHARPNESS_RANGE, method="bounded").x)


def _sure_above(chances: NDArray[np.float64], codes: NDArray[np.int_]) -> float:
    """Return the least probability above which held-out answers are right nearly always."""
    best = chances.max(axis=1)
    order = np.argsort(-best)
    right = (chances.argmax(axis=1) == codes)[order]
    share = np.cumsum(right) / np.arange(1, len(right) + 1)
    enough = np.flatnonzero((share >= _SURE_RIGHT) & (np.arange(len(share)) >= _SURE_ROWS))
    return float(best[order][enough[-1]]) if len(enough) else NEVER


def _softmax(scores: NDArray[np.float32]) -> NDArray[np.float64]:
    shifted = np.exp(scores.astype(np.float64) - scores.max(axis=1, keepdims=True))
    out: NDArray[np.float64] = shifted / shifted.sum(axis=1, keepdims=True)
    return out
