"""One answer as the SMS of a route: in its script, measured as sent, at most so many segments.

What is kept and handed on stays Cyrillic, so that a route of the other script can still write it;
only the measure is taken in the letters that go on the air.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.text.latin import lightened, to_latin
from bot.text.pages import Script
from bot.text.units import cut_for_sms, segments, split_sms

MAX_SEGMENTS = 3
"""SMS of one message: 201 Cyrillic or 459 Latin characters; longer ones arrive in pieces or late
on routes of Mongolian operators.
"""
_SPACES = re.compile(r" {2,}")


def message_text(texts: Sequence[str], labels: Sequence[str]) -> str:
    """What one SMS says: each idea on its own line, then the options, numbered from 1."""
    return "\n".join([*texts, *(f"{number} {label}" for number, label in enumerate(labels, 1))])


def written_sms(text: str, script: Script) -> str:
    """The text as a route of that script sends it.

    Latin is MNS 5217 inside the GSM alphabet. Cyrillic stays as it is; a text of Latin letters
    alone loses the signs that would make it UCS-2.
    """
    return _SPACES.sub(" ", to_latin(text)) if script == "latin" else lightened(text)


def sms_segments(text: str, script: Script) -> int:
    """How many SMS the text is in that script; 1 for an empty text."""
    return segments(written_sms(text, script))


def compile_sms(text: str, script: Script, max_segments: int = MAX_SEGMENTS) -> tuple[str, ...]:
    """The text, as it is kept, in messages that each fit `max_segments` SMS of that script.

    Messages end after sentences or words where they can. At least one message, in order.
    """
    return split_sms(text, max_segments, lambda part: written_sms(part, script))


def first_part(text: str, script: Script, max_segments: int, more: str) -> tuple[str, str]:
    """The message to send now and the text that is left for the next one, "" where all fits.

    A message that leaves something ends with `more` on a line of its own ("Үргэлжлэл: 1"), inside
    the same `max_segments`. Raises ValueError where `more` leaves no room for the text.
    """
    if sms_segments(text, script) <= max_segments:
        return text, ""
    if sms_segments(f"{text[:1]}\n{more}", script) > max_segments:
        raise ValueError("the line that offers more fills the whole message")
    cut = cut_for_sms(text, max_segments, lambda part: written_sms(f"{part}\n{more}", script))
    return f"{text[:cut].rstrip()}\n{more}", text[cut:].lstrip()
