"""Slips of a Mongolian keyboard: letters that look right and are not.

A Latin "a" inside a Cyrillic word is invisible to its author, yet it is never found by a search
and is read wrongly by a synthesiser. Old keyboards without Mongolian letters write є and ї for
ө and ү.
"""

from __future__ import annotations

import re
import unicodedata

_WORD = re.compile(r"[^\W\d_]+")
_LATIN_TWINS = frozenset("aceiopxyABCEHKMOPTXYvuVU")
_SUBSTITUTES = {"є": "ө", "ї": "ү", "ѳ": "ө", "ɵ": "ө", "ұ": "ү", "ў": "ү"}
_CYRILLIC = re.compile(r"[\u0400-\u04FF]")


def is_composed(text: str) -> bool:
    """Whether the text is NFC, the form in which й and ё are single characters."""
    return unicodedata.is_normalized("NFC", text)


def mixed_words(text: str) -> tuple[str, ...]:
    """Cyrillic words that hold Latin letters of the same look, and nothing else Latin."""
    return tuple(word for word in _WORD.findall(text) if _is_mixed(word))


def foreign_letters(text: str) -> dict[str, str]:
    """Letters of other alphabets used for ө and ү: the letter found and the one meant."""
    found = {letter for letter in text.lower() if letter in _SUBSTITUTES}
    return {letter: _SUBSTITUTES[letter] for letter in sorted(found)}


def _is_mixed(word: str) -> bool:
    rest = _CYRILLIC.sub("", word)
    return bool(rest) and rest != word and _LATIN_TWINS.issuperset(rest)
