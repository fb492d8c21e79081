"""Replies as Telegram messages: texts within its limit, and buttons under the last one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from bot.message import Choice, Expects, Reply
from bot.outcome import Outcome
from bot.text.latin import to_latin
from bot.text.pages import Script
from channels.sentences import sentence
from channels.telegram.keyboard import NO, YES, Keyboards

NAME = "telegram"
MAX_TEXT_UNITS = 4096
"""UTF-16 units of one message (core.telegram.org/bots/api#sendmessage)."""

_MAX_BUTTONS = 99
_MAX_LABEL_CHARS = 38
"""What a button shows on a narrow screen; longer labels are listed and numbered in the text."""
_NUMBERS_PER_ROW = 5
_LAST_OF_BMP = 0xFFFF
_ENDS = re.compile(r"\n|[.!?…]+(?=\s)")


def written(replies: Sequence[Reply], script: Script | None) -> tuple[str, ...]:
    """The texts of the replies, at most 4096 UTF-16 units each."""
    texts = [reply.text for reply in replies]
    choices = replies[-1].choices[:_MAX_BUTTONS] if replies else ()
    if _is_listed(choices):
        lines = (f"{number}. {choice.label}" for number, choice in enumerate(choices, 1))
        texts[-1] = "\n".join([texts[-1], *lines])
    if script == "latin":
        texts = [to_latin(text) for text in texts]
    return tuple(piece for text in texts if text.strip() for piece in split(text))


def split(text: str) -> tuple[str, ...]:
    """The text in messages that end after a line, a sentence or a word where they can."""
    pieces: list[str] = []
    rest = text.strip()
    while (longest := _fitting_chars(rest)) < len(rest):
        cut = _cut(rest, longest)
        pieces.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return (*pieces, rest) if rest else tuple(pieces)


def message_bodies(
    outcome: Outcome,
    keyboards: Keyboards,
    *,
    message_id: str,
    edit: str | None,
) -> list[dict[str, Any]]:
    """What the sender gets, one per text: the first edits, the last carries the buttons."""
    bodies: list[dict[str, Any]] = [{"text": text} for text in outcome.texts if text.strip()]
    if not bodies:
        return []
    if edit is not None:
        bodies[0]["edit"] = int(edit)
    is_latin = outcome.script == "latin"
    rows = [
        [
            [to_latin(label) if is_latin else label, keyboards.data(key, message_id)]
            for label, key in row
        ]
        for row in _rows(outcome.replies[-1] if outcome.replies else None)
    ]
    if rows:
        bodies[-1]["rows"] = rows
    return bodies


def _rows(reply: Reply | None) -> list[list[tuple[str, str]]]:
    """Labels and keys of the buttons, row by row."""
    if reply is None:
        return []
    choices = reply.choices[:_MAX_BUTTONS]
    if _is_listed(choices):
        numbers = [(str(number), str(number)) for number in range(1, len(choices) + 1)]
        starts = range(0, len(numbers), _NUMBERS_PER_ROW)
        return [numbers[at : at + _NUMBERS_PER_ROW] for at in starts]
    if choices:
        return [[(choice.label, str(number))] for number, choice in enumerate(choices, 1)]
    if reply.expects is Expects.YES_NO:
        return [[(sentence(NAME, "yes"), YES), (sentence(NAME, "no"), NO)]]
    return []


def _is_listed(choices: Sequence[Choice]) -> bool:
    return any(len(choice.label) > _MAX_LABEL_CHARS for choice in choices)


def _fitting_chars(text: str) -> int:
    """How many characters from the start fit one message."""
    units = 0
    for place, character in enumerate(text):
        units += 2 if ord(character) > _LAST_OF_BMP else 1
        if units > MAX_TEXT_UNITS:
            return place
    return len(text)


def _cut(text: str, longest: int) -> int:
    """The place to cut at, in the second half of what fits where there is a good one."""
    window = text[: longest + 1]
    ends = [found.end() for found in _ENDS.finditer(window) if found.end() <= longest]
    if ends and ends[-1] > longest // 2:
        return ends[-1]
    return max((found.start() for found in re.finditer(r"\s", window)), default=0) or longest
