"""The doors of the channel "telegram": how it answers, and its webhook.

Source: core.telegram.org/bots/api#setwebhook. The Bot API repeats an update until it is answered
with 2xx, and holds back the chat's later ones meanwhile.
"""

from __future__ import annotations

import hashlib
import hmac
from collections import OrderedDict
from collections.abc import Sequence
from contextvars import ContextVar
from typing import Any

from starlette.responses import Response

from bot.message import Inbound, Reply, Session
from bot.outcome import Outcome
from bot.text.pages import Script
from channels.base import JSON, BadRequest, HttpChannel, Posted, Trouble, Turn
from channels.telegram.answers import NAME, message_bodies, written
from channels.telegram.commands import START, commands
from channels.telegram.courtesy import Courtesy
from channels.telegram.keyboard import Keyboards
from channels.telegram.reader import Reader
from channels.telegram.updates import Incoming, incoming, update_of

SECRET_HEADER = "x-telegram-bot-api-secret-token"  # noqa: S105  # the name of a header
MAX_FAILURES = 3
"""After so many errors on one update the citizen is told, and the next ones get their turn."""

_MAX_FAILING = 1000
_update: ContextVar[Incoming | None] = ContextVar("telegram_update", default=None)


def header_secret(secret: str) -> str:
    """What the Bot API sends in `SECRET_HEADER`: it does not follow from the path in a log."""
    return hmac.new(secret.encode(), b"telegram webhook header", hashlib.sha256).hexdigest()


class TelegramDoor:
    """How the channel answers, whichever way updates come."""

    name = NAME
    paged = False
    pushes = True

    def __init__(self, keyboards: Keyboards) -> None:
        self._keyboards = keyboards

    def compose(self, replies: Sequence[Reply], script: Script | None = None) -> tuple[str, ...]:
        """Texts of at most 4096 UTF-16 units; Cyrillic unless Latin was asked for."""
        return written(replies, script)

    def bodies(self, inbound: Inbound, outcome: Outcome) -> tuple[Any, ...]:
        """One message per text; none to a citizen who has blocked the bot.

        `/start` is also answered with the keyboard that shares a number or a place.
        """
        if inbound.session is Session.END:
            return ()
        bodies = message_bodies(
            outcome,
            self._keyboards,
            message_id=inbound.message_id,
            edit=inbound.reply_to,
        )
        if inbound.text == commands()[START].words:
            bodies.append({"share": True})
        return tuple(bodies)


class Failures:
    """How often an update ended in an error."""

    def __init__(self) -> None:
        self._counts: OrderedDict[int, int] = OrderedDict()

    def add(self, update_id: int) -> int:
        """Count one more and return how many there are."""
        count = self._counts.pop(update_id, 0) + 1
        self._counts[update_id] = count
        if len(self._counts) > _MAX_FAILING:
            self._counts.popitem(last=False)
        return count


class TelegramWebhook(TelegramDoor, HttpChannel):
    """Takes updates that the Bot API posts."""

    path = NAME
    media_types = frozenset({JSON})

    def __init__(
        self, secret: str, keyboards: Keyboards, reader: Reader, courtesy: Courtesy
    ) -> None:
        super().__init__(keyboards)
        self._secret = header_secret(secret)
        self._reader = reader
        self._courtesy = courtesy
        self._failures = Failures()

    def verify(self, posted: Posted) -> None:
        """Refuse with 403 what does not carry the secret header."""
        sent = posted.headers.get(SECRET_HEADER, "")
        if not hmac.compare_digest(sent.encode(), self._secret.encode()):
            raise BadRequest("the secret header is missing or wrong", 403)

    def sender(self, posted: Posted) -> str:
        """The chat that wrote."""
        return str(incoming(update_of(posted.body)).chat_id)

    async def parse(self, posted: Posted, turn: Turn) -> Inbound:
        """The message of one update. Raises BadRequest, Ignored."""
        update = incoming(update_of(posted.body))
        _update.set(update)
        return await self._reader.inbound(update, turn, posted.received_at)

    def apologise(self, trouble: Trouble) -> Response:
        """An error status, so that the update comes again; words after the third failure."""
        update = _update.get()
        if trouble is not Trouble.FAILED or update is None:
            return super().apologise(trouble)
        if self._failures.add(update.update_id) < MAX_FAILURES:
            return super().apologise(trouble)
        self._courtesy.say(update.chat_id, trouble.value, update.update_id)
        return self.acknowledge()
