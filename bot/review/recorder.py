"""Watches turns for utterances worth reviewing and stages what is kept of them.

It never fails a turn: what goes wrong here is logged by its kind alone, and the turn goes on.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from sqlalchemy.exc import DBAPIError

from bot.context import TurnContext
from bot.review.noticing import Exchange, Noticed, notice, script_of
from bot.review.redaction import Redactor
from bot.store.database import StoreSession
from bot.store.review import Seen, keep_seen, note_choice

logger = logging.getLogger(__name__)


class Recorder:
    """Keeps what is worth reviewing."""

    def __init__(self, redactor: Redactor) -> None:
        self._redactor = redactor

    def watch(
        self, turn: TurnContext, after: Mapping[str, Any], pending: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Stage what the turn tells, as its last write; return what the next turn has to know.

        `after` is the dialogue's state at the end, `pending` what this returned a turn before.
        """
        try:
            noticed = self._noticed(turn, after, pending)
        except Exception as error:
            logger.warning("a turn could not be looked at: %s", type(error).__name__)
            return {}
        if noticed.seen or noticed.choice:
            turn.stage(_effect(turn, noticed))
        return dict(noticed.pending)

    def _noticed(
        self, turn: TurnContext, after: Mapping[str, Any], pending: Mapping[str, Any]
    ) -> Noticed:
        today = turn.now.astimezone(turn.zone).date()

        def see(found: Mapping[str, Any], chosen: str | None) -> Seen:
            text = str(found["text"])
            return Seen(
                text,
                found["reason"],
                found["decided"],
                turn.channel,
                script_of(text),
                today,
                chosen or None,
            )

        exchange = Exchange(turn.words, turn.parsed, turn.dialogue, after)
        return notice(exchange, pending, lambda words: self._redactor.redact(words, today), see)


def _effect(turn: TurnContext, noticed: Noticed) -> Callable[[StoreSession], Awaitable[None]]:
    async def store(session: StoreSession) -> None:
        try:
            # Without a savepoint PostgreSQL would refuse the rest of the turn after an error.
            async with session.begin_nested():
                await _store(session, turn, noticed)
        except DBAPIError as error:
            if error.connection_invalidated:
                raise
            logger.warning("nothing kept for review: %s", type(error).__name__)
        except Exception as error:
            logger.warning("nothing kept for review: %s", type(error).__name__)

    return store


async def _store(session: StoreSession, turn: TurnContext, noticed: Noticed) -> None:
    if noticed.seen is not None:
        await keep_seen(
            session,
            noticed.seen,
            identity_channel=turn.identity_channel,
            address=turn.address,
        )
    elif noticed.choice is not None:
        choice = noticed.choice
        await note_choice(session, choice.text, choice.chosen, corrected=choice.corrected)
