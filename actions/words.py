"""The short words of nlu_data/words.yml, and values written the way a citizen reads them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import yaml

from bot.errors import CatalogueError

_PATH = Path(__file__).parents[1] / "nlu_data" / "words.yml"
_FLAGS = {"true": "yes", "1": "yes", "false": "no", "0": "no"}


@dataclass(frozen=True)
class Words:
    """What answers are put together from, in Mongolian."""

    unknown: str
    yes: str
    no: str
    more_rows: str
    verify: str
    cancel: str
    other: str
    statuses: Mapping[str, str]
    weekdays: tuple[str, ...]
    favourites: tuple[str, ...]
    erase: tuple[str, ...]
    """Beginnings of words that ask for deletion."""
    """Services offered by name on the first screen."""
    first: Mapping[str, Sequence[str]]
    """Services that lead the menu of their group, by group."""
    sms_offer: str
    """Label of the choice that sends a long answer as a text message."""


@cache
def words() -> Words:
    """Return the words of the shipped file. Raises CatalogueError where one is missing."""
    raw = yaml.safe_load(_PATH.read_text(encoding="utf-8"))
    try:
        listed = {name: tuple(raw[name]) for name in ("weekdays", "favourites", "erase")}
        return Words(**{**raw, **listed})
    except (TypeError, KeyError) as error:
        raise CatalogueError(f"nlu_data/words.yml: {error}; add the missing word") from error


def written(kind: str, value: object) -> str:
    """Return one field of an answer as text: "40,000", "2026.11.03", "тийм".

    `kind` is a type of `khur.keep`. What is absent or unreadable is said to be unknown.
    """
    text = value.strip() if isinstance(value, str) else ""
    if not text:
        return words().unknown
    if kind in ("mnt", "number"):
        whole = amount(text)
        return f"{whole:,}" if whole is not None else words().unknown
    if kind == "bool":
        said = {"yes": words().yes, "no": words().no}
        return said.get(_FLAGS.get(text.lower(), ""), words().unknown)
    if kind == "date":
        return _day(text)
    return text


def amount(value: object) -> int | None:
    """Return a whole number of tugrik, or None where the field holds no number."""
    try:
        return round(float(str(value).replace(",", "")))
    except (ValueError, OverflowError):
        return None


def day_label(day: date) -> str:
    """Return a day as people say it: "11.28 Бямба"."""
    return f"{day:%m.%d} {words().weekdays[day.weekday()]}"


def _day(text: str) -> str:
    try:
        return f"{date.fromisoformat(text[:10]):%Y.%m.%d}"
    except ValueError:
        return text[:10]


def masked(register_number: str) -> str:
    """Return a register number as it may be shown: "УБ95••••17"."""
    return f"{register_number[:4]}••••{register_number[-2:]}"
