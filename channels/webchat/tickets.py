"""Tickets: signed proof that a page of an admitted origin began a conversation.

A ticket names a conversation and nothing else. It is bound to the origin it was issued to and ends
by itself; no list of tickets is kept, so any replica can check one.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

LASTS = timedelta(hours=12)
CLOCKS_DIFFER = timedelta(minutes=1)
"""A replica's clock may be a little behind the one that issued the ticket."""

_FORM = re.compile(r"([A-Za-z0-9_-]{1,64})\.([0-9]{1,12})\.([0-9a-f]{64})")


def _new_id() -> str:
    return secrets.token_urlsafe(18)


class Tickets:
    """Issues tickets and reads them."""

    def __init__(self, key: bytes, new_id: Callable[[], str] = _new_id) -> None:
        """`key`: 32 bytes that all replicas share."""
        self._key = key
        self._new_id = new_id

    def issue(self, origin: str, at: datetime) -> str:
        """A ticket for a new conversation."""
        claim = f"{self._new_id()}.{int(at.timestamp())}"
        return f"{claim}.{self._mac(claim, origin)}"

    def session_of(self, ticket: str, origin: str, at: datetime) -> str | None:
        """The conversation of a ticket; None where it is forged, another site's or too old."""
        found = _FORM.fullmatch(ticket)
        if found is None:
            return None
        session_id, issued_s, mac = found.groups()
        if not hmac.compare_digest(self._mac(f"{session_id}.{issued_s}", origin), mac):
            return None
        age = timedelta(seconds=at.timestamp() - int(issued_s))
        return session_id if -CLOCKS_DIFFER <= age <= LASTS else None

    def _mac(self, claim: str, origin: str) -> str:
        signed = f"webchat\0{origin}\0{claim}".encode()
        return hmac.new(self._key, signed, hashlib.sha256).hexdigest()
