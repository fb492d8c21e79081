"""The methods of the Bot API that the bot calls, with the checks and errors of the real one."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

from channels.telegram_simulator.network import BOT_ID, BotMessage, TelegramNetwork, Webhook

Fields = Mapping[str, Any]

_MAX_TEXT_UNITS = 4096
_MAX_DATA_BYTES = 64
_MAX_ALERT_CHARS = 200
_MAX_COMMANDS = 100
_MAX_DESCRIPTION_CHARS = 256
_MAX_FILE_BYTES = 20 * 1024 * 1024
_MAX_POLL_S = 50
_PORTS = frozenset({None, 80, 88, 443, 8443})
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class ApiError(Exception):
    """An error as the Bot API answers it."""

    def __init__(self, code: int, description: str, retry_after_s: int | None = None) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.retry_after_s = retry_after_s


def _bad(description: str) -> ApiError:
    return ApiError(400, f"Bad Request: {description}")


async def get_me(network: TelegramNetwork, fields: Fields) -> Any:
    """`getMe`."""
    return {
        "id": BOT_ID,
        "is_bot": True,
        "first_name": "Өртөө",
        "username": network.config.username,
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
    }


async def set_webhook(network: TelegramNetwork, fields: Fields) -> Any:
    """`setWebhook`; plain http is taken for this machine alone."""
    url, secret = str(fields.get("url", "")), str(fields.get("secret_token", ""))
    parts = urlsplit(url)
    is_local = parts.hostname in _LOOPBACK
    if not is_local and (parts.scheme != "https" or parts.port not in _PORTS):
        network.object_to("webhook_url", f"scheme {parts.scheme}, port {parts.port}")
        raise _bad("bad webhook: An HTTPS URL must be provided for webhook")
    if secret and not _SECRET.fullmatch(secret):
        network.object_to("secret_token", f"{len(secret)} characters")
        raise _bad("secret token contains unallowed characters")
    network.webhook = Webhook(url, secret, tuple(_json(fields, "allowed_updates") or ()))
    network.flush()
    return True


async def delete_webhook(network: TelegramNetwork, fields: Fields) -> Any:
    """`deleteWebhook`."""
    network.webhook = None
    return True


async def get_updates(network: TelegramNetwork, fields: Fields) -> Any:
    """`getUpdates`, which waits for the first update up to `timeout` seconds."""
    if network.webhook is not None:
        raise ApiError(
            409,
            "Conflict: can't use getUpdates method while webhook is active; "
            "use deleteWebhook to delete the webhook first",
        )
    offset = int(fields["offset"]) if "offset" in fields else None
    wait_s = min(float(fields.get("timeout", 0)), _MAX_POLL_S)
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(wait_s):
            while not network.waiting(offset):
                network.arrived.clear()
                await network.arrived.wait()
    return network.waiting(offset)


async def send_message(network: TelegramNetwork, fields: Fields) -> Any:
    """`sendMessage`."""
    chat_id = _chat(network, fields)
    _limit_flood(network)
    text, markup = _text(network, fields), _markup(network, fields)
    message = BotMessage(network.new_message_id(), text, markup)
    network.keep(chat_id, message)
    return _shown(network, chat_id, message)


async def edit_message_text(network: TelegramNetwork, fields: Fields) -> Any:
    """`editMessageText`."""
    chat_id = _chat(network, fields)
    _limit_flood(network)
    text, markup = _text(network, fields), _markup(network, fields)
    message = _own(network, chat_id, fields)
    if (text, markup) == (message.text, message.markup):
        raise _bad(
            "message is not modified: specified new message content and reply markup are exactly "
            "the same as a current content and reply markup of the message"
        )
    message.text, message.markup, message.edits = text, markup, message.edits + 1
    return _shown(network, chat_id, message)


async def edit_message_reply_markup(network: TelegramNetwork, fields: Fields) -> Any:
    """`editMessageReplyMarkup`."""
    chat_id = _chat(network, fields)
    message = _own(network, chat_id, fields)
    message.markup, message.edits = _markup(network, fields), message.edits + 1
    return _shown(network, chat_id, message)


async def answer_callback_query(network: TelegramNetwork, fields: Fields) -> Any:
    """`answerCallbackQuery`: each press once."""
    query_id, text = str(fields.get("callback_query_id", "")), str(fields.get("text", ""))
    if network.presses.get(query_id, {}) is not None:
        raise _bad("query is too old and response timeout expired or query ID is invalid")
    if len(text) > _MAX_ALERT_CHARS:
        network.object_to("alert_length", str(len(text)))
        raise _bad("MESSAGE_TOO_LONG")
    alert = str(fields.get("show_alert", "")).lower() == "true"
    network.presses[query_id] = {"text": text, "alert": alert}
    return True


async def send_chat_action(network: TelegramNetwork, fields: Fields) -> Any:
    """`sendChatAction`."""
    network.actions.append((_chat(network, fields), str(fields.get("action", ""))))
    return True


async def get_file(network: TelegramNetwork, fields: Fields) -> Any:
    """`getFile`."""
    file_id = str(fields.get("file_id", ""))
    content = network.files.get(file_id)
    if content is None:
        raise _bad("wrong file_id or the file is temporarily unavailable")
    if len(content) > _MAX_FILE_BYTES:
        raise _bad("file is too big")
    return {
        "file_id": file_id,
        "file_unique_id": f"unique-{file_id}",
        "file_size": len(content),
        "file_path": network.file_paths.get(file_id, f"voice/{file_id}.oga"),
    }


async def set_my_commands(network: TelegramNetwork, fields: Fields) -> Any:
    """`setMyCommands`, kept by language; "" is the default."""
    listed = _json(fields, "commands") or []
    for command in listed:
        fits = 1 <= len(command["description"]) <= _MAX_DESCRIPTION_CHARS
        if not fits or not _COMMAND.fullmatch(command["command"]):
            network.object_to("command", str(command.get("command")))
            raise _bad("BOT_COMMAND_INVALID")
    if len(listed) > _MAX_COMMANDS:
        network.object_to("command", f"{len(listed)} commands")
        raise _bad("too many commands")
    network.commands[str(fields.get("language_code", ""))] = listed
    return True


METHODS: Mapping[str, Callable[[TelegramNetwork, Fields], Awaitable[Any]]] = MappingProxyType(
    {
        "getme": get_me,
        "setwebhook": set_webhook,
        "deletewebhook": delete_webhook,
        "getupdates": get_updates,
        "sendmessage": send_message,
        "editmessagetext": edit_message_text,
        "editmessagereplymarkup": edit_message_reply_markup,
        "answercallbackquery": answer_callback_query,
        "sendchataction": send_chat_action,
        "getfile": get_file,
        "setmycommands": set_my_commands,
    }
)
"""By name in lower case: the Bot API does not tell cases apart."""


def _chat(network: TelegramNetwork, fields: Fields) -> int:
    try:
        chat_id = int(fields.get("chat_id", ""))
    except ValueError:
        network.object_to("chat_id", "not a number")
        raise _bad("chat_id is empty") from None
    if chat_id in network.blocked:
        raise ApiError(403, "Forbidden: bot was blocked by the user")
    if chat_id not in network.chats:
        raise _bad("chat not found")
    return chat_id


def _limit_flood(network: TelegramNetwork) -> None:
    faults = network.faults
    if faults.flood:
        faults.flood -= 1
        wait_s = faults.retry_after_s
        raise ApiError(429, f"Too Many Requests: retry after {wait_s}", wait_s)


def _text(network: TelegramNetwork, fields: Fields) -> str:
    text = str(fields.get("text", ""))
    units = len(text.encode("utf-16-le")) // 2
    if not text.strip():
        network.object_to("text_empty", "0")
        raise _bad("message text is empty")
    if units > _MAX_TEXT_UNITS:
        network.object_to("text_length", str(units))
        raise _bad("message is too long")
    return text


def _markup(network: TelegramNetwork, fields: Fields) -> dict[str, Any] | None:
    markup: dict[str, Any] | None = _json(fields, "reply_markup")
    for row in (markup or {}).get("inline_keyboard", []):
        for button in row:
            size = len(str(button.get("callback_data", "")).encode())
            if not 1 <= size <= _MAX_DATA_BYTES:
                network.object_to("callback_data", f"{size} bytes")
                raise _bad("BUTTON_DATA_INVALID")
            if not str(button.get("text", "")).strip():
                network.object_to("button_text", "empty")
                raise _bad("can't parse inline keyboard button: Text must be non-empty")
    return markup


def _own(network: TelegramNetwork, chat_id: int, fields: Fields) -> BotMessage:
    message = network.message(chat_id, int(fields.get("message_id", 0)))
    if message is None:
        raise _bad("message to edit not found")
    if network.faults.uneditable:
        raise _bad("message can't be edited")
    return message


def _shown(network: TelegramNetwork, chat_id: int, message: BotMessage) -> dict[str, Any]:
    kind = "private" if chat_id > 0 else "supergroup"
    return {
        "message_id": message.message_id,
        "date": network.timestamp,
        "chat": {"id": chat_id, "type": kind},
        "from": {"id": BOT_ID, "is_bot": True, "first_name": "Өртөө"},
        "text": message.text,
    }


def _json(fields: Fields, name: str) -> Any:
    """A field that is JSON inside a form, or plain in a JSON body."""
    value = fields.get(name)
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        raise _bad(f"can't parse {name}") from None
