"""The gateways of gateways.yml, opened as the program opens them."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from pathlib import Path

import httpx

from channels.http_gateway import PLAN
from channels.plan import Opened, Tools

FILE = Path(__file__).with_name("gateways.yml")
SECRET = "a-secret-for-the-test-of-gateways"
KEY = b"k" * 32
PASSWORDS = {
    "KANNEL_PASSWORD": "kannel-password &?",
    "JASMIN_PASSWORD": "jasmin-password",
    "UNITEL_KEY": "unitel-key",
    "MESSAGEPRO_KEY": "messagepro-key",
    "OWN_TOKEN": "own-token {text}",
}
ENVIRON = {
    "URTUU_GATEWAYS_KEY": base64.b64encode(KEY).decode(),
    "GATEWAY_SECRET": SECRET,
    **PASSWORDS,
}

Provider = Callable[[httpx.Request], httpx.Response]


def taken(_: httpx.Request) -> httpx.Response:
    """A provider that has nothing to say."""
    return httpx.Response(200)


def open_gateways(
    file: Path = FILE,
    *,
    provider: Provider = taken,
    environ: Mapping[str, str] = ENVIRON,
    public_url: str | None = "https://urtuu.example.mn",
) -> dict[str, Opened]:
    """The gateways of a file by their names. Raises SettingsError."""
    client = httpx.AsyncClient(transport=httpx.MockTransport(provider))
    settings = {**environ, "URTUU_GATEWAYS_FILE": str(file)}
    opened = PLAN.open(settings, Tools(client, public_url))
    return {each.channel.name.removeprefix("gateway_"): each for each in opened}
