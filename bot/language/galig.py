"""Synthetic informal Latin ("galig"): Cyrillic phrases written as people type them on phones.

One style is drawn per utterance and applied letter by letter. The ratios (в w 78 / v 22, х h 93 /
x 7, ү v 43 / u 57, ө o 65 / u 35) and the abbreviations were counted over 8,870 real messages;
only those counts were kept. MNS 5217 is not what people type and is not written here.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass

_SLIP = 0.08
"""Chance per letter that the writer takes the other spelling for once."""
_W, _X, _V_FOR_UE, _U_FOR_OE = 0.78, 0.07, 0.43, 0.34
_MAX_ABBREVIATING = 0.9
_SHORTENING = (0.0, 0.2, 0.5)
_DROPPING = (0.0, 0.0, 0.2, 0.6)
_TYPO_SHARE, _CLIPPED_SHARE = 0.15, 0.1
_LONG_WORD = 4

_ABBREVIATIONS = {
    "байна": ("bna", "bn", "baina", "bna", "bnaa"), "байгаа": ("bga", "bgaa", "baigaa"),
    "юм": ("ym", "yum", "um"), "гэж": ("gj", "gej"), "гэсэн": ("gsn", "gesen"),
    "вэ": ("ve", "we", "be"), "бэ": ("be", "ve", "we"), "уу": ("uu", "u"),
    "үү": ("uu", "vv", "u"), "юу": ("yu", "yuu"), "надад": ("nadad", "ndad"),
    "болох": ("boloh", "blh"), "байх": ("baih", "bh"), "байсан": ("bsan", "baisan"),
    "яаж": ("yaj", "yaaj"), "ямар": ("ymar", "yamar"), "шүү": ("shuu", "shvv"),
    "авъя": ("awii", "away", "awya", "avya", "avi"), "хэзээ": ("hezee", "heze", "hzee"),
}  # fmt: skip
_PLAIN = {
    "а": "a", "б": "b", "г": "g", "д": "d", "е": "e", "ё": "yo", "ж": "j", "з": "z", "и": "i",
    "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t",
    "у": "u", "ф": "f", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "sh", "э": "e", "ю": "yu",
    "я": "ya",
}  # fmt: skip
_OTHER = {"ү": "uv", "ө": "ou", "х": "hx", "в": "vw"}
_LONG_VOWEL = re.compile(r"([aeiouаэиоуөү])\1")
_VOWELS = frozenset("aeiouаэиоуөүыяеёю")
_NEIGHBOURS = {
    "ү": "у", "ө": "о", "ы": "и", "й": "и", "э": "е", "ъ": "ь", "ю": "у", "ё": "о",
    "u": "v", "o": "u", "h": "x", "w": "v", "e": "i", "i": "y",
}  # fmt: skip


@dataclass(frozen=True)
class Style:
    """One writer's habits: a Latin spelling per Cyrillic letter, and how much is left out."""

    letters: dict[str, str]
    abbreviating: float
    shortening: float
    dropping: float


def chance(seed: int) -> random.Random:
    """Return a repeatable source of chance, for augmenting and sampling only."""
    return random.Random(seed)  # noqa: S311 - decides spellings, keeps no secret


def draw_style(rng: random.Random) -> Style:
    """Return the habits of one writer."""
    choices = {
        "ү": "v" if rng.random() < _V_FOR_UE else "u",
        "ө": "u" if rng.random() < _U_FOR_OE else "o",
        "х": "x" if rng.random() < _X else "h",
        "в": "w" if rng.random() < _W else "v",
        "й": rng.choice(("i", "i", "y")),
        "ы": rng.choice(("ii", "i", "y")),
        "ь": rng.choice(("", "i")),
    }
    return Style(
        letters=_PLAIN | choices | {"ъ": choices["ь"]},
        abbreviating=rng.random() * _MAX_ABBREVIATING,
        shortening=rng.choice(_SHORTENING),
        dropping=rng.choice(_DROPPING),
    )


def latin(text: str, rng: random.Random, style: Style | None = None) -> str:
    """Return the text in informal Latin; letters that are not Cyrillic stay as they are."""
    style = style or draw_style(rng)
    return " ".join(_word(word, rng, style) for word in text.lower().split())


def clipped(text: str, rng: random.Random) -> str:
    """Return the text with a vowel or two left out of its longer words, in the script it is in."""
    return " ".join(_drop_vowel(_drop_vowel(word, rng), rng) for word in text.lower().split())


def mistyped(text: str, rng: random.Random) -> str:
    """Return the text with one slip: letters swapped, one missed, doubled or a near one."""
    places = [i for i in range(1, len(text) - 1) if text[i].isalpha() and text[i + 1].isalpha()]
    if not places:
        return text
    i = rng.choice(places)
    near = _NEIGHBOURS.get(text[i], text[i])
    slips = (
        text[:i] + text[i + 1] + text[i] + text[i + 2 :],
        text[:i] + text[i + 1 :],
        text[:i] + near + text[i + 1 :],
        text[:i] + text[i] + text[i:],
    )
    return rng.choice(slips)


def augment(phrase: str, rng: random.Random, copies: int) -> list[str]:
    """Return `copies` other writings of the phrase: mostly Latin, some clipped, some mistyped."""
    out = []
    for _ in range(copies):
        draw = rng.random()
        written = phrase.lower() if draw < _TYPO_SHARE else latin(phrase, rng)
        if draw < _TYPO_SHARE:
            written = mistyped(written, rng)
        elif draw < _TYPO_SHARE + _CLIPPED_SHARE:
            written = clipped(written, rng)
        out.append(written)
    return out


def _word(word: str, rng: random.Random, style: Style) -> str:
    short = _ABBREVIATIONS.get(word)
    if short is not None and rng.random() < style.abbreviating:
        return rng.choice(short)
    spelt = "".join(_letter(letter, rng, style) for letter in word)
    if rng.random() < style.shortening:
        spelt = _LONG_VOWEL.sub(r"\1", spelt)
    return _drop_vowel(spelt, rng) if rng.random() < style.dropping else spelt


def _letter(letter: str, rng: random.Random, style: Style) -> str:
    if letter in _OTHER and rng.random() < _SLIP:
        return rng.choice(_OTHER[letter])
    return style.letters.get(letter, letter)


def _drop_vowel(word: str, rng: random.Random) -> str:
    """Return the word without one vowel that stands between consonants."""
    if len(word) <= _LONG_WORD:
        return word
    places = [
        i
        for i in range(1, len(word) - 1)
        if word[i] in _VOWELS and word[i - 1] not in _VOWELS and word[i + 1] not in _VOWELS
    ]
    if not places:
        return word
    i = rng.choice(places)
    return word[:i] + word[i + 1 :]
