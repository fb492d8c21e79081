"""What is said beside the conversation: hints, the typing sign, answers to presses.

None of it is worth keeping: it goes straight to the Bot API, once, and a failure is forgotten.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Coroutine
from datetime import date
from typing import Any

from telegram import Bot
from telegram.constants import ChatAction
from telegram.error import TelegramError

from channels.sentences import sentence
from channels.telegram.answers import NAME
from channels.telegram.api import UNBUILT, failure_of
from channels.telegram.markup import sharing_keyboard

logger = logging.getLogger(__name__)

_WITH_KEYBOARD = frozenset({"foreign_contact"})
"""Sentences that point to the buttons which share a number or a place."""
_MAX_ERRANDS = 64
"""Requests on their way at once; a provider that is slow gets no more of them."""
_MAX_KEPT = 10_000
"""Updates and groups remembered, so that a repeated delivery is not answered twice."""


class Courtesy:
    """Sends what need not arrive. Nothing here waits for the Bot API."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self._errands: set[asyncio.Task[None]] = set()
        self._said: OrderedDict[str, None] = OrderedDict()

    def say(self, chat_id: int, key: str, update_id: int) -> None:
        """Send a sentence of the channel, once for each update."""
        if self._is_first(f"update {update_id} {key}"):
            keyboard = sharing_keyboard() if key in _WITH_KEYBOARD else None
            self._start(
                self._bot.send_message(chat_id, sentence(NAME, key), reply_markup=keyboard)
            )

    def refuse_crowd(self, chat_id: int, day: date) -> None:
        """Tell a group, once a day, that nothing is read in it."""
        if self._is_first(f"crowd {chat_id} {day}"):
            self._start(self._bot.send_message(chat_id, sentence(NAME, "crowd")))

    def typing(self, chat_id: int) -> None:
        """Show for five seconds that an answer is being written."""
        self._start(self._bot.send_chat_action(chat_id, ChatAction.TYPING))

    def release(self, query_id: str, key: str | None = None) -> None:
        """Answer a press, so that the button stops waiting; a sentence is shown as an alert."""
        text = None if key is None else sentence(NAME, key)
        self._start(self._bot.answer_callback_query(query_id, text, show_alert=bool(text)))

    async def settled(self) -> None:
        """Wait until everything that was begun is done."""
        await asyncio.gather(*self._errands)

    def _is_first(self, what: str) -> bool:
        if what in self._said:
            return False
        self._said[what] = None
        if len(self._said) > _MAX_KEPT:
            self._said.popitem(last=False)
        return True

    def _start(self, request: Coroutine[Any, Any, object]) -> None:
        if len(self._errands) >= _MAX_ERRANDS:
            request.close()
            return
        task = asyncio.create_task(self._run(request))
        self._errands.add(task)
        task.add_done_callback(self._errands.discard)

    async def _run(self, request: Coroutine[Any, Any, object]) -> None:
        try:
            await request
        except TelegramError as error:
            logger.info("telegram: a hint was not sent: %s", failure_of(error).code)
        except UNBUILT as error:
            logger.info("telegram: a hint has no readable answer: %s", type(error).__name__)
