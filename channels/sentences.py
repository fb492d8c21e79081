"""The citizen's sentences of the channels, read once from sentences.yml."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import yaml

_FILE = Path(__file__).with_name("sentences.yml")


@cache
def _sentences() -> Mapping[str, Mapping[str, str]]:
    loaded: dict[str, dict[str, str]] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return loaded


def sentence(channel: str, key: str) -> str:
    """The sentence of a channel under a key of sentences.yml."""
    return _sentences()[channel][key]
