"""Retention: what is deleted or blanked, and when.

Chat text is sensitive personal data (law on personal data of 2021-12-17, articles 4.1.11 and
4.1.12) and is deleted when its purpose is reached (15.1.3). The law gives no number of days; the
periods below are this project's own and serve redelivery and delivery reports.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Delete, Update, delete, or_, update

from bot.store.database import StoreSession
from bot.store.models import Conversation, EarlyReport, Hop, OutboxMessage, ReviewItem, Turn

CONVERSATION_IDLE = timedelta(hours=24)
TURN_KEPT = timedelta(hours=24)
"""A message delivered again within this time is known to have been answered."""
ANSWER_KEPT = timedelta(hours=1)
"""The answer itself, which may hold what KHUR said, is given again only within this time."""
BODY_KEPT = timedelta(days=7)
REVIEW_KEPT = timedelta(days=90)
"""Redacted utterances for review, unless a setting says otherwise; counted from the first day."""
_SETTLED = ("sent", "delivered", "failed", "unknown")


@dataclass(frozen=True)
class Purged:
    """How many rows were cleared or deleted."""

    conversations: int
    turns: int
    answers: int
    hops: int
    bodies: int
    reviews: int = 0
    reports: int = 0


async def purge(
    session: StoreSession, now: datetime, review_kept: timedelta = REVIEW_KEPT
) -> Purged:
    """Clear what has outlived its purpose and return how much that was."""
    idle, old = now - CONVERSATION_IDLE, now - TURN_KEPT
    clear_states = (
        update(Conversation)
        .where(Conversation.updated_at < idle, Conversation.state_enc.is_not(None))
        .values(state_enc=None, version=Conversation.version + 1)
    )
    blank_bodies = (
        update(OutboxMessage)
        .where(
            OutboxMessage.state.in_(_SETTLED),
            OutboxMessage.created_at < now - BODY_KEPT,
            or_(OutboxMessage.body_enc.is_not(None), OutboxMessage.address_enc.is_not(None)),
        )
        .values(body_enc=None, address_enc=None)
    )
    blank_answers = (
        update(Turn)
        .where(Turn.at < now - ANSWER_KEPT, Turn.outcome_enc.is_not(None))
        .values(outcome_enc=None)
    )
    old_reviews = delete(ReviewItem).where(ReviewItem.first_day <= (now - review_kept).date())
    return Purged(
        answers=await _changed(session, blank_answers),
        conversations=await _changed(session, clear_states),
        turns=await _changed(session, delete(Turn).where(Turn.at < old)),
        hops=await _changed(session, delete(Hop).where(Hop.updated_at < old)),
        bodies=await _changed(session, blank_bodies),
        reviews=await _changed(session, old_reviews),
        reports=await _changed(session, delete(EarlyReport).where(EarlyReport.at < old)),
    )


async def _changed(session: StoreSession, statement: Update | Delete) -> int:
    connection = await session.connection()
    return (await connection.execute(statement)).rowcount
