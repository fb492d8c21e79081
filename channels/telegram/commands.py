"""The commands of the bot: what Telegram's menu shows, and the words each stands for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

import yaml

START, HELP = "start", "help"

_FILE = Path(__file__).with_name("commands.yml")
_COMMAND = re.compile(r"/([A-Za-z0-9_]+)(@[A-Za-z0-9_]+)?(\s.*)?", re.DOTALL)


@dataclass(frozen=True)
class Command:
    """One command."""

    words: str
    """What a citizen would write instead; nlu_data/quick.yml knows it."""
    description: str


@cache
def commands() -> Mapping[str, Command]:
    """The commands by name, in the order of the menu."""
    loaded: dict[str, dict[str, str]] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return MappingProxyType({name: Command(**fields) for name, fields in loaded.items()})


def in_words(text: str) -> str:
    """The text, where it is a command the words it stands for.

    An unknown command asks for help. A slash never reaches the dialogue, which would take what
    follows it for a choice of its own.
    """
    if not text.startswith("/"):
        return text
    found = _COMMAND.fullmatch(text.strip())
    known = commands()
    return known.get(found[1].lower() if found else HELP, known[HELP]).words
