"""Templates of the catalogue: text with {name} placeholders and nothing that computes."""

from __future__ import annotations

import re
from collections.abc import Mapping

_PLACEHOLDER = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]*)\}")


def placeholders(template: str) -> tuple[str, ...]:
    """The names in the template, in order, each once."""
    return tuple(dict.fromkeys(_PLACEHOLDER.findall(template)))


def is_well_formed(template: str) -> bool:
    """Whether every brace belongs to a {name} placeholder."""
    return not set(_PLACEHOLDER.sub("", template)) & {"{", "}"}


def fill(template: str, values: Mapping[str, str]) -> str:
    """The template with each {name} replaced by its value.

    Raises KeyError for a name without a value.
    """
    return _PLACEHOLDER.sub(lambda match: values[match[1]], template)


def without_placeholders(template: str) -> str:
    """The template's own words: each {name} becomes a digit, so that words stay apart."""
    return _PLACEHOLDER.sub("0", template)
