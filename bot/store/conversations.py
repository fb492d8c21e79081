"""Conversations, their answered messages, and the hops of a USSD session."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update

from bot.errors import Busy
from bot.store.database import StoreSession
from bot.store.models import Conversation, Hop, Turn
from bot.store.statements import insert_new, insert_or_update
from bot.store.vault import Vault


@dataclass(frozen=True)
class Talk:
    """The current session of one address on one channel."""

    id: str
    """Keyed hash of channel and address."""
    channel: str
    state: Any = field(default=None, repr=False)
    """JSON of the engine; None for a fresh session."""
    version: int = 0
    """How often it was saved; 0 when never."""
    session_no: int = 0
    """Which session of this address it is; the engine counts it up when it starts afresh."""
    updated_at: datetime | None = None


def conversation_id(vault: Vault, channel: str, address: str) -> str:
    """Return the id of the conversation with `address`: 64 hex digits that do not reveal it."""
    return vault.lookup("conversation", f"{channel}\0{address}")


async def load_conversation(session: StoreSession, channel: str, address: str) -> Talk:
    """Return the conversation, a fresh one when there is none. Raises VaultError."""
    talk_id = conversation_id(session.vault, channel, address)
    row = (
        await session.execute(select(Conversation).where(Conversation.id == talk_id))
    ).scalar_one_or_none()
    if row is None:
        return Talk(talk_id, channel)
    return _talk(session, row)


async def save_conversation(session: StoreSession, talk: Talk, *, at: datetime) -> Talk:
    """Store the conversation and return it with its new version.

    Raises Busy when it was saved by another since it was loaded.
    """
    state_enc = None
    if talk.state is not None:
        state_enc = session.vault.seal_json(talk.state, _state_context(talk.id))
    values = {
        "state_enc": state_enc,
        "session_no": talk.session_no,
        "version": talk.version + 1,
        "updated_at": at,
    }
    if talk.version:
        saved = await session.execute(
            update(Conversation)
            .where(Conversation.id == talk.id, Conversation.version == talk.version)
            .values(values)
            .returning(Conversation.id)
            .execution_options(synchronize_session=False)
        )
        is_saved = saved.scalar_one_or_none() is not None
    else:
        row = {"id": talk.id, "channel": talk.channel, **values}
        is_saved = await insert_new(session, Conversation, row)
    if not is_saved:
        raise Busy("the conversation was changed by another process")
    return replace(talk, version=talk.version + 1, updated_at=at)


async def stored_turn(session: StoreSession, channel: str, message_id: str) -> Any:
    """Return the outcome that answered this message, None when it was not answered yet.

    An answered message whose outcome has been blanked gives {}.
    """
    row = (
        await session.execute(
            select(Turn.outcome_enc).where(Turn.channel == channel, Turn.message_id == message_id)
        )
    ).one_or_none()
    if row is None:
        return None
    sealed = row.outcome_enc
    if sealed is None:
        return {}
    return session.vault.open_json(sealed, _turn_context(channel, message_id))


async def save_turn(
    session: StoreSession,
    channel: str,
    message_id: str,
    *,
    conversation: str,
    outcome: object,
    at: datetime,
) -> None:
    """Store the outcome (JSON) of a message. Raises Busy when another has just answered it."""
    row = {
        "channel": channel,
        "message_id": message_id,
        "conversation_id": conversation,
        "outcome_enc": session.vault.seal_json(outcome, _turn_context(channel, message_id)),
        "at": at,
    }
    if not await insert_new(session, Turn, row):
        raise Busy("the message was answered by another process")


async def hop_history(session: StoreSession, channel: str, session_id: str) -> str | None:
    """Return what this provider session has sent so far, None when it is new."""
    sealed = await session.scalar(
        select(Hop.history_enc).where(Hop.channel == channel, Hop.session_id == session_id)
    )
    if sealed is None:
        return None
    return session.vault.open(sealed, _hop_context(channel, session_id)).decode()


async def save_hop_history(
    session: StoreSession,
    channel: str,
    session_id: str,
    history: str,
    *,
    conversation: str,
    at: datetime,
) -> None:
    """Store what this provider session has sent so far."""
    context = _hop_context(channel, session_id)
    changing = {
        "history_enc": session.vault.seal(history.encode(), context),
        "conversation_id": conversation,
        "updated_at": at,
    }
    await insert_or_update(session, Hop, {"channel": channel, "session_id": session_id}, changing)


async def conversation_of_hop(session: StoreSession, channel: str, session_id: str) -> Talk | None:
    """Return the conversation that a provider session belongs to, None when it is unknown."""
    row = (
        await session.execute(
            select(Conversation)
            .join(Hop, Hop.conversation_id == Conversation.id)
            .where(Hop.channel == channel, Hop.session_id == session_id)
        )
    ).scalar_one_or_none()
    return None if row is None else _talk(session, row)


async def forget_hops(session: StoreSession, channel: str, session_id: str) -> None:
    """Delete what a provider session has sent: it has ended."""
    await session.execute(delete(Hop).where(Hop.channel == channel, Hop.session_id == session_id))


def _talk(session: StoreSession, row: Conversation) -> Talk:
    state = None
    if row.state_enc is not None:
        state = session.vault.open_json(row.state_enc, _state_context(row.id))
    return Talk(row.id, row.channel, state, row.version, row.session_no, row.updated_at)


def _state_context(talk_id: str) -> str:
    return f"conversation.state|{talk_id}"


def _turn_context(channel: str, message_id: str) -> str:
    return f"turn.outcome|{channel}|{message_id}"


def _hop_context(channel: str, session_id: str) -> str:
    return f"hop.history|{channel}|{session_id}"
