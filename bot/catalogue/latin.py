"""Phrases are written in Cyrillic: the program itself writes each as people would in Latin.

A phrase in informal Latin would be learned in one of its many spellings only, and its
Cyrillic form not at all. Foreign words, brands and abbreviations in capitals stay as
they are.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.language.restore import cyrillic

FOREIGN_FILE = "restore.yml"
"""Where the foreign words stand that a phrase may hold, and the reader of Latin leaves alone."""
_LISTS = ("foreign", "english")
_WORD = re.compile(r"[A-Za-z]+(?:['’-][A-Za-z]+)*")


def foreign_words(data: object) -> frozenset[str]:
    """Return the words, in lower case, of the lists of foreign words in what restore.yml holds."""
    table = data if isinstance(data, Mapping) else {}
    return frozenset(word.lower() for name in _LISTS for word in str(table.get(name, "")).split())


def latin_mongolian(phrase: str, foreign: frozenset[str]) -> tuple[str, str] | None:
    """Return what is wrong and the remedy where a phrase has Mongolian in Latin letters.

    None where each Latin word is an abbreviation in capitals, is listed as foreign, or is spelt
    as no Mongolian word could be. The remedy proposes the phrase as `restore.cyrillic` reads it.
    """
    words = [word for word in _WORD.findall(phrase) if not _is_allowed(word, foreign)]
    if not words:
        return None
    read = cyrillic(phrase)
    kept = set(_WORD.findall(read))
    wrong = [word for word in words if word not in kept]
    if not wrong:
        return None
    what = f"'{phrase}' has '{wrong[0]}' in Latin letters"
    return what, f"write '{read}', or add the foreign words to nlu_data/{FOREIGN_FILE}"


def _is_allowed(word: str, foreign: frozenset[str]) -> bool:
    """Whether a word is an abbreviation in capitals or listed as foreign."""
    return (len(word) > 1 and word.isupper()) or word.lower() in foreign
