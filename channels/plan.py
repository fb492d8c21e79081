"""What a channel's file exports: its name, its settings, and how it is opened from them."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import httpx
from starlette.routing import BaseRoute

from bot.errors import SettingsError
from bot.outcome import Door
from bot.text.pages import Script
from channels.base import Sender, Service
from channels.guard import Gate, Network, networks
from channels.reception import Reception
from channels.routing import OutRoute

MIN_SECRET_CHARS = 24
KEY_BYTES = 32
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_URL_SAFE = re.compile(r"[A-Za-z0-9_-]+")

Hear = Callable[[bytes, str], Awaitable[str | None]]
"""Speech to text: the bytes of a voice note and their media type; None where nothing is heard."""


@dataclass(frozen=True)
class Setting:
    """One variable of the environment."""

    name: str
    """Such as "URTUU_TWILIO_TOKEN"."""
    meaning: str
    """One sentence."""
    default: str | None = None
    """None: the channel needs it."""
    secret: bool = False
    shared: bool = False
    """Other channels need it too, so that alone it does not ask for this one."""

    @property
    def required(self) -> bool:
        """Whether the channel cannot be opened without it."""
        return self.default is None


class Values:
    """The settings of one channel, read and checked. Every wrong value raises SettingsError."""

    def __init__(self, settings: Sequence[Setting], environ: Mapping[str, str]) -> None:
        self._settings = {setting.name: setting for setting in settings}
        self._environ = environ

    def optional(self, name: str) -> str | None:
        """The value, None where it is empty."""
        setting = self._settings[name]
        return self._environ.get(name) or setting.default or None

    def text(self, name: str) -> str:
        """The value, which must not be empty."""
        value = self.optional(name)
        if value is None:
            raise SettingsError(f"{name} is missing: {self._settings[name].meaning}")
        return value

    def secret(self, name: str) -> str:
        """A word that nobody guesses, fit for the path of an address."""
        value = self.text(name)
        if len(value) < MIN_SECRET_CHARS or not _URL_SAFE.fullmatch(value):
            raise SettingsError(
                f"{name}: must have at least {MIN_SECRET_CHARS} letters, digits, - or _"
            )
        return value

    def key(self, name: str) -> bytes:
        """32 bytes, written in base64."""
        try:
            value = base64.b64decode(self.text(name), validate=True)
        except binascii.Error as error:
            raise SettingsError(f"{name}: must be base64: `openssl rand -base64 32`") from error
        if len(value) != KEY_BYTES:
            raise SettingsError(f"{name}: must be {KEY_BYTES} bytes in base64, is {len(value)}")
        return value

    def whole(self, name: str, *, least: int = 0) -> int:
        """A whole number."""
        try:
            value = int(self.text(name))
        except ValueError as error:
            raise SettingsError(f"{name}: must be a whole number") from error
        if value < least:
            raise SettingsError(f"{name}: must be {least} or more")
        return value

    def number(self, name: str) -> float:
        """A number of 0 or more."""
        try:
            value = float(self.text(name))
        except ValueError as error:
            raise SettingsError(f"{name}: must be a number") from error
        if not 0 <= value < float("inf"):
            raise SettingsError(f"{name}: must be 0 or more")
        return value

    def switch(self, name: str) -> bool:
        """On or off."""
        return self.choice(name, ("on", "off")) == "on"

    def choice(self, name: str, allowed: Sequence[str]) -> str:
        """One of the allowed words."""
        value = self.text(name)
        if value not in allowed:
            raise SettingsError(f"{name}: must be {' or '.join(allowed)}, is {value!r}")
        return value

    def script(self, name: str) -> Script:
        """Which script a route carries."""
        return "latin" if self.choice(name, ("cyrillic", "latin")) == "latin" else "cyrillic"

    def url(self, name: str) -> str:
        """An https address without its last slash; plain http only to this machine."""
        value = self.text(name).rstrip("/")
        parts = urlsplit(value)
        plain = parts.scheme == "http" and parts.hostname in LOOPBACK
        if not parts.hostname or not (plain or parts.scheme == "https"):
            raise SettingsError(f"{name}: must be an address that begins with https://")
        return value

    def networks(self, name: str) -> tuple[Network, ...]:
        """Networks separated by commas; none means any."""
        return networks(self.optional(name) or "")

    def file(self, name: str) -> str:
        """The text of a file."""
        path = Path(self.text(name))
        try:
            return path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise SettingsError(f"{name}: {path} cannot be read as UTF-8 text") from error

    def environment(self, name: str) -> str:
        """Another variable, which a file of settings refers to by name."""
        value = self._environ.get(name)
        if not value:
            raise SettingsError(f"{name} is not set, but a settings file refers to it")
        return value


@dataclass(frozen=True)
class Tools:
    """What channels share."""

    client: httpx.AsyncClient
    public_url: str | None = None
    """Where the world reaches this program, such as https://urtuu.example.mn; None: unknown."""
    hear: Hear | None = None
    demo: bool = False


@dataclass(frozen=True)
class Opened:
    """A channel in service, and what belongs to it."""

    channel: Door
    gate: Gate | None = None
    """How its HTTP requests prove where they come from; None: it has none of its own."""
    route: OutRoute | None = None
    """How it carries text messages, for the router to choose from."""
    sender: Sender | None = None
    """How it carries what it pushes, where that is no text message to a telephone."""
    service: Service | None = None
    pages: Callable[[Reception], Sequence[BaseRoute]] | None = None
    """Routes of its own, which guard themselves."""


@dataclass(frozen=True)
class Plan:
    """How a channel is opened. It is open where any setting that it alone needs is given."""

    name: str
    title: str
    """What it is, in a line."""
    settings: tuple[Setting, ...]
    opens: Callable[[Values, Tools], Opened | tuple[Opened, ...]] = field(repr=False)

    def wanted(self, environ: Mapping[str, str]) -> bool:
        """Whether the environment asks for this channel."""
        return any(environ.get(s.name) for s in self.settings if s.required and not s.shared)

    def open(self, environ: Mapping[str, str], tools: Tools) -> tuple[Opened, ...]:
        """The channel, once or several times; nothing where it is not wanted.

        Raises SettingsError that names what is missing or wrong.
        """
        if not self.wanted(environ):
            return ()
        missing = [s for s in self.settings if s.required and not environ.get(s.name)]
        if missing:
            named = "\n".join(f"  {setting.name}: {setting.meaning}" for setting in missing)
            raise SettingsError(f"the channel {self.name} also needs these settings:\n{named}")
        opened = self.opens(Values(self.settings, environ), tools)
        return opened if isinstance(opened, tuple) else (opened,)
