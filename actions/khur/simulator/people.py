"""The simulator's citizens: people.yml read into values, relative days counted from today."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

import yaml

PEOPLE_FILE = Path(__file__).with_name("people.yml")
ALL = "all"
NONE = "none"
MONTHS = 12
_RELATIVE_DAY = re.compile(r"([+-]\d+)d")
_T = TypeVar("_T")


@dataclass(frozen=True)
class Names:
    """Clan name, parent's name and own name, as KHUR orders them."""

    surname: str
    lastname: str
    firstname: str


@dataclass(frozen=True)
class Address:
    """Where a person is registered."""

    city: str
    city_code: str
    district: str
    district_code: str
    bag: str
    bag_code: str
    street: str
    door: str

    @property
    def full(self) -> str:
        """The address in one line, as the register prints it."""
        return f"{self.city}, {self.district}, {self.bag}, {self.street}, {self.door}"


@dataclass(frozen=True)
class Relative:
    """A parent, spouse or child."""

    relation: str
    regnum: str
    lastname: str
    firstname: str
    since: date | None = None
    ended: date | None = None
    died: date | None = None
    school: str | None = None
    level: str | None = None

    @property
    def born(self) -> date:
        """The date of birth that the register number carries."""
        return birth_of(self.regnum)


@dataclass(frozen=True)
class Fine:
    """A traffic fine."""

    number: str
    day: date
    amount_mnt: int
    place: str
    reason: str
    code: int
    article: str
    paid: date | None = None


@dataclass(frozen=True)
class Toll:
    """A road toll not yet paid."""

    number: int
    day: date
    amount_mnt: int
    gate: str


@dataclass(frozen=True)
class Vehicle:
    """A vehicle in its owner's name."""

    plate: str
    mark: str
    model: str
    kind: str
    colour: str
    cabin: str
    engine: str
    build_year: int
    fuel: str
    inspected: date
    tax_mnt: int
    policy_until: date
    fines: tuple[Fine, ...] = ()
    tolls: tuple[Toll, ...] = ()


@dataclass(frozen=True)
class Licence:
    """A driving licence."""

    number: str
    classes: str
    issued: date
    expires: date
    score: int


@dataclass(frozen=True)
class Passport:
    """A travel passport, and the one before it."""

    number: str
    issued: date
    expires: date
    earlier: str | None = None
    earlier_issued: date | None = None


@dataclass(frozen=True)
class Job:
    """Insured employment."""

    org: str
    org_number: str
    division: str
    salary_mnt: int
    since: date
    unpaid_months_ago: tuple[int, ...] = ()


@dataclass(frozen=True)
class Pension:
    """A pension being paid."""

    kind: str
    amount_mnt: int
    since: date


@dataclass(frozen=True)
class Herd:
    """Livestock at the last census, in heads."""

    camel: int
    horse: int
    cow: int
    sheep: int
    goat: int


@dataclass(frozen=True)
class Estate:
    """Immovable property."""

    number: str
    kind: str
    usage: str
    size_m2: str
    since: date


@dataclass(frozen=True)
class Company:
    """A company of which the person is a founder."""

    number: str
    name: str
    since: date


@dataclass(frozen=True)
class Diploma:
    """A degree."""

    number: str
    school: str
    degree: str
    programme: str
    year: int


@dataclass(frozen=True)
class Dose:
    """A vaccination."""

    vaccine: str
    step: str
    day: date
    clinic: str


@dataclass(frozen=True)
class Prescription:
    """A doctor's prescription."""

    number: int
    day: date
    expires: date
    doctor: str
    clinic: str
    open: bool


@dataclass(frozen=True)
class Complaint:
    """A matter brought to 11-11 before the simulator started."""

    number: int
    kind: str
    day: date
    office: str
    status: str
    text: str


@dataclass(frozen=True)
class Person:
    """An invented citizen."""

    regnum: str
    civil_id: str
    names: Names
    latin: Names
    about: str
    birth_place: str
    phone: str
    address: Address
    has: tuple[str, ...]
    card_expires: date = date.max
    relatives: tuple[Relative, ...] = ()
    vehicles: tuple[Vehicle, ...] = ()
    licence: Licence | None = None
    passport: Passport | None = None
    jobs: tuple[Job, ...] = ()
    pension: Pension | None = None
    herd: Herd | None = None
    estates: tuple[Estate, ...] = ()
    companies: tuple[Company, ...] = ()
    diplomas: tuple[Diploma, ...] = ()
    doses: tuple[Dose, ...] = ()
    prescriptions: tuple[Prescription, ...] = ()
    complaints: tuple[Complaint, ...] = ()

    @property
    def born(self) -> date:
        """The date of birth that the register number carries."""
        return birth_of(self.regnum)

    @property
    def is_male(self) -> bool:
        """Whether the ninth character of the register number is odd."""
        return int(self.regnum[8]) % 2 == 1

    def stands_in(self, register: str) -> bool:
        """Whether the person is in a register of needs.yml."""
        return register in self.has or ALL in self.has

    @property
    def has_records(self) -> bool:
        """False for the person of whom no agency knows anything."""
        return NONE not in self.has

    def related(self, relation: str) -> tuple[Relative, ...]:
        """The person's relatives of one kind."""
        return tuple(r for r in self.relatives if r.relation == relation)


def birth_of(regnum: str) -> date:
    """The date in a register number: 20 is added to the month of those born from 2000 on."""
    year, month, day = (int(regnum[i : i + 2]) for i in (2, 4, 6))
    if month > MONTHS:
        return date(2000 + year, month - 20, day)
    return date(1900 + year, month, day)


@cache
def _entries(path: Path) -> list[dict[str, Any]]:
    return list(yaml.safe_load(path.read_text("utf-8")))


def load_people(today: date, path: Path = PEOPLE_FILE) -> dict[str, Person]:
    """Read the people by register number. Raises ValueError naming an unknown or missing key."""
    found = (_build(Person, entry, today) for entry in _entries(path))
    return {person.regnum: person for person in found}


def _build(kind: type[_T], entry: Mapping[str, Any], today: date) -> _T:
    hints = get_type_hints(kind)
    unknown = entry.keys() - hints.keys()
    missing = {
        f.name
        for f in fields(kind)  # type: ignore[arg-type]  # only dataclasses of this file come here
        if f.default is MISSING and f.name not in entry
    }
    if unknown or missing:
        raise ValueError(f"{kind.__name__}: unknown {sorted(unknown)}, missing {sorted(missing)}")
    return kind(**{name: _value(hints[name], value, today) for name, value in entry.items()})


def _value(hint: Any, value: Any, today: date) -> Any:
    if get_origin(hint) is tuple:
        return tuple(_value(get_args(hint)[0], item, today) for item in value)
    kind = next((a for a in get_args(hint) if a is not type(None)), hint)
    if kind is date:
        return _day(value, today)
    return _build(kind, value, today) if isinstance(value, Mapping) else value


def _day(value: object, today: date) -> date:
    if isinstance(value, date):
        return value
    relative = _RELATIVE_DAY.fullmatch(str(value))
    if relative is None:
        raise ValueError(f"not a day: {value}")
    return today + timedelta(days=int(relative[1]))
