"""Reading one service file into a Service: its shape and types, nothing about other files."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal

from bot.catalogue.problem import Problem
from bot.catalogue.reader import Reader
from bot.catalogue.service import (
    SAY_KEYS,
    Approval,
    Booking,
    Branch,
    Consent,
    Fact,
    KhurCall,
    Kind,
    Say,
    Service,
)

_ID = re.compile(r"[a-z][a-z0-9_]{2,39}")
_NAME = re.compile(r"[a-z][a-z0-9_]*")


def read_service(
    data: object, *, name: str, file: str, report: Callable[[Problem], None]
) -> Service:
    """The service in `data`, with every mistake of its shape reported.

    `name` is the file's name without its ending. A wrong value is replaced by an empty one, so
    that the other checks can go on.
    """
    reader = Reader(data, file=file, path="", report=report)
    service = Service(
        id=_read_id(reader, name),
        kind=_read_kind(reader),
        category=reader.text("category"),
        title=reader.text("title"),
        short=reader.text("short"),
        agency=reader.optional_text("agency"),
        ask=reader.texts("ask"),
        khur=_read_khur(reader.inner("khur")) if reader.has("khur") else None,
        booking=_read_booking(reader.inner("booking")) if reader.has("booking") else None,
        approval=reader.member("approval", Approval, Approval.NONE),
        sensitive=reader.flag("sensitive"),
        consent=_read_consent(reader.inner("consent")) if reader.has("consent") else None,
        facts=_read_facts(reader.inner("facts")) if reader.has("facts") else {},
        say=_read_say(reader.inner("say")),
        life_events=reader.texts("life_events"),
        neighbours=reader.texts("neighbours"),
        phrases=reader.texts("phrases"),
        source_file=file,
    )
    if (service.khur or service.booking) and not reader.has("approval"):
        reader.problem("approval", "is missing", "write none, phone or otp: KHUR is asked")
    reader.done()
    return service


def _read_id(reader: Reader, name: str) -> str:
    given = reader.text("id")
    if given and given != name:
        reader.problem("id", f"'{given}' is not the file's name", f"write `id: {name}`")
    if not _ID.fullmatch(name):
        remedy = "rename the file: 3-40 small Latin letters, digits and _, a letter first"
        reader.problem("id", f"'{name}' is not a name", remedy)
    return name


def _read_kind(reader: Reader) -> Kind:
    if not reader.has("kind"):
        reader.problem("kind", "is missing", f"write one of {', '.join(Kind)}")
    return reader.member("kind", Kind, Kind.INFO)


def _read_khur(reader: Reader) -> KhurCall:
    call = KhurCall(
        operation=reader.text("operation"),
        send=reader.names("send"),
        extra=reader.texts("extra"),
        rows=reader.optional_text("rows"),
        only=reader.scalars("only"),
        keep=reader.names("keep"),
    )
    reader.done()
    return call


def _read_booking(reader: Reader) -> Booking:
    booking = Booking(
        places=reader.text("places"),
        services=reader.text("services"),
        free=reader.text("free"),
        order=reader.text("order"),
        approve=reader.text("approve"),
        cancel=reader.text("cancel"),
    )
    reader.done()
    return booking


def _read_consent(reader: Reader) -> Consent:
    consent = Consent(purpose=reader.text("purpose"), data=reader.text("data"))
    reader.done()
    return consent


def _read_facts(reader: Reader) -> dict[str, Fact]:
    facts = {}
    for name in reader.keys():  # noqa: SIM118 -- a Reader is not a mapping
        if not _NAME.fullmatch(name):
            reader.problem(name, "is not a name", "use small Latin letters, digits and _")
        facts[name] = _read_fact(name, reader.inner(name))
    reader.done()
    return facts


def _read_fact(name: str, reader: Reader) -> Fact:
    fact = Fact(
        name=name,
        value=_read_fact_value(name, reader),
        source=reader.text("source"),
        as_of=reader.optional_text("as_of"),
        verify=reader.flag("verify"),
    )
    reader.done()
    return fact


def _read_fact_value(name: str, reader: Reader) -> str | int | Decimal | tuple[str, ...]:
    value = reader.value("value")
    if value is None:
        return ""
    if name.endswith("_mnt") and (not isinstance(value, int) or isinstance(value, bool)):
        reader.problem("value", "is not whole tugrik", "write a whole number, such as 20000")
        return 0
    if isinstance(value, list) and value and all(isinstance(item, str) for item in value):
        return tuple(item.strip() for item in value)
    if isinstance(value, str | int | Decimal) and not isinstance(value, bool):
        return value.strip() if isinstance(value, str) else value
    remedy = "write a text, a number or a list of texts"
    reader.problem("value", "is neither a text nor a number nor a list of texts", remedy)
    return ""


def _read_say(reader: Reader) -> Say:
    found: str | Branch | None = None
    if reader.has("found"):
        found = (
            _read_branch(reader.inner("found"))
            if isinstance(reader.value("found"), Mapping)
            else reader.text("found")
        )
    texts = {key: reader.optional_text(key) for key in SAY_KEYS[1:]}
    reader.done(known=SAY_KEYS)
    return Say(found=found, **texts)


def _read_branch(reader: Reader) -> Branch:
    branch = Branch(
        field=reader.text("field"),
        yes=reader.text("yes"),
        no=reader.text("no"),
    )
    reader.done()
    return branch
