"""Cyrillic words that a typed Latin word may stand for, with what each costs.

Words of the lexicon that share the typed consonants come first; where none agrees well, letters
are put together under the letter model and vowel harmony, so that a known stem with an ending
never seen, or a name, is spelt as Mongolian is.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from bot.language.letter_model import EDGE, ORDER, LetterModel
from bot.language.lexicon import Lexicon
from bot.language.readings import (
    INFINITE,
    LEFT_OUT,
    Arc,
    Lattice,
    cost,
    lattice,
    skeleton,
    skeletons,
)

_KEPT = 5
_BEAM, _BEAM_LEFT_OUT = 6, 3
"""Hypotheses kept a letter, and those of them tried with a vowel that was left out. Four times as
many read no word more of MASSIVE dev right and take five times as long."""
_SPELLING_LIMIT = 11.0
"""A word of the lexicon that agrees less well than this is another word."""
_UNKNOWN = 3.5
"""-ln of the share of words in running text that the lexicon has not."""
_MIXED_HARMONY = 2.5
_SPLIT = 3.0
"""What it costs to read one typed word as two."""
_MIN_HEAD = 3
_FOREIGN = 5.0
"""A word of which each letter costs more than this is not Mongolian."""
_AGREES = 0.5
"""Where a word of the lexicon agrees this well with the letters, no other is put together."""
_SOUND = 2.0
"""A word of the lexicon whose letters agree this well is Mongolian, however rare."""
_BACK, _FRONT = frozenset("аоуяё"), frozenset("эөү")


@dataclass(frozen=True)
class Candidate:
    """A reading of one typed word."""

    text: str
    """One Cyrillic word or more."""
    cost: float
    """How badly the letters agree; for words unknown to the lexicon, their own cost included."""
    known: bool
    """The words are of the lexicon, so their count is yet to be weighed."""


class Reader:
    """Reads typed words with one lexicon."""

    def __init__(self, lexicon: Lexicon) -> None:
        """Index the lexicon by the consonants of its words."""
        self._lexicon = lexicon
        self._total = sum(lexicon.words.values())
        self._index: dict[str, list[str]] = defaultdict(list)
        words = list(lexicon.words)
        for word, bones in zip(words, skeleton("\n".join(words)).split("\n"), strict=True):
            self._index[bones].append(word)

    @cached_property
    def _letters(self) -> LetterModel:
        return LetterModel(self._lexicon.words)

    def weight(self, word: str) -> float:
        """Return the word's share of all the text the lexicon was counted over."""
        return self._lexicon.words.get(word, 0.3) / self._total

    def candidates(self, typed: str, v_is: str) -> tuple[Candidate, ...]:
        """Return the likeliest readings of a lower-case Latin word, the likeliest first.

        A word that cannot be Mongolian is its own reading.
        """
        arcs = lattice(typed, v_is)
        found = self._known(typed, arcs)
        found += self._split(typed, v_is)
        if all(candidate.cost > _AGREES for candidate in found):
            found += self._spelt(arcs, min((self._price(c) for c in found), default=INFINITE))
        found.sort(key=self._price)
        if not found or self._is_foreign(typed, found[0]):
            return (Candidate(typed, 0, known=False),)
        unique = {c.text: c for c in reversed(found)}
        return tuple(sorted(unique.values(), key=self._price)[:_KEPT])

    def _is_foreign(self, typed: str, best: Candidate) -> bool:
        is_odd = self._price(best) > _FOREIGN * len(typed)
        return is_odd and not (best.known and best.cost < _SOUND)

    def _price(self, candidate: Candidate) -> float:
        if not candidate.known:
            return candidate.cost
        return candidate.cost - sum(math.log(self.weight(word)) for word in candidate.text.split())

    def _known(self, typed: str, arcs: Lattice) -> list[Candidate]:
        words = [w for bones in sorted(skeletons(typed)) for w in self._index.get(bones, ())]
        costs = ((word, cost(arcs, word, _SPELLING_LIMIT)) for word in words)
        return [Candidate(word, spent, known=True) for word, spent in costs if spent < INFINITE]

    def _split(self, typed: str, v_is: str) -> list[Candidate]:
        """Return the readings that part a particle from the end."""
        found = []
        for tail, particle in self._lexicon.tails.items():
            head = typed.removesuffix(tail)
            if head == typed or len(head) < _MIN_HEAD:
                continue
            for known in self._heads(head, v_is):
                text = f"{known.text} {agreeing(particle, known.text)}"
                found.append(Candidate(text, known.cost + _SPLIT, known=True))
        return found

    def _heads(self, head: str, v_is: str) -> list[Candidate]:
        written = self._lexicon.written.get(head)
        if written is not None:
            return [Candidate(written, 0, known=True)]
        return self._known(head, lattice(head, v_is))

    def _spelt(self, arcs: Lattice, limit: float) -> list[Candidate]:
        """Return words put together from letters, cheaper than the limit."""
        start = _Hypothesis(EDGE * (ORDER - 1), "", _UNKNOWN, 0, 0)
        rows: list[dict[tuple[str, int], _Hypothesis]] = [{} for _ in range(len(arcs) + 1)]
        rows[0][start.key] = start
        for i, arcs_here in enumerate(arcs):
            beam = sorted(rows[i].values(), key=lambda h: h.cost)[:_BEAM]
            beam = [h for h in beam if h.cost < limit]
            for hypothesis in (*beam, *self._with_left_out(beam)):
                for arc in arcs_here:
                    self._keep(rows[i + arc.length], self._read(hypothesis, arc))
        ends = [*rows[-1].values()]
        ends += self._with_left_out(sorted(ends, key=lambda h: h.cost)[:_BEAM], "ьый")
        done = [replace(h, cost=h.cost + self._letters.cost(h.before, EDGE)) for h in ends]
        done.sort(key=lambda h: h.cost)
        return [Candidate(h.text, h.cost, known=False) for h in done[:_KEPT] if h.cost < limit]

    def _with_left_out(
        self, beam: Sequence[_Hypothesis], letters: str = "аэоөуүиыьъй"
    ) -> list[_Hypothesis]:
        return [
            self._read(hypothesis, Arc(0, letter, LEFT_OUT[letter]))
            for hypothesis in beam[:_BEAM_LEFT_OUT]
            if hypothesis.text
            for letter in letters
        ]

    def _read(self, hypothesis: _Hypothesis, arc: Arc) -> _Hypothesis:
        before, spent, harmony = hypothesis.before, hypothesis.cost + arc.cost, hypothesis.harmony
        for letter in arc.text:
            spent += self._letters.cost(before, letter)
            before = before[1:] + letter
            side = 1 if letter in _BACK else 2 if letter in _FRONT else 0
            if side and harmony and side != harmony:
                spent += _MIXED_HARMONY
            harmony = side or harmony
        return _Hypothesis(before, hypothesis.text + arc.text, spent, harmony, arc.length)

    @staticmethod
    def _keep(row: dict[tuple[str, int], _Hypothesis], hypothesis: _Hypothesis) -> None:
        rival = row.get(hypothesis.key)
        if rival is None or hypothesis.cost < rival.cost:
            row[hypothesis.key] = hypothesis


@dataclass(frozen=True, slots=True)
class _Hypothesis:
    before: str
    text: str
    cost: float
    harmony: int
    length: int

    @property
    def key(self) -> tuple[str, int]:
        return self.before, self.harmony


def harmony(word: str) -> int:
    """Return 1 for a word of back vowels, 2 for one of front vowels; its last vowel decides."""
    for letter in reversed(word):
        if letter in _BACK:
            return 1
        if letter in _FRONT:
            return 2
    return 2


def agreeing(particle: str, word: str) -> str:
    """Return the form of a particle that follows this word: уу or үү, вэ or бэ, юу or юү."""
    if particle == "уу":
        return "уу" if harmony(word) == 1 else "үү"
    if particle == "вэ":
        return "бэ" if word[-1] in "внмл" else "вэ"
    return particle
