"""Telegram: buttons, voice notes, shared numbers and places, by webhook or by polling.

Source: core.telegram.org/bots/api. One bot is one token; group chats are refused.
"""

from __future__ import annotations

import time

from bot.errors import SettingsError
from channels.guard import Gate
from channels.plan import Opened, Plan, Setting, Tools, Values
from channels.telegram.answers import NAME
from channels.telegram.api import bot_id, open_bot
from channels.telegram.courtesy import Courtesy
from channels.telegram.door import TelegramDoor, TelegramWebhook, header_secret
from channels.telegram.ears import Ears
from channels.telegram.keyboard import Keyboards
from channels.telegram.reader import Reader
from channels.telegram.sender import TelegramSender
from channels.telegram.services import Poller, Registrar

__all__ = [
    "PLAN",
    "TelegramDoor",
    "TelegramSender",
    "TelegramWebhook",
    "header_secret",
    "open_telegram",
]


def open_telegram(values: Values, tools: Tools, *, retry_first_s: float = 1.0) -> Opened:
    """The bot in service; `retry_first_s` is the first pause after the Bot API failed.

    Raises SettingsError.
    """
    token, secret = values.text("URTUU_TELEGRAM_TOKEN"), values.secret("URTUU_TELEGRAM_SECRET")
    bot = open_bot(token, values.url("URTUU_TELEGRAM_API"), tools.client)
    keyboards, courtesy = Keyboards(secret.encode()), Courtesy(bot)
    ears = Ears(bot, tools.client, tools.hear)
    reader = Reader(bot_id(token), keyboards, courtesy, ears)
    sender = TelegramSender(bot, clock_s=time.monotonic)
    if values.choice("URTUU_TELEGRAM_MODE", ("webhook", "polling")) == "polling":
        door = TelegramDoor(keyboards)
        poller = Poller(bot, door, reader, courtesy, retry_first_s=retry_first_s)
        return Opened(door, sender=sender, service=poller)
    if tools.public_url is None:
        raise SettingsError(
            "URTUU_PUBLIC_URL is missing: Telegram must know where to post. Without a public "
            "address set URTUU_TELEGRAM_MODE=polling"
        )
    url = f"{tools.public_url.rstrip('/')}/{NAME}/{secret}"
    return Opened(
        TelegramWebhook(secret, keyboards, reader, courtesy),
        Gate(secret),
        sender=sender,
        service=Registrar(bot, url, header_secret(secret), retry_first_s=retry_first_s),
    )


PLAN = Plan(
    NAME,
    "Telegram bot, by webhook or polling",
    (
        Setting("URTUU_TELEGRAM_TOKEN", "The bot's token from @BotFather.", secret=True),
        Setting(
            "URTUU_TELEGRAM_SECRET",
            "A long random word: the path of the webhook; its header and buttons follow from it.",
            secret=True,
        ),
        Setting("URTUU_TELEGRAM_MODE", "How updates come: webhook or polling.", "webhook"),
        Setting(
            "URTUU_TELEGRAM_API", "Address of the Bot API server.", "https://api.telegram.org"
        ),
    ),
    open_telegram,
)
"""How the channel is opened."""
