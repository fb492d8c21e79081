"""Corrections: "үгүй, 1234 биш 1243" gives "1243", in either script."""

from __future__ import annotations

import re

from bot.language import fold

_WORD = re.compile(r"[^\s,;:!?]+")
_NOT = frozenset({"bish", "bsh"})
_NO = frozenset({"ogi", "ogoi", "ogei", "ogu"})
_WRONG_TEXT = (
    "boro borohan andorchihla andorchihsan andorsan andorla bichsen bichchihle bichchihsen "
    "aldachihla aldchihla aldatai aldla zasya zasah zas oorloch oorchlo ochlarai oochlarai "
    "orchloch orchloy orchilye"
)
_CLOSING_TEXT = "sho de do da yom baina baiga bolno bolgoch bolgo bolgono gej ni n zov"
_WRONG = frozenset(_WRONG_TEXT.split())
"""Keys of буруу, андуурчихлаа, андуурсан, алдаатай, засъя, өөрчлөөч, уучлаарай and the like."""
_LEADS = _WRONG | _NO | {"baina", "sho", "e", "bi"}
_CLOSING = frozenset(_CLOSING_TEXT.split())
_OPENING = frozenset({"harin", "mini", "ni", "n", "in", "zov", "bol", "ene", "ter"})


def correction(text: str) -> str | None:
    """Return the new value's text where the utterance corrects a value, else None."""
    words = [(m.group(), fold.key(m.group())) for m in _WORD.finditer(fold.clean(text))]
    at = next((i for i, (_, key) in enumerate(words) if key in _NOT and i > 0), None)
    if at is not None:
        return _around(words, at)
    lead = 0
    while lead < len(words) and words[lead][1] in _LEADS:
        lead += 1
    named_wrong = any(key in _WRONG for _, key in words[:lead])
    rest = _trimmed(words[lead:])
    if lead == 0 or not rest or not (named_wrong or any(c.isdigit() for c in rest)):
        return None
    return rest


def _around(words: list[tuple[str, str]], at: int) -> str | None:
    """Return the value after "not", or the one before the denied value ("1243, 1234 биш")."""
    after = _trimmed(words[at + 1 :])
    if after:
        return after
    before = [word for word in words[: at - 1] if word[1] not in _NO | _WRONG]
    return _trimmed(before) or None


def _trimmed(words: list[tuple[str, str]]) -> str:
    while words and words[-1][1] in _CLOSING:
        words = words[:-1]
    while words and words[0][1] in _OPENING:
        words = words[1:]
    return " ".join(word for word, _ in words).strip(" .-–")
