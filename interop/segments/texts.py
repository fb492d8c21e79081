"""Random texts whose lengths lie about the borders of segments, each made from its seed alone."""

from __future__ import annotations

import random

KINDS: dict[str, str] = {
    "ascii": "abcxyz ABCXYZ 0123456789 .,:;!?-()/\n",
    "extension": "abcxyz 0123456789 ^{}[]~|\\€€€\f",
    "latin": "abcdeghijklmnoöprstuüvyz ÖÜ 0123456789 .,:\n",
    "cyrillic": "абвгдеёжзийклмноөпрстуүфхцчшщъыьэюя АӨҮ 0123456789 .,:\n",
    "signs": "абвөүы tsakhim 0123456789 «»№₮–…€[]{}^\n",
    "emoji": "абвөү abc 0123 😀🐎🏔👍€|\n",
}
"""Alphabets, one letter drawn from them at a time.

None makes a cluster of several characters (\\r\\n, a flag, a skin colour): the calculator counts a
cluster as one thing and never parts it, the standard knows only code units.
"""
BORDERS = (1, 20, 35, 67, 70, 71, 80, 133, 134, 135, 153, 154, 160, 161, 201, 202, 306, 307, 459)


def text_of(seed: int) -> tuple[str, str]:
    """The kind and the text of a seed; the same on every machine."""
    source = random.Random(seed)  # noqa: S311 - test data
    kind = source.choice(sorted(KINDS))
    length = max(0, source.choice(BORDERS) + source.randrange(-2, 3))
    return kind, "".join(source.choice(KINDS[kind]) for _ in range(length))
