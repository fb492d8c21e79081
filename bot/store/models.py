"""The tables. Columns ending in `_enc` are sealed by the vault, those in `_hash` are its look-ups.

Nothing fetched from KHUR is stored (law on personal data of 2021-12-17, articles 15.1.3 and 15.2).
Ids are UUID text; moments are aware UTC.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.store.case_status import STATUSES
from bot.store.columns import Base, SerialId

ASSURANCES = ("none", "phone", "khur_otp", "dan", "operator")
OUTBOX_STATES = ("queued", "leased", "sent", "delivered", "failed", "unknown")
REVIEW_REASONS = ("rejected", "reasked", "corrected")
"""Not understood; asked back about; followed by a no, or by another choice than the first."""


def _one_of(column: str, values: tuple[str, ...]) -> str:
    listed = ", ".join(f"'{value}'" for value in values)
    return f"{column} IN ({listed})"


def _waiting(name: str, *columns: str) -> Index:
    """Return an index over the outbox rows still to be sent; the others far outnumber them."""
    waiting = text("state IN ('queued', 'leased')")
    return Index(name, *columns, sqlite_where=waiting, postgresql_where=waiting)


class Citizen(Base):
    """A person known by register number. `id_enc` is empty after erasure."""

    __tablename__ = "citizen"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    id_hash: Mapped[str] = mapped_column(String(64), unique=True)
    id_enc: Mapped[bytes | None]
    created_at: Mapped[datetime]
    erased_at: Mapped[datetime | None]


class ChannelIdentity(Base):
    """A phone number or chat handle, and how surely it belongs to a citizen."""

    __tablename__ = "channel_identity"
    __table_args__ = (
        UniqueConstraint("channel", "handle_hash"),
        CheckConstraint(_one_of("assurance", ASSURANCES), name="assurance"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    channel: Mapped[str] = mapped_column(String(40))
    handle_hash: Mapped[str] = mapped_column(String(64))
    handle_enc: Mapped[bytes | None]
    citizen_id: Mapped[str | None] = mapped_column(ForeignKey("citizen.id"), index=True)
    assurance: Mapped[str] = mapped_column(String(12))
    bound_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    linked_hash: Mapped[str | None] = mapped_column(String(64))
    """Handle of the telephone whose owner this is, as the provider of a chat vouched for."""


class Conversation(Base):
    """The current session of one address on one channel; `version` grows with every save."""

    __tablename__ = "conversation"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    channel: Mapped[str] = mapped_column(String(40))
    state_enc: Mapped[bytes | None]
    version: Mapped[int]
    session_no: Mapped[int]
    updated_at: Mapped[datetime] = mapped_column(index=True)


class Turn(Base):
    """One answered message: the stored outcome answers a provider that delivers it again."""

    __tablename__ = "turn"

    channel: Mapped[str] = mapped_column(String(40), primary_key=True)
    message_id: Mapped[str] = mapped_column(Text, primary_key=True)
    conversation_id: Mapped[str] = mapped_column(String(64))
    outcome_enc: Mapped[bytes | None]
    """Blanked long before the row goes: an answer may hold what KHUR said."""
    at: Mapped[datetime] = mapped_column(index=True)


class Hop(Base):
    """What a USSD session has sent so far, for providers that repeat all of it at each hop."""

    __tablename__ = "hop"

    channel: Mapped[str] = mapped_column(String(40), primary_key=True)
    session_id: Mapped[str] = mapped_column(Text, primary_key=True)
    conversation_id: Mapped[str] = mapped_column(String(64))
    history_enc: Mapped[bytes]
    updated_at: Mapped[datetime] = mapped_column(index=True)


class NoticeStop(Base):
    """An address that wants no notices. Kept by hash alone, so that erasure does not undo it."""

    __tablename__ = "notice_stop"

    channel: Mapped[str] = mapped_column(String(40), primary_key=True)
    handle_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    at: Mapped[datetime]


class Consent(Base):
    """One agreement as it was shown and given (law on personal data, articles 8.2 to 8.9)."""

    __tablename__ = "consent"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    citizen_id: Mapped[str] = mapped_column(ForeignKey("citizen.id"), index=True)
    agreement: Mapped[str] = mapped_column(String(64))
    version: Mapped[int]
    text_sha256: Mapped[str] = mapped_column(String(64))
    purpose: Mapped[str] = mapped_column(Text)
    data_items: Mapped[list[str]]
    recipients: Mapped[list[str]]
    cross_border: Mapped[bool]
    valid_until: Mapped[datetime]
    method: Mapped[str] = mapped_column(String(16))
    channel_identity_id: Mapped[str | None] = mapped_column(ForeignKey("channel_identity.id"))
    evidence: Mapped[dict[str, Any]]
    given_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    revoke_channel: Mapped[str | None] = mapped_column(String(40))

    def covers(self, operation: str, at: datetime) -> bool:
        """Return whether the consent allows the operation at that moment."""
        return self.revoked_at is None and at < self.valid_until and operation in self.data_items


class Case(Base):
    """A request to an agency; `lock_version` refuses a change made from a stale copy."""

    __tablename__ = "service_request"
    __table_args__ = (
        CheckConstraint(_one_of("status", STATUSES), name="status"),
        Index(None, "status", "due_at"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    number: Mapped[str] = mapped_column(String(12), unique=True)
    service_id: Mapped[str] = mapped_column(String(64))
    citizen_id: Mapped[str | None] = mapped_column(ForeignKey("citizen.id"), index=True)
    channel: Mapped[str] = mapped_column(String(40))
    conversation_id: Mapped[str] = mapped_column(String(64), index=True)
    address_enc: Mapped[bytes | None]
    consent_id: Mapped[str | None] = mapped_column(ForeignKey("consent.id"))
    status: Mapped[str] = mapped_column(String(20))
    idempotency_key: Mapped[str] = mapped_column(Text, unique=True)
    form_enc: Mapped[bytes | None]
    agency_ref: Mapped[str | None] = mapped_column(String(64))
    khur_request_id: Mapped[str | None] = mapped_column(String(64))
    due_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    lock_version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": lock_version}  # noqa: RUF012 - read by SQLAlchemy


class CaseEvent(Base):
    """One step of a case. Append-only: the database refuses UPDATE and DELETE."""

    __tablename__ = "case_event"

    id: Mapped[int] = mapped_column(SerialId, primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("service_request.id"), index=True)
    from_status: Mapped[str | None] = mapped_column(String(20))
    to_status: Mapped[str] = mapped_column(String(20))
    actor: Mapped[str] = mapped_column(String(40))
    note_enc: Mapped[bytes | None]
    at: Mapped[datetime]


class OutboxMessage(Base):
    """One message on its way out. The body and the address are blanked by retention."""

    __tablename__ = "outbox"
    __table_args__ = (
        CheckConstraint(_one_of("state", OUTBOX_STATES), name="state"),
        _waiting("ix_outbox_recipient", "channel", "address_hash", "id"),
        _waiting("ix_outbox_order", "priority", "id"),
        Index(None, "route", "provider_id"),
        Index(None, "state", "created_at"),
    )

    id: Mapped[int] = mapped_column(SerialId, primary_key=True)
    dedupe_key: Mapped[str] = mapped_column(Text, unique=True)
    channel: Mapped[str] = mapped_column(String(40))
    route: Mapped[str | None] = mapped_column(String(40))
    """The way it was sent; while it waits, a way that may have taken it already."""
    address_enc: Mapped[bytes | None]
    address_hash: Mapped[str] = mapped_column(String(64))
    body_enc: Mapped[bytes | None]
    priority: Mapped[int]
    at_most_once: Mapped[bool]
    state: Mapped[str] = mapped_column(String(12))
    attempts: Mapped[int]
    not_before: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    owner: Mapped[str | None] = mapped_column(String(64))
    provider_id: Mapped[str | None] = mapped_column(Text)
    error_code: Mapped[str | None] = mapped_column(String(64))
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]


class EarlyReport(Base):
    """A delivery report that overtook the note that its message was sent."""

    __tablename__ = "early_report"

    route: Mapped[str] = mapped_column(String(40), primary_key=True)
    provider_id: Mapped[str] = mapped_column(Text, primary_key=True)
    status: Mapped[str] = mapped_column(String(12))
    error_code: Mapped[str | None] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(index=True)


class AccessLog(Base):
    """One reading of the state's data about a citizen. Append-only, linked by keyed digests."""

    __tablename__ = "access_log"

    id: Mapped[int] = mapped_column(SerialId, primary_key=True)
    at: Mapped[datetime]
    citizen_id: Mapped[str | None] = mapped_column(String(36))
    citizen_hash: Mapped[str | None] = mapped_column(String(64), index=True)
    actor: Mapped[str] = mapped_column(String(64))
    operation: Mapped[str] = mapped_column(String(120))
    purpose: Mapped[str] = mapped_column(Text)
    consent_id: Mapped[str | None] = mapped_column(String(36))
    khur_request_id: Mapped[str | None] = mapped_column(String(64))
    result: Mapped[str] = mapped_column(String(32))
    prev: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64))


class ReviewItem(Base):
    """One redacted utterance that was not understood at once, however often it was said.

    No column leads back to a person: neither address, conversation nor moment, only the day.
    """

    __tablename__ = "review_item"
    __table_args__ = (CheckConstraint(_one_of("reason", REVIEW_REASONS), name="reason"),)

    id: Mapped[int] = mapped_column(SerialId, primary_key=True)
    text_hash: Mapped[str] = mapped_column(String(64), unique=True)
    """Of the folded text: both scripts and all spellings of one sentence share a row."""
    text_enc: Mapped[bytes]
    reason: Mapped[str] = mapped_column(String(12))
    """Why it was noticed, the latest time."""
    decided: Mapped[dict[str, Any]]
    """Act and nearest services with their scores, of the latest time."""
    chosen: Mapped[str | None] = mapped_column(String(64))
    """What a citizen took in the end: a service id, or "#" and an act."""
    channel: Mapped[str] = mapped_column(String(40))
    script: Mapped[str] = mapped_column(String(8))
    first_day: Mapped[date] = mapped_column(index=True)
    last_day: Mapped[date]
    count: Mapped[int]
    label: Mapped[str | None] = mapped_column(String(64))
    """What a reader says it means: a service id, or "#" and an act."""


class ReviewStop(Base):
    """An address whose owner withdrew every consent: nothing it says is kept for review."""

    __tablename__ = "review_stop"

    handle_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    at: Mapped[datetime]
