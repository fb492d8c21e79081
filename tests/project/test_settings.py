"""Settings: real service refuses to start without its secrets or with those of demo mode."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest

from bot.demo import demo_settings
from bot.errors import SettingsError
from bot.settings import Settings, read_settings
from channels.registry import open_channels
from tests.channels.loopback import async_tools

KEY = base64.b64encode(b"k" * 32).decode()


def _complete(tmp_path: Path) -> dict[str, str]:
    pem = tmp_path / "khur.pem"
    pem.write_text("not read here")
    return {
        "URTUU_VAULT_KEY": KEY,
        "URTUU_PEPPER": KEY,
        "URTUU_AT_SECRET": "s" * 32,
        "URTUU_AT_USERNAME": "soum",
        "URTUU_AT_API_KEY": "a" * 32,
        "URTUU_KHUR_URL": "https://xyp.gov.mn",
        "URTUU_KHUR_TOKEN": "t" * 32,
        "URTUU_KHUR_KEY_FILE": str(pem),
        "URTUU_CONTROLLER": "Булган аймгийн ЗДТГ",
    }


def _read(environ: dict[str, str]) -> Settings:
    """What a start reads: the program's own settings, then those of each channel."""
    settings = read_settings(environ)
    with async_tools(demo=False) as tools:
        open_channels(settings.environ, tools)
    return settings


def test_complete_settings_are_read(tmp_path: Path) -> None:
    settings = _read(_complete(tmp_path))
    assert settings.controller == "Булган аймгийн ЗДТГ"
    assert not settings.demo


@pytest.mark.parametrize("name", ["URTUU_VAULT_KEY", "URTUU_AT_SECRET", "URTUU_KHUR_TOKEN"])
def test_a_missing_secret_is_named_with_its_remedy(tmp_path: Path, name: str) -> None:
    environ = _complete(tmp_path)
    del environ[name]
    with pytest.raises(SettingsError, match=name):
        _read(environ)


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("URTUU_VAULT_KEY", "vault_key"),
        ("URTUU_PEPPER", "pepper"),
        ("URTUU_AT_SECRET", "at_secret"),
        ("URTUU_AT_API_KEY", "at_api_key"),
    ],
)
def test_a_key_of_demo_mode_is_refused_in_real_service(
    tmp_path: Path, name: str, key: str
) -> None:
    demo_settings({"URTUU_VAR": str(tmp_path)}, khur_url="", khur_token="", khur_key_pem=b"")
    keys = json.loads((tmp_path / "demo" / "keys.json").read_text())
    with pytest.raises(SettingsError, match=name):
        _read({**_complete(tmp_path), name: keys[key]})


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("URTUU_VAULT_KEY", "short", "base64"),
        ("URTUU_VAULT_KEY", base64.b64encode(b"12").decode(), "32 bytes"),
        ("URTUU_AT_SECRET", "short", "24"),
        ("URTUU_PORT", "eighty", "whole number"),
        ("URTUU_USSD_SCRIPT", "runes", "cyrillic or latin"),
        ("URTUU_KHUR_KEY_FILE", "/no/such/file", "cannot be read"),
    ],
)
def test_a_wrong_value_is_refused_with_the_reason(
    tmp_path: Path, name: str, value: str, why: str
) -> None:
    with pytest.raises(SettingsError, match=why):
        _read({**_complete(tmp_path), name: value})


def test_settings_print_no_secret(tmp_path: Path) -> None:
    environ = _complete(tmp_path)
    shown = repr(read_settings(environ))
    for name in ("URTUU_AT_SECRET", "URTUU_AT_API_KEY", "URTUU_KHUR_TOKEN"):
        assert environ[name] not in shown
    assert "kkkk" not in shown
