"""Deletion of one's own data: asked back once, because it cannot be undone."""

from __future__ import annotations

from actions.dialogue import Dialogue
from actions.office import Desk
from actions.result import Result
from actions.speech import say
from actions.words import words
from bot.language.fold import key
from bot.message import Expects
from bot.store.database import StoreSession
from bot.store.erasure import erase_address


def asks_to_erase(text: str) -> bool:
    """Return whether the words ask for deletion, in either script."""
    said = key(text).split()
    return any(word.startswith(key(stem)) for word in said for stem in words().erase)


def ask_to_erase(desk: Desk, dialogue: Dialogue) -> Result:
    """Ask whether all that is kept shall be deleted."""
    line = say("utter_erase").but(expects=Expects.YES_NO)
    return Result((line,), Dialogue().asking("erase"))


async def erase(desk: Desk, dialogue: Dialogue) -> Result:
    """Delete what is kept of this citizen and this address."""
    turn = desk.turn

    async def store(session: StoreSession) -> None:
        await erase_address(
            session,
            turn.channel,
            turn.address,
            conversation=turn.conversation_id,
            owner=turn.owner_id,
            citizen_id=turn.person.citizen_id if turn.person else None,
            at=turn.now,
        )

    turn.stage(store)
    turn.forgets = True
    return Result((say("utter_erased"),), Dialogue())


async def keep(desk: Desk, dialogue: Dialogue) -> Result:
    """Leave everything as it is."""
    return Result((say("utter_not_erased"),), Dialogue())
