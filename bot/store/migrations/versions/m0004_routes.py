"""Routes of sent messages, reports that come early, and phones linked to a chat."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add two columns and a table; find sent messages by route."""
    with op.batch_alter_table("outbox") as table:
        table.add_column(sa.Column("route", sa.String(length=40), nullable=True))
        table.drop_index(op.f("ix_outbox_channel_provider_id"))
        table.create_index(op.f("ix_outbox_route_provider_id"), ["route", "provider_id"])
    op.execute("UPDATE outbox SET route = channel WHERE provider_id IS NOT NULL")
    with op.batch_alter_table("channel_identity") as table:
        table.add_column(sa.Column("linked_hash", sa.String(length=64), nullable=True))
    op.create_table(
        "early_report",
        sa.Column("route", sa.String(length=40), nullable=False),
        sa.Column("provider_id", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("error_code", sa.String(length=64), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("route", "provider_id", name=op.f("pk_early_report")),
    )
    op.create_index(op.f("ix_early_report_at"), "early_report", ["at"])


def downgrade() -> None:
    """Undo it."""
    op.drop_table("early_report")
    with op.batch_alter_table("channel_identity") as table:
        table.drop_column("linked_hash")
    with op.batch_alter_table("outbox") as table:
        table.drop_index(op.f("ix_outbox_route_provider_id"))
        table.create_index(op.f("ix_outbox_channel_provider_id"), ["channel", "provider_id"])
        table.drop_column("route")
