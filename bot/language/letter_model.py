"""How likely a sequence of Cyrillic letters is a Mongolian word: an n-gram model of letters.

Orders 1 to 6 with Witten-Bell smoothing, counted over the word forms of the lexicon, each once:
it has the stems and the endings, and joins them in words that the lexicon has not.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

ORDER = 6
EDGE = "\n"
"""Begins and ends every word."""
_LETTERS = EDGE + "абвгдеёжзийклмноөпрстуүфхцчшщъыьэюя"
_CODES = {letter: code for code, letter in enumerate(_LETTERS)}
_BITS = 6
_KINDS = 64
"""More than there are letters, so that a total and a number of letters fit one whole number."""
_CODE_POINTS = 0x500
"""Cyrillic ends below this code point."""
_UNSEEN = 1 / len(_LETTERS)
_ORDER_SHIFT = _BITS * ORDER
"""Above the letters of an n-gram stands its length."""


class LetterModel:
    """Counts of letter n-grams and of the letters that may follow each."""

    def __init__(self, words: Iterable[str]) -> None:
        """Count the n-grams of the words, which are of lower-case Cyrillic letters."""
        gap = EDGE * (ORDER - 1)
        text = gap + gap.join(words) + gap + EDGE
        table = np.zeros(_CODE_POINTS, dtype=np.int64)
        table[[ord(letter) for letter in _LETTERS]] = list(_CODES.values())
        codes = table[np.frombuffer(text.encode("utf-32-le"), dtype=np.uint32)]
        self._counts: dict[int, int] = {}
        self._totals: dict[int, int] = {}
        starts = len(codes) - ORDER + 1
        longest = np.zeros(starts, dtype=np.int64)
        for ahead in range(ORDER):
            longest = (longest << _BITS) | codes[ahead : ahead + starts]
        by_gram = np.argsort(longest)
        # An n-gram counts where its last letter is of a word or ends one.
        counts_here = (codes > 0) | (np.roll(codes, 1) > 0)
        for order in range(1, ORDER + 1):
            ends = by_gram + (order - 1)
            grams = (longest >> (_BITS * (ORDER - order)))[by_gram]
            self._count(grams[counts_here[ends]], order)
        self._known: dict[tuple[str, str], float] = {}

    def cost(self, before: str, letter: str) -> float:
        """Return -ln P(letter | the letters before it), of which the last five count."""
        known = self._known.get((before, letter))
        if known is None:
            known = -math.log(self._probability(before, letter))
            self._known[before, letter] = known
        return known

    def word_cost(self, word: str) -> float:
        """Return -ln P(word), its end included."""
        padded = EDGE * (ORDER - 1) + word + EDGE
        starts = range(len(word) + 1)
        return sum(self.cost(padded[i : i + ORDER - 1], padded[i + ORDER - 1]) for i in starts)

    def _probability(self, before: str, letter: str) -> float:
        code = _CODES.get(letter)
        if code is None:
            return _UNSEEN / 100
        probability, context = _UNSEEN, 0
        for length in range(min(ORDER, len(before) + 1)):
            if length:
                context |= _CODES.get(before[-length], 0) << (_BITS * (length - 1))
            totals = self._totals.get((length << _ORDER_SHIFT) | context)
            if totals is None:
                break
            total, kinds = divmod(totals, _KINDS)
            gram = ((length + 1) << _ORDER_SHIFT) | (context << _BITS) | code
            probability = (self._counts.get(gram, 0) + kinds * probability) / (total + kinds)
        return probability

    def _count(self, grams: NDArray[np.int64], order: int) -> None:
        """Keep the counts of sorted n-grams of one order."""
        firsts = np.flatnonzero(np.diff(grams, prepend=-1))
        kinds_of_gram = grams[firsts]
        mark = order << _ORDER_SHIFT
        counts = np.diff(firsts, append=len(grams))
        self._counts.update(zip((kinds_of_gram + mark).tolist(), counts.tolist(), strict=True))
        contexts = kinds_of_gram >> _BITS
        starts = np.flatnonzero(np.diff(contexts, prepend=-1))
        totals = np.add.reduceat(counts, starts)
        kinds = np.diff(starts, append=len(contexts))
        mark = (order - 1) << _ORDER_SHIFT
        both = (totals * _KINDS + kinds).tolist()
        self._totals.update(zip((contexts[starts] + mark).tolist(), both, strict=True))
