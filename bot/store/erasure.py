"""Deletion at the citizen's word (law on personal data of 2021-12-17, articles 8.7 and 18.4)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, update

from bot.store.citizens import erase_citizen, revoke_consents, unbind_identity
from bot.store.database import StoreSession
from bot.store.models import Case, Citizen, Hop, OutboxMessage, Turn
from bot.store.notices import identity_channel
from bot.store.review import decline_review

_SETTLED = ("sent", "delivered", "failed", "unknown")


async def erase_address(
    session: StoreSession,
    channel: str,
    address: str,
    *,
    conversation: str,
    owner: str,
    citizen_id: str | None,
    at: datetime,
) -> None:
    """Delete what is kept of whoever writes from this address.

    The answers of the conversation, what a provider's sessions sent, sent messages, what was
    written in cases, and whose address it is. Consents and the access log stay: they prove what
    was done (articles 8.9 and 18.2.12). The live state is the turn's own to clear.
    """
    if citizen_id is not None:
        citizen = await session.get(Citizen, citizen_id)
        await revoke_consents(session, citizen_id, at=at, channel=channel)
        if citizen is not None:
            await erase_citizen(session, citizen, at=at)
    who = identity_channel(channel, address)
    await unbind_identity(session, who, address, at=at)
    await decline_review(session, who, address, at=at)
    sent_to = [
        session.vault.lookup("outbox", f"{name}\0{address}") for name in {channel, who, "sms"}
    ]
    unsynchronised = {"synchronize_session": False}
    for statement in (
        update(Turn).where(Turn.conversation_id == conversation).values(outcome_enc=None),
        delete(Hop).where(Hop.conversation_id == conversation),
        update(Case).where(Case.conversation_id == owner).values(form_enc=None, address_enc=None),
        update(OutboxMessage)
        .where(OutboxMessage.address_hash.in_(sent_to), OutboxMessage.state.in_(_SETTLED))
        .values(body_enc=None, address_enc=None),
    ):
        await session.execute(statement.execution_options(**unsynchronised))
