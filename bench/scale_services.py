"""Services for measuring scale: the real ones, then as many as are wanted made from KHUR's titles.

A made service is an operation that no real service asks, with 15 phrases of its title's own words.
There are fewer such titles than services wanted, so each is crossed with agencies beside its own
("…, Татварын ерөнхий газар"), as if every agency answered it for its own matters: rivals that
share all words but the agency's, which is harder than a catalogue that grows by new matters.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.catalogue.loader import Catalogue
from bot.language.ranker import ServiceText

PHRASES = 15
_SHORT_CHARS = 22
_CROSSINGS = 6
"""How many agencies a title is crossed with at most."""
_WORD = re.compile(r"[\w-]+")
_CYRILLIC = re.compile(r"[а-яөүё]{3}", re.IGNORECASE)
_CASES = re.compile(
    r"(?:ийнхээ|ынхаа|нийхээ|ийгээ|ыгаа|ний|ны|ийн|ын|ийг|ыг|аас|ээс|оос|өөс|аар|ээр|оор|өөр)$"
)
_STEM_CHARS = 4
_LENGTHS = (2, 2, 3, 3, 3, 4, 4, 5, 6, 7)
"""Words of a title in a phrase; with what stands around them, phrases are as long as real ones."""
_BEFORE = ("", "", "", "миний ", "надад ", "нэг ")
_AFTER = (
    "", "", " авах", " хэрэгтэй байна", " яаж авах вэ", " харъя", " шалгах", " байгаа юу",
    " хаанаас авах вэ", " авч болох уу", " хэд вэ", " хэзээ гарах вэ", " үзье", " авмаар байна",
    " гаргуулах", " байна уу", " мэдэх",
)  # fmt: skip


@dataclass(frozen=True)
class Operation:
    """What an operation says of itself in words."""

    title: str
    agency: str


def real_services(catalogue: Catalogue, seed: int = 0) -> list[ServiceText]:
    """Return the services that have a file, in a drawn order: a few of them are of every kind."""
    found = [
        ServiceText(one.id, one.title, one.short, one.agency, one.phrases)
        for one in catalogue.services.values()
        if one.category
    ]
    random.Random(seed).shuffle(found)  # noqa: S311 - a repeatable order is wanted
    return found


def made_services(catalogue: Catalogue, count: int, seed: int = 0) -> list[ServiceText]:
    """Return `count` services made of the operations that no service of the catalogue asks.

    Raises ValueError where the operations, crossed with agencies, are too few.
    """
    rng = random.Random(seed)  # noqa: S311 - a repeatable draw is wanted
    every = _crossed(_operations(catalogue), rng)
    found = [service for _, service in zip(range(count), _services(every, rng), strict=False)]
    if len(found) < count:
        raise ValueError(f"{len(found)} services can be made, {count} are wanted")
    return found


def variations(title: str, rng: random.Random) -> tuple[str, ...]:
    """Return PHRASES ways of asking for a title, made of its own words."""
    words = _WORD.findall(title.lower())
    made: dict[str, None] = {}
    while len(made) < PHRASES:
        chosen = _fewer(words, rng)
        if rng.random() < 0.2:
            at = rng.randrange(len(chosen))
            chosen = chosen[at:] + chosen[:at]
        chosen = [_stem(word) if rng.random() < 0.3 else word for word in chosen]
        made[f"{rng.choice(_BEFORE)}{' '.join(chosen)}{rng.choice(_AFTER)}"] = None
    return tuple(made)


def _operations(catalogue: Catalogue) -> list[Operation]:
    asked = {one.khur.operation for one in catalogue.services.values() if one.khur is not None}
    titles = {one.title.casefold() for name, one in catalogue.operations.items() if name in asked}
    found: dict[str, Operation] = {}
    for name, one in catalogue.operations.items():
        key = one.title.casefold()
        if name not in asked and key not in titles and len(_CYRILLIC.findall(one.title)) > 1:
            found.setdefault(key, Operation(one.title, one.provider))
    return list(found.values())


def _crossed(operations: Sequence[Operation], rng: random.Random) -> Iterator[Operation]:
    """Return the operations, then each with one more agency in its title, again and again."""
    yield from operations
    agencies = sorted({one.agency for one in operations})
    drawn = [
        rng.sample([a for a in agencies if a != one.agency], _CROSSINGS) for one in operations
    ]
    for turn in range(_CROSSINGS):
        for one, others in zip(operations, drawn, strict=True):
            yield Operation(f"{one.title}, {others[turn]}", others[turn])


def _services(operations: Iterator[Operation], rng: random.Random) -> Iterator[ServiceText]:
    for number, one in enumerate(operations):
        short = one.title[:_SHORT_CHARS].rpartition(" ")[0] or one.title[:_SHORT_CHARS]
        phrases = variations(one.title, rng)
        yield ServiceText(f"made_{number:04}", one.title, short, one.agency, phrases)


def _fewer(words: Sequence[str], rng: random.Random) -> list[str]:
    """Return some of the words in their order, about as many as a real phrase has."""
    count = min(len(words), rng.choice(_LENGTHS))
    return [words[place] for place in sorted(rng.sample(range(len(words)), count))]


def _stem(word: str) -> str:
    stem = _CASES.sub("", word)
    return stem if len(stem) >= _STEM_CHARS else word
