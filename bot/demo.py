"""Settings of demo mode: keys made afresh on this machine, simulators instead of the world.

The keys lie in var/demo and are marked, so that `read_settings` refuses them for real service.
"""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Mapping
from pathlib import Path

from bot.places import var_folder
from bot.settings import DEMO_MARK, REVIEW_DAYS, Settings, read_days, read_switch

_SECRET_BYTES = 32
API_KEY_BYTES = 16
CODES_PER_DAY = 1000
"""A visitor may ask for codes as often as they like."""


def demo_folder(environ: Mapping[str, str]) -> Path:
    """Return where demo mode keeps its database and keys."""
    return var_folder(environ) / "demo"


def demo_settings(
    environ: Mapping[str, str], *, khur_url: str, khur_token: str, khur_key_pem: bytes
) -> Settings:
    """Return settings whose every outside system is a simulator on this machine."""
    folder = demo_folder(environ)
    keys = _keys(folder / "keys.json")
    port = int(environ.get("URTUU_PORT") or 8080)
    return Settings(
        demo=True,
        host="127.0.0.1",
        port=port,
        database_url=environ.get("URTUU_DATABASE_URL") or f"sqlite:///{folder / 'urtuu.db'}",
        vault_key=base64.b64decode(keys["vault_key"]),
        vault_key_id="demo",
        pepper=base64.b64decode(keys["pepper"]),
        trusted_proxies=0,
        khur_url=khur_url,
        khur_token=khur_token,
        khur_key_pem=khur_key_pem,
        controller="Өртөө",
        contact="1111",
        short_code="*1111#",
        codes_per_day=CODES_PER_DAY,
        workers=True,
        review=read_switch(environ, "URTUU_REVIEW", default="on"),
        review_days=read_days(environ, "URTUU_REVIEW_DAYS", REVIEW_DAYS),
        public_url=None,
        environ={**_doors(keys, port), **_scripts(environ)},
    )


def _doors(keys: Mapping[str, str], port: int) -> dict[str, str]:
    """Return the settings of the channels that demo mode opens."""
    return {
        "URTUU_AT_SECRET": keys["at_secret"],
        "URTUU_AT_USERNAME": "sandbox",
        "URTUU_AT_API_KEY": keys["at_api_key"],
        "URTUU_AT_URL": f"http://127.0.0.1:{port}/demo/at",
        "URTUU_AT_SENDER": "141111",
        "URTUU_AT_ALLOW": "127.0.0.0/8",
        "URTUU_CHAT_KEY": keys["chat_key"],
        "URTUU_WEBCHAT_KEY": keys["chat_key"],
        "URTUU_WEBCHAT_ORIGINS": f"http://127.0.0.1:{port},http://localhost:{port}",
    }


def _scripts(environ: Mapping[str, str]) -> dict[str, str]:
    names = ("URTUU_USSD_SCRIPT", "URTUU_SMS_SCRIPT")
    return {name: environ[name] for name in names if environ.get(name)}


def _keys(path: Path) -> dict[str, str]:
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(json.dumps(_new_keys()), encoding="ascii")
    loaded: dict[str, str] = json.loads(path.read_text(encoding="ascii"))
    return loaded


def _new_keys() -> dict[str, str]:
    return {
        "vault_key": _marked_bytes(),
        "pepper": _marked_bytes(),
        "chat_key": _marked_bytes(),
        "at_secret": DEMO_MARK + secrets.token_urlsafe(_SECRET_BYTES),
        "at_api_key": DEMO_MARK + secrets.token_hex(API_KEY_BYTES),
    }


def _marked_bytes() -> str:
    mark = DEMO_MARK.encode()
    return base64.b64encode(mark + secrets.token_bytes(_SECRET_BYTES - len(mark))).decode()
