"""`urtuu understand`: what the pipeline makes of utterances, one JSON object a line."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from typing import Any

HELP = "read one utterance per line, write what was understood as one JSON object per line"
EXAMPLE = 'echo "torguuli bgaa yu" | urtuu understand'

_SHOWN = 5


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add no options: the verb reads standard input."""
    del parser


def run(options: argparse.Namespace) -> int:
    """Answer every line until the input ends; return 0."""
    del options
    from bot.engine.agent import Engine  # noqa: PLC0415 - Rasa takes seconds to import
    from bot.training import model_path  # noqa: PLC0415 - with the engine

    engine = Engine(model_path())
    for line in sys.stdin:
        found = asyncio.run(engine.understand(line.rstrip("\r\n")))
        sys.stdout.write(json.dumps(_shown(line.rstrip("\r\n"), found), ensure_ascii=False) + "\n")
        sys.stdout.flush()
    return 0


def _shown(text: str, found: dict[str, Any]) -> dict[str, Any]:
    decision = found.get("decision") or {}
    intent = found["intent"]
    act = decision.get("act") or {
        "name": intent.get("name") or "out_of_scope",
        "confidence": intent.get("confidence") or 0.0,
    }
    return {
        "text": text,
        "act": act,
        "services": (decision.get("ranked") or [])[:_SHOWN],
        "decision": decision.get("kind") or "act",
        "entities": [
            {key: entity[key] for key in ("entity", "value", "start", "end") if key in entity}
            for entity in found.get("entities") or ()
        ],
    }
