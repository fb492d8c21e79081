"""The catalogue's values: what one service file, slot, source, helpline and KHUR operation say.

Every value is frozen; the loader builds them after the files are read and nothing changes them.
The keys are those of docs/services.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Kind(StrEnum):
    """What a service does for the citizen."""

    INFO = "info"
    DATA_FETCH = "data_fetch"
    REQUEST = "request"
    APPOINTMENT = "appointment"
    PAYMENT = "payment"


class Approval(StrEnum):
    """What proves that the citizen agrees: nothing needed, a known phone, a one-time code."""

    NONE = "none"
    PHONE = "phone"
    OTP = "otp"


@dataclass(frozen=True)
class Fact:
    """One figure, term or document list with its source."""

    name: str
    value: str | int | Decimal | tuple[str, ...]
    source: str
    """A key of nlu_data/sources.yml."""
    as_of: str | None
    verify: bool
    """True: the reply must send the citizen to 1111 for confirmation."""

    @property
    def text(self) -> str:
        """The value as it is said: lists joined by a comma, *_mnt grouped as "20,000"."""
        if isinstance(self.value, tuple):
            return ", ".join(self.value)
        if isinstance(self.value, int) and self.name.endswith("_mnt"):
            return f"{self.value:,}"
        return str(self.value)


@dataclass(frozen=True)
class KhurCall:
    """One question to KHUR: which operation, what is sent and which fields are kept."""

    operation: str
    send: Mapping[str, str]
    """Request field: slot, "register_number" or "phone"."""
    extra: tuple[str, ...]
    """Request fields the portal does not list but the wire takes."""
    rows: str | None
    """The response field that repeats; None for a single record."""
    only: Mapping[str, str | int | bool | Decimal]
    """Row field: the value that a row must have to be kept."""
    keep: Mapping[str, str]
    """Response (or row) field: type, one of KEEP_TYPES."""


@dataclass(frozen=True)
class Booking:
    """The KHUR operations that a time is booked with, in the order they are called."""

    places: str
    services: str
    free: str
    order: str
    approve: str
    cancel: str

    @property
    def operations(self) -> tuple[str, ...]:
        """All of them: one approval of the citizen covers these."""
        return (
            self.places,
            self.services,
            self.free,
            self.order,
            self.approve,
            self.cancel,
        )


@dataclass(frozen=True)
class Consent:
    """What the citizen agrees to before data is fetched."""

    purpose: str
    data: str


@dataclass(frozen=True)
class Branch:
    """Two texts, chosen by one yes/no field of the answer."""

    field: str
    yes: str
    no: str


@dataclass(frozen=True)
class Say:
    """The templates of a service; which of them are set depends on its kind."""

    found: str | Branch | None = None
    row: str | None = None
    none: str | None = None
    answer: str | None = None
    intro: str | None = None
    confirm: str | None = None
    done: str | None = None
    unavailable: str | None = None
    spoken: str | None = None

    def texts(self) -> dict[str, str]:
        """Every template by its key; the two texts of a branch are "found.yes" and "found.no"."""
        found = self.found
        texts: dict[str, str | None] = {"found": found if isinstance(found, str) else None}
        if isinstance(found, Branch):
            texts |= {"found.yes": found.yes, "found.no": found.no}
        for key in SAY_KEYS[1:]:
            texts[key] = getattr(self, key)
        return {key: text for key, text in texts.items() if text is not None}


@dataclass(frozen=True)
class Service:
    """One service of the state, as its file says it."""

    id: str
    kind: Kind
    category: str
    title: str
    short: str
    agency: str | None
    ask: tuple[str, ...]
    khur: KhurCall | None
    booking: Booking | None
    approval: Approval
    sensitive: bool
    consent: Consent | None
    facts: Mapping[str, Fact]
    say: Say
    life_events: tuple[str, ...]
    neighbours: tuple[str, ...]
    phrases: tuple[str, ...]
    source_file: str
    """The file's name as it is shown to people, such as nlu_data/services/vehicle_fines.yml."""


@dataclass(frozen=True)
class SlotSpec:
    """One value that a citizen is asked for."""

    name: str
    type: str
    """A parser of bot/language/values.py."""
    label: str
    ask: str
    retry: str
    personal: bool
    options: Mapping[str, str]
    """Value: label, for choices; empty for other types."""


@dataclass(frozen=True)
class Helpline:
    """A number that is always within reach of the menu."""

    name: str
    number: str
    note: str | None
    source: str
    verify: bool
    emergency: bool
    short: str
    """What a list of numbers calls it; the name where the file gives no shorter one."""
    phrases: tuple[str, ...]
    """What people say who need this number and no other; () where something else leads to it."""
    service: str | None
    """The service that answers with this number, where one does."""


@dataclass(frozen=True)
class Source:
    """Where facts come from."""

    id: str
    title: str
    where: str
    kind: str
    as_of: str | None


@dataclass(frozen=True)
class Operation:
    """One KHUR operation: what it takes and what it answers."""

    name: str
    group: str
    """The path of the endpoint: {base}/{group}-1.5.0/ws."""
    provider: str
    title: str
    inputs: tuple[str, ...]
    outputs: frozenset[str]
    """Fields of the response; empty where the portal does not list them."""
    row_fields: Mapping[str, frozenset[str]]
    """Repeating response field: fields of a row; an empty set where they are not listed."""


KEEP_TYPES = ("text", "mnt", "date", "number", "bool", "year", "month")
SAY_KEYS = (
    "found",
    "row",
    "none",
    "answer",
    "intro",
    "confirm",
    "done",
    "unavailable",
    "spoken",
)
BOOKING_FIELDS = ("hospital", "service", "day", "time")
"""What a booking lets its texts say."""
IDENTITY_FIELDS = ("register_number", "phone", "today")
"""What the citizen's identity supplies to `khur.send` without being asked."""
