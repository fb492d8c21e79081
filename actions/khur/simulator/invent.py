"""Plausible values for the fields of which no record is written by hand.

A value depends on the operation, the citizen and the field's place alone, so an answer is the
same each time it is asked for on one day. The words and the rules are in words.yml.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from actions.khur.operations import FieldType
from actions.khur.simulator.people import Person

WORDS_FILE = Path(__file__).with_name("words.yml")
_NUMERIC = frozenset({"int", "float", "Decimal"})
_CYRILLIC = "А Б В Г Д Е Ё Ж З И Й К Л М Н О Ө П Р С Т У Ү Ф Х Ц Ч Ш Щ Ъ Ы Ь Э Ю Я"
_LATIN = "A B V G D E E J Z I I K L M N O O P R S T U U F Kh Ts Ch Sh Sh - Y - E Yu Ya"
_LATIN_OF = {
    ord(letter): "" if sound == "-" else sound
    for letter, sound in zip(_CYRILLIC.split(), _LATIN.split(), strict=True)
}


@dataclass(frozen=True)
class Words:
    """words.yml, with its patterns compiled."""

    sms_sender: str
    sms_text: str
    results: Mapping[int, str]
    lists: Mapping[str, Sequence[str]]
    rows: Mapping[str, int]
    nobody: Mapping[str, str]
    """Of the `person:` values, those that a public answer takes from a list instead."""
    fields: Mapping[str, str]
    rules: tuple[tuple[re.Pattern[str], str], ...]
    by_description: tuple[tuple[re.Pattern[str], str], ...]
    otherwise: str
    shapes: Mapping[str, Sequence[str]]
    by_operation: Mapping[str, Sequence[str]]

    def shape(self, operation: str, name: str) -> Sequence[str]:
        """The parts of a field that the catalogue calls "any"; empty for a single value."""
        own = self.by_operation.get(f"{operation}.{name}")
        return self.shapes.get(name, ()) if own is None else own


@cache
def load_words(path: Path = WORDS_FILE) -> Words:
    """Read words.yml, once."""
    raw: Mapping[str, Any] = yaml.safe_load(path.read_text("utf-8"))
    return Words(
        sms_sender=raw["sms"]["sender"],
        sms_text=raw["sms"]["text"],
        results=raw["results"],
        lists=raw["lists"],
        rows=raw["rows"],
        nobody=raw["nobody"],
        fields=raw["fields"],
        rules=_compiled(raw["rules"]),
        by_description=_compiled(raw["by_description"]),
        otherwise=raw["otherwise"],
        shapes=raw["shapes"],
        by_operation=raw["by_operation"],
    )


def _compiled(rules: Sequence[Sequence[str]]) -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(rule[0]), rule[1]) for rule in rules)


@dataclass(frozen=True)
class Inventor:
    """Invents the scalar fields of one answer."""

    words: Words
    person: Person | None
    """None in a public answer: it names nobody."""
    operation: str
    today: date
    seed: str

    def number(self, place: str, below: int) -> int:
        """A number from 0 to below, the same for the same place of the same answer."""
        digest = hashlib.sha256(f"{self.seed}|{place}".encode()).digest()
        return int.from_bytes(digest[:8], "big") % below

    def text(self, name: str, kind: FieldType, place: str) -> str | None:
        """A value for a field; None where such a field usually is not filled."""
        source = self._source(name, kind)
        value = None if source == "-" else self._made(source, place)
        if value is None or kind.type == "Base64Bytes":
            return None
        if kind.type == "bool":
            return "true" if self.number(place, 2) else "false"
        if kind.type == "XypDate":
            return stamp(_as_day(value) or self._past(place))
        if kind.type in _NUMERIC and not _is_number(value):
            return str(1 + self.number(place, 9))
        return value

    def _source(self, name: str, kind: FieldType) -> str:
        for key in (f"{self.operation.partition('_')[0]}.{name}", name):
            if key in self.words.fields:
                return self.words.fields[key]
        for rules, text in (
            (self.words.rules, name),
            (self.words.by_description, kind.description.lower()),
        ):
            for pattern, source in rules:
                if pattern.search(text):
                    return source
        return f"={self.words.otherwise}"

    def _made(self, source: str, place: str) -> str | None:
        kind, _, rest = source.partition(":")
        if source.startswith("="):
            return source[1:]
        if kind == "person":
            return self._persons(rest, place)
        if kind == "list":
            return self._listed(rest, place)
        if kind == "digits":
            low = 10 ** (int(rest) - 1)
            return str(low + self.number(place, 9 * low))
        return self._numeric(kind, place)

    def _persons(self, name: str, place: str) -> str | None:
        if self.person is not None:
            return person_text(self.person, name, self.today)
        instead = self.words.nobody.get(name)
        return None if instead is None else self._listed(instead, place)

    def _listed(self, name: str, place: str) -> str:
        options = self.words.lists[name]
        return options[self.number(place, len(options))]

    def _numeric(self, kind: str, place: str) -> str:
        makers: Mapping[str, Callable[[], object]] = {
            "past": lambda: self._past(place),
            "near": lambda: self.today - timedelta(days=self.number(place, 40)),
            "ahead": lambda: self.today + timedelta(days=20 + self.number(place, 700)),
            "money": lambda: 5000 * (1 + self.number(place, 120)),
            "small": lambda: 1 + self.number(place, 40),
            "count": lambda: 1 + self.number(place, 5),
            "zero": lambda: 0,
            "year": lambda: self.today.year - self.number(place, 3),
            "month": lambda: 1 + self.number(place, 12),
            "percent": lambda: 5 + self.number(place, 90),
        }
        return str(makers[kind]())

    def _past(self, place: str) -> date:
        return self.today - timedelta(days=30 + self.number(place, 1500))


def person_text(person: Person, name: str, today: date) -> str:
    """One of the `person:` values of words.yml."""
    values: Mapping[str, object] = {
        "regnum": person.regnum,
        "regnum_latin": latin(person.regnum[:2]).upper() + person.regnum[2:],
        "civil_id": person.civil_id,
        "firstname": person.names.firstname,
        "lastname": person.names.lastname,
        "surname": person.names.surname,
        "full_name": f"{person.names.lastname} {person.names.firstname}",
        "latin_firstname": person.latin.firstname,
        "latin_lastname": person.latin.lastname,
        "latin_surname": person.latin.surname,
        "born": person.born,
        "age": (today - person.born).days // 365,
        "birth_place": person.birth_place,
        "sex": "Эрэгтэй" if person.is_male else "Эмэгтэй",
        "phone": person.phone.removeprefix("+976"),
        "address": person.address.full,
        "city": person.address.city,
        "city_code": person.address.city_code,
        "district": person.address.district,
        "district_code": person.address.district_code,
        "bag": person.address.bag,
        "bag_code": person.address.bag_code,
        "street": person.address.street,
        "door": person.address.door,
    }
    return str(values[name])


def latin(text: str) -> str:
    """Cyrillic in Latin letters, near enough for a passport."""
    return text.upper().translate(_LATIN_OF)


def stamp(day: date) -> str:
    """A day as the wire's xs:dateTime at Ulaanbaatar midnight."""
    return f"{day.isoformat()}T00:00:00+08:00"


def _as_day(value: str) -> date | None:
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def _is_number(value: str) -> bool:
    return value.replace(".", "", 1).isdigit()
