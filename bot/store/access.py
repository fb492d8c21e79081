"""The access log: who read what about a citizen, why, and on which consent.

Each row's digest is an HMAC-SHA256 over the digest before it and the row's own fields, keyed by
the vault's pepper: whoever can write the table but has no pepper cannot alter, insert or remove a
row unnoticed. Rows cut off at the end are noticed by whoever kept an earlier `head`.
(Law on personal data, articles 16.1.2 and 18.2.12.)
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from sqlalchemy import select, text

from bot.store.database import StoreSession
from bot.store.locks import lock_key
from bot.store.models import AccessLog, Citizen
from bot.store.vault import Vault

FIRST_PREV = "0" * 64
_BATCH = 500
_BELOW_ANY_ID = -(2**62)
_CHAIN_LOCK = text("SELECT pg_advisory_xact_lock(:key)")


@dataclass(frozen=True)
class Access:
    """One reading, without any value that was read."""

    actor: str
    """Who read: "bot", or an operator's staff id."""
    operation: str
    purpose: str
    result: str
    """What came of it: "ok", "not_found", "refused" or "failed"."""
    citizen_id: str | None = None
    citizen_hash: str | None = None
    """The citizen's `id_hash`; the log of a citizen is found by it, also after erasure."""
    consent_id: str | None = None
    khur_request_id: str | None = None


@dataclass(frozen=True)
class ChainReport:
    """What checking the whole log found."""

    rows: int
    """How many rows fit."""
    head: str
    """Digest of the last good row; keep it elsewhere to notice a log cut short later."""
    broken_id: int | None
    """The first row that does not fit, None when all do."""


async def append_access(session: StoreSession, access: Access, *, at: datetime) -> AccessLog:
    """Return the stored row, linked to the one before it.

    Holds up other appends until the transaction ends: make it the last step of a short one.
    """
    if session.dialect == "postgresql":
        await session.execute(_CHAIN_LOCK, {"key": lock_key("access_log")})
    last = select(AccessLog.digest).order_by(AccessLog.id.desc()).limit(1)
    prev = await session.scalar(last) or FIRST_PREV
    row = AccessLog(at=at, prev=prev, **asdict(access))
    row.digest = _digest(session.vault, row)
    session.add(row)
    await session.flush()
    return row


async def access_of(
    session: StoreSession, citizen: Citizen, *, limit: int = 20
) -> list[AccessLog]:
    """Return the newest readings about the citizen."""
    rows = await session.scalars(
        select(AccessLog)
        .where(AccessLog.citizen_hash == citizen.id_hash)
        .order_by(AccessLog.id.desc())
        .limit(limit)
    )
    return list(rows)


async def verify_access_chain(session: StoreSession) -> ChainReport:
    """Return whether every row still fits the one before it."""
    prev, count, last_id = FIRST_PREV, 0, _BELOW_ANY_ID
    while True:
        batch = await session.scalars(
            select(AccessLog).where(AccessLog.id > last_id).order_by(AccessLog.id).limit(_BATCH)
        )
        rows = batch.all()
        if not rows:
            return ChainReport(count, prev, None)
        for row in rows:
            if row.prev != prev or row.digest != _digest(session.vault, row):
                return ChainReport(count, prev, row.id)
            prev, last_id, count = row.digest, row.id, count + 1
        session.expunge_all()


def _digest(vault: Vault, row: AccessLog) -> str:
    fields = {
        "actor": row.actor,
        "at": row.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "citizen_hash": row.citizen_hash,
        "citizen_id": row.citizen_id,
        "consent_id": row.consent_id,
        "khur_request_id": row.khur_request_id,
        "operation": row.operation,
        "purpose": row.purpose,
        "result": row.result,
    }
    text_of_row = json.dumps(fields, ensure_ascii=False, sort_keys=True)
    return vault.lookup("access_log", row.prev + text_of_row)
