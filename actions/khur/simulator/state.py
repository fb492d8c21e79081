"""All that the simulator remembers between calls."""

from __future__ import annotations

import itertools
from collections import OrderedDict, deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone

from actions.khur.operations import Operation, load_operations
from actions.khur.simulator.appointments import Appointments
from actions.khur.simulator.codes import Codes
from actions.khur.simulator.invent import Words, load_words
from actions.khur.simulator.modes import Modes
from actions.khur.simulator.people import Person, Vehicle, load_people
from actions.khur.simulator.settings import SimulatorSettings

ULAANBAATAR = timezone(timedelta(hours=8))
REQUESTS_KEPT = 2000
REPLIES_KEPT = 10_000
FIRST_NUMBER = 5_000_000


@dataclass(frozen=True)
class SentCode:
    """An SMS with a one-time code, as the citizen's telephone got it."""

    to: str
    code: str
    text: str
    sent_at: datetime
    regnum: str
    operations: tuple[str, ...]


@dataclass(frozen=True)
class SeenRequest:
    """A call that came in, for assertions."""

    operation: str
    group: str
    code: int
    """The result code it was answered with."""
    request_id: str
    body: str = field(repr=False)
    unknown_fields: tuple[str, ...]
    """Fields sent that the operation does not take: the gateway ignores them."""
    replayed: bool


@dataclass(frozen=True)
class Access:
    """An entry of the access log that citizens may read."""

    regnum: str
    operation: str
    group: str
    code: int
    at: datetime
    request_id: str
    organisation: str


@dataclass(frozen=True)
class Filed:
    """A complaint, tree or order that came in through the simulator."""

    number: int
    regnum: str
    operation: str
    at: datetime
    fields: Mapping[str, str] = field(repr=False)


class State:
    """The simulator's memory; `reset` empties it, citizens and settings stay."""

    def __init__(self, settings: SimulatorSettings) -> None:
        self.settings = settings
        self.words: Words = load_words()
        self.operations: Mapping[str, Operation] = load_operations(settings.data_folder)
        self._people: tuple[date, dict[str, Person]] | None = None
        self.reset()

    def reset(self) -> None:
        """Forget codes, messages, calls, bookings, filings and modes."""
        self.codes = Codes(self.settings)
        self.outbox: list[SentCode] = []
        self.requests: deque[SeenRequest] = deque(maxlen=REQUESTS_KEPT)
        self.accesses: deque[Access] = deque(maxlen=REQUESTS_KEPT)
        self.filed: list[Filed] = []
        self.modes = Modes()
        self.appointments = Appointments(self.settings.clock, self.settings.hold_s)
        self.replies: OrderedDict[tuple[str, str], tuple[str, bytes, int]] = OrderedDict()
        self._numbers: Iterator[int] = itertools.count(FIRST_NUMBER)

    @property
    def now(self) -> datetime:
        """The time in Ulaanbaatar."""
        return datetime.fromtimestamp(self.settings.clock(), ULAANBAATAR)

    @property
    def people(self) -> Mapping[str, Person]:
        """The citizens by register number, their relative days counted from today."""
        today = self.now.date()
        if self._people is None or self._people[0] != today:
            self._people = (today, load_people(today))
        return self._people[1]

    def vehicles(self) -> Iterator[tuple[Person, Vehicle]]:
        """Every vehicle with its owner."""
        return ((person, v) for person in self.people.values() for v in person.vehicles)

    def file(self, regnum: str, operation: str, fields: Mapping[str, str]) -> Filed:
        """Keep something a citizen handed in, under a new number."""
        filed = Filed(next(self._numbers), regnum, operation, self.now, fields)
        self.filed.append(filed)
        return filed

    def filed_as(self, operation: str, regnum: str | None = None) -> list[Filed]:
        """What was handed in by an operation, of one citizen or of all."""
        return [f for f in self.filed if f.operation == operation and regnum in (None, f.regnum)]

    def remember_reply(self, key: tuple[str, str], reply: tuple[str, bytes, int]) -> None:
        """Keep a reply for its idempotency key; the oldest go first."""
        self.replies[key] = reply
        while len(self.replies) > REPLIES_KEPT:
            self.replies.popitem(last=False)
