"""Texts of every length: what hypothesis draws by itself seldom fills a screen."""

from __future__ import annotations

import random

from hypothesis import strategies as st

PIECES = (*"абвүөцхюя", *"АБ.,:!?-", *"xyz019", "€", "№", "₮", "«", "»", "😀")


def random_text(seed: int, length: int, gap: int) -> str:
    """`length` pieces, parted by a space or a line break about every `gap` pieces."""
    source = random.Random(seed)  # noqa: S311 -- test data
    drawn = [source.choice(PIECES) for _ in range(length)]
    breaks = [source.choice((" ", " ", " ", "  ", "\n")) for _ in range(length)]
    return "".join(
        space if source.randrange(gap) == 0 else piece
        for piece, space in zip(drawn, breaks, strict=True)
    )


def texts(longest: int) -> st.SearchStrategy[str]:
    """Texts of up to `longest` pieces, from short words to words longer than a page."""
    return st.builds(
        random_text,
        seed=st.integers(0, 2**32),
        length=st.integers(0, longest),
        gap=st.sampled_from([3, 6, 12, 90, 400]),
    )
