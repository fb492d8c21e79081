"""What the widget and the server say to each other, as JSON, by socket and by HTTP alike.

The widget sends `{"id", "text"}`, or `{"id", "choice"}` with the number of a choice: a page cannot
speak to the engine in payloads. It gets `{"id", "replies"}`, with `"trouble"` where the replies
are an apology.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

from bot.message import Reply
from bot.outcome import Outcome
from channels.base import BadRequest, Trouble
from channels.form import read_text
from channels.sentences import sentence

MAX_BYTES = 8 * 1024
MAX_TEXT_CHARS = 1000

_MAX_CHOICE = 99
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True)
class Said:
    """One message of the widget."""

    id: str
    """The widget's own: sent again with the same id, it is the same message."""
    text: str | None = field(repr=False)
    keys: str | None = field(repr=False)
    """The number of a choice."""


def read_object(body: bytes) -> dict[str, Any]:
    """The JSON object of a body or a frame. Raises BadRequest."""
    try:
        data: Any = json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise BadRequest("the message is not JSON in UTF-8") from error
    if not isinstance(data, dict):
        raise BadRequest("the message is not a JSON object")
    return data


def read_said(data: dict[str, Any]) -> Said:
    """The message of an object. Raises BadRequest."""
    if set(data) not in ({"id", "text"}, {"id", "choice"}):
        raise BadRequest("the message must have id, and either text or choice")
    if not isinstance(data["id"], str) or not _ID.fullmatch(data["id"]):
        raise BadRequest("id must be 1 to 64 letters, digits, - or _")
    if "choice" in data:
        return Said(data["id"], None, _choice(data["choice"]))
    return Said(data["id"], _text(data["text"]), None)


def answer(said: Said, outcome: Outcome) -> dict[str, Any]:
    """The replies to a message."""
    return {"id": said.id, "replies": [_reply(reply) for reply in outcome.replies]}


def apology(channel: str, message_id: str | None, trouble: Trouble) -> dict[str, Any]:
    """One reply that says why there is no answer."""
    reply = _reply(Reply(sentence(channel, trouble.value)))
    return {"id": message_id, "replies": [reply], "trouble": trouble.value}


def _choice(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= _MAX_CHOICE:
        raise BadRequest(f"choice must be a number from 1 to {_MAX_CHOICE}")
    return str(value)


def _text(value: object) -> str:
    if not isinstance(value, str) or len(value) > MAX_TEXT_CHARS or _CONTROL.search(value):
        raise BadRequest(f"text must be at most {MAX_TEXT_CHARS} characters of plain text")
    text = read_text(value)
    if text is None:
        raise BadRequest("text must not be empty")
    return text


def _reply(reply: Reply) -> dict[str, object]:
    return {
        "text": reply.text,
        "choices": [choice.label for choice in reply.choices],
        "expects": reply.expects.value,
        "private": reply.private,
    }
