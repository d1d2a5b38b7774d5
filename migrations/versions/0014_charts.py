"""Charts by their content: what was asked for, and what was drawn of it."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "chart",
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("spec", sa.JSON(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("svg", sa.Text(), nullable=False),
        sa.Column("png", sa.LargeBinary(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.String(length=200), nullable=False),
        sa.CheckConstraint("tries >= 0", name=op.f("ck_chart_tries_not_negative")),
        sa.CheckConstraint(
            "(drawn_at IS NULL) = (svg = '') AND (drawn_at IS NULL OR due_at IS NULL)",
            name=op.f("ck_chart_drawn_whole"),
        ),
        sa.PrimaryKeyConstraint("content_hash", name=op.f("pk_chart")),
    )
    op.create_index(op.f("ix_chart_due_at"), "chart", ["due_at"])


def downgrade() -> None:
    op.drop_index(op.f("ix_chart_due_at"), table_name="chart")
    op.drop_table("chart")
