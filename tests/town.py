"""A small town for tests: the real program, a real database, the KHUR simulator over HTTP.

One event loop runs in a thread for the whole test session, because database and HTTP connections
belong to the loop that opened them.
"""

from __future__ import annotations

import asyncio
import secrets
import threading
from collections.abc import Coroutine, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from actions.office import current_office, open_office
from bot.app import ZONE, Assembly
from bot.asides import Asides
from bot.commands.talk import Terminal
from bot.message import Choice, Inbound, Session
from bot.outcome import Door, Outcome
from bot.places import data_folder
from bot.store.citizens import bind_identity, ensure_citizen
from bot.store.database import Store
from bot.store.notices import PHONE
from bot.turn import Turns

Result = TypeVar("Result")


class Loop:
    """An event loop in a thread of its own."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, Result], timeout_s: float = 60) -> Result:
        """Return what the coroutine returns."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout_s)

    def stop(self) -> None:
        """End the thread."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()


@dataclass
class Clock:
    """A clock that only moves when told to."""

    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    def forward(self, **time: float) -> None:
        """Let time pass."""
        self.now += timedelta(**time)


@dataclass
class Town:
    """The program over one fresh database."""

    loop: Loop
    assembly: Assembly
    khur: Any
    """The KHUR simulator's state: codes sent, requests seen, modes."""
    store: Store
    clock: Clock = field(default_factory=Clock)
    name: str = field(default_factory=lambda: secrets.token_hex(6))
    """Keeps the message ids of two towns apart: they share one KHUR simulator."""

    def __post_init__(self) -> None:
        self.turns = Turns(
            self.store,
            self.assembly.engine,
            zone=ZONE,
            sms_offer=Choice("SMS-ээр авах", "/send_sms"),
            asides=Asides.load(data_folder()),
        )

    def phone(self, number: str, door: Door | None = None) -> Phone:
        """Return a phone in the citizen's hand."""
        return Phone(self, number, door or Terminal())

    def knows(self, number: str, register_number: str) -> None:
        """Bind a phone to a person, as a one-time code does."""

        async def bind() -> None:
            async with self.store.write() as session:
                citizen = await ensure_citizen(session, register_number, at=self.clock.now)
                await bind_identity(
                    session,
                    PHONE,
                    number,
                    citizen_id=citizen.id,
                    assurance="khur_otp",
                    at=self.clock.now,
                )

        self.loop.run(bind())

    @contextmanager
    def limited_codes(self, per_day: int) -> Iterator[None]:
        """Let the office send only so many codes a day while the block runs."""
        usual = current_office()
        open_office(replace(usual, codes_per_day=per_day))
        try:
            yield
        finally:
            open_office(usual)

    def code(self) -> str:
        """Return the one-time code sent last."""
        return str(self.khur.outbox[-1].code)


@dataclass
class Phone:
    """Says things to the assistant and hears what it answers."""

    town: Town
    number: str
    door: Door
    sent: int = 0
    session_id: str = ""
    history: str = ""
    heard: Outcome | None = None

    def says(self, text: str, message_id: str | None = None) -> str:
        """Return all that is answered to one message."""
        return self._turn(text, Session.NONE, message_id)

    def dials(self) -> str:
        """Return the first screen of a new session."""
        self.session_id, self.history = f"s{self.sent}-{self.number}", ""
        return self._turn("", Session.NEW)

    def presses(self, keys: str) -> str:
        """Return the next screen of the session."""
        self.history = f"{self.history}*{keys}" if self.history else keys
        return self._turn(keys, Session.RESUME)

    def picks(self, label: str) -> str:
        """Return the answer to picking the option of that label."""
        assert self.heard is not None
        labels = [choice.label for choice in self.heard.replies[-1].choices]
        return self.says(str(labels.index(label) + 1))

    def inbound(self, text: str, session: Session, message_id: str | None = None) -> Inbound:
        """Return the message as the channel would parse it."""
        self.sent += 1
        return Inbound(
            channel=self.door.name,
            address=self.number,
            message_id=message_id or f"{self.town.name}-{self.number}-{self.sent}",
            session=session,
            text=text or None,
            keys=text if text.isdecimal() else None,
            audio=None,
            received_at=self.town.clock.now,
            session_id=self.session_id or None,
            history=self.history if self.session_id else None,
        )

    def _turn(self, text: str, session: Session, message_id: str | None = None) -> str:
        inbound = self.inbound(text, session, message_id)
        self.heard = self.town.loop.run(self.town.turns.handle(inbound, self.door))
        shown: Sequence[str] = self.heard.texts
        return shown[self.heard.page] if self.door.paged else "\n".join(shown)
