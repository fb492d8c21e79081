"""Ridge regression over the nearest phrases only ("local ridge").

The catalogue grows by dropping a file, so nothing is trained: a query is compared with every
phrase, and the few nearest phrases alone are solved for. On held-out utterances this equals a
ridge over all phrases and a linear SVM (each 0.90-0.91 top-1 over 59 services), its cost hardly
grows with the catalogue, and a new phrase counts at once.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

_FAR = 0.02
"""Phrases of less likeness are looked at only where there are too few others."""
_COMMON = 1000
"""An n-gram of more phrases than this says little, and its list is long: the first look over all
phrases leaves it out. Only a catalogue of several hundred services has such n-grams."""
_LOOKED_AT = 4
"""How many times the neighbours are compared in full after that first look. Over 1,263 services
the answers are then those of comparing every phrase in full, in half the time."""

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Scored:
    """The labels near a query, best first."""

    labels: Ints
    scores: Floats
    """Ridge scores: near 1 for a label that the query surely has, near 0 for the others."""
    nearest: Floats
    """Similarity of each label's nearest phrase, 0 to 1."""


@dataclass(frozen=True)
class LocalRidge:
    """Phrases with their labels, and the two numbers of the method."""

    rows: sparse.csr_matrix
    columns: sparse.csr_matrix
    """The rows transposed, without the common n-grams: which phrases have an n-gram."""
    labels: Ints
    neighbours: int
    penalty: float

    @classmethod
    def of(
        cls, rows: sparse.csr_matrix, labels: Ints, *, neighbours: int, penalty: float
    ) -> LocalRidge:
        """Return the method over these rows of unit length and their labels."""
        return cls(rows, _without_common(rows.T.tocsr()), labels, neighbours, penalty)

    def similarities(self, indices: NDArray[np.int32], values: Floats) -> Floats:
        """Return the cosine of a row (columns, values) with every phrase: (phrases,).

        Of phrases far from the row it is a lower bound where there are common n-grams.
        """
        found: Floats = self.columns[indices].T @ values
        if self.columns.nnz < self.rows.nnz:
            near = _largest(found, _LOOKED_AT * self.neighbours)
            query = np.zeros(self.rows.shape[1], np.float32)
            query[indices] = values
            found[near] = self.rows[near] @ query
        return found

    def scored(
        self, similar: Floats, dense: Floats | None = None, query: Floats | None = None
    ) -> Scored:
        """Return the labels of the nearest phrases with their scores.

        `dense` (phrases, d) and `query` (d,) add a second similarity of the same phrases.
        """
        total = similar if dense is None or query is None else similar + dense @ query
        near = _largest(total, self.neighbours)
        if not len(near):
            empty = np.empty(0, np.float32)
            return Scored(np.empty(0, np.int64), empty, empty)
        picked = self.rows[near]
        gram = (picked @ picked.T).toarray()
        if dense is not None:
            gram = gram + dense[near] @ dense[near].T
        return self._solved(near, total[near], gram)

    def _solved(self, near: NDArray[np.intp], similar: Floats, gram: Floats) -> Scored:
        labels, member = np.unique(self.labels[near], return_inverse=True)
        penalised = gram + self.penalty * np.eye(len(near), dtype=np.float32)
        shares = np.linalg.solve(penalised, similar)
        scores = np.bincount(member, shares, minlength=len(labels)).astype(np.float32)
        nearest = np.zeros(len(labels), dtype=np.float32)
        np.maximum.at(nearest, member, similar)
        order = np.argsort(-scores, kind="stable")
        return Scored(labels[order], scores[order], nearest[order])


def _without_common(columns: sparse.csr_matrix) -> sparse.csr_matrix:
    lengths = np.diff(columns.indptr)
    columns.data[np.repeat(lengths > _COMMON, lengths)] = 0
    columns.eliminate_zeros()
    return columns


def _largest(total: Floats, wanted: int) -> NDArray[np.intp]:
    """Return the places of the most similar phrases; the far ones are sorted out first."""
    some = np.flatnonzero(total > _FAR)
    if len(some) < wanted:
        some = np.flatnonzero(total > 0)
    count = min(wanted, len(some))
    if not count:
        return some
    last = len(some) - count
    near: NDArray[np.intp] = some[np.argpartition(total[some], last)[last:]]
    return near
