"""Voice notes: fetched from the Bot API's own file address and handed to recognition."""

from __future__ import annotations

import asyncio
import re

import httpx
from telegram import Bot
from telegram.error import TelegramError

from channels.form import read_text
from channels.plan import Hear
from channels.telegram.api import UNBUILT
from channels.telegram.updates import VoiceNote

MAX_BYTES = 1024 * 1024
MAX_DURATION_S = 60
_TIME_OUT_S = 20.0
"""Fetching and recognition together; the Bot API gives a webhook about a minute."""
_PATH = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.-]*(/[A-Za-z0-9_-][A-Za-z0-9_.-]*)*")


class Unheard(Exception):
    """A voice note that gave no words; `sentence` says what the citizen is told."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class Ears:
    """Makes words of voice notes."""

    def __init__(self, bot: Bot, client: httpx.AsyncClient, hear: Hear | None) -> None:
        self._bot = bot
        self._client = client
        self._hear = hear

    async def words(self, note: VoiceNote) -> str:
        """What was said. Raises Unheard."""
        if note.duration_s > MAX_DURATION_S or note.size_bytes > MAX_BYTES:
            raise Unheard("voice_too_long")
        if self._hear is None:
            raise Unheard("voice_unheard")
        try:
            async with asyncio.timeout(_TIME_OUT_S):
                heard = await self._hear(await self._fetch(note.file_id), "audio/ogg")
        except (TelegramError, httpx.HTTPError, *UNBUILT) as error:
            raise Unheard("voice_unheard") from error
        words = read_text(heard or "")
        if words is None:
            raise Unheard("voice_unheard")
        return words

    async def _fetch(self, file_id: str) -> bytes:
        """The bytes of a file. A path that leads elsewhere is not followed, nor a redirect."""
        base = f"{self._bot.base_file_url}/"
        url = (await self._bot.get_file(file_id)).file_path or ""
        if not url.startswith(base) or not _PATH.fullmatch(url.removeprefix(base)):
            raise Unheard("voice_unheard")
        content = bytearray()
        async with self._client.stream("GET", url, follow_redirects=False) as response:
            if response.status_code != httpx.codes.OK:
                raise Unheard("voice_unheard")
            async for chunk in response.aiter_bytes():
                content += chunk
                if len(content) > MAX_BYTES:
                    raise Unheard("voice_too_long")
        return bytes(content)
