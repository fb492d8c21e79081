"""Settings: read once from the environment, checked, printed with secrets masked."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bot.errors import SettingsError
from bot.places import var_folder

DEMO_MARK = "demo-"
"""Every secret that demo mode makes begins so; outside demo mode such a secret is refused."""

_REQUIRED = {
    "URTUU_VAULT_KEY": "32 random bytes in base64: `openssl rand -base64 32`",
    "URTUU_PEPPER": "32 random bytes in base64: `openssl rand -base64 32`",
    "URTUU_KHUR_URL": "the gateway's base URL, such as https://xyp.gov.mn",
    "URTUU_KHUR_TOKEN": "the organisation's access token",
    "URTUU_KHUR_KEY_FILE": "path of the organisation's private key (PEM)",
    "URTUU_CONTROLLER": "who answers for the data, as citizens are told",
}

REVIEW_DAYS = 90


@dataclass(frozen=True)
class Settings:
    """Everything that may differ between two installations."""

    demo: bool
    host: str
    port: int
    database_url: str = field(repr=False)
    vault_key: bytes = field(repr=False)
    vault_key_id: str
    pepper: bytes = field(repr=False)
    trusted_proxies: int
    khur_url: str
    khur_token: str = field(repr=False)
    khur_key_pem: bytes = field(repr=False)
    controller: str
    contact: str
    short_code: str
    codes_per_day: int
    """One-time codes sent for one address within a day."""
    workers: bool
    """Whether this process also delivers the outbox."""
    review: bool
    """Whether utterances that were not understood are kept, redacted, for a person to read."""
    review_days: int
    """How many days they are kept."""
    public_url: str | None
    """Where the world reaches this program; None: unknown."""
    environ: Mapping[str, str] = field(repr=False)
    """What the channels read their own settings from (channels/registry.py)."""


def read_settings(environ: Mapping[str, str]) -> Settings:
    """Return the settings of a real installation. Raises SettingsError naming what is missing."""
    missing = [
        f"  {name}: {meaning}" for name, meaning in _REQUIRED.items() if not environ.get(name)
    ]
    if missing:
        raise SettingsError(
            "these settings are missing from the environment:\n"
            + "\n".join(missing)
            + "\nTo try the program without them, use demo mode: urtuu serve --demo"
        )
    marked = [
        name for name, value in environ.items() if name.startswith("URTUU_") and _is_demo(value)
    ]
    if marked:
        raise SettingsError(
            f"{', '.join(marked)}: made by demo mode, which never serves citizens; set your own"
        )
    return Settings(
        demo=False,
        host=environ.get("URTUU_HOST", "127.0.0.1"),
        port=_whole(environ, "URTUU_PORT", 8080),
        database_url=environ.get("URTUU_DATABASE_URL", default_database()),
        vault_key=_bytes(environ, "URTUU_VAULT_KEY", exactly=32),
        vault_key_id=environ.get("URTUU_VAULT_KEY_ID", "k1"),
        pepper=_bytes(environ, "URTUU_PEPPER", exactly=32),
        trusted_proxies=_whole(environ, "URTUU_TRUSTED_PROXIES", 0),
        khur_url=environ["URTUU_KHUR_URL"],
        khur_token=environ["URTUU_KHUR_TOKEN"],
        khur_key_pem=_file(environ, "URTUU_KHUR_KEY_FILE"),
        controller=environ["URTUU_CONTROLLER"],
        contact=environ.get("URTUU_CONTACT", "1111"),
        short_code=environ.get("URTUU_SHORT_CODE", "*1111#"),
        codes_per_day=_whole(environ, "URTUU_CODES_PER_DAY", 9),
        workers=environ.get("URTUU_WORKERS", "1") != "0",
        review=read_switch(environ, "URTUU_REVIEW", default="off"),
        review_days=read_days(environ, "URTUU_REVIEW_DAYS", REVIEW_DAYS),
        public_url=_public_url(environ),
        environ=environ,
    )


def _public_url(environ: Mapping[str, str]) -> str | None:
    url = (environ.get("URTUU_PUBLIC_URL") or "").rstrip("/")
    if url and not url.startswith("https://"):
        raise SettingsError("URTUU_PUBLIC_URL: must begin with https://")
    return url or None


def _is_demo(value: str) -> bool:
    try:
        decoded = base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        decoded = b""
    return value.startswith(DEMO_MARK) or decoded.startswith(DEMO_MARK.encode())


def default_database() -> str:
    """Return the embedded database of this machine."""
    return f"sqlite:///{var_folder() / 'urtuu.db'}"


def read_switch(environ: Mapping[str, str], name: str, *, default: str) -> bool:
    """Return whether a setting is on. Raises SettingsError for anything but on and off."""
    value = environ.get(name) or default
    if value not in ("on", "off"):
        raise SettingsError(f"{name}: must be on or off, is {value!r}")
    return value == "on"


def read_days(environ: Mapping[str, str], name: str, default: int) -> int:
    """Return a number of days. Raises SettingsError for none and for what is no number."""
    days = _whole(environ, name, default)
    if days < 1:
        raise SettingsError(f"{name}: must be 1 or more")
    return days


def _whole(environ: Mapping[str, str], name: str, default: int) -> int:
    try:
        return int(environ.get(name) or default)
    except ValueError as error:
        raise SettingsError(f"{name}: must be a whole number") from error


def _bytes(environ: Mapping[str, str], name: str, *, exactly: int) -> bytes:
    try:
        value = base64.b64decode(environ[name], validate=True)
    except binascii.Error as error:
        raise SettingsError(f"{name}: must be base64; {_REQUIRED.get(name, '')}") from error
    if len(value) != exactly:
        raise SettingsError(f"{name}: must be {exactly} bytes in base64, is {len(value)}")
    return value


def _file(environ: Mapping[str, str], name: str) -> bytes:
    path = Path(environ[name])
    try:
        return path.read_bytes()
    except OSError as error:
        raise SettingsError(f"{name}: {path} cannot be read ({error.strerror})") from error
