"""Which service an utterance asks for: every service of the catalogue, scored from 0 to 1.

Built from the service files alone, in about a second, so a new file needs no training. A score is
the calibrated chance that the service is the one asked for; calibration holds out each phrase in
turn, as written and in synthetic Latin, and treats phrases of other acts as asking for none.

Sentence embeddings are a second opinion where the n-grams are not sure; what they add is measured
in docs/language.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from bot.language import galig
from bot.language.encoder import Encoder
from bot.language.ngrams import Ngrams
from bot.language.ridge import LocalRidge, Scored

NEIGHBOURS, PENALTY = 64, 1.0
UNSURE_BELOW = 0.9
"""The embeddings, some 15 ms, are consulted where the n-grams' best score is below this."""
_PROBES = 300
"""Phrases held out for calibration; more do not change the fit and cost time at start."""
_CANDIDATES = 5
_HELD_OUT = np.float32(-9)
"""A similarity that keeps a phrase out of its own neighbours."""

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class ServiceText:
    """What a service file says of itself in words."""

    id: str
    title: str
    short: str
    agency: str | None
    phrases: tuple[str, ...]


@dataclass(frozen=True)
class Ranked:
    """A service and the chance, 0 to 1, that it is the one asked for."""

    id: str
    score: float


@dataclass(frozen=True)
class Calibration:
    """What calibration found, three weights and a bias for each opinion: plain data to be kept.

    It belongs to one set of phrases and one encoder; finding it anew takes seconds.
    """

    plain: tuple[float, ...]
    semantic: tuple[float, ...] | None


@dataclass(frozen=True)
class _Curve:
    """A fitted logistic curve over the features of a candidate."""

    weights: Floats
    bias: float

    @classmethod
    def of(cls, numbers: Sequence[float]) -> _Curve:
        *weights, bias = numbers
        return cls(np.array(weights, dtype=np.float32), bias)

    @property
    def numbers(self) -> tuple[float, ...]:
        return (*(float(weight) for weight in self.weights), self.bias)

    def chances(self, features: Floats) -> Floats:
        out: Floats = 1 / (1 + np.exp(-(features @ self.weights + self.bias)))
        return out


@dataclass(frozen=True)
class _Semantic:
    """The second opinion: embeddings of the phrases about their mean, and the curve to read it."""

    encoder: Encoder
    mean: Floats
    dense: Floats
    curve: _Curve

    def query(self, text: str) -> Floats:
        vector: Floats = _centred(self.encoder.encode([text.lower()]), self.mean)[0]
        return vector


class ServiceRanker:
    """The searchable catalogue. Build it with build(); it holds no files and no state."""

    def __init__(
        self, ids: Sequence[str], ngrams: Ngrams, ridge: LocalRidge, curve: _Curve,
        semantic: _Semantic | None = None,
    ) -> None:  # fmt: skip
        """Take the fitted parts; `semantic` is the second opinion, if any."""
        self._ids = tuple(ids)
        self._ngrams = ngrams
        self._ridge = ridge
        self._curve = curve
        self._semantic = semantic

    @classmethod
    def build(
        cls,
        docs: Sequence[ServiceText],
        *,
        others: Sequence[str] = (),
        encoder: Encoder | None = None,
        calibration: Calibration | None = None,
        seed: int = 0,
    ) -> ServiceRanker:
        """Return a ranker over the services.

        `others` are phrases that ask for no service. The encoder, when given, is asked once for
        all phrases: hand in a CachedEncoder. `calibration` is that of an earlier ranker over the
        same phrases with the same encoder.
        """
        written = [_texts(doc) for doc in docs]
        texts = [text for listed in written for text in listed]
        owners = np.repeat(np.arange(len(docs)), [len(listed) for listed in written])
        ngrams = Ngrams.fit(texts)
        rows = ngrams.transform(texts)
        ridge = LocalRidge.of(rows, owners, neighbours=NEIGHBOURS, penalty=PENALTY)
        plain = cls([doc.id for doc in docs], ngrams, ridge, _flat())
        probes = _Probes.drawn(texts, owners, others, seed).in_both_scripts(seed)
        if calibration is None:
            plain._curve = plain._calibrated(probes, None)
        else:
            plain._curve = _Curve.of(calibration.plain)
        if encoder is not None and docs:
            known = calibration.semantic if calibration else None
            plain._semantic = plain._second_opinion(encoder, texts, probes, known)
        return plain

    @property
    def calibration(self) -> Calibration:
        """What to hand to build() to spare the calibration of the same phrases."""
        second = self._semantic
        return Calibration(self._curve.numbers, second.curve.numbers if second else None)

    def rank(self, text: str, k: int = 5, *, embed: bool = True) -> tuple[Ranked, ...]:
        """Return at most k services with their chances, most probable first.

        `embed` allows the second opinion; without it unsure chances stay as they are.
        """
        similar = self._ridge.similarities(*self._ngrams.row(text))
        ranked = self._ranked(self._ridge.scored(similar), self._curve)
        second = self._semantic
        sure = bool(ranked) and ranked[0].score >= UNSURE_BELOW
        if second is None or sure or not embed:
            return ranked[:k]
        scored = self._ridge.scored(similar, second.dense, second.query(text))
        return self._ranked(scored, second.curve)[:k]

    def _ranked(self, scored: Scored, curve: _Curve) -> tuple[Ranked, ...]:
        if not len(scored.labels):
            return ()
        chances = curve.chances(_features(scored))
        order = np.argsort(-chances, kind="stable")
        return tuple(Ranked(self._ids[scored.labels[i]], float(chances[i])) for i in order)

    def _second_opinion(
        self,
        encoder: Encoder,
        texts: Sequence[str],
        probes: _Probes,
        known: Sequence[float] | None,
    ) -> _Semantic:
        vectors = encoder.encode([text.lower() for text in texts])
        mean: Floats = vectors.mean(axis=0)
        if known is not None:
            return _Semantic(encoder, mean, _centred(vectors, mean), _Curve.of(known))
        second = _Semantic(encoder, mean, _centred(vectors, mean), _flat())
        asked = _centred(encoder.encode([text.lower() for text in probes.texts]), mean)
        curve = self._calibrated(probes, (second.dense, asked))
        return _Semantic(encoder, mean, second.dense, curve)

    def _calibrated(self, probes: _Probes, dense: tuple[Floats, Floats] | None) -> _Curve:
        """Return the curve under which held-out probes find their own service."""
        features, right = [], []
        for i, (text, row, owner) in enumerate(probes):
            similar = self._ridge.similarities(*self._ngrams.row(text))
            if row >= 0:
                similar[row] = _HELD_OUT
            query = () if dense is None else (dense[0], dense[1][i])
            scored = self._ridge.scored(similar, *query)
            features.append(_features(scored)[:_CANDIDATES])
            right.append(scored.labels[:_CANDIDATES] == owner)
        return _fit(np.concatenate(features), np.concatenate(right)) if features else _flat()


class _Probes(list[tuple[str, int, int]]):
    """(utterance, the phrase to hold out, its service), both -1 where no service is asked for."""

    @classmethod
    def drawn(
        cls, texts: Sequence[str], owners: NDArray[np.int64], others: Sequence[str], seed: int
    ) -> _Probes:
        rng = galig.chance(seed)
        rows = rng.sample(range(len(texts)), min(_PROBES, len(texts)))
        foreign = rng.sample(list(others), min(_PROBES // 2, len(others)))
        ours = [(texts[i], i, int(owners[i])) for i in rows]
        return cls([*ours, *((text, -1, -1) for text in foreign)])

    @property
    def texts(self) -> list[str]:
        return [text for text, _, _ in self]

    def in_both_scripts(self, seed: int) -> _Probes:
        """Return the probes, every second one as it would be typed in Latin or with a slip."""
        rng = galig.chance(seed)
        return _Probes(
            (text if n % 2 else galig.augment(text, rng, 1)[0], row, owner)
            for n, (text, row, owner) in enumerate(self)
        )


def _texts(doc: ServiceText) -> list[str]:
    return list(dict.fromkeys((doc.title, doc.short, *doc.phrases)))


def _centred(vectors: Floats, mean: Floats) -> Floats:
    """Return the vectors about the mean, of length 1: all sentences share most of the raw ones."""
    about = vectors - mean
    out: Floats = about / np.maximum(np.linalg.norm(about, axis=1, keepdims=True), 1e-6)
    return out


def _features(scored: Scored) -> Floats:
    """Return (labels, 3): the score, its lead over the best other one, the nearest similarity."""
    scores = scored.scores
    best_other = np.full(len(scores), scores[0] if len(scores) else 0.0, dtype=np.float32)
    if len(scores):
        best_other[0] = scores[1] if len(scores) > 1 else 0.0
    out: Floats = np.stack([scores, scores - best_other, scored.nearest], axis=1)
    return out


def _fit(features: Floats, right: NDArray[np.bool_]) -> _Curve:
    if right.all() or not right.any():
        return _flat()
    fitted = LogisticRegression(C=10.0).fit(features, right)
    return _Curve(fitted.coef_[0].astype(np.float32), float(fitted.intercept_[0]))


def _flat() -> _Curve:
    """Return the curve used where there is too little to calibrate on."""
    return _Curve(np.array([4.0, 4.0, 2.0], dtype=np.float32), -2.5)
