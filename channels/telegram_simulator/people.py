"""What people do with the bot: each act is the update that Telegram would make of it."""

from __future__ import annotations

from typing import Any

from channels.telegram_simulator.network import BOT_ID, TelegramNetwork

GROUP_ID = -1001234


class People:
    """The citizens and their telephones. Every act returns the id of its update."""

    def __init__(self, network: TelegramNetwork) -> None:
        self._network = network
        self._uploads = 0

    def writes(self, user: int, text: str, **fields: Any) -> int:
        """A text, or a command."""
        if text.startswith("/"):
            length = len(text.split(maxsplit=1)[0])
            fields["entities"] = [{"type": "bot_command", "offset": 0, "length": length}]
        return self._message(user, text=text, **fields)

    def edits(self, user: int, text: str, **fields: Any) -> int:
        """A change of an earlier message."""
        content = self._content(user, text=text, **fields)
        return self._network.push("edited_message", content | {"edit_date": content["date"]})

    def presses(self, user: int, label: str) -> int:
        """A press on the newest button of this label."""
        for message in reversed(self._network.chats[user]):
            for button in message.buttons:
                if button["text"] == label:
                    return self.presses_data(user, message.message_id, button["callback_data"])
        raise LookupError(f"there is no button {label}")

    def presses_data(
        self, user: int, message_id: int, data: str, *, reachable: bool = True
    ) -> int:
        """A press on a button that carries this data; `reachable`: the message is not too old."""
        network = self._network
        query_id = f"query-{len(network.presses) + 1}"
        network.presses[query_id] = None
        message: dict[str, Any] = {"message_id": message_id, "chat": _private(user), "date": 0}
        if reachable:
            shown = network.message(user, message_id)
            message |= {"date": network.timestamp, "from": self._bot()}
            message["text"] = shown.text if shown else ""
        content = {
            "id": query_id,
            "from": _person(user),
            "chat_instance": str(user),
            "data": data,
            "message": message,
        }
        return network.push("callback_query", content)

    def speaks(self, user: int, ogg: bytes, duration_s: int = 3) -> int:
        """A voice note."""
        self._uploads += 1
        file_id = f"voice-{self._uploads}"
        self._network.files[file_id] = ogg
        voice = {
            "file_id": file_id,
            "file_unique_id": f"unique-{self._uploads}",
            "duration": duration_s,
            "mime_type": "audio/ogg",
            "file_size": len(ogg),
        }
        return self._message(user, voice=voice)

    def shares_contact(
        self, user: int, phone: str, owner: int | None = None, **fields: Any
    ) -> int:
        """A contact, whose account is `owner`; None: the number has no account."""
        contact: dict[str, Any] = {"phone_number": phone, "first_name": "Бат"}
        if owner is not None:
            contact["user_id"] = owner
        return self._message(user, contact=contact, **fields)

    def shares_place(self, user: int, latitude: float, longitude: float) -> int:
        """A location."""
        return self._message(user, location={"latitude": latitude, "longitude": longitude})

    def moves(self, user: int, latitude: float, longitude: float) -> int:
        """A step while a live location is shared."""
        content = self._content(user, location={"latitude": latitude, "longitude": longitude})
        return self._network.push("edited_message", content | {"edit_date": content["date"]})

    def sends_sticker(self, user: int) -> int:
        """A sticker."""
        sticker = {
            "file_id": "sticker-1",
            "file_unique_id": "unique-s",
            "type": "regular",
            "width": 512,
            "height": 512,
            "is_animated": False,
            "is_video": False,
        }
        return self._message(user, sticker=sticker)

    def sends_photo(self, user: int, caption: str) -> int:
        """A photo with words under it."""
        photo = {"file_id": "photo-1", "file_unique_id": "unique-p", "width": 90, "height": 90}
        return self._message(user, photo=[photo], caption=caption)

    def writes_in_group(self, user: int, text: str, group: int = GROUP_ID) -> int:
        """A text in a group that the bot is in."""
        self._network.open_chat(group)
        chat = {"id": group, "type": "supergroup", "title": "Хөршүүд"}
        return self._message(user, text=text, chat=chat)

    def blocks(self, user: int) -> int:
        """The citizen blocks the bot."""
        self._network.blocked.add(user)
        return self._membership(user, "member", "kicked")

    def unblocks(self, user: int) -> int:
        """The citizen lets the bot write again."""
        self._network.blocked.discard(user)
        return self._membership(user, "kicked", "member")

    def _message(self, user: int, **fields: Any) -> int:
        return self._network.push("message", self._content(user, **fields))

    def _content(self, user: int, **fields: Any) -> dict[str, Any]:
        chat = _private(user)
        self._network.open_chat(chat["id"])
        return {
            "message_id": self._network.new_message_id(),
            "date": self._network.timestamp,
            "from": _person(user),
            "chat": chat,
            **fields,
        }

    def _membership(self, user: int, old: str, new: str) -> int:
        change = {
            "chat": _private(user),
            "from": _person(user),
            "date": self._network.timestamp,
            "old_chat_member": self._member(old),
            "new_chat_member": self._member(new),
        }
        return self._network.push("my_chat_member", change)

    def _member(self, status: str) -> dict[str, Any]:
        member: dict[str, Any] = {"status": status, "user": self._bot()}
        return member | {"until_date": 0} if status == "kicked" else member

    def _bot(self) -> dict[str, Any]:
        username = self._network.config.username
        return {"id": BOT_ID, "is_bot": True, "first_name": "Өртөө", "username": username}


def _person(user: int) -> dict[str, Any]:
    return {"id": user, "is_bot": False, "first_name": "Бат", "language_code": "mn"}


def _private(user: int) -> dict[str, Any]:
    return {"id": user, "type": "private", "first_name": "Бат"}
