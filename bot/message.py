"""The values that cross borders: what comes in from a channel and what goes out to one.

Source of the session kinds: vumi's four (none, new, resume, end), which is what USSD needs.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Session(StrEnum):
    """Where a message stands in the provider's own session."""

    NONE = "none"
    NEW = "new"
    RESUME = "resume"
    END = "end"


class Expects(StrEnum):
    """What the citizen is asked to give next; a channel picks its keyboard by it."""

    CHOICE = "choice"
    TEXT = "text"
    DIGITS = "digits"
    YES_NO = "yes_no"
    NOTHING = "nothing"


@dataclass(frozen=True)
class Audio:
    """Speech as signed 16-bit little-endian PCM, one channel."""

    pcm: bytes
    rate_hz: int


@dataclass(frozen=True)
class Inbound:
    """One message from a citizen, as every channel's parse() returns it."""

    channel: str
    """Registered name of the channel, such as "africastalking_ussd"."""
    address: str = field(repr=False)
    """E.164 number or the channel's own id; never logged in clear."""
    message_id: str
    """Unique per channel: the idempotency key of the turn."""
    session: Session
    text: str | None = field(repr=False)
    """NFC, as sent."""
    keys: str | None = field(repr=False)
    """DTMF or USSD digits of this hop alone, where the channel knows them to be keys."""
    audio: Audio | None = field(repr=False)
    received_at: datetime
    """Aware, UTC."""
    session_id: str | None = field(default=None, repr=False)
    """The provider's id of a USSD session or a call; None elsewhere."""
    history: str | None = field(default=None, repr=False)
    """All that the provider repeats of its session so far (Africa's Talking joins hops by "*")."""
    reply_to: str | None = field(default=None, repr=False)
    """The channel's own handle of the message to be answered or edited."""
    phone: str | None = field(default=None, repr=False)
    """E.164 number that the provider vouches for, such as a shared contact of the writer's own."""
    location: tuple[float, float] | None = field(default=None, repr=False)
    """Latitude and longitude in degrees, where the citizen shared them."""


@dataclass(frozen=True)
class Choice:
    """One option: the label a person reads and the payload the engine gets back."""

    label: str
    payload: str


@dataclass(frozen=True)
class Reply:
    """One idea said to the citizen, for any channel. Text is Cyrillic."""

    text: str
    choices: tuple[Choice, ...] = ()
    expects: Expects = Expects.NOTHING
    private: bool = False
    """Never on a shared screen, never read aloud unasked."""
    ends_session: bool = False
