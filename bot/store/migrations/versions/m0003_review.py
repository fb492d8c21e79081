"""The review queue: redacted utterances that were not understood, and who wants none kept."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create both tables."""
    op.create_table(
        "review_item",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("text_hash", sa.String(length=64), nullable=False),
        sa.Column("text_enc", sa.LargeBinary(), nullable=False),
        sa.Column("reason", sa.String(length=12), nullable=False),
        sa.Column("decided", sa.JSON(), nullable=False),
        sa.Column("chosen", sa.String(length=64), nullable=True),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("script", sa.String(length=8), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(length=64), nullable=True),
        sa.CheckConstraint(
            "reason IN ('rejected', 'reasked', 'corrected')", name=op.f("ck_review_item_reason")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_item")),
        sa.UniqueConstraint("text_hash", name=op.f("uq_review_item_text_hash")),
    )
    op.create_index(op.f("ix_review_item_first_day"), "review_item", ["first_day"])
    op.create_table(
        "review_stop",
        sa.Column("handle_hash", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("handle_hash", name=op.f("pk_review_stop")),
    )


def downgrade() -> None:
    """Drop both tables."""
    op.drop_table("review_stop")
    op.drop_table("review_item")
