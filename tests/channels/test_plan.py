"""How a door is opened from the environment, and what is said where it cannot be."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.errors import SettingsError
from channels.base import HttpChannel
from channels.guard import Gate
from channels.plan import Opened, Plan, Setting, Tools, Values
from channels.registry import PLANS
from tests.channels.loopback import async_tools

SETTINGS = (
    Setting("URTUU_X_SECRET", "a word", secret=True),
    Setting("URTUU_X_USER", "a name"),
    Setting("URTUU_X_SHARED", "a word of two doors", shared=True),
    Setting("URTUU_X_SCRIPT", "letters", "cyrillic"),
)
GIVEN = {"URTUU_X_SECRET": "s" * 24, "URTUU_X_USER": "u", "URTUU_X_SHARED": "w"}


class _Door(HttpChannel):
    name = "x"
    path = "x"


def _plan() -> Plan:
    def opens(values: Values, tools: Tools) -> Opened:
        values.script("URTUU_X_SCRIPT")
        return Opened(_Door(), Gate(values.secret("URTUU_X_SECRET")))

    return Plan("x", "a door of this test", SETTINGS, opens)


def test_a_door_without_any_of_its_settings_stays_closed() -> None:
    with async_tools() as tools:
        assert _plan().open({}, tools) == ()
        assert _plan().open({"URTUU_X_SCRIPT": "latin"}, tools) == ()
        assert _plan().open({"URTUU_X_SHARED": "w"}, tools) == ()


def test_a_door_with_all_of_them_is_open() -> None:
    with async_tools() as tools:
        (opened,) = _plan().open(GIVEN, tools)
    assert opened.channel.name == "x"


@pytest.mark.parametrize("name", list(GIVEN))
def test_a_half_set_door_names_what_is_missing(name: str) -> None:
    environ = {key: value for key, value in GIVEN.items() if key != name}
    with async_tools() as tools, pytest.raises(SettingsError, match=f"{name}: a "):
        _plan().open(environ, tools)


_READERS: list[tuple[Callable[[Values], object], str, str]] = [
    (lambda v: v.secret("N"), "short", "24"),
    (lambda v: v.secret("N"), "with/slash/and/more/than/24", "letters"),
    (lambda v: v.key("N"), "not base64!", "base64"),
    (lambda v: v.key("N"), base64.b64encode(b"12").decode(), "32 bytes"),
    (lambda v: v.whole("N"), "eighty", "whole"),
    (lambda v: v.whole("N", least=1), "0", "1 or more"),
    (lambda v: v.number("N"), "much", "number"),
    (lambda v: v.number("N"), "-1", "0 or more"),
    (lambda v: v.number("N"), "nan", "0 or more"),
    (lambda v: v.switch("N"), "yes", "on or off"),
    (lambda v: v.script("N"), "runes", "cyrillic or latin"),
    (lambda v: v.url("N"), "http://example.mn", "https"),
    (lambda v: v.url("N"), "https://", "https"),
    (lambda v: v.networks("N"), "192.0.2.0/99", "internet addresses"),
    (lambda v: v.file("N"), "/no/such/file", "cannot be read"),
]


@pytest.mark.parametrize(("read", "value", "why"), _READERS)
def test_a_wrong_value_is_refused_with_its_name_or_the_reason(
    read: Callable[[Values], object], value: str, why: str
) -> None:
    with pytest.raises(SettingsError, match=why):
        read(Values((Setting("N", "a value"),), {"N": value}))


def test_values_are_read_as_meant(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text("өө", encoding="utf-8")
    values = Values(
        (Setting("A", "a"), Setting("B", "b"), Setting("C", "c", "off"), Setting("D", "d", "")),
        {"A": "http://127.0.0.1:8/", "B": str(file)},
    )
    assert values.url("A") == "http://127.0.0.1:8"
    assert values.file("B") == "өө"
    assert values.switch("C") is False
    assert values.optional("D") is None


def test_every_setting_of_every_door_is_named_for_the_program_and_explained() -> None:
    for plan in PLANS:
        assert plan.title
        for setting in plan.settings:
            assert setting.name.startswith("URTUU_"), setting
            assert setting.meaning, setting
            assert not (setting.secret and setting.default), setting
