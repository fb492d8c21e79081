"""The tables as they were first released."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_TABLES = (
    "access_log",
    "citizen",
    "conversation",
    "hop",
    "notice_stop",
    "outbox",
    "turn",
    "channel_identity",
    "consent",
    "service_request",
    "case_event",
)
_WAITING = sa.text("state IN ('queued', 'leased')")


def upgrade() -> None:
    """Create every table, the referenced ones first."""
    _access_log()
    _citizen()
    _conversation()
    _hop()
    _notice_stop()
    _outbox()
    _turn()
    _channel_identity()
    _consent()
    _service_request()
    _case_event()


def downgrade() -> None:
    """Drop every table, the referring ones first."""
    for table in reversed(_TABLES):
        op.drop_table(table)


def _serial() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _moment() -> sa.DateTime:
    return sa.DateTime(timezone=True)


def _access_log() -> None:
    op.create_table(
        "access_log",
        sa.Column("id", _serial(), nullable=False),
        sa.Column("at", _moment(), nullable=False),
        sa.Column("citizen_id", sa.String(length=36), nullable=True),
        sa.Column("citizen_hash", sa.String(length=64), nullable=True),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("operation", sa.String(length=120), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("consent_id", sa.String(length=36), nullable=True),
        sa.Column("khur_request_id", sa.String(length=64), nullable=True),
        sa.Column("result", sa.String(length=32), nullable=False),
        sa.Column("prev", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_log")),
    )
    op.create_index(op.f("ix_access_log_citizen_hash"), "access_log", ["citizen_hash"])


def _citizen() -> None:
    op.create_table(
        "citizen",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("id_hash", sa.String(length=64), nullable=False),
        sa.Column("id_enc", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", _moment(), nullable=False),
        sa.Column("erased_at", _moment(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_citizen")),
        sa.UniqueConstraint("id_hash", name=op.f("uq_citizen_id_hash")),
    )


def _conversation() -> None:
    op.create_table(
        "conversation",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("state_enc", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("session_no", sa.Integer(), nullable=False),
        sa.Column("updated_at", _moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conversation")),
    )
    op.create_index(op.f("ix_conversation_updated_at"), "conversation", ["updated_at"])


def _hop() -> None:
    op.create_table(
        "hop",
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("session_id", sa.Text(), nullable=False),
        sa.Column("conversation_id", sa.String(length=64), nullable=False),
        sa.Column("history_enc", sa.LargeBinary(), nullable=False),
        sa.Column("updated_at", _moment(), nullable=False),
        sa.PrimaryKeyConstraint("channel", "session_id", name=op.f("pk_hop")),
    )
    op.create_index(op.f("ix_hop_updated_at"), "hop", ["updated_at"])


def _notice_stop() -> None:
    op.create_table(
        "notice_stop",
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("handle_hash", sa.String(length=64), nullable=False),
        sa.Column("at", _moment(), nullable=False),
        sa.PrimaryKeyConstraint("channel", "handle_hash", name=op.f("pk_notice_stop")),
    )


def _outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", _serial(), nullable=False),
        sa.Column("dedupe_key", sa.Text(), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("address_enc", sa.LargeBinary(), nullable=True),
        sa.Column("address_hash", sa.String(length=64), nullable=False),
        sa.Column("body_enc", sa.LargeBinary(), nullable=True),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("at_most_once", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("not_before", _moment(), nullable=False),
        sa.Column("lease_until", _moment(), nullable=True),
        sa.Column("owner", sa.String(length=64), nullable=True),
        sa.Column("provider_id", sa.Text(), nullable=True),
        sa.Column("error_code", sa.String(length=64), nullable=True),
        sa.Column("created_at", _moment(), nullable=False),
        sa.Column("sent_at", _moment(), nullable=True),
        sa.CheckConstraint(
            "state IN ('queued', 'leased', 'sent', 'delivered', 'failed', 'unknown')",
            name=op.f("ck_outbox_state"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("dedupe_key", name=op.f("uq_outbox_dedupe_key")),
    )
    op.create_index(op.f("ix_outbox_channel_provider_id"), "outbox", ["channel", "provider_id"])
    op.create_index(
        "ix_outbox_order",
        "outbox",
        ["priority", "id"],
        sqlite_where=_WAITING,
        postgresql_where=_WAITING,
    )
    op.create_index(
        "ix_outbox_recipient",
        "outbox",
        ["channel", "address_hash", "id"],
        sqlite_where=_WAITING,
        postgresql_where=_WAITING,
    )
    op.create_index(op.f("ix_outbox_state_created_at"), "outbox", ["state", "created_at"])


def _turn() -> None:
    op.create_table(
        "turn",
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("conversation_id", sa.String(length=64), nullable=False),
        sa.Column("outcome_enc", sa.LargeBinary(), nullable=True),
        sa.Column("at", _moment(), nullable=False),
        sa.PrimaryKeyConstraint("channel", "message_id", name=op.f("pk_turn")),
    )
    op.create_index(op.f("ix_turn_at"), "turn", ["at"])


def _channel_identity() -> None:
    op.create_table(
        "channel_identity",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("handle_hash", sa.String(length=64), nullable=False),
        sa.Column("handle_enc", sa.LargeBinary(), nullable=True),
        sa.Column("citizen_id", sa.String(length=36), nullable=True),
        sa.Column("assurance", sa.String(length=12), nullable=False),
        sa.Column("bound_at", _moment(), nullable=True),
        sa.Column("expires_at", _moment(), nullable=True),
        sa.Column("revoked_at", _moment(), nullable=True),
        sa.CheckConstraint(
            "assurance IN ('none', 'phone', 'khur_otp', 'dan', 'operator')",
            name=op.f("ck_channel_identity_assurance"),
        ),
        sa.ForeignKeyConstraint(
            ["citizen_id"], ["citizen.id"], name=op.f("fk_channel_identity_citizen_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_channel_identity")),
        sa.UniqueConstraint(
            "channel", "handle_hash", name=op.f("uq_channel_identity_channel_handle_hash")
        ),
    )
    op.create_index(op.f("ix_channel_identity_citizen_id"), "channel_identity", ["citizen_id"])


def _consent() -> None:
    op.create_table(
        "consent",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("citizen_id", sa.String(length=36), nullable=False),
        sa.Column("agreement", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("text_sha256", sa.String(length=64), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("data_items", sa.JSON(), nullable=False),
        sa.Column("recipients", sa.JSON(), nullable=False),
        sa.Column("cross_border", sa.Boolean(), nullable=False),
        sa.Column("valid_until", _moment(), nullable=False),
        sa.Column("method", sa.String(length=16), nullable=False),
        sa.Column("channel_identity_id", sa.String(length=36), nullable=True),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("given_at", _moment(), nullable=False),
        sa.Column("revoked_at", _moment(), nullable=True),
        sa.Column("revoke_channel", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(
            ["channel_identity_id"],
            ["channel_identity.id"],
            name=op.f("fk_consent_channel_identity_id"),
        ),
        sa.ForeignKeyConstraint(
            ["citizen_id"], ["citizen.id"], name=op.f("fk_consent_citizen_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
    )
    op.create_index(op.f("ix_consent_citizen_id"), "consent", ["citizen_id"])


def _service_request() -> None:
    op.create_table(
        "service_request",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.String(length=12), nullable=False),
        sa.Column("service_id", sa.String(length=64), nullable=False),
        sa.Column("citizen_id", sa.String(length=36), nullable=True),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("conversation_id", sa.String(length=64), nullable=False),
        sa.Column("address_enc", sa.LargeBinary(), nullable=True),
        sa.Column("consent_id", sa.String(length=36), nullable=True),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("idempotency_key", sa.Text(), nullable=False),
        sa.Column("form_enc", sa.LargeBinary(), nullable=True),
        sa.Column("agency_ref", sa.String(length=64), nullable=True),
        sa.Column("khur_request_id", sa.String(length=64), nullable=True),
        sa.Column("due_at", _moment(), nullable=True),
        sa.Column("created_at", _moment(), nullable=False),
        sa.Column("lock_version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "status IN ('draft', 'awaiting_consent', 'awaiting_payment', 'submitted', "
            "'in_agency', 'info_required', 'approved', 'failed', 'delivered', 'rejected', "
            "'expired', 'cancelled')",
            name=op.f("ck_service_request_status"),
        ),
        sa.ForeignKeyConstraint(
            ["citizen_id"], ["citizen.id"], name=op.f("fk_service_request_citizen_id")
        ),
        sa.ForeignKeyConstraint(
            ["consent_id"], ["consent.id"], name=op.f("fk_service_request_consent_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_request")),
        sa.UniqueConstraint("idempotency_key", name=op.f("uq_service_request_idempotency_key")),
        sa.UniqueConstraint("number", name=op.f("uq_service_request_number")),
    )
    op.create_index(op.f("ix_service_request_citizen_id"), "service_request", ["citizen_id"])
    op.create_index(
        op.f("ix_service_request_conversation_id"), "service_request", ["conversation_id"]
    )
    op.create_index(
        op.f("ix_service_request_status_due_at"), "service_request", ["status", "due_at"]
    )


def _case_event() -> None:
    op.create_table(
        "case_event",
        sa.Column("id", _serial(), nullable=False),
        sa.Column("case_id", sa.String(length=36), nullable=False),
        sa.Column("from_status", sa.String(length=20), nullable=True),
        sa.Column("to_status", sa.String(length=20), nullable=False),
        sa.Column("actor", sa.String(length=40), nullable=False),
        sa.Column("note_enc", sa.LargeBinary(), nullable=True),
        sa.Column("at", _moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["service_request.id"], name=op.f("fk_case_event_case_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_event")),
    )
    op.create_index(op.f("ix_case_event_case_id"), "case_event", ["case_id"])
