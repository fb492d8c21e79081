"""Cyrillic to Latin for output, by MNS 5217:2012, inside the GSM 7-bit alphabet.

ö and ü stay: both are in that alphabet. Three readings make the standard legible on a screen:
е is "ye" where a word or a vowel opens it and "e" after a consonant (сервис, servis); ь and ъ are
not written before е ё ю я, ъ nowhere, ь elsewhere as "i"; and a letter that becomes two keeps the
capitals of its word (Цахим, Tsakhim; ЦЕГ, TSEG).
Characters that would make the text UCS-2 are replaced, emoji and other symbols are left out.
"""

from __future__ import annotations

import re
import unicodedata

from bot.text.units import is_gsm7

_LETTERS = {
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ё": "yo", "ж": "j",
    "з": "z", "и": "i", "й": "i", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o",
    "ө": "ö", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ү": "ü", "ф": "f",
    "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "sh", "ъ": "", "ы": "y", "ь": "i",
    "э": "e", "ю": "yu", "я": "ya",
    # Kazakh names of Bayan-Ölgii, and the letters of old keyboards.
    "ә": "ä", "ғ": "g", "қ": "k", "ң": "n", "ұ": "u", "һ": "h", "і": "i", "є": "ö", "ї": "ü",
    "ѳ": "ö", "ɵ": "ö", "ў": "ü",
}  # fmt: skip
_SYMBOLS = str.maketrans({
    "«": '"', "»": '"', "“": '"', "”": '"', "„": '"', "‟": '"', "″": '"',
    "‹": "'", "›": "'", "‘": "'", "’": "'", "‚": "'", "‛": "'", "′": "'", "´": "'", "`": "'",
    "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "―": "-", "−": "-",
    "•": "-", "·": "-", "∙": "-", "‣": "-", "◦": "-", "▪": "-", "●": "-", "■": "-",
    "…": "...", "№": "No.", "‰": " promille", "µ": "u", "¦": "|",
    "\t": " ", "\u0085": "\n", "\u2028": "\n", "\u2029": "\n",
    "×": "x", "÷": "/", "∕": "/", "⁄": "/", "±": "+/-", "≈": "~", "≠": "!=",
    "≤": "<=", "≥": ">=", "→": "->", "←": "<-", "⇒": "=>",
    "°": " deg", "½": "1/2", "¼": "1/4", "¾": "3/4", "¢": "c", "₽": "RUB", "₩": "KRW", "₸": "KZT",
    "©": "(c)", "®": "(R)", "™": "(TM)",
})  # fmt: skip
_TUGRIK = re.compile(r" *₮")
_SPACES = re.compile(r" {2,}")
_OPENS_YE = frozenset("аеёиоөуүыэюяйьъ")
_IOTATED = frozenset("еёюя")
_DROPPED = frozenset({"So", "Sk", "Cf", "Mn", "Me", "Cs", "Co", "Cc"})
_CYRILLIC = re.compile(r"[\u0400-\u052f]")


def to_latin(text: str) -> str:
    """The text in Latin letters; text that is GSM 7-bit already comes back as it was.

    Letters of other scripts stay, and with them the text stays UCS-2.
    """
    if is_gsm7(text):
        return text
    text = unicodedata.normalize("NFC", text)
    text = _TUGRIK.sub(_tugrik, text).translate(_SYMBOLS)
    latin = "".join(_character(text, place) for place in range(len(text)))
    return _SPACES.sub(" ", latin).strip(" ")


def lightened(text: str) -> str:
    """The text as it is sent where letters stay as they are.

    A text without a Cyrillic letter loses the signs that alone make it UCS-2 ("VIN – 5", "20₮");
    any other comes back as it was, and so does one that would lose a sign without a substitute.
    """
    if is_gsm7(text) or _CYRILLIC.search(text):
        return text
    plain = _TUGRIK.sub(_tugrik, unicodedata.normalize("NFC", text)).translate(_SYMBOLS)
    plain = "".join(" " if unicodedata.category(sign) == "Zs" else sign for sign in plain)
    return plain if is_gsm7(plain) else text


def _tugrik(match: re.Match[str]) -> str:
    before = match.string[match.start() - 1 : match.start()]
    after = match.string[match.end() : match.end() + 1]
    opening = "" if before in ("", "\n", "(") else " "
    return f"{opening}tug{' ' if after.isalnum() else ''}"


def _character(text: str, place: int) -> str:
    letter = text[place]
    lower = letter.lower()
    if lower not in _LETTERS:
        return _other(letter)
    latin = _LETTERS[lower]
    if lower == "е" and _opens(text, place):
        latin = "ye"
    elif lower == "ь" and text[place + 1 : place + 2].lower() in _IOTATED:
        latin = ""
    return latin if letter == lower else _capitals(latin, text, place)


def _opens(text: str, place: int) -> bool:
    before = text[place - 1].lower() if place else ""
    return before in _OPENS_YE or not before.isalpha()


def _capitals(latin: str, text: str, place: int) -> str:
    """Capitals of a letter that becomes two: both where a neighbour in the word is a capital."""
    after = text[place + 1 : place + 2]
    before = text[place - 1] if place else ""
    shouted = after.isupper() if after.isalpha() else before.isupper()
    return latin.upper() if shouted else latin.capitalize()


def _other(letter: str) -> str:
    if is_gsm7(letter):
        return letter
    plain = unicodedata.normalize("NFKD", letter).translate(_SYMBOLS)
    kept = "".join(part for part in plain if is_gsm7(part))
    # A sign of mathematics with a stroke means the opposite of the sign without it.
    if kept and unicodedata.category(letter) != "Sm":
        return kept
    return "" if unicodedata.category(letter) in _DROPPED else letter
