"""`urtuu talk`: the assistant in this terminal, among simulators, as a phone would meet it."""

from __future__ import annotations

import argparse
import asyncio
import os
import secrets
import sys
from collections.abc import Sequence
from datetime import datetime

from bot.message import Inbound, Reply, Session
from bot.outcome import Outcome
from bot.text.pages import Script

HELP = "talk to the assistant in this terminal; made-up citizens, nothing leaves this machine"
EXAMPLE = "urtuu talk --phone +97688000001"

END_WORDS = frozenset({"exit", "quit"})


class Terminal:
    """The door of this terminal: each reply is one text, choices are numbered lines."""

    name = "terminal"
    paged = False
    pushes = False

    def bodies(self, inbound: Inbound, outcome: Outcome) -> tuple[str, ...]:
        """Return nothing: what is said here is printed."""
        return ()

    def compose(self, replies: Sequence[Reply], script: Script | None = None) -> tuple[str, ...]:
        """Return the replies as texts with their numbered choices."""
        return tuple(
            "\n".join(
                [reply.text, *(f"  {n} {c.label}" for n, c in enumerate(reply.choices, start=1))]
            )
            for reply in replies
        )


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the verb's options."""
    parser.add_argument("--phone", default="+97688000001", help="whose phone you hold")


def run(options: argparse.Namespace) -> int:
    """Talk until the input ends; return 0."""
    asyncio.run(_talk(options.phone))
    return 0


async def _talk(phone: str) -> None:
    from bot.demo_app import demo  # noqa: PLC0415 - Rasa takes seconds to import

    sys.stderr.write("urtuu: loading; `exit` or Ctrl-D ends the talk\n")
    running = demo(os.environ, with_page=False)
    await running.assembly.start()
    await running.seed()
    shown = 0
    async with running.khur_running():
        while (words := await asyncio.to_thread(_read)) is not None:
            outcome = await running.assembly.turns.handle(
                _inbound(phone, words, running.assembly.store.clock()), Terminal()
            )
            for text in outcome.texts:
                sys.stdout.write(f"{text}\n")
            codes = running.khur.state.simulator.outbox
            for sms in codes[shown:]:
                sys.stdout.write(f"  [SMS {sms.to}] {sms.text}\n")
            shown = len(codes)
            sys.stdout.flush()
    await running.assembly.close()


def _read() -> str | None:
    if sys.stdin.isatty():
        sys.stdout.write("> ")
        sys.stdout.flush()
    line = sys.stdin.readline()
    return None if not line or line.strip() in END_WORDS else line.strip()


def _inbound(phone: str, words: str, now: datetime) -> Inbound:
    return Inbound(
        channel=Terminal.name,
        address=phone,
        message_id=secrets.token_hex(8),
        session=Session.NONE,
        text=words,
        keys=words if words.isdecimal() else None,
        audio=None,
        received_at=now,
    )
