"""Keyboards in the form of the Bot API."""

from __future__ import annotations

from collections.abc import Sequence

from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    ReplyKeyboardMarkup,
)

from channels.sentences import sentence
from channels.telegram.answers import NAME


def inline_keyboard(rows: Sequence[Sequence[Sequence[str]]]) -> InlineKeyboardMarkup | None:
    """Buttons under a message, each of a label and its data; None where there are none."""
    if not rows:
        return None
    return InlineKeyboardMarkup(
        [[InlineKeyboardButton(label, callback_data=data) for label, data in row] for row in rows]
    )


def sharing_keyboard() -> ReplyKeyboardMarkup:
    """Buttons that share the writer's own number and place, as only Telegram can vouch for."""
    return ReplyKeyboardMarkup(
        [
            [KeyboardButton(sentence(NAME, "share_phone"), request_contact=True)],
            [KeyboardButton(sentence(NAME, "share_place"), request_location=True)],
        ],
        resize_keyboard=True,
        one_time_keyboard=True,
    )
