"""What each Latin letter of informal Mongolian may stand for, and how much each reading costs.

A cost is the negative logarithm of the share of writers that spell the Cyrillic letter so: в as w
78 / v 22, х as h 93 / x 7, ү as v 43 / u 57, ө as o 65 / u 35, counted over 8,870 real messages
(only the counts were kept). Costs without a count are judged, as for long vowels typed once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product

INFINITE = 1e9
_LONGEST = 3
_MAX_SKELETONS = 12

_READINGS: Mapping[str, Mapping[str, float]] = {
    "a": {"а": 0, "аа": 1.6, "": 6, "ай": 4.5, "я": 5},
    "aa": {"аа": 0, "а": 2.5},
    "aaa": {"аа": 1},
    "o": {"о": 0, "ө": 0.45, "оо": 1.6, "өө": 2, "у": 2.6, "ү": 3, "": 6},
    "oo": {"оо": 0, "өө": 0.45, "о": 2.5, "ө": 3, "уу": 3.5, "үү": 3.5},
    "ou": {"өө": 2.5, "оу": 2},
    "uo": {"өө": 2.5, "уо": 2},
    "u": {"у": 0, "ү": 0.56, "ө": 1.05, "уу": 1.6, "үү": 2.1, "өө": 2.6, "": 6},
    "uu": {"уу": 0, "үү": 0.56, "өө": 1.05, "у": 2.5, "ү": 3},
    "v": {"в": 1.5, "ү": 0.85, "үү": 2.4, "ө": 2.6},
    "vv": {"үү": 0.85, "ү": 3, "өө": 2.6},
    "uv": {"үү": 3.3},
    "vu": {"үү": 3.3},
    "w": {"в": 0.25, "ү": 4},
    "e": {"э": 0, "е": 0, "ээ": 1.6, "ее": 3, "ө": 5, "": 6},
    "ee": {"ээ": 0, "ее": 1, "э": 2.5, "е": 2.5},
    "i": {"и": 0, "й": 0.4, "ы": 1.1, "ий": 1.5, "ь": 0.7, "ъ": 1.5, "ъя": 3.5, "ье": 3.5, "": 6},
    "ii": {"ий": 0.4, "ы": 1.1, "и": 3, "ь": 4, "ъя": 2, "ье": 2, "ъё": 3, "ьё": 3, "ья": 3},
    "y": {"й": 1.1, "ы": 1.1, "и": 3, "ий": 3, "ь": 4, "ъя": 2.5, "ье": 2.5, "ъё": 3, "я": 4},
    "ay": {"ъя": 2.5}, "ey": {"ье": 2.5}, "oy": {"ъё": 2.5},
    "yi": {"ий": 3, "ы": 4},
    "ya": {"я": 0, "ъя": 0.7, "ья": 0.7},
    "ia": {"ья": 2.5, "иа": 0.5},
    "ja": {"жа": 0, "ъя": 4},
    "yo": {"ё": 0, "ъё": 0.7, "ьё": 0.7},
    "yu": {"ю": 0, "ью": 1},
    "yv": {"ю": 0.85},
    "ye": {"е": 1, "ье": 1},
    "ie": {"ие": 0, "ье": 1},
    "b": {"б": 0}, "d": {"д": 0}, "f": {"ф": 0}, "g": {"г": 0}, "h": {"х": 0.07},
    "j": {"ж": 0}, "k": {"к": 0, "х": 4}, "l": {"л": 0}, "m": {"м": 0}, "n": {"н": 0},
    "p": {"п": 0}, "q": {"ч": 2, "к": 3}, "r": {"р": 0}, "s": {"с": 0, "ш": 4, "ц": 4.5},
    "t": {"т": 0}, "x": {"х": 1.5, "кс": 4}, "z": {"з": 0, "ж": 5}, "c": {"ц": 1, "с": 3, "ч": 3},
    "ch": {"ч": 0}, "sh": {"ш": 0, "щ": 3}, "ts": {"ц": 0}, "kh": {"х": 1}, "zh": {"ж": 1},
    "gh": {"г": 3}, "dz": {"з": 3}, "dj": {"ж": 3},
    "ü": {"ү": 0, "үү": 1.6}, "ö": {"ө": 0, "өө": 1.6}, "üü": {"үү": 0}, "öö": {"өө": 0},
}  # fmt: skip
_V_IS_UE: Mapping[str, Mapping[str, float]] = {
    "v": {"ү": 0.05, "в": 3.5, "үү": 1.6},
    "vv": {"үү": 0.05, "ү": 2.5},
    "u": {"у": 0, "ү": 2.2, "ө": 1.05, "уу": 1.6, "үү": 3.8, "өө": 2.6, "": 6},
    "uu": {"уу": 0, "үү": 2.2, "өө": 1.05, "у": 2.5, "ү": 4},
}
"""The readings that change where the writer types v for ү: then u is у, and w is в."""
_V_IS_VE: Mapping[str, Mapping[str, float]] = {"v": {"в": 0.3, "ү": 2.8, "үү": 4}}
"""The readings that change where no v of the message can be a vowel."""

LEFT_OUT: Mapping[str, float] = dict.fromkeys("аэоөуүиы", 2.6) | {
    "ь": 0.7, "ъ": 0.7, "й": 2.4, "е": 3, "ё": 4.5, "я": 4.5, "ю": 4.5,
}  # fmt: skip
"""What it costs that a letter was not typed at all."""

_VOWELS = "aeiouyüö"
_SOFT = "аэоөуүиыйьъеёюя"
_SKELETON = str.maketrans("щ", "ш", _SOFT)
_LATIN_SKELETON: Mapping[str, Sequence[str]] = {
    "v": ("", "в"), "w": ("в",), "b": ("б",), "d": ("д",), "f": ("ф",), "g": ("г",), "h": ("х",),
    "j": ("ж",), "k": ("к", "х"), "l": ("л",), "m": ("м",), "n": ("н",), "p": ("п",),
    "q": ("ч", "к"), "r": ("р",), "s": ("с",), "t": ("т",), "x": ("х", "кс"), "z": ("з",),
    "c": ("ц", "с", "ч"), "ch": ("ч",), "sh": ("ш", "сх"), "ts": ("ц", "тс"), "kh": ("х", "кх"),
    "zh": ("ж", "зх"),
}  # fmt: skip


@dataclass(frozen=True)
class Arc:
    """One reading of some letters of a typed word."""

    length: int
    """Latin letters read."""
    text: str
    """Cyrillic letters they stand for, none or more."""
    cost: float


Lattice = tuple[tuple[Arc, ...], ...]
"""The readings that start at each letter of a typed word."""


@cache
def _table(v_is: str) -> Mapping[str, Sequence[Arc]]:
    changed = {"ү": _V_IS_UE, "в": _V_IS_VE}.get(v_is, {})
    return {
        typed: tuple(Arc(len(typed), text, cost) for text, cost in readings.items())
        for typed, readings in ({**_READINGS, **changed}).items()
    }


def lattice(typed: str, v_is: str = "") -> Lattice:
    """Return the readings of a lower-case word; `v_is` is the writer's habit: "ү", "в" or "".

    A letter that has no reading stands for itself.
    """
    table = _table(v_is)
    return tuple(
        tuple(
            arc
            for end in range(start + 1, min(len(typed), start + _LONGEST) + 1)
            for arc in table.get(typed[start:end], ())
        )
        or (Arc(1, typed[start], 0),)
        for start in range(len(typed))
    )


def cost(arcs: Lattice, word: str, limit: float) -> float:
    """Return how badly a Cyrillic word agrees with what was typed; INFINITE above the limit."""
    rows = [[INFINITE] * (len(word) + 1) for _ in range(len(arcs) + 1)]
    rows[0][0] = 0.0
    for i, row in enumerate(rows):
        for j, spent in enumerate(row):
            if spent > limit:
                continue
            if j < len(word):
                row[j + 1] = min(row[j + 1], spent + _left_out(word, j))
            for arc in arcs[i] if i < len(arcs) else ():
                if word.startswith(arc.text, j):
                    target, k = rows[i + arc.length], j + len(arc.text)
                    target[k] = min(target[k], spent + arc.cost)
    return rows[-1][-1] if rows[-1][-1] <= limit else INFINITE


def skeleton(word: str) -> str:
    """Return the consonants of Cyrillic text."""
    return word.translate(_SKELETON)


def skeletons(typed: str) -> frozenset[str]:
    """Return the consonants a Latin word may have: v and some pairs are read in two ways."""
    parts = list(_consonants(typed))
    return frozenset(
        "".join(chosen) for _, chosen in zip(range(_MAX_SKELETONS), product(*parts), strict=False)
    )


def _consonants(typed: str) -> Iterator[Sequence[str]]:
    at = 0
    while at < len(typed):
        length = 2 if typed[at : at + 2] in _LATIN_SKELETON else 1
        letters = typed[at : at + length]
        yield _LATIN_SKELETON.get(letters) or ("" if letters in _VOWELS else skeleton(letters),)
        at += length


def _left_out(word: str, at: int) -> float:
    spent = LEFT_OUT.get(word[at], INFINITE)
    return spent if at else spent + 5
