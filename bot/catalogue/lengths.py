"""How long each first answer is, written as the SMS and USSD doors write it; what to shorten."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from bot.catalogue.check import Hint
from bot.catalogue.firsts import First
from bot.text.compiler import message_text, written_sms
from bot.text.pages import Screen, Script, paginate
from bot.text.units import PART_UNITS, SINGLE_UNITS, Units, segments, units

CYRILLIC_SEGMENTS, LATIN_SEGMENTS, PAGES = 2, 1, 4
"""What a first answer may take: SMS of either script, USSD pages of 80 Cyrillic characters."""
OFFER_ABOVE_PAGES = 3
"""A USSD answer of more pages also offers a text message, as bot/turn.py has it."""


@dataclass(frozen=True)
class Length:
    """One first answer in both scripts."""

    first: First
    cyrillic: Units
    latin: Units
    cyrillic_segments: int
    latin_segments: int
    cyrillic_pages: int
    """USSD pages of 80 UCS-2 characters."""
    latin_pages: int
    """USSD pages of 182 GSM-7 characters."""

    @property
    def fits_sms(self) -> bool:
        """Whether it takes no more SMS than a first answer may, in both scripts."""
        return (
            self.cyrillic_segments <= CYRILLIC_SEGMENTS and self.latin_segments <= LATIN_SEGMENTS
        )

    @property
    def fits_ussd(self) -> bool:
        """Whether it takes no more pages than a first answer may, in both scripts."""
        return max(self.cyrillic_pages, self.latin_pages) <= PAGES

    def to_json(self) -> dict[str, Any]:
        """Plain data: where it stands and its sizes."""
        sizes = asdict(self)
        del sizes["first"]
        return {"name": self.first.name, "file": self.first.file, "key": self.first.key, **sizes}


@dataclass(frozen=True)
class Lengths:
    """The first answers, the longest first."""

    rows: tuple[Length, ...]

    @property
    def warnings(self) -> tuple[Hint, ...]:
        """What an author should shorten, and by how much."""
        return tuple(hint for row in self.rows if (hint := _hint(row)) is not None)

    def lines(self) -> Iterator[str]:
        """The table, Cyrillic/Latin in each column."""
        yield f"{'first answer':<34} {'units':>9} {'SMS':>5} {'USSD':>6}"
        for row in self.rows:
            sizes = f"{row.cyrillic.count}/{row.latin.count}"
            messages = f"{row.cyrillic_segments}/{row.latin_segments}"
            pages = f"{row.cyrillic_pages}/{row.latin_pages}"
            yield f"{row.first.name:<34} {sizes:>9} {messages:>5} {pages:>6}"

    @property
    def totals(self) -> str:
        """How many of them fit."""
        sms = sum(row.fits_sms for row in self.rows)
        ussd = sum(row.fits_ussd for row in self.rows)
        count = len(self.rows)
        share = 100 * sms / count if count else 100.0
        return (
            f"{count} first answers: {sms} ({share:.1f} %) fit {CYRILLIC_SEGMENTS} SMS in "
            f"Cyrillic and {LATIN_SEGMENTS} in Latin, {ussd} fit {PAGES} USSD pages"
        )


def lengths(firsts: Iterable[First], sms_offer: str) -> Lengths:
    """The sizes of these answers, the longest first.

    `sms_offer` is the label of the option that USSD adds to a long answer.
    """
    rows = (_measured(first, sms_offer) for first in firsts)
    return Lengths(tuple(sorted(rows, key=_worst)))


def ussd_pages(first: First, screen: Screen, sms_offer: str) -> tuple[str, ...]:
    """The pages of the answer on that screen; a long one offers a text message."""
    text = "\n".join(first.texts)
    pages = paginate(text, first.labels, screen)
    if first.ends and len(pages) > OFFER_ABOVE_PAGES:
        return paginate(text, (*first.labels, sms_offer), screen)
    return pages


def sms_text(first: First) -> str:
    """The answer as one SMS, in Cyrillic, however long."""
    return message_text(first.texts, first.labels)


def _measured(first: First, sms_offer: str) -> Length:
    cyrillic, latin = (written_sms(sms_text(first), script) for script in _SCRIPTS)
    return Length(
        first,
        units(cyrillic),
        units(latin),
        segments(cyrillic),
        segments(latin),
        len(ussd_pages(first, Screen.CYRILLIC, sms_offer)),
        len(ussd_pages(first, Screen.LATIN, sms_offer)),
    )


_SCRIPTS: Sequence[Script] = ("cyrillic", "latin")


def _worst(row: Length) -> tuple[int, int, int, int, str]:
    pages = max(row.cyrillic_pages, row.latin_pages)
    messages = row.latin_segments, row.cyrillic_segments
    return (-messages[0], -messages[1], -pages, -row.cyrillic.count, row.first.name)


def _hint(row: Length) -> Hint | None:
    """What to shorten, None where the answer is short enough."""
    over = [
        f"{count} SMS in {script} ({most} meant)"
        for script, count, most in (
            ("Cyrillic", row.cyrillic_segments, CYRILLIC_SEGMENTS),
            ("Latin", row.latin_segments, LATIN_SEGMENTS),
        )
        if count > most
    ]
    pages = max(row.cyrillic_pages, row.latin_pages)
    if pages > PAGES:
        over.append(f"{pages} USSD pages ({PAGES} meant)")
    if not over:
        return None
    too_many = max(_excess(row.cyrillic, CYRILLIC_SEGMENTS), _excess(row.latin, LATIN_SEGMENTS), 1)
    what = f"the first answer takes {', '.join(over)}: shorten it by {too_many} characters"
    return Hint(row.first.file, row.first.key, what)


def _excess(size: Units, most: int) -> int:
    """Units beyond `most` SMS; negative where there is room."""
    part = SINGLE_UNITS if most == 1 else PART_UNITS
    return size.count - most * part[size.encoding]
