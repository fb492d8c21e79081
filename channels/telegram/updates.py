"""What an update of the Bot API says, checked: one of a few small values.

Source: core.telegram.org/bots/api#update. The library builds its objects without checking the
types of their fields, so every field that is used is checked here.
"""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from telegram import CallbackQuery, ChatMemberUpdated, Contact, Location, Message, Update, Voice
from telegram.constants import ChatMemberStatus, ChatType

from channels.base import BadRequest
from channels.form import PHONE, read_text
from channels.telegram.api import UNBUILT
from channels.telegram.commands import in_words

ALLOWED_UPDATES = ("message", "edited_message", "callback_query", "my_chat_member")
"""What the Bot API is asked to send."""
MAX_TEXT_CHARS = 4096
_MAX_ID_CHARS = 256
_MAX_LATITUDE, _MAX_LONGITUDE = 90, 180
_MAX_WHOLE = 2**52
"""Identifiers have at most 52 significant bits (core.telegram.org/bots/api#chat)."""
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_ABSENT = frozenset({ChatMemberStatus.BANNED, ChatMemberStatus.LEFT})


@dataclass(frozen=True)
class Text:
    """Words; a command has become the words it stands for."""

    text: str = field(repr=False)


@dataclass(frozen=True)
class Press:
    """A press on a button under a message."""

    query_id: str
    data: str
    message_id: int | None
    """The message that carries the button, where it can still be edited."""


@dataclass(frozen=True)
class VoiceNote:
    """Speech, not fetched yet."""

    file_id: str = field(repr=False)
    duration_s: float
    size_bytes: int
    """0 where it is not told."""
    media_type: str


@dataclass(frozen=True)
class OwnContact:
    """The writer's own number, which Telegram vouches for."""

    phone: str = field(repr=False)


@dataclass(frozen=True)
class Place:
    """A shared location in degrees."""

    latitude: float = field(repr=False)
    longitude: float = field(repr=False)


@dataclass(frozen=True)
class Blocked:
    """The citizen blocked the bot."""


@dataclass(frozen=True)
class Crowd:
    """Anything in a group or a channel, of which nothing is read."""


@dataclass(frozen=True)
class Unusable:
    """Something that cannot be understood and is answered in words."""

    sentence: str
    """Key of channels/sentences.yml."""


@dataclass(frozen=True)
class Nothing:
    """Nothing that concerns the assistant."""


Said = Text | Press | VoiceNote | OwnContact | Place | Blocked | Crowd | Unusable | Nothing


@dataclass(frozen=True)
class Incoming:
    """One update."""

    update_id: int
    chat_id: int = field(repr=False)
    """0 where there is none."""
    said: Said


def update_of(body: bytes) -> Update:
    """The update in the body of a request. Raises BadRequest."""
    try:
        plain: Any = json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise BadRequest("the body is not JSON in UTF-8") from error
    if not isinstance(plain, dict):
        raise BadRequest("the body is not an update")
    try:
        return Update.de_json(plain)
    except UNBUILT as error:
        raise BadRequest("the body is not an update") from error


def incoming(update: Update) -> Incoming:
    """What an update says. Raises BadRequest where a field is missing or of a wrong type."""
    try:
        return _incoming(update)
    except UNBUILT as error:
        raise BadRequest("the update lacks a field") from error


def _incoming(update: Update) -> Incoming:
    update_id = _whole(update.update_id, "update_id")
    if update.callback_query is not None:
        return _pressed(update_id, update.callback_query)
    if update.my_chat_member is not None:
        return _membership(update_id, update.my_chat_member)
    message = update.message or update.edited_message or update.channel_post
    if not isinstance(message, Message):
        return Incoming(update_id, 0, Nothing())
    return Incoming(update_id, _whole(message.chat.id, "chat.id"), _heard(update, message))


def _heard(update: Update, message: Message) -> Said:
    if message.chat.type != ChatType.PRIVATE:
        return Crowd()
    if message.from_user is None or message.from_user.is_bot:
        return Nothing()
    if update.message is None:
        # Someone who shares a live location edits a message with every step.
        return Unusable("edited") if message.location is None else Nothing()
    return _said(message)


def _said(message: Message) -> Said:
    if message.text is not None:
        return _words(_string(message.text, "text", MAX_TEXT_CHARS))
    if message.voice is not None:
        return _voice(message.voice)
    if message.contact is not None:
        return _contact(message, message.contact)
    if message.location is not None:
        return _place(message.location)
    is_content = message.effective_attachment is not None
    return Unusable("unreadable") if is_content else Nothing()


def _words(raw: str) -> Said:
    if _SURROGATE.search(raw):
        raise BadRequest("field text holds half a character")
    text = read_text(_CONTROL.sub(" ", raw))
    return Nothing() if text is None else Text(in_words(text))


def _pressed(update_id: int, query: CallbackQuery) -> Incoming:
    message = query.message
    if message is None or message.chat.type != ChatType.PRIVATE:
        return Incoming(update_id, _whole(query.from_user.id, "from.id"), Nothing())
    reachable = message.date.timestamp() != 0
    press = Press(
        _string(query.id, "callback_query.id", _MAX_ID_CHARS),
        _string(query.data or "", "callback_query.data", _MAX_ID_CHARS),
        _whole(message.message_id, "message_id") if reachable else None,
    )
    return Incoming(update_id, _whole(message.chat.id, "chat.id"), press)


def _membership(update_id: int, change: ChatMemberUpdated) -> Incoming:
    chat_id = _whole(change.chat.id, "chat.id")
    is_absent = change.new_chat_member.status in _ABSENT
    if change.chat.type != ChatType.PRIVATE:
        return Incoming(update_id, chat_id, Nothing() if is_absent else Crowd())
    return Incoming(update_id, chat_id, Blocked() if is_absent else Nothing())


def _voice(voice: Voice) -> VoiceNote:
    length = voice.duration
    seconds = length.total_seconds() if isinstance(length, timedelta) else length
    size = voice.file_size or 0
    return VoiceNote(
        _string(voice.file_id, "voice.file_id", _MAX_ID_CHARS),
        _number(seconds, "voice.duration"),
        _whole(size, "voice.file_size"),
        _string(voice.mime_type or "audio/ogg", "voice.mime_type", _MAX_ID_CHARS),
    )


def _contact(message: Message, contact: Contact) -> Said:
    """Only the writer's own contact, sent and not forwarded, says whose number it is."""
    writer = message.from_user
    digits = _string(contact.phone_number, "contact.phone_number", 64)
    phone = "+" + digits.strip().removeprefix("+").replace(" ", "")
    is_own = writer is not None and contact.user_id == writer.id
    if not is_own or message.forward_origin is not None or not PHONE.fullmatch(phone):
        return Unusable("foreign_contact")
    return OwnContact(phone)


def _place(location: Location) -> Place:
    latitude = _number(location.latitude, "location.latitude")
    longitude = _number(location.longitude, "location.longitude")
    if abs(latitude) > _MAX_LATITUDE or abs(longitude) > _MAX_LONGITUDE:
        raise BadRequest("field location is not on the earth")
    return Place(latitude, longitude)


def _whole(value: object, name: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise BadRequest(f"field {name} is not a whole number")
    if abs(value) > _MAX_WHOLE:
        raise BadRequest(f"field {name} is larger than any of the Bot API")
    return value


def _number(value: object, name: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise BadRequest(f"field {name} is not a number")
    return float(value)


def _string(value: object, name: str, max_chars: int) -> str:
    if not isinstance(value, str) or len(value) > max_chars:
        raise BadRequest(f"field {name} is not a text of at most {max_chars} characters")
    return value
