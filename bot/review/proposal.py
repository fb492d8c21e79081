"""The reviewed phrases as a file that a person reads, edits and has taken in.

services:
  vehicle_fines:
    - торгууль төлөгдсөн үү
acts:
  human:
    - амьд хүнтэй яримаар байна
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from bot.catalogue.rules import MAX_PHRASE_CHARS
from bot.catalogue.yaml_file import parse_yaml
from bot.language.fold import clean, key
from bot.language.restore import cyrillic
from bot.review.errors import RefusedPhrases
from bot.review.labels import ACT_SIGN, Owners, nearest
from bot.store.review import Item

_HEAD = """\
# Phrases proposed by the review. Read every line; mend it, move it or delete it. Then
# `urtuu review apply FILE` adds what is left to nlu_data/. Lines with a <marker>, a figure or
# Mongolian in Latin letters are refused. Behind # stands how often it was said, and how.
"""
_SECTIONS = ("services", "acts")
_MARKED = re.compile(r"[<>\[\](){}]")
_LATIN_WORD = re.compile(r"[A-Za-z]+")
_CYRILLIC = re.compile(r"[А-Яа-яЁёӨөҮү]")


@dataclass(frozen=True)
class Addition:
    """One phrase for one owner."""

    label: str
    phrase: str = field(repr=False)


def written(items: Sequence[Item], known: Owners) -> str:
    """Return the file for labelled utterances, without those that their owner already has.

    What was typed in Latin letters is proposed in Cyrillic.
    """
    parts = [_HEAD]
    for section in _SECTIONS:
        parts.append(f"{section}:{_listed(section, items, known) or ' {}'}\n")
    return "".join(parts)


def proposed(text: str, known: Owners) -> tuple[Addition, ...]:
    """Return the phrases of the file that are new to their owners.

    Raises RefusedPhrases naming every phrase that cannot be taken.
    """
    listed = list(_additions(_sections(text)))
    problems = [
        f"  {addition.label}: {addition.phrase!r} {why}"
        for addition in listed
        if (why := _refusal(addition, known, listed))
    ]
    if problems:
        raise RefusedPhrases("nothing was changed:\n" + "\n".join(problems))
    fresh = {key(one.phrase): one for one in listed if known.owner(one.phrase) is None}
    return tuple(fresh.values())


def read(path: Path) -> str:
    """Return the text of a proposal. Raises RefusedPhrases where it cannot be read."""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise RefusedPhrases(f"{path} cannot be read ({type(error).__name__})") from error


def _listed(section: str, items: Sequence[Item], known: Owners) -> str:
    groups: dict[str, dict[str, Item]] = {}
    for item in items:
        label = item.label or ""
        phrase = _phrase(item)
        if (section == "acts") == label.startswith(ACT_SIGN) and known.owner(phrase) != label:
            groups.setdefault(label.removeprefix(ACT_SIGN), {}).setdefault(phrase, item)
    return "".join(
        f"\n  {name}:" + "".join(f"\n    {_line(one, item)}" for one, item in found.items())
        for name, found in sorted(groups.items())
    )


def _phrase(item: Item) -> str:
    return item.text if item.script == "cyrillic" else cyrillic(item.text)


def _line(phrase: str, item: Item) -> str:
    as_typed = "" if phrase == item.text else f", typed: {item.text}"
    return f"{_scalar(phrase)}  # {item.count}x{as_typed}"


def _scalar(phrase: str) -> str:
    return yaml.safe_dump([phrase], allow_unicode=True, width=10**6).rstrip("\n")


def _sections(text: str) -> dict[str, dict[str, list[str]]]:
    shape = "expected `services:` and `acts:`, each a mapping of names to lists of phrases"
    try:
        raw = parse_yaml(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f" at line {mark.line + 1}" if mark else ""
        raise RefusedPhrases(f"the file is not YAML{line}; {shape}") from error
    if not isinstance(raw, dict) or set(raw) - set(_SECTIONS):
        raise RefusedPhrases(shape)
    for groups in raw.values():
        if not isinstance(groups, dict | None) or not all(
            isinstance(phrases, list) and all(isinstance(one, str) for one in phrases)
            for phrases in (groups or {}).values()
        ):
            raise RefusedPhrases(shape)
    return {section: raw.get(section) or {} for section in _SECTIONS}


def _additions(sections: dict[str, dict[str, list[str]]]) -> Iterator[Addition]:
    for section in _SECTIONS:
        sign = ACT_SIGN if section == "acts" else ""
        for name, phrases in sections[section].items():
            yield from (Addition(f"{sign}{name}", clean(phrase)) for phrase in phrases)


def _refusal(addition: Addition, known: Owners, listed: Sequence[Addition]) -> str | None:
    """Return why a phrase cannot be taken, None where it can or is there already."""
    phrase, label = addition.phrase, addition.label
    if label not in known.labels:
        return f"is for an unknown owner; {nearest(label, known.labels)}"
    if _MARKED.search(phrase):
        return "still holds a marker or a bracket; reword it"
    if any(character.isdigit() for character in phrase):
        return "still holds a figure; reword it"
    if any(_CYRILLIC.search(cyrillic(word)) for word in _LATIN_WORD.findall(phrase)):
        return f"has Mongolian in Latin letters; perhaps: {cyrillic(phrase)}"
    if not _CYRILLIC.search(phrase) or len(phrase) > MAX_PHRASE_CHARS:
        return f"must have words and at most {MAX_PHRASE_CHARS} characters"
    others = {one.label for one in listed if key(one.phrase) == key(phrase)} - {label}
    owner = known.owner(phrase)
    if owner not in (None, label):
        others.add(str(owner))
    return f"belongs to {', '.join(sorted(others))}; keep it in one place" if others else None
