"""Buttons: what each carries, and how a press on an old one is told from a present one.

`callback_data` holds 64 bytes (core.telegram.org/bots/api#inlinekeyboardbutton), so a button
carries the number of its choice and a short tag of the message that it answers. The tag is keyed:
nobody can make one up.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass

YES, NO = "y", "n"

_TAG_CHARS = 10
_HANDLE_CHARS = 32
_DATA = re.compile(rf"([1-9][0-9]?|{YES}|{NO})\.([A-Za-z0-9_-]{{{_TAG_CHARS}}})")


@dataclass(frozen=True)
class Pick:
    """What a button says."""

    key: str
    """The number of a choice, or `YES` or `NO`."""
    tag: str


class Keyboards:
    """Makes and reads the data of buttons with one key."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def tag(self, message_id: str) -> str:
        """The mark of the buttons that answer one incoming message."""
        digest = hmac.digest(self._key, f"keyboard|{message_id}".encode(), hashlib.sha256)
        return base64.urlsafe_b64encode(digest).decode()[:_TAG_CHARS]

    def data(self, key: str, message_id: str) -> str:
        """What a button carries, at most 13 bytes."""
        return f"{key}.{self.tag(message_id)}"

    def answers(self, pick: Pick, message_id: str) -> bool:
        """Whether a button belongs to the answer to this message."""
        return hmac.compare_digest(pick.tag.encode(), self.tag(message_id).encode())

    def handle(self, chat_id: int) -> str:
        """A name of a chat that tells nobody which one it is."""
        digest = hmac.digest(self._key, f"chat|{chat_id}".encode(), hashlib.sha256)
        return "chat-" + digest.hex()[:_HANDLE_CHARS]


def pick_of(data: str) -> Pick | None:
    """What a button says; None where it is not one of ours."""
    found = _DATA.fullmatch(data)
    return Pick(found[1], found[2]) if found else None
