"""A gateway as values: how a message is written as a request, and how requests are read.

Everything that may hold a secret stays out of the printed form.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

from bot.text.pages import Script
from channels.guard import Network

MESSAGE_FIELDS = frozenset(
    {
        "to",
        "to_local8",
        "to_no_plus",
        "text",
        "id",
        "report_url",
        "report_plain",
        "coding",
        "charset",
    }
)
"""What a template may take from the message itself; docs/gateways.md explains each."""

Format = Literal["form", "json"]


@dataclass(frozen=True)
class Template:
    """A text with fields of the message in it; the gateway's own values are already inside."""

    parts: tuple[tuple[str, bool], ...] = field(repr=False)
    """A piece of text and whether it is the name of a field."""

    def fill(self, message: Mapping[str, str]) -> str:
        """The text for one message."""
        return "".join(message[part] if is_field else part for part, is_field in self.parts)

    @property
    def fields(self) -> frozenset[str]:
        """The fields of the message that it uses."""
        return frozenset(part for part, is_field in self.parts if is_field)


Pairs = tuple[tuple[str, Template], ...]


@dataclass(frozen=True)
class Call:
    """The request that hands one message over."""

    method: str
    url: str = field(repr=False)
    headers: Pairs = ()
    query: Pairs = ()
    form: Pairs = ()
    json: Any = field(default=None, repr=False)
    """Nested data with templates for its texts; None: no JSON."""
    charset: str = "UTF-8"
    is_hex: bool = False
    """The text goes as the hexadecimal digits of its bytes."""
    coding: str = "0"
    """What {coding} stands for."""

    @property
    def fields(self) -> frozenset[str]:
        """The fields of the message that any of its templates uses."""
        pairs = (*self.headers, *self.query, *self.form)
        templates = [*(template for _, template in pairs), *_leaves(self.json)]
        return frozenset[str]().union(*(template.fields for template in templates))


@dataclass(frozen=True)
class Refusal:
    """An answer that says why the message was not taken."""

    pattern: re.Pattern[str]
    code: str
    retryable: bool
    opted_out: bool


@dataclass(frozen=True)
class Out:
    """How messages leave."""

    plain: Call
    """For a text inside the GSM alphabet."""
    unicode: Call
    """For any other."""
    success: re.Pattern[str] | None
    """In the answer of a message that was taken; None: any 2xx."""
    id: re.Pattern[str] | None
    """The gateway's id of the message in its answer: the first group, or all of it."""
    refusals: tuple[Refusal, ...]
    timeout_s: float


@dataclass(frozen=True)
class In:
    """How messages arrive."""

    methods: frozenset[str]
    format: Format
    fields: Mapping[str, str]
    """Their name of each field of ours."""
    charset: str
    codings: Mapping[str, str]
    """The charset of a text by the coding given with it."""
    answer: str
    repeat_s: float
    """How long the same words of the same number are one message, where it has no id or date."""


@dataclass(frozen=True)
class Report:
    """How the gateway says what became of a message."""

    methods: frozenset[str]
    format: Format
    fields: Mapping[str, str]
    statuses: Mapping[str, tuple[str, str | None]]
    """Ours for each of theirs: sent, delivered or failed, and the code of a failure."""
    otherwise: tuple[str, str | None] | None
    """For a status that is not in the table; None: refused."""
    answer: str

    @property
    def by_own_id(self) -> bool:
        """Whether reports come to an address of ours that names the message, signed."""
        return "id" not in self.fields


@dataclass(frozen=True)
class Gateway:
    """One gateway of an operator or an aggregator."""

    name: str
    out: Out | None = field(repr=False)
    incoming: In | None = field(repr=False)
    report: Report | None = field(repr=False)
    secret: str | None = field(repr=False)
    """Last part of the path that the gateway calls; None where it calls nothing."""
    allow: tuple[Network, ...]
    callback: str | None = field(repr=False)
    """Where the gateway reaches us, in place of URTUU_PUBLIC_URL."""
    script: Script
    prefixes: tuple[str, ...]
    cost_mnt: Decimal | None
    rate_per_s: float | None
    max_segments: int


def _leaves(data: object) -> list[Template]:
    if isinstance(data, Template):
        return [data]
    if isinstance(data, dict):
        return [leaf for each in data.values() for leaf in _leaves(each)]
    if isinstance(data, list):
        return [leaf for each in data for leaf in _leaves(each)]
    return []
