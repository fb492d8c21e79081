"""The number words of Mongolian as keys, with the case endings and ordinals people add to them.

`split` knows a word in either script: "гурванд" is 3 with "d", "арваннэгдүгээр" 11 with "dogar".
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.language import fold

_STEMS_TEXT = {
    0: "teg nol noil", 1: "neg negen negn", 2: "hoyor hoyr hoir hoer hoyar",
    3: "gorav gorv gorvan gorva gorob goravn", 4: "dorov dorv dorvon dorvn dorvo doron",
    5: "tav tavan", 6: "zorga zorgan zorg zrga", 7: "dolo dolon",
    8: "naim naiman naimn", 9: "es eson esen esn yos yoson", 10: "arav arv arvan arvn aron",
    20: "hori horin", 30: "goch gochin gochi", 40: "doch dochin dochi", 50: "tavin tavi",
    60: "jar jaran", 70: "dal dalan", 80: "naya nayan", 90: "er eren erin",
    100: "zo zon",
    1000: "myanga myangan myang myan mianga miangan mynga myngan mnga mngan minga mingan ming",
    10**6: "saya", 10**9: "terbom",
}  # fmt: skip
_ENDINGS_TEXT = (
    "d t nd ad ed od and end ond in ni n nin ig nig as es os nas nes nos ar or nar ner nor "
    "tai tei toi ntai ta te to hi nhi han hon hen "
    "dogar doger dogar dogarin dogerin dogarig dgar dger dah deh doh dh dahi dehi dohi "
    "dahad dehed dohod dahid dehid dohid dahin dehin dohin"
)
_COLLECTIVE_TEXT = "ol ola ole olan olen olana olene olani oleni olani olna olne"
_COLLECTIVE_STEMS = {
    2: "hoy", 3: "gorv", 4: "dorv", 5: "tav", 6: "zorg", 7: "dol", 8: "naim", 9: "es", 10: "arv",
}  # fmt: skip
_ALONE = {"gants": 1, "gantsar": 1, "gantsara": 1, "gantshan": 1}
_NO_ENDINGS = frozenset({"er", "es", "doron", "aron", "zo"})
"""Stems whose inflected keys are mostly other words (эрт, эсэн, зоод)."""
_NOT_NUMBERS = frozenset({"tavtai", "taviig", "dalai", "tavar", "esen", "dold", "jarn", "dalta"})
_OTHER_WORDS_TEXT = (
    "эр хор хур зүүн зүү ар эс эсэн зоо зон hur hor er ar zun zud zund yes "
    "зургаар зургаас зурганд зургаараа зургийг зургийн зургууд docx"
)
_OTHER_WORDS = frozenset(_OTHER_WORDS_TEXT.split())
"""As typed: words that share a key with a number word."""
_CYRILLIC = re.compile(r"[а-яөүё]")
_BEGINNING = re.compile(
    r"т[эе]г(?!э)|нол|ноль|нойл|н[эе]г|хо[ёеий]|г[уү]р[авб]|гр[ав]|д[өо]р[өовн]|та[внь]|тв[аи]|з[уү]?рг|дол|длоо"
    r"|на[йи]м|[её]с|[еэ]рэн|ер|ара?в|арон|хори|хорь|г[уү]?ч|д[өо]ч|жар|дал|ная|зуу|м[яи]|мн|сая|т[эе]р?б|ганц"
)
"""How a number word may begin in Cyrillic, slips included: the key alone is too coarse there."""
_TENS_JOINED = {
    "arvan": 10, "horin": 20, "gochin": 30, "dochin": 40, "tavin": 50, "jaran": 60, "dalan": 70,
    "nayan": 80, "eren": 90,
}  # fmt: skip
_FIFTY = ("тавь", "tavi", "tawi")
"""In the key тавь (50) is тав (5): told apart as typed."""
_FIVE_GENITIVE = ("тавын", "тавыг")
_MAX_UNIT = 9
_CLIPPED = 5
"""Shortest key of which people leave a vowel out."""
_CLIPPED_ALREADY = frozenset({"hoyr", "hoir", "hoer", "gants", "gantsar", "gantsara"})
_SHORT_ENDINGS = ("", "d", "t", "nd", "in", "ni")
UNSURE = "?"
"""The ending of a word that two clipped number words share (tavn: таван, тавин)."""
_INNER_VOWEL = re.compile(r"(?<=.)[aeiou](?=.)")


def _table() -> dict[str, tuple[int, str]]:
    endings = dict.fromkeys(_ENDINGS_TEXT.split())
    inflected: dict[str, tuple[int, str]] = {}
    bare: dict[str, tuple[int, str]] = dict.fromkeys(_ALONE, (1, "ol"))
    for value, stems in _STEMS_TEXT.items():
        for stem in stems.split():
            bare[stem] = (value, "")
            if stem not in _NO_ENDINGS and value:
                inflected |= {stem + end: (value, end) for end in endings}
    for value, stem in _COLLECTIVE_STEMS.items():
        inflected |= {stem + end: (value, "ol") for end in _COLLECTIVE_TEXT.split()}
    inflected |= {f"es{end}": (9, end) for end in ("d", "t", "ot", "dogar", "dah", "deh", "doh")}
    inflected |= {f"zo{end}": (100, end) for end in ("d", "in", "gad", "tai", "ar")}
    inflected |= {"nojd": (0, "d")}
    inflected |= {"tavn": (5, UNSURE)}
    for word in _NOT_NUMBERS:
        inflected.pop(word, None)
    return _clipped(bare) | inflected | bare


def _clipped(bare: Mapping[str, tuple[int, str]]) -> dict[str, tuple[int, str]]:
    """Return the longer number words without one of their inner vowels ("twan", "dlon")."""
    short = {
        stem[: vowel.start()] + stem[vowel.end() :]: value
        for stem, (value, _) in bare.items()
        if len(stem) >= _CLIPPED and stem not in _CLIPPED_ALREADY
        for vowel in _INNER_VOWEL.finditer(stem)
    }
    return {stem + end: (value, end) for stem, value in short.items() for end in _SHORT_ENDINGS}


_BY_KEY = _table()


def split(word: str) -> tuple[int, str] | None:
    """Return the number that one word says and the key of its ending, or None."""
    lower = word.lower()
    if lower in _OTHER_WORDS or (_CYRILLIC.match(lower) and not _BEGINNING.match(lower)):
        return None
    if lower.startswith("хорь"):
        return _soft(lower, 20)
    if lower.startswith(_FIFTY) and not lower.startswith(_FIVE_GENITIVE):
        return _soft(lower, 50)
    if lower.startswith(_FIVE_GENITIVE):
        return 5, "in"
    key = fold.key(lower)
    return _BY_KEY.get(key) or _joined(key)


def _soft(lower: str, value: int) -> tuple[int, str] | None:
    """Тавь and хорь, whose soft sign the key does not keep."""
    rest = fold.key(lower[4:])
    if not rest or rest in _ENDINGS_TEXT.split():
        return value, rest
    return _joined(fold.key(lower))


def _joined(key: str) -> tuple[int, str] | None:
    """A ten and a unit written as one word ("арваннэг")."""
    for ten, value in _TENS_JOINED.items():
        if key.startswith(ten):
            unit = _BY_KEY.get(key[len(ten) :])
            if unit is not None and 0 < unit[0] <= _MAX_UNIT:
                return value + unit[0], unit[1]
    return None
