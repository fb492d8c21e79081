"""The simulator's hospital register: who holds or keeps which hour."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, time, timedelta

FIRST_HOUR = 9
SLOTS_PER_DAY = 14
SLOT_MIN = 30
LUNCH_SLOTS = frozenset({8, 9})
DAYS_AHEAD = 14
SATURDAY = 5


@dataclass(frozen=True)
class Slot:
    """One bookable half hour."""

    hospital: int
    service: str
    day: date
    num: int

    @property
    def time(self) -> str:
        """When it begins, HH:MM."""
        minutes = FIRST_HOUR * 60 + (self.num - 1) * SLOT_MIN
        return time(minutes // 60, minutes % 60).strftime("%H:%M")


@dataclass(frozen=True)
class _Booking:
    slot: Slot
    regnum: str
    held_until: float | None
    """None once it is confirmed."""


class Appointments:
    """Bookings by confirmation code."""

    def __init__(self, clock: Callable[[], float], hold_s: int) -> None:
        self._clock = clock
        self._hold_s = hold_s
        self._bookings: dict[tuple[int, str], _Booking] = {}

    def free(self, hospital: int, service: str, days: Iterator[date]) -> list[Slot]:
        """The free slots of the given days, in order."""
        taken = self._taken()
        slots = (
            Slot(hospital, service, day, num)
            for day in days
            if day.weekday() < SATURDAY
            for num in range(1, SLOTS_PER_DAY + 1)
            if num not in LUNCH_SLOTS
        )
        return [slot for slot in slots if slot not in taken]

    def order(self, slot: Slot, regnum: str) -> str | None:
        """Hold a slot and return its confirmation code; None where it is taken."""
        if slot in self._taken():
            return None
        code = f"{secrets.randbelow(900_000) + 100_000}"
        held_until = self._clock() + self._hold_s
        self._bookings[slot.hospital, code] = _Booking(slot, regnum, held_until)
        return code

    def confirm(self, hospital: int, code: str) -> bool:
        """Keep a held slot; False where the code is unknown or the hold ran out."""
        self._taken()
        booking = self._bookings.get((hospital, code))
        if booking is None:
            return False
        self._bookings[hospital, code] = replace(booking, held_until=None)
        return True

    def cancel(self, hospital: int, code: str) -> bool:
        """Free a slot; False where the code is unknown."""
        return self._bookings.pop((hospital, code), None) is not None

    def _taken(self) -> set[Slot]:
        now = self._clock()
        self._bookings = {
            key: b
            for key, b in self._bookings.items()
            if b.held_until is None or now < b.held_until
        }
        return {booking.slot for booking in self._bookings.values()}


def days_between(start: date, end: date, today: date) -> Iterator[date]:
    """The bookable days of a range: from tomorrow, at most DAYS_AHEAD."""
    day = max(start, today + timedelta(days=1))
    last = min(end, today + timedelta(days=DAYS_AHEAD))
    while day <= last:
        yield day
        day += timedelta(days=1)
