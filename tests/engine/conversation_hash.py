"""Holds random conversations and prints a hash of every tracker event.

Run as a program: Rasa's corrections are applied or left out when it is imported, so each variant
needs a process of its own (`URTUU_RASA_STOCK=1` leaves them out).
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import random
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.context import TurnContext
from bot.engine.agent import Engine
from bot.language.training import read_acts
from bot.store.database import Store
from bot.store.vault import Vault
from bot.training import model_path
from tests.engine.quiet_office import open_quiet_office

CONVERSATIONS, TURNS = 12, 10
_VARYING = ("timestamp", "message_id", "metadata")


def main() -> None:
    """Print the number of events and their hash."""
    sys.stdout.write(json.dumps(asyncio.run(_talk())) + "\n")


async def _talk() -> dict[str, Any]:
    rng = random.Random(11)  # noqa: S311 - the same talk in every process
    said = [example.text for example in read_acts()] + ["торгууль", "1", "2", "ыыы", "1234УНА"]
    with tempfile.TemporaryDirectory() as folder:
        vault = Vault({"t": b"t" * 32}, "t", b"p" * 32)
        store = Store(f"sqlite:///{Path(folder) / 'talk.db'}", vault)
        await store.migrate()
        open_quiet_office()
        engine = Engine(model_path())
        total, events = hashlib.sha256(), 0
        for conversation in range(CONVERSATIONS):
            state: list[dict[str, Any]] = []
            dialogue: dict[str, Any] = {}
            last: tuple[Any, ...] = ()
            for turn in range(TURNS):
                context = TurnContext(
                    conversation_id=f"c{conversation}",
                    channel="terminal",
                    address="+97688000001",
                    message_id=f"{conversation}-{turn}",
                    now=datetime(2026, 11, 23, tzinfo=UTC),
                    store=store,
                    last=last,
                    dialogue=dialogue,
                )
                answer = await engine.respond(context, rng.choice(said), None, state)
                state, dialogue, last = answer.events, answer.dialogue, answer.replies
                total.update(repr(answer.replies).encode())
            events += len(state)
            for event in state:
                kept = {key: value for key, value in event.items() if key not in _VARYING}
                kept.get("parse_data", {}).pop("message_id", None)
                kept.get("parse_data", {}).pop("metadata", None)
                total.update(json.dumps(kept, sort_keys=True, default=str).encode())
        await store.close()
    return {"events": events, "hash": total.hexdigest()}


if __name__ == "__main__":
    main()
