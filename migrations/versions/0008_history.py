"""Calls and cases of before Rådslag, entered as history, and how they ended."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("call", "proposal"):
        op.add_column(table, sa.Column("is_history", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_table(
        "past_decision",
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        sa.Column("granted_ore", sa.BigInteger(), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column("example_scores", sa.JSON(), nullable=False),
        sa.CheckConstraint("granted_ore IS NULL OR granted_ore > 0", name=op.f("ck_past_decision_granted_positive")),
        sa.ForeignKeyConstraint(
            ["proposal_id"],
            ["proposal.id"],
            name=op.f("fk_past_decision_proposal_id_proposal"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("proposal_id", name=op.f("pk_past_decision")),
    )


def downgrade() -> None:
    op.drop_table("past_decision")
    for table in ("proposal", "call"):
        op.drop_column(table, "is_history")
