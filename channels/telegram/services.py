"""What runs beside the doors: the webhook's registration, or the polling of updates."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from telegram import Bot, BotCommand, Update
from telegram.error import TelegramError

from channels.base import BadRequest, Ignored, Trouble
from channels.reception import Reception, trouble_of
from channels.telegram.answers import NAME
from channels.telegram.api import UNBUILT, failure_of
from channels.telegram.commands import commands
from channels.telegram.courtesy import Courtesy
from channels.telegram.door import MAX_FAILURES, TelegramDoor
from channels.telegram.reader import Reader
from channels.telegram.updates import ALLOWED_UPDATES, Incoming, incoming

logger = logging.getLogger(__name__)

POLL_S = 25
CONCURRENCY = 8
"""Chats answered at once; the messages of one chat are answered in order."""
_RETRY_MAX_S = 60.0
_BUSY_TRIES = 5


class Patience:
    """Repeats a request until the Bot API takes it, with growing pauses."""

    def __init__(self, stop: asyncio.Event, first_s: float) -> None:
        self._stop = stop
        self._first_s = first_s

    async def until_done(self, what: str, request: Callable[[], Awaitable[Any]]) -> bool:
        """Whether it was taken before the end of the program."""
        pause_s = self._first_s
        while not self._stop.is_set():
            try:
                await request()
            except TelegramError as error:
                failure = failure_of(error)
                logger.warning("telegram: %s failed: %s", what, failure.code)
                await self.rest(max(pause_s, failure.retry_after_s or 0))
                pause_s = min(2 * pause_s, _RETRY_MAX_S)
            else:
                return True
        return False

    async def rest(self, seconds: float) -> None:
        """Wait, but not beyond the end of the program."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._stop.wait()


async def _show_commands(bot: Bot, patience: Patience) -> None:
    """Show the Mongolian commands to everyone, whatever the language of their phone."""
    menu = [BotCommand(name, command.description) for name, command in commands().items()]
    await patience.until_done("setMyCommands", lambda: bot.set_my_commands(menu))
    await patience.until_done(
        "setMyCommands", lambda: bot.set_my_commands(menu, language_code="mn")
    )


class Registrar:
    """Tells the Bot API where to post updates."""

    name = f"{NAME}_webhook"

    def __init__(self, bot: Bot, url: str, header: str, *, retry_first_s: float) -> None:
        self._bot = bot
        self._url = url
        self._header = header
        self._retry_first_s = retry_first_s

    async def run(self, reception: Reception, stop: asyncio.Event) -> None:
        """Register once, then do nothing until `stop`."""
        patience = Patience(stop, self._retry_first_s)
        done = await patience.until_done("setWebhook", self._register)
        if done:
            logger.info("telegram: the webhook is registered")
        await _show_commands(self._bot, patience)
        await stop.wait()

    async def _register(self) -> None:
        await self._bot.set_webhook(
            self._url, secret_token=self._header, allowed_updates=ALLOWED_UPDATES
        )


class Poller:
    """Asks the Bot API for updates; one process per bot may."""

    name = f"{NAME}_polling"

    def __init__(
        self,
        bot: Bot,
        door: TelegramDoor,
        reader: Reader,
        courtesy: Courtesy,
        *,
        retry_first_s: float,
    ) -> None:
        self._bot = bot
        self._door = door
        self._reader = reader
        self._courtesy = courtesy
        self._retry_first_s = retry_first_s

    async def run(self, reception: Reception, stop: asyncio.Event) -> None:
        """Answer updates until `stop`. An update is confirmed after its turn is stored."""
        patience = Patience(stop, self._retry_first_s)
        await patience.until_done("deleteWebhook", self._bot.delete_webhook)
        await _show_commands(self._bot, patience)
        offset: int | None = None
        while not stop.is_set():
            updates = await self._poll(offset, patience, stop)
            if updates and await self._answer(updates, reception, patience):
                offset = updates[-1].update_id + 1

    async def _poll(
        self, offset: int | None, patience: Patience, stop: asyncio.Event
    ) -> tuple[Update, ...]:
        """The next updates; none after an error or at the end."""
        asking = asyncio.create_task(self._get(offset))
        stopping = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait({asking, stopping}, return_when=asyncio.FIRST_COMPLETED)
            return await asking if asking.done() else ()
        except TelegramError as error:
            failure = failure_of(error)
            logger.warning("telegram: getUpdates failed: %s", failure.code)
            await patience.rest(failure.retry_after_s or 5 * self._retry_first_s)
            return ()
        except UNBUILT as error:
            logger.error("telegram: getUpdates cannot be read: %s", type(error).__name__)
            await patience.rest(_RETRY_MAX_S)
            return ()
        finally:
            asking.cancel()
            stopping.cancel()
            await asyncio.gather(asking, stopping, return_exceptions=True)

    async def _get(self, offset: int | None) -> tuple[Update, ...]:
        return await self._bot.get_updates(
            offset=offset, timeout=POLL_S, allowed_updates=ALLOWED_UPDATES
        )

    async def _answer(
        self, updates: tuple[Update, ...], reception: Reception, patience: Patience
    ) -> bool:
        """Whether all were answered; those that were are harmless when they come again."""
        chats: dict[int, list[Incoming]] = {}
        for update in updates:
            with contextlib.suppress(BadRequest):
                read = incoming(update)
                chats.setdefault(read.chat_id, []).append(read)
        gate = asyncio.Semaphore(CONCURRENCY)
        talks = [self._talk(listed, gate, reception, patience) for listed in chats.values()]
        return all(await asyncio.gather(*talks))

    async def _talk(
        self,
        updates: list[Incoming],
        gate: asyncio.Semaphore,
        reception: Reception,
        patience: Patience,
    ) -> bool:
        async with gate:
            for update in updates:
                if not await self._one(update, reception, patience):
                    return False
        return True

    async def _one(self, update: Incoming, reception: Reception, patience: Patience) -> bool:
        """Whether the update is done with."""
        failures = 0
        for _ in range(_BUSY_TRIES):
            trouble = await self._receive(update, reception)
            if trouble is Trouble.BUSY:
                await patience.rest(2 * self._retry_first_s)
                continue
            failures += trouble is Trouble.FAILED
            if trouble is Trouble.FAILED and failures < MAX_FAILURES:
                continue
            if trouble is not None:
                self._courtesy.say(update.chat_id, trouble.value, update.update_id)
            return True
        return False

    async def _receive(self, update: Incoming, reception: Reception) -> Trouble | None:
        try:
            inbound = await self._reader.inbound(update, reception.turn, reception.now())
        except Ignored:
            return None
        except Exception as error:
            return trouble_of(NAME, error)
        answer = await reception.receive(self._door, inbound, str(update.chat_id))
        return answer if isinstance(answer, Trouble) else None
