"""Which of a few listed options an answer names: by value, number, or label in either script."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bot.language import fold, numerals

_NEAR = 0.5
"""Least share of character trigrams (Dice) that a misspelt or inflected label keeps."""
_TENSE = re.compile(r"(?:chih|ts[io]h)?(?:s[aeo]n|l[aeo]|j|ch|jai|jei|joi|v)$")
"""Past-tense endings in the key: гээсэн, гээчихлээ and гээжээ share the stem "ge"."""
_FIRST, _LAST = (
    re.compile(r"e[hn]h?ni(?:h|n|h n|h ni|ni| n| ni)?"),
    re.compile(r"soli?ni?h?(?: n| ni)?"),
)
"""Keys of "эхнийх", "сүүлийнх нь": places in the list."""
_LEAD = 0.1
"""By how much the nearest label must beat the next one."""


@dataclass(frozen=True)
class Picked:
    """The option an answer named."""

    value: str
    label: str
    certain: bool


def pick(text: str, options: Mapping[str, str]) -> Picked | None:
    """Return the option the text names, or None; `options` maps values to labels."""
    answer = text.strip()
    by_value = {value.lower(): value for value in options}
    if (value := by_value.get(answer.lower())) is not None:
        return Picked(value, options[value], certain=True)
    said = fold.key(text)
    labels = {fold.key(label): value for value, label in options.items()}
    if said in labels:
        return Picked(labels[said], options[labels[said]], certain=True)
    return _by_number(text, options) or _by_words(said, labels, options)


def _by_number(text: str, options: Mapping[str, str]) -> Picked | None:
    """A number is a value where the values are numbers, else the place in the list."""
    said = fold.key(text)
    if options and (_FIRST.fullmatch(said) or _LAST.fullmatch(said)):
        value = list(options)[0 if _FIRST.fullmatch(said) else -1]
        return Picked(value, options[value], certain=True)
    number = numerals.number(text)
    if number is None:
        return None
    if any(value.isdecimal() for value in options):
        value = str(number)
        return Picked(value, options[value], certain=True) if value in options else None
    listed = list(options)
    if not 1 <= number <= len(listed):
        return None
    value = listed[number - 1]
    return Picked(value, options[value], certain=True)


def _by_words(said: str, labels: Mapping[str, str], options: Mapping[str, str]) -> Picked | None:
    """A label inside a sentence is certain; the label most like the words is a proposal."""
    if not said:
        return None
    inside = [value for label, value in labels.items() if f" {label} " in f" {said} "]
    if len(inside) == 1:
        return Picked(inside[0], options[inside[0]], certain=True)
    ranked = sorted(((_likeness(said, label), value) for label, value in labels.items()))[::-1]
    if not ranked or ranked[0][0] < _NEAR:
        return None
    if len(ranked) > 1 and ranked[0][0] - ranked[1][0] < _LEAD:
        return None
    return Picked(ranked[0][1], options[ranked[0][1]], certain=False)


def _likeness(said: str, label: str) -> float:
    """Return the mean over the label's words of the best likeness to a word that was said."""
    words = said.split()
    return _mean([max(_dice(word, part) for word in words) for part in label.split()])


def _mean(shares: list[float]) -> float:
    return sum(shares) / len(shares) if shares else 0.0


def _dice(left: str, right: str) -> float:
    if left != right and _TENSE.sub("", left) == _TENSE.sub("", right):
        return 1.0
    a, b = _trigrams(left), _trigrams(right)
    return 2 * len(a & b) / (len(a) + len(b)) if a and b else 0.0


def _trigrams(word: str) -> set[str]:
    padded = f"^{word}"
    return {padded[i : i + 3] for i in range(len(padded) - 2)}
