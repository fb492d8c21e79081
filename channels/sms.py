"""What every channel of text messages has in common, whoever carries them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.message import Inbound, Reply
from bot.outcome import Outcome
from bot.text.compiler import compile_sms, message_text
from bot.text.pages import Script
from channels.base import HttpChannel


def sms_texts(replies: Sequence[Reply], script: Script, max_segments: int = 3) -> tuple[str, ...]:
    """Messages that each fit the route; choices are numbered lines. The texts stay Cyrillic."""
    labels = [choice.label for choice in replies[-1].choices] if replies else []
    text = message_text([reply.text for reply in replies], labels)
    return compile_sms(text, script, max_segments)


def sms_bodies(texts: Sequence[str], script: Script | None) -> tuple[Any, ...]:
    """What the router reads: a text, or a text with the script that the citizen asked for."""
    if script is None:
        return tuple(texts)
    return tuple({"text": text, "script": script} for text in texts)


class SmsChannel(HttpChannel):
    """A channel of text messages over HTTP; answers leave through the outbox."""

    pushes = True

    def __init__(self, script: Script = "cyrillic", max_segments: int = 3) -> None:
        self._script: Script = script
        self._max_segments = max_segments

    def compose(self, replies: Sequence[Reply], script: Script | None = None) -> tuple[str, ...]:
        """SMS texts of at most so many segments each, measured in the script that is sent."""
        sent: Script = "latin" if "latin" in (script, self._script) else "cyrillic"
        return sms_texts(replies, sent, self._max_segments)

    def bodies(self, inbound: Inbound, outcome: Outcome) -> tuple[Any, ...]:
        """The texts, each with the script that the citizen asked for."""
        return sms_bodies(outcome.texts, outcome.script)
