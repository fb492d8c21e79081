"""One answer as the pages of a USSD screen, each measured in the units of its own encoding.

A USSD string holds 160 octets: 182 GSM-7 characters or 80 of UCS-2 (3GPP TS 23.038 and 24.080).
One Cyrillic letter makes its whole page UCS-2, the navigation line included.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, Literal

from bot.text.latin import to_latin
from bot.text.units import units

Script = Literal["cyrillic", "latin"]

MAX_PAGES = 12
"""More pages than a citizen turns within the minutes a USSD session lasts."""
_PART_CHARS = 16
"""Parts of a word that no page could hold, which are then put together page by page."""
_LEAST_UNITS = 4
"""Room a page must leave beside its navigation: an emoji is two, and one that wraps must go on."""


@dataclass(frozen=True)
class Screen:
    """What a route's screen holds, and the words that turn its pages."""

    CYRILLIC: ClassVar[Screen]
    LATIN: ClassVar[Screen]

    ucs2_chars: int = 80
    """UTF-16 units of one page that holds any character outside GSM-7."""
    gsm7_chars: int = 182
    """Septets of one page of GSM-7."""
    script: Script = "cyrillic"
    more_label: str = "98 Цааш"
    back_label: str = "0 Буцах"

    def __post_init__(self) -> None:
        if not self.fits("\n" + self.navigation(more=True, back=True) + "№" * _LEAST_UNITS):
            raise ValueError("the screen is too small for its own navigation line")

    def fits(self, page: str) -> bool:
        """Whether the page can be shown at once."""
        measured = units(page)
        limit = self.gsm7_chars if measured.encoding == "GSM-7" else self.ucs2_chars
        return measured.count <= limit

    def written(self, text: str) -> str:
        """The text in this screen's script."""
        return to_latin(text) if self.script == "latin" else text

    def carrying(self, script: Script | None) -> Screen:
        """The screen in the script that a citizen asked for.

        A route of Latin letters carries no others; None leaves it as it is.
        """
        return replace(self, script="latin") if script == "latin" else self

    def navigation(self, *, more: bool, back: bool) -> str:
        """The line that turns pages; "" where there is nothing to turn."""
        labels = [self.more_label] * more + [self.back_label] * back
        return self.written(" ".join(labels))


Screen.CYRILLIC = Screen()
Screen.LATIN = Screen(script="latin")


@dataclass(frozen=True)
class _Piece:
    """What stays on one page: a word of the text, or an option's whole line."""

    text: str
    before: str
    """What parts it from the piece before: a space or a line break."""


def paginate(
    text: str, options: Sequence[str], screen: Screen, *, max_pages: int = MAX_PAGES
) -> tuple[str, ...]:
    """The pages of one answer, each within the screen; at least one, at most `max_pages`.

    Options are numbered from 1 and stand last. Words and option lines are cut only where one alone
    exceeds a page. A text that is too long ends with an ellipsis, its options after it; where the
    options alone are too many, the last ones give way to an ellipsis.
    """
    words = tuple(_words(screen.written(text), screen, max_pages * screen.gsm7_chars))
    listed = tuple(
        _Piece(f"{number} {' '.join(screen.written(option).split())}", "\n")
        for number, option in enumerate(options, start=1)
    )
    pages = _pages((*words, *listed), screen, max_pages)
    if pages is not None:
        return pages
    return _shortened(words, listed, screen, max_pages)


def _words(text: str, screen: Screen, limit: int) -> Iterator[_Piece]:
    """The words of the text until they are longer together than `limit`, more than could fit."""
    length = 0
    for number, line in enumerate(text.strip().splitlines()):
        for place, word in enumerate(line.split()):
            before = "\n" if number and not place else " "
            for part in _parts(word, screen):
                yield _Piece(part, before)
                before = ""
                length += len(part)
                if length > limit:
                    return


def _parts(word: str, screen: Screen) -> Sequence[str]:
    """The word whole, unless no page could hold it."""
    if len(word) <= screen.gsm7_chars:
        return (word,)
    return [word[at : at + _PART_CHARS] for at in range(0, len(word), _PART_CHARS)]


def _shortened(
    words: tuple[_Piece, ...], options: tuple[_Piece, ...], screen: Screen, max_pages: int
) -> tuple[str, ...]:
    """The pages with as much as fits: every option before the first word."""
    ellipsis = screen.written("…")
    best: tuple[str, ...] = (ellipsis,)
    low, high = 0, len(words) + len(options) - 1
    while low <= high:
        middle = (low + high) // 2
        pages = _pages(_first(middle, words, options, ellipsis), screen, max_pages)
        if pages is None:
            high = middle - 1
        else:
            low, best = middle + 1, pages
    return best


def _first(
    count: int, words: tuple[_Piece, ...], options: tuple[_Piece, ...], ellipsis: str
) -> tuple[_Piece, ...]:
    """The `count` pieces to keep, with an ellipsis where the others are left out."""
    mark = _Piece(ellipsis, "\n")
    shown = options[:count]
    kept = words[: count - len(shown)]
    if kept:
        *whole, last = kept
        return (*whole, _Piece(last.text + ellipsis, last.before), *shown)
    return (*shown, mark) if len(shown) < len(options) else (mark, *shown)


def _pages(pieces: Sequence[_Piece], screen: Screen, max_pages: int) -> tuple[str, ...] | None:
    """The pieces filled into pages in order; None where they need more than `max_pages`."""
    waiting = deque(pieces)
    pages: list[str] = []
    while len(pages) < max_pages:
        last = _with(_joined(waiting), screen.navigation(more=False, back=bool(pages)))
        if screen.fits(last):
            return (*pages, last)
        navigation = screen.navigation(more=True, back=bool(pages))
        pages.append(_with(_taken(waiting, screen, navigation), navigation))
    return None


def _taken(waiting: deque[_Piece], screen: Screen, navigation: str) -> str:
    """The content of one page, its pieces taken off `waiting`."""
    content = ""
    while waiting:
        piece = waiting[0]
        longer = f"{content}{piece.before}{piece.text}" if content else piece.text
        if screen.fits(_with(longer, navigation)):
            content = longer
            waiting.popleft()
        elif content:
            break
        else:
            waiting.popleft()
            waiting.extendleft(reversed(_cut(piece, screen, navigation)))
    return content


def _cut(piece: _Piece, screen: Screen, navigation: str) -> tuple[_Piece, ...]:
    """A piece that exceeds a page: an option as its words, a word as two parts."""
    first, *rest = piece.text.split(" ")
    if rest:
        return (_Piece(first, piece.before), *(_Piece(word, " ") for word in rest))
    low, high = 1, len(piece.text)
    while low < high:
        middle = (low + high + 1) // 2
        if screen.fits(_with(piece.text[:middle], navigation)):
            low = middle
        else:
            high = middle - 1
    return _Piece(piece.text[:low], piece.before), _Piece(piece.text[low:], "")


def _joined(pieces: Sequence[_Piece]) -> str:
    return "".join(piece.before + piece.text for piece in pieces).lstrip(" \n")


def _with(content: str, navigation: str) -> str:
    return f"{content}\n{navigation}" if navigation else content
