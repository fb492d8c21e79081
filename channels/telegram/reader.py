"""From an update to the message for the assistant; what is none is dealt with here."""

from __future__ import annotations

from datetime import datetime

from bot.message import Inbound, Session
from channels.base import Ignored, Turn
from channels.form import read_keys
from channels.sentences import sentence
from channels.telegram.answers import NAME
from channels.telegram.courtesy import Courtesy
from channels.telegram.ears import Ears, Unheard
from channels.telegram.keyboard import NO, YES, Keyboards, pick_of
from channels.telegram.updates import (
    Blocked,
    Crowd,
    Incoming,
    OwnContact,
    Place,
    Press,
    Text,
    Unusable,
    VoiceNote,
)


class Reader:
    """Reads updates of one bot."""

    def __init__(self, bot_id: str, keyboards: Keyboards, courtesy: Courtesy, ears: Ears) -> None:
        self._bot_id = bot_id
        self._keyboards = keyboards
        self._courtesy = courtesy
        self._ears = ears

    async def inbound(self, update: Incoming, turn: Turn, now: datetime) -> Inbound:
        """The message in an update. Raises Ignored where there is none for the assistant."""
        match update.said:
            case Text(text):
                self._courtesy.typing(update.chat_id)
                return self._message(update, now, text=text, keys=read_keys(text))
            case Press() as press:
                return await self._pressed(update, press, turn, now)
            case VoiceNote() as note:
                return await self._spoken(update, note, now)
            case OwnContact(phone):
                self._courtesy.typing(update.chat_id)
                return self._message(update, now, phone=phone)
            case Place(latitude, longitude):
                self._courtesy.typing(update.chat_id)
                return self._message(update, now, location=(latitude, longitude))
            case Blocked():
                text = sentence(NAME, "opt_out")
                return self._message(update, now, text=text, session=Session.END)
            case Unusable(key):
                self._courtesy.say(update.chat_id, key, update.update_id)
            case Crowd():
                self._courtesy.refuse_crowd(update.chat_id, now.date())
        raise Ignored("nothing for the assistant")

    def message_id(self, update: Incoming) -> str:
        """The idempotency key of an update: its number is unique for one bot."""
        return f"{self._bot_id}-{update.update_id}"

    async def _pressed(self, update: Incoming, press: Press, turn: Turn, now: datetime) -> Inbound:
        """A press on the buttons of the latest answer; one on older ones is told to be old."""
        pick, message_id = pick_of(press.data), self.message_id(update)
        latest = await turn.history(NAME, self._keyboards.handle(update.chat_id))
        is_repeated = latest == message_id
        is_present = (
            pick is not None and latest is not None and self._keyboards.answers(pick, latest)
        )
        if pick is None or not (is_present or is_repeated):
            self._courtesy.release(press.query_id, "old_button")
            raise Ignored("an old button")
        self._courtesy.release(press.query_id)
        self._courtesy.typing(update.chat_id)
        reply_to = None if press.message_id is None else str(press.message_id)
        if pick.key in (YES, NO):
            text = sentence(NAME, "yes" if pick.key == YES else "no")
            return self._message(update, now, text=text, reply_to=reply_to)
        return self._message(update, now, keys=pick.key, reply_to=reply_to)

    async def _spoken(self, update: Incoming, note: VoiceNote, now: datetime) -> Inbound:
        self._courtesy.typing(update.chat_id)
        try:
            text = await self._ears.words(note)
        except Unheard as error:
            self._courtesy.say(update.chat_id, error.sentence, update.update_id)
            raise Ignored("a voice note without words") from error
        self._courtesy.typing(update.chat_id)
        return self._message(update, now, text=text, keys=read_keys(text))

    def _message(
        self,
        update: Incoming,
        now: datetime,
        *,
        text: str | None = None,
        keys: str | None = None,
        session: Session = Session.NONE,
        reply_to: str | None = None,
        phone: str | None = None,
        location: tuple[float, float] | None = None,
    ) -> Inbound:
        """A message. Its id stays as the chat's history: the next press is compared with it."""
        message_id = self.message_id(update)
        return Inbound(
            channel=NAME,
            address=str(update.chat_id),
            message_id=message_id,
            session=session,
            text=text,
            keys=keys,
            audio=None,
            received_at=now,
            session_id=self._keyboards.handle(update.chat_id),
            history=message_id,
            reply_to=reply_to,
            phone=phone,
            location=location,
        )
