"""Takes messages out of the outbox to the Bot API: sends, or edits the one that was pressed.

Source: core.telegram.org/bots/faq (limits: about 30 messages a second in all) and
core.telegram.org/bots/api#responseparameters (`retry_after`).
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from telegram import Bot, LinkPreviewOptions, Message
from telegram.error import BadRequest, TelegramError

from channels.base import SendFailed
from channels.sentences import sentence
from channels.telegram.answers import NAME
from channels.telegram.api import UNBUILT, failure_of, unreadable
from channels.telegram.markup import inline_keyboard, sharing_keyboard

RATE_PER_S = 25.0

_CHAT = re.compile(r"[1-9][0-9]{0,18}")
_UNCHANGED = "message is not modified"
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


class TelegramSender:
    """Sends for one bot, evenly spaced, and pauses as a whole while the Bot API asks for it."""

    def __init__(
        self,
        bot: Bot,
        *,
        clock_s: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._bot = bot
        self._clock_s = clock_s
        self._sleep = sleep
        self._free_at_s = 0.0
        self._paused_until_s = 0.0

    async def send(self, address: str, body: Any, dedupe_key: str) -> str:
        """The message's id within its chat. Raises SendFailed.

        `body` is what `TelegramDoor.bodies` made, or a plain text. The Bot API knows no
        idempotency key: a text after which no answer came may have been sent.
        """
        if not _CHAT.fullmatch(address):
            raise SendFailed("chat_not_found", retryable=False)
        message: Mapping[str, Any] = {"text": body} if isinstance(body, str) else body
        await self._take_turn()
        edit = message.get("edit")
        if edit is not None:
            edited = await self._edit(int(address), int(edit), message)
            if edited:
                return str(edit)
            await self._take_turn()
        try:
            return str((await self._send(int(address), message)).message_id)
        except TelegramError as error:
            raise self._failed(error) from error
        except UNBUILT as error:
            raise unreadable() from error

    async def _send(self, chat_id: int, message: Mapping[str, Any]) -> Message:
        if message.get("share"):
            return await self._bot.send_message(
                chat_id, sentence(NAME, "share"), reply_markup=sharing_keyboard()
            )
        return await self._bot.send_message(
            chat_id,
            message["text"],
            reply_markup=inline_keyboard(message.get("rows", ())),
            link_preview_options=_NO_PREVIEW,
        )

    async def _edit(self, chat_id: int, message_id: int, message: Mapping[str, Any]) -> bool:
        """Whether the message now says this; False where it can no longer be edited."""
        try:
            await self._bot.edit_message_text(
                message["text"],
                chat_id=chat_id,
                message_id=message_id,
                reply_markup=inline_keyboard(message.get("rows", ())),
                link_preview_options=_NO_PREVIEW,
            )
        except BadRequest as error:
            return _UNCHANGED in error.message.lower()
        except TelegramError as error:
            raise self._failed(error, is_repeatable=True) from error
        except UNBUILT as error:
            raise unreadable(is_repeatable=True) from error
        return True

    async def _take_turn(self) -> None:
        """Wait for a place in the row. Raises SendFailed while the bot has to pause."""
        now_s = self._clock_s()
        if now_s < self._paused_until_s:
            wait_s = self._paused_until_s - now_s
            raise SendFailed("flood_limit", retryable=True, retry_after_s=wait_s)
        wait_s = max(0.0, self._free_at_s - now_s)
        self._free_at_s = max(self._free_at_s, now_s) + 1 / RATE_PER_S
        if wait_s:
            await self._sleep(wait_s)

    def _failed(self, error: TelegramError, *, is_repeatable: bool = False) -> SendFailed:
        failure = failure_of(error, is_repeatable=is_repeatable)
        if failure.retry_after_s is not None:
            self._paused_until_s = self._clock_s() + failure.retry_after_s
        return failure
