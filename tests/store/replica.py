"""Another process of the program, as the tests start and kill it: `replica <verb> <url> …`."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from bot.store.database import Store, utc_now
from bot.store.delivery import Deliverer, Receipt
from bot.store.outbox import Claimed
from tests.store.support import vault


class FileSender:
    """Appends what it sends to a file, slowly enough to be killed while it does."""

    def __init__(self, path: Path, pause_s: float) -> None:
        self.path = path
        self.pause_s = pause_s

    async def send(self, message: Claimed) -> Receipt:
        with self.path.open("a") as sent:
            sent.write(f"{message.address} {message.body}\n")
        await asyncio.sleep(self.pause_s)
        return Receipt(message.dedupe_key)


async def migrate(store: Store) -> None:
    await store.migrate()
    await store.ping()
    say("ready")


async def hold(store: Store, conversation_id: str) -> None:
    async with store.hold(conversation_id):
        say("holding")
        await asyncio.sleep(60)


async def deliver(store: Store, path: str, owner: str) -> None:
    """Empty the outbox until nothing is left to do for a while."""
    sender = FileSender(Path(path), 0.02)
    worker = Deliverer(store, {"sms": sender}, utc_now, owner=owner, concurrency=4, lease_s=0.5)
    say("working")
    idle = 0
    while idle < 10:
        idle = 0 if await worker.run_once() else idle + 1
        await asyncio.sleep(0.1 if idle else 0)


def say(word: str) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


async def main(verb: str, url: str, *arguments: str) -> None:
    store = Store(url, vault(), connections=4, lock_connections=2)
    try:
        if verb == "migrate":
            await migrate(store)
        elif verb == "hold":
            await hold(store, *arguments)
        else:
            await deliver(store, *arguments)
    finally:
        await store.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
