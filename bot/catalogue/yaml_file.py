"""YAML as the catalogue means it: true and false are booleans, dates and "yes"/"no" are text.

YAML 1.1 reads `no` as false, `2026-10-09` as a date, `0101` as an octal number and `10:30` as 630.
Here only true/false, plain decimal numbers and null are not text, and a key may stand only once
in a mapping.
"""

from __future__ import annotations

import re
from collections.abc import Hashable
from decimal import Decimal
from typing import Any, ClassVar

import yaml
from yaml.nodes import MappingNode, ScalarNode

_Base: type[yaml.CSafeLoader] | type[yaml.SafeLoader] = (
    yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader
)

_RESOLVERS = (
    ("tag:yaml.org,2002:bool", r"^(?:true|false)$", "tf"),
    ("tag:yaml.org,2002:null", r"^(?:null|~|)$", ("n", "~", "")),
    ("tag:yaml.org,2002:int", r"^-?(?:0|[1-9][0-9]*)$", "-0123456789"),
    ("tag:yaml.org,2002:float", r"^-?(?:0|[1-9][0-9]*)\.[0-9]+$", "-0123456789"),
)


class _Loader(_Base):  # type: ignore[valid-type, misc]  # C where libyaml is there, else Python
    """Decimal numbers, no implicit dates, no repeated keys."""

    yaml_implicit_resolvers: ClassVar[dict[str, list[tuple[str, re.Pattern[str]]]]] = {}

    def construct_mapping(self, node: MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[str] = set()
        for key_node, _ in node.value:
            key = str(key_node.value)
            if key in seen:
                problem = f"the key '{key}' stands twice"
                raise yaml.constructor.ConstructorError(None, None, problem, key_node.start_mark)
            seen.add(key)
        mapping: dict[Hashable, Any] = super().construct_mapping(node, deep=deep)
        return mapping


def _decimal(loader: _Loader, node: ScalarNode) -> Decimal:
    return Decimal(loader.construct_scalar(node))


for _tag, _pattern, _first in _RESOLVERS:
    _Loader.add_implicit_resolver(_tag, re.compile(_pattern), list(_first))
_Loader.add_constructor("tag:yaml.org,2002:float", _decimal)


def parse_yaml(text: str) -> object:
    """The document in `text`: mappings, lists, text, int, Decimal, bool or None.

    Raises yaml.YAMLError, whose mark gives the line, when the text is not one document.
    """
    return yaml.load(text, Loader=_Loader)  # noqa: S506 -- _Loader is a safe loader
