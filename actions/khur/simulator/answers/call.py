"""One call as the answers see it, and how they say that it cannot be answered."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from actions.khur.fields import Fields
from actions.khur.operations import Operation
from actions.khur.simulator.people import Person, Vehicle
from actions.khur.simulator.records import Partial
from actions.khur.simulator.state import State

NOT_FOUND, BAD_INPUT = 1, 3


class Rejected(Exception):
    """The call is answered with a result code and no data."""

    def __init__(self, code: int) -> None:
        super().__init__(f"result code {code}")
        self.code = code


@dataclass(frozen=True)
class Call:
    """An authorised call of an operation."""

    operation: Operation
    sent: Fields
    citizen: Person | None
    state: State

    @property
    def person(self) -> Person:
        """The citizen it is about. Raises Rejected where it is about none."""
        if self.citizen is None:
            raise Rejected(BAD_INPUT)
        return self.citizen

    @property
    def today(self) -> date:
        """Today in Ulaanbaatar."""
        return self.state.now.date()

    def text(self, name: str) -> str:
        """A field as sent; empty where it was not."""
        value = self.sent.get(name)
        return value.strip() if isinstance(value, str) else ""

    def number(self, name: str, default: int | None = None) -> int:
        """A whole number as sent, or the default. Raises Rejected where it is neither."""
        if default is not None and not self.text(name):
            return default
        try:
            return int(self.text(name))
        except ValueError:
            raise Rejected(BAD_INPUT) from None

    def day(self, name: str) -> date:
        """A day as sent, yyyy-MM-dd. Raises Rejected where it is none."""
        try:
            return date.fromisoformat(self.text(name)[:10])
        except ValueError:
            raise Rejected(BAD_INPUT) from None

    def texts(self) -> Mapping[str, str]:
        """Every plain field as sent."""
        return {name: value for name, value in self.sent.items() if isinstance(value, str)}

    def own_vehicles(self) -> list[Vehicle]:
        """The citizen's vehicles, only the one named by plate or cabin number where one is."""
        plate = self.text("plateNumber") or self.text("plateNo") or self.text("carNumber")
        cabin = self.text("cabinNumber") or self.text("chassisNo")
        return [
            v
            for v in self.person.vehicles
            if (not plate or same_plate(v.plate, plate)) and (not cabin or v.cabin == cabin)
        ]

    def any_vehicle(self) -> tuple[Person, Vehicle] | None:
        """The vehicle named by plate or cabin number, whosever it is."""
        plate = self.text("plateNumber") or self.text("plateNo")
        cabin = self.text("cabinNumber")
        for owner, vehicle in self.state.vehicles():
            if (plate and same_plate(vehicle.plate, plate)) or (cabin and vehicle.cabin == cabin):
                return owner, vehicle
        return None


Answerer: TypeAlias = Callable[[Call], Partial | None]
"""What is known of the reply by portal names; None means that there is no record (code 1)."""


def same_plate(held: str, given: str) -> bool:
    """Whether two plates are one: case, spaces and dashes do not matter."""
    return held == given.upper().replace(" ", "").replace("-", "")
