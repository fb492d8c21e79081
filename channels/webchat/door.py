"""The channel "webchat" as the turn sees it."""

from __future__ import annotations

from datetime import datetime

from bot.message import Inbound, Session
from channels.base import HttpChannel
from channels.webchat.origins import Origins
from channels.webchat.wire import Said

NAME = "webchat"


class Webchat(HttpChannel):
    """Replies as they are, one text each; its routes are its own, because they answer origins."""

    name = NAME
    path = NAME

    def __init__(self, origins: Origins) -> None:
        self.origins = origins

    def inbound(self, session_id: str, said: Said, at: datetime) -> Inbound:
        """The message of a conversation; the widget's id makes a repeated one harmless."""
        return Inbound(
            channel=self.name,
            address=session_id,
            message_id=f"{session_id}:{said.id}",
            session=Session.NONE,
            text=said.text,
            keys=said.keys,
            audio=None,
            received_at=at,
        )
