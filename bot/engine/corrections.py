"""Corrections to Rasa 3.6.21 at run time: each tiny, named and switchable.

Every correction keeps behaviour; `tests/engine/test_corrections.py` runs the same conversations
with and without them and compares the tracker events. `URTUU_RASA_STOCK=1` leaves all of them
out, `URTUU_RASA_STOCK=schema,runner` the named ones. Where the time goes: docs/decisions.md.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from typing import Any

import rasa
from jsonschema.validators import validator_for
from rasa.core.actions.action import RemoteAction
from rasa.engine.exceptions import GraphRunError
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.shared.core.events import Event

_VERSION = "3.6.21"
logger = logging.getLogger(__name__)


def _schema() -> None:
    """Compile the schema of action results once; stock re-checks the schema at every call."""
    spec = RemoteAction.action_response_format_spec()
    kind = validator_for(spec)
    kind.check_schema(spec)
    validator = kind(spec)

    def validate(_self: Any, result: dict[str, Any]) -> bool:
        for error in validator.iter_errors(result):
            raise error
        return True

    RemoteAction._validate_action_result = validate


def _events() -> None:
    """Remember which class an event name means; stock scans all subclasses for every event."""
    scan = Event.resolve_by_type
    known: dict[str, Any] = {}

    def resolve(type_name: str, default: Any = None) -> Any:
        if type_name not in known:
            found = scan(type_name, default)
            if found is None or found is default:
                return found
            known[type_name] = found
        return known[type_name]

    Event.resolve_by_type = staticmethod(resolve)


def _runner() -> None:
    """Order the graph once per set of targets; stock builds a dask graph at every prediction."""

    def plan(self: Any, targets: list[str]) -> list[tuple[str, Any, tuple[str, ...]]]:
        plans = self.__dict__.setdefault("_urtuu_plans", {})
        if (key := tuple(targets)) not in plans:
            nodes = self._graph_schema.minimal_graph_schema(targets).nodes
            order: dict[str, tuple[str, ...]] = {}

            def visit(name: str) -> None:
                if name in nodes and name not in order:
                    needs = tuple(nodes[name].needs.values())
                    for need in needs:
                        visit(need)
                    order[name] = needs

            for target in targets:
                visit(target)
            plans[key] = [(n, self._instantiated_nodes[n], needs) for n, needs in order.items()]
        return list(plans[key])

    def run(self: Any, inputs: Any = None, targets: Any = None) -> dict[str, Any]:
        targets = list(targets or self._graph_schema.target_names)
        results: dict[str, Any] = {name: (name, value) for name, value in (inputs or {}).items()}
        try:
            for name, node, needs in plan(self, targets):
                results[name] = node(*[results.get(need, need) for need in needs])
        except RuntimeError as error:
            raise GraphRunError("Error running runner.") from error
        return {target: results[target][1] for target in targets}

    DaskGraphRunner.run = run


CORRECTIONS: dict[str, Callable[[], None]] = {
    "schema": _schema,
    "events": _events,
    "runner": _runner,
}


def apply(stock: str | None = None) -> tuple[str, ...]:
    """Apply all corrections but those named in `stock` ("1" for all); return the applied names."""
    left_out = os.environ.get("URTUU_RASA_STOCK", "") if stock is None else stock
    if left_out == "1":
        return ()
    if rasa.__version__ != _VERSION:
        logger.warning("corrections are for Rasa %s, found %s", _VERSION, rasa.__version__)
        return ()
    names = tuple(name for name in CORRECTIONS if name not in left_out.split(","))
    for name in names:
        CORRECTIONS[name]()
    return names
