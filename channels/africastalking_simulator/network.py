"""The state of the simulated network: its phones, sessions, faults, and what it found wrong."""

from __future__ import annotations

import asyncio
import ssl
import uuid
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

import httpx

from channels.africastalking_simulator.length import measure

_MAX_PHONES = 2000
_MAX_MESSAGES = 100
_MAX_SESSIONS = 2000
_MAX_VIOLATIONS = 200


@dataclass(frozen=True)
class SimulatorConfig:
    """Whom the simulator calls, and as what it answers."""

    ussd_url: str = field(repr=False)
    """Our USSD webhook with its secret; the end of a session goes to `<ussd_url>/events`."""
    sms_url: str = field(repr=False)
    """Our SMS webhook with its secret; reports go to `<sms_url>/reports`."""
    username: str = "sandbox"
    api_key: str = field(default="simulator-key", repr=False)
    ussd_code: str = "*1111#"
    sms_code: str = "141111"
    sender_ids: tuple[str, ...] = ()
    """Senders the account may use beside `sms_code`."""
    part_price_mnt: int = 55
    """Price of one SMS segment: a setting of the simulator, no operator's tariff."""
    network_code: str = "99999"
    """The sandbox network of Africa's Talking."""
    answer_timeout_s: float = 10
    """How long the provider waits for an answer to a USSD hop."""
    session_s: float = 180
    report_delay_s: float = 0.3
    controls: bool = False
    """Whether `/control` is mounted; only tests need it."""


@dataclass
class Faults:
    """What goes wrong on purpose."""

    refuse: str | None = None
    """A recipient status such as "InsufficientBalance"; "InvalidSenderId" empties the answer."""
    slow_s: float = 0
    http500: int = 0
    """How many of the next REST calls answer 500."""
    duplicates: int = 0
    """How many more times each callback is posted."""
    report: str = "Success"
    failure_reason: str = ""


@dataclass(frozen=True)
class Message:
    """One SMS in a phone."""

    id: str
    sender: str
    text: str = field(repr=False)
    at: datetime


@dataclass(frozen=True)
class Violation:
    """Something an answer of ours did against the provider's rules."""

    code: str
    """`status`, `content_type`, `prefix`, `empty`, `length`, `slow` or `no_answer`."""
    detail: str
    """What was found, without the text itself."""


@dataclass
class UssdSession:
    """One USSD dialogue, as the network holds it."""

    id: str
    phone: str = field(repr=False)
    code: str
    started_at: datetime
    text: str = field(default="", repr=False)
    """All inputs so far, joined by "*"."""
    hops: int = 0
    answer: str = field(default="", repr=False)
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


def _new_id() -> str:
    return uuid.uuid4().hex


def _now() -> datetime:
    return datetime.now(UTC)


class Network:
    """Everything the simulator remembers, and its way to our webhooks."""

    def __init__(
        self,
        config: SimulatorConfig,
        *,
        new_id: Callable[[], str] = _new_id,
        now: Callable[[], datetime] = _now,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.config = config
        self.new_id = new_id
        self.now = now
        self.sleep = sleep
        self.faults = Faults()
        self.sessions: OrderedDict[str, UssdSession] = OrderedDict()
        self.violations: deque[Violation] = deque(maxlen=_MAX_VIOLATIONS)
        self._inboxes: OrderedDict[str, deque[Message]] = OrderedDict()
        self._tasks: set[asyncio.Task[None]] = set()
        self._tls = ssl.create_default_context()

    def inbox(self, phone: str) -> list[Message]:
        """The messages of a phone, oldest first."""
        return list(self._inboxes.get(phone, ()))

    def deliver(
        self, phone: str, sender: str, text: str, message_id: str | None = None
    ) -> Message:
        """Put a message into a phone."""
        message = Message(message_id or self.new_id(), sender, text, self.now())
        self._inboxes.setdefault(phone, deque(maxlen=_MAX_MESSAGES)).append(message)
        self._inboxes.move_to_end(phone)
        if len(self._inboxes) > _MAX_PHONES:
            self._inboxes.popitem(last=False)
        return message

    def open_session(self, session: UssdSession) -> None:
        """Remember a session; the oldest are forgotten first."""
        self.sessions[session.id] = session
        if len(self.sessions) > _MAX_SESSIONS:
            self.sessions.popitem(last=False)

    def price_mnt(self, text: str) -> int:
        """What the simulator charges for a text."""
        return measure(text).parts * self.config.part_price_mnt

    async def post(self, url: str, form: Mapping[str, str]) -> httpx.Response:
        """Post a callback, as often as the faults say. Raises httpx.HTTPError."""
        timeout_s = self.config.answer_timeout_s
        async with httpx.AsyncClient(
            verify=self._tls, trust_env=False, timeout=timeout_s
        ) as client:
            response = await client.post(url, data=dict(form))
            for _ in range(self.faults.duplicates):
                await client.post(url, data=dict(form))
            return response

    def later(self, work: Coroutine[None, None, None]) -> None:
        """Run something that nobody waits for."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def settled(self) -> None:
        """Return when everything that runs later has run."""
        while self._tasks:
            await asyncio.gather(*self._tasks)
