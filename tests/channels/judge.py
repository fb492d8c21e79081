"""Watches what a fuzzed door lets through: messages that are none, and words in a log."""

from __future__ import annotations

import logging
import re
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from bot.message import Inbound
from bot.outcome import Door, Outcome
from tests.channels.scripted_turn import ScriptedTurn

_PHONE = re.compile(r"\+[1-9][0-9]{7,14}")
_ADDRESSES = {
    "telegram": re.compile(r"-?[0-9]{1,16}"),
    "chat": re.compile(r"[A-Za-z0-9_-]{1,64}"),
    "webchat": re.compile(r"[A-Za-z0-9_-]{1,64}"),
}
"""Of the channels whose citizens are no telephone numbers."""
_ID = re.compile(r"[A-Za-z0-9._:-]{1,160}")
_PLAIN = re.compile(r"[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]*")
_MAX_TEXT_CHARS = 4096
_MAX_DEGREES = 180


class JudgingTurn(ScriptedTurn):
    """A scripted turn that says what is wrong with the messages it is given."""

    def __init__(self) -> None:
        super().__init__()
        self.calls = 0
        self.faults: list[str] = []

    async def handle(self, inbound: Inbound, door: Door) -> Outcome:
        self.calls += 1
        self.faults += [f"{inbound.channel}: {fault}" for fault in faults_of(inbound, door)]
        return Outcome((), ("ok",), 0, False)

    async def history(self, channel: str, session_id: str) -> str | None:
        self.calls += 1
        return None

    async def drop(self, channel: str, session_id: str) -> None:
        self.calls += 1
        self.faults += [] if _ID.fullmatch(session_id) else ["a session ends that is none"]

    async def delivery(
        self, channel: str, provider_id: str, status: str, error_code: str | None
    ) -> None:
        self.calls += 1
        if not _ID.fullmatch(provider_id) or status not in ("sent", "delivered", "failed"):
            self.faults.append(f"{channel}: a delivery of no message, or of no status")


def faults_of(inbound: Inbound, door: Door) -> list[str]:
    """What no message may be, judged without the code of the doors."""
    checks = {
        "channel": inbound.channel == door.name,
        "address": bool(_ADDRESSES.get(inbound.channel, _PHONE).fullmatch(inbound.address)),
        "message_id": bool(_ID.fullmatch(inbound.message_id)),
        "text": inbound.text is None or _is_text(inbound.text),
        "keys": inbound.keys is None or bool(re.fullmatch("[0-9]+", inbound.keys)),
        "received_at": inbound.received_at.tzinfo is not None,
        "session_id": inbound.session_id is None or bool(_ID.fullmatch(inbound.session_id)),
        "history": bool(_PLAIN.fullmatch(inbound.history or "")),
        "reply_to": inbound.reply_to is None or bool(_ID.fullmatch(inbound.reply_to)),
        "phone": inbound.phone is None or bool(_PHONE.fullmatch(inbound.phone)),
        "location": all(abs(part) <= _MAX_DEGREES for part in inbound.location or ()),
    }
    return [f"{name} is wrong" for name, is_right in checks.items() if not is_right]


def _is_text(text: str) -> bool:
    is_said = bool(text.strip()) and len(text) <= _MAX_TEXT_CHARS
    is_nfc = unicodedata.is_normalized("NFC", text)
    return is_said and is_nfc and bool(_PLAIN.fullmatch(text))


class Watch(logging.Handler):
    """Reads every record of every logger, and keeps what should not be there."""

    def __init__(self, words: Sequence[str]) -> None:
        super().__init__(logging.DEBUG)
        self._words = words
        self.records = 0
        self.faults: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records += 1
        said = self.format(record)
        if record.levelno >= logging.ERROR or record.exc_info:
            self.faults.append(f"an error is logged: {said}")
        self.faults += [f"{word} is logged: {said}" for word in self._words if word in said]


@contextmanager
def watched(words: Sequence[str]) -> Iterator[Watch]:
    """Watch the log for words, and for errors, at its most talkative."""
    root, watch = logging.getLogger(), Watch(words)
    before = root.level
    root.addHandler(watch)
    root.setLevel(logging.DEBUG)
    try:
        yield watch
    finally:
        root.setLevel(before)
        root.removeHandler(watch)
