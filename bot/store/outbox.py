"""The outbox: messages stored in the transaction that decided them, sent by whoever claims them.

A message is sent at least once: a worker that dies between the provider's answer and `complete`
leaves it to be sent again when its lease ends. A message marked `at_most_once` becomes "unknown"
instead. Messages to one recipient go one after the other, in the order they were stored.
"""

from __future__ import annotations

import logging
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, update
from sqlalchemy.orm import aliased

from bot.store.database import Store, StoreSession
from bot.store.models import EarlyReport, OutboxMessage
from bot.store.statements import insert_new
from bot.store.vault import VaultError

logger = logging.getLogger(__name__)

_WAITING = ("queued", "leased")
_ERROR_CODE_MAX = 64
OPTED_OUT = "opted_out"
"""The error of a message whose receiver has blocked us with the provider."""


@dataclass(frozen=True)
class NewMessage:
    """A message to be sent."""

    channel: str
    address: str = field(repr=False)
    body: Any = field(repr=False)
    """JSON as the channel's sender understands it."""
    dedupe_key: str
    """The same key again is the same message and is not stored twice."""
    priority: int = 5
    """Lower goes first among different recipients: 0 a one-time code, 5 a reply, 9 a notice."""
    not_before: datetime | None = None
    at_most_once: bool = False
    """Rather not sent than sent twice."""


@dataclass(frozen=True)
class Claimed:
    """A message leased to one worker."""

    id: int
    channel: str
    address: str = field(repr=False)
    body: Any = field(repr=False)
    dedupe_key: str
    attempts: int
    """This attempt included."""
    at_most_once: bool
    owner: str
    doubtful_route: str | None = None
    """The route that an earlier attempt went, where its provider may have taken the message."""


async def enqueue(session: StoreSession, message: NewMessage, *, at: datetime) -> bool:
    """Return whether the message was stored; False when its dedupe key was stored before."""
    vault, key = session.vault, message.dedupe_key
    row = {
        "dedupe_key": key,
        "channel": message.channel,
        "address_enc": vault.seal(message.address.encode(), _address_context(key)),
        "address_hash": vault.lookup("outbox", f"{message.channel}\0{message.address}"),
        "body_enc": vault.seal_json(message.body, _body_context(key)),
        "priority": message.priority,
        "at_most_once": message.at_most_once,
        "state": "queued",
        "attempts": 0,
        "not_before": message.not_before or at,
        "created_at": at,
    }
    return await insert_new(session, OutboxMessage, row)


async def claim(
    store: Store,
    owner: str,
    now: datetime,
    *,
    limit: int,
    lease_s: float,
    channels: Collection[str] | None = None,
) -> list[Claimed]:
    """Lease up to `limit` messages to `owner`, at most one per recipient.

    A message is due when it is queued or its lease has run out, its time has come, and no earlier
    message of the same recipient is waiting (one whose own time has not come, such as a notice for
    tomorrow, holds nobody up). `channels` limits it to some channels. Raises StoreUnavailable.
    """
    due = _due(now, channels)
    async with store.read() as session:
        # Looking first keeps an idle worker from taking SQLite's write lock again and again.
        if await session.scalar(select(OutboxMessage.id).where(due).limit(1)) is None:
            return []
    async with store.write() as session:
        await _give_up_expired(session, now)
        rows = await session.scalars(
            select(OutboxMessage)
            .where(due)
            .order_by(OutboxMessage.priority, OutboxMessage.id)
            .limit(limit)
            .with_for_update(skip_locked=True, of=OutboxMessage)
        )
        lease_until = now + timedelta(seconds=lease_s)
        leased = (_lease(session, row, owner, lease_until) for row in rows)
        return [message for message in leased if message is not None]


async def complete(
    session: StoreSession,
    message: Claimed,
    *,
    provider_id: str | None,
    at: datetime,
    route: str | None = None,
) -> bool:
    """Mark the message sent; False when the lease has passed to another worker meanwhile.

    `route` is the way it went; None: its own channel. A delivery report that came first counts.
    """
    route = route or message.channel
    is_ours = await _settle(
        session,
        message,
        state="sent",
        provider_id=provider_id,
        route=route,
        sent_at=at,
        error_code=None,
    )
    early = await session.get(EarlyReport, (route, provider_id)) if provider_id else None
    if early is not None and provider_id is not None:
        status: Literal["delivered", "failed"]
        status = "delivered" if early.status == "delivered" else "failed"
        await mark_delivered(session, route, provider_id, status, error=early.error_code)
        await session.delete(early)
    return is_ours


async def retry_later(
    session: StoreSession,
    message: Claimed,
    *,
    error: str,
    not_before: datetime,
    doubtful_route: str | None = None,
) -> bool:
    """Queue the message again; False when the lease has passed to another worker meanwhile.

    `error` is a code, never the text of an error, which may quote the message. `doubtful_route` is
    the route whose provider may have taken the message all the same.
    """
    return await _settle(
        session,
        message,
        state="queued",
        not_before=not_before,
        error_code=_code(error),
        route=doubtful_route or message.doubtful_route,
    )


async def fail(
    session: StoreSession,
    message: Claimed,
    *,
    error: str,
    state: Literal["failed", "unknown"] = "failed",
) -> bool:
    """Give the message up; False when the lease has passed to another worker meanwhile."""
    return await _settle(session, message, state=state, error_code=_code(error))


async def mark_delivered(
    session: StoreSession,
    route: str,
    provider_id: str,
    status: Literal["delivered", "failed"],
    *,
    error: str | None = None,
) -> bool:
    """Record a provider's delivery report; False when no message sent by the route has this id."""
    found = await session.scalars(
        update(OutboxMessage)
        .where(
            OutboxMessage.route == route,
            OutboxMessage.provider_id == provider_id,
            OutboxMessage.state == "sent",
        )
        .values(state=status, error_code=None if error is None else _code(error))
        .returning(OutboxMessage.id)
        .execution_options(synchronize_session=False)
    )
    return bool(found.all())


async def address_sent_to(session: StoreSession, route: str, provider_id: str) -> str | None:
    """Return whom a message went to, None when it is unknown or forgotten. Raises VaultError."""
    row = await session.scalar(
        select(OutboxMessage).where(
            OutboxMessage.route == route, OutboxMessage.provider_id == provider_id
        )
    )
    if row is None or row.address_enc is None:
        return None
    return session.vault.open(row.address_enc, _address_context(row.dedupe_key)).decode()


async def keep_report(
    session: StoreSession,
    route: str,
    provider_id: str,
    status: Literal["delivered", "failed"],
    *,
    error: str | None,
    at: datetime,
) -> None:
    """Keep a report of a message that is not known as sent yet, for `complete` to find.

    A report of a message that is settled already is a repeated one and is not kept.
    """
    known = select(OutboxMessage.id).where(
        OutboxMessage.route == route, OutboxMessage.provider_id == provider_id
    )
    if await session.scalar(known.limit(1)) is None:
        code = None if error is None else _code(error)
        row = {"route": route, "provider_id": provider_id, "status": status}
        await insert_new(session, EarlyReport, {**row, "error_code": code, "at": at})


async def waiting_count(session: StoreSession) -> dict[str, int]:
    """Return how many messages wait or are on their way, by channel."""
    rows = await session.execute(
        select(OutboxMessage.channel, func.count())
        .where(OutboxMessage.state.in_(_WAITING))
        .group_by(OutboxMessage.channel)
    )
    return dict(rows.all())


def _due(now: datetime, channels: Collection[str] | None) -> ColumnElement[bool]:
    earlier = aliased(OutboxMessage)
    is_behind = exists().where(
        earlier.channel == OutboxMessage.channel,
        earlier.address_hash == OutboxMessage.address_hash,
        earlier.id < OutboxMessage.id,
        earlier.state.in_(_WAITING),
        or_(earlier.attempts > 0, earlier.not_before <= now),
    )
    is_free = or_(
        OutboxMessage.state == "queued",
        and_(OutboxMessage.state == "leased", OutboxMessage.lease_until <= now),
    )
    conditions = [is_free, OutboxMessage.not_before <= now, ~is_behind]
    if channels is not None:
        conditions.append(OutboxMessage.channel.in_(channels))
    return and_(*conditions)


async def _give_up_expired(session: StoreSession, now: datetime) -> None:
    """Mark what a dead worker may have sent, and must not be sent twice, as unknown."""
    await session.execute(
        update(OutboxMessage)
        .where(
            OutboxMessage.state == "leased",
            OutboxMessage.lease_until <= now,
            OutboxMessage.at_most_once,
        )
        .values(state="unknown", error_code="lease_expired")
        .execution_options(synchronize_session=False)
    )


async def _settle(session: StoreSession, message: Claimed, **values: object) -> bool:
    settled = await session.scalars(
        update(OutboxMessage)
        .where(
            OutboxMessage.id == message.id,
            OutboxMessage.owner == message.owner,
            OutboxMessage.state == "leased",
            OutboxMessage.attempts == message.attempts,
        )
        .values(lease_until=None, owner=None, **values)
        .returning(OutboxMessage.id)
        .execution_options(synchronize_session=False)
    )
    return settled.one_or_none() is not None


def _lease(
    session: StoreSession, row: OutboxMessage, owner: str, lease_until: datetime
) -> Claimed | None:
    """Return the row leased, None when it cannot be opened; it then fails and blocks nobody."""
    key, vault = row.dedupe_key, session.vault
    try:
        address = vault.open(row.address_enc or b"", _address_context(key)).decode()
        body = vault.open_json(row.body_enc or b"", _body_context(key))
    except VaultError:
        logger.error("message %s cannot be opened with the keys given", row.id)
        row.state, row.error_code = "failed", "vault"
        return None
    row.state, row.owner, row.lease_until = "leased", owner, lease_until
    row.attempts += 1
    return Claimed(
        id=row.id,
        channel=row.channel,
        address=address,
        body=body,
        dedupe_key=key,
        attempts=row.attempts,
        at_most_once=row.at_most_once,
        owner=owner,
        doubtful_route=row.route,
    )


def _code(error: str) -> str:
    return error[:_ERROR_CODE_MAX]


def _address_context(dedupe_key: str) -> str:
    return f"outbox.address|{dedupe_key}"


def _body_context(dedupe_key: str) -> str:
    return f"outbox.body|{dedupe_key}"
