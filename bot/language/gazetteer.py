"""The administrative units of Mongolia (nlu_data/places.yml), found by name in either script."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bot.language import fold

PLACES = Path(__file__).parents[2] / "nlu_data" / "places.yml"
_ENDINGS_TEXT = (
    "d t ad ed od nd da de do in n i ni g ig gin gi as es os nas nes nos gas gos ar er or gar "
    "ro lo ro lo ra la tai tei toi nh inh nhan inhan inhen ih iha"
)
_ENDINGS = frozenset(_ENDINGS_TEXT.split())
_LONGEST_ENDING = 5
_FUZZY_KEY = 5
"""Shortest key in which one letter may be wrong."""
_SKELETON = 4
"""Fewest consonants by which a name without its vowels is known."""
_DROPPING = 6
"""A longer name may lose its last vowel before an ending ("Улаанбаатрын")."""
_VOWELS = re.compile(r"[aeiouy]")
_LAST_VOWEL = re.compile(r"[aeo](?=[^aeiou]?$)")
_ABBREVIATION = re.compile(r"[А-ЯӨҮ]{2,3}")
_LATIN = str.maketrans({
    "б": "b", "в": "v", "г": "g", "д": "d", "з": "z", "н": "n", "с": "s", "у": "u", "х": "h",
    "ч": "ch",
})  # fmt: skip
_ORDER = {"capital": 0, "aimag": 0, "district": 1, "centre": 2, "town": 2, "soum": 3}


@dataclass(frozen=True)
class Unit:
    """A unit: the capital, one of its districts, an aimag or a soum."""

    kind: str
    """capital, district, aimag or soum."""
    name: str
    parent: str
    """The aimag of a soum, the capital of a district; empty for the others."""

    @property
    def label(self) -> str:
        """The unit as it is said: "Хөвсгөл аймгийн Мөрөн сум"."""
        if self.kind == "soum":
            return f"{self.parent} аймгийн {self.name} сум"
        return f"{self.name} {_NOUNS[self.kind]}"


_NOUNS = {"capital": "хот", "district": "дүүрэг", "aimag": "аймаг"}


@dataclass(frozen=True)
class Named:
    """A unit by one of its names."""

    unit: Unit
    by: str
    """capital, district, aimag, soum; centre or town where it is the name of a settlement."""
    name: str


@dataclass(frozen=True)
class Gazetteer:
    """Every name by its key."""

    units: tuple[Unit, ...]
    by_key: Mapping[str, tuple[Named, ...]]
    near: Mapping[str, frozenset[str]]
    """Keys with one letter left out, and consonants alone, to the keys they came from."""
    abbreviations: Mapping[str, Named]
    """As typed, lower case, in both scripts."""
    common: frozenset[str]
    """Keys of names that are ordinary words too."""
    other_words: tuple[str, ...]
    """Beginnings of words as typed that never are names."""

    def exact(self, key: str) -> tuple[Named, ...]:
        """Return what a key names, case endings allowed, the likeliest first."""
        for cut in range(min(_LONGEST_ENDING, len(key) - 2) + 1):
            stem, ending = (key[:-cut], key[-cut:]) if cut else (key, "")
            if (not ending or ending in _ENDINGS) and stem in self.by_key:
                return self.by_key[stem]
        return ()

    def mistyped(self, key: str, *, clipped: bool) -> tuple[Named, ...]:
        """Return what a key with one wrong letter may name; `clipped`: or without its vowels."""
        if len(key) < _SKELETON:
            return ()
        for cut in range(min(_LONGEST_ENDING, len(key) - _SKELETON) + 1):
            stem, ending = (key[:-cut], key[-cut:]) if cut else (key, "")
            if ending and ending not in _ENDINGS:
                continue
            forms = (form for form in _forms(stem) if clipped or form[0] != "#")
            keys = {k for form in forms for k in self.near.get(form, ())}
            if keys:
                return _ranked(named for k in sorted(keys) for named in self.by_key[k])
        return ()

    def is_common(self, named: Iterable[Named]) -> bool:
        """Return whether the names are ordinary words too."""
        return any(_key(one.name) in self.common for one in named)


@functools.cache
def gazetteer(path: Path = PLACES) -> Gazetteer:
    """Return the gazetteer of the file, read once."""
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    names: list[tuple[str, Named]] = [*_capital(data["capital"])]
    for aimag, parts in data["aimags"].items():
        names += _aimag(aimag, parts)
    by_key: dict[str, list[Named]] = {}
    abbreviations: dict[str, Named] = {}
    for name, named in names:
        if _ABBREVIATION.fullmatch(name):
            low = name.lower()
            abbreviations |= {low: named, low.translate(_LATIN): named}
            continue
        for key in _variants(name):
            by_key.setdefault(key, []).append(named)
    near: dict[str, set[str]] = {}
    for key in by_key:
        for form in _forms(key):
            near.setdefault(form, set()).add(key)
    return Gazetteer(
        tuple(dict.fromkeys(named.unit for _, named in names)),
        {key: _ranked(found) for key, found in by_key.items()},
        {form: frozenset(keys) for form, keys in near.items()},
        abbreviations,
        frozenset(_key(name) for name in data["common"]),
        tuple(data["other_words"]),
    )


def _capital(data: Mapping[str, Any]) -> Iterable[tuple[str, Named]]:
    capital = Unit("capital", data["name"], "")
    for name in (data["name"], *data["also"]):
        yield name, Named(capital, "capital", name)
    for district, also in data["districts"].items():
        unit = Unit("district", district, capital.name)
        for name in (district, *also):
            yield name, Named(unit, "district", name)
    for town, district in data["towns"].items():
        yield town, Named(Unit("district", district, capital.name), "town", town)


def _aimag(aimag: str, parts: Mapping[str, Any]) -> Iterable[tuple[str, Named]]:
    yield aimag, Named(Unit("aimag", aimag, ""), "aimag", aimag)
    for soum in parts["soums"]:
        yield soum, Named(Unit("soum", soum, aimag), "soum", soum)
    for by, towns in (("centre", parts["centre"]), ("town", parts.get("towns", {}))):
        for town, soum in towns.items():
            yield town, Named(Unit("soum", soum, aimag), by, town)


def _key(name: str) -> str:
    return fold.key(name.replace("-", "")).replace(" ", "")


def _variants(name: str) -> set[str]:
    """Return the keys of a name: ь kept as i, "gobi", and without a vowel an ending drops."""
    keys = {_key(name), _key(name.replace("ь", "и"))}
    if "-" in name or " " in name:
        keys |= {fold.key(name), fold.key(name.replace("ь", "и"))}
    keys |= {key.replace("govi", "gobi") for key in keys}
    return keys | {_LAST_VOWEL.sub("", key) for key in keys if len(key) > _DROPPING}


def _forms(key: str) -> set[str]:
    forms = {key} if len(key) < _FUZZY_KEY else {key, *(_without(key, i) for i in range(len(key)))}
    skeleton = key[0] + _VOWELS.sub("", key[1:])
    if len(skeleton) >= _SKELETON:
        forms.add(f"#{skeleton}")
    return forms


def _without(key: str, place: int) -> str:
    return key[:place] + key[place + 1 :]


def _ranked(found: Iterable[Named]) -> tuple[Named, ...]:
    """Return the readings of a name, one per unit, aimags and districts before soums."""
    best: dict[Unit, Named] = {}
    for one in sorted(found, key=lambda named: _ORDER[named.by]):
        best.setdefault(one.unit, one)
    return tuple(best.values())
