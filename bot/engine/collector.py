"""The output channel that turns what actions utter into `Reply` values."""

from __future__ import annotations

from typing import Any

from rasa.core.channels.channel import OutputChannel

from bot.message import Choice, Expects, Reply


class Collector(OutputChannel):
    """Collects the replies of one turn; `replies` holds them in the order they were said."""

    def __init__(self, channel: str) -> None:
        self._channel = channel
        self.replies: list[Reply] = []

    def name(self) -> str:
        """Return the channel's name, so that responses may have a variant per channel."""
        return self._channel

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        custom = message.get("custom") or {}
        # An action's own options come first; those of the response in domain.yml follow.
        buttons = (*(custom.get("choices") or ()), *(message.get("buttons") or ()))
        choices = tuple(Choice(b["title"], b["payload"]) for b in buttons)
        expects = Expects(custom.get("expects") or ("choice" if choices else "nothing"))
        self.replies.append(
            Reply(
                text=message.get("text") or "",
                choices=choices,
                expects=expects,
                private=bool(custom.get("private")),
                ends_session=bool(custom.get("ends_session")),
            )
        )
