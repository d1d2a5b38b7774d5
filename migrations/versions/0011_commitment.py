"""What a department promises year by year, who else pays, the letter to it, and how sure a sorting is."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("attachment", sa.Column("is_internal", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("sorting_run", sa.Column("stability", sa.JSON(), nullable=True))
    _create_commitment()
    _create_amounts()
    _create_co_payers()
    _create_shares()


def _create_commitment() -> None:
    op.create_table(
        "commitment",
        sa.Column("answer_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column(
            "gain_kind",
            sa.Enum("long_term", "immediate", name="gain_kind", native_enum=False, create_constraint=True, length=40),
            nullable=True,
        ),
        sa.Column("gain_percent", sa.String(length=30), nullable=True),
        sa.Column("gain_reason", sa.Text(), nullable=False),
        sa.Column("letter_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "(gain_kind IS NULL) = (gain_percent IS NULL)", name=op.f("ck_commitment_gain_has_kind_and_percent")
        ),
        sa.ForeignKeyConstraint(
            ["answer_id"],
            ["department_answer.id"],
            name=op.f("fk_commitment_answer_id_department_answer"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["letter_id"], ["attachment.id"], name=op.f("fk_commitment_letter_id_attachment")),
        sa.PrimaryKeyConstraint("answer_id", name=op.f("pk_commitment")),
    )


def _create_amounts() -> None:
    op.create_table(
        "committed_amount",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("answer_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("budget_line", sa.String(length=200), nullable=False),
        sa.Column("amount_ore", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("year BETWEEN 2020 AND 2099", name=op.f("ck_committed_amount_year_2020_to_2099")),
        sa.CheckConstraint("budget_line <> ''", name=op.f("ck_committed_amount_has_budget_line")),
        sa.CheckConstraint("amount_ore > 0", name=op.f("ck_committed_amount_amount_positive")),
        sa.ForeignKeyConstraint(
            ["answer_id"],
            ["commitment.answer_id"],
            name=op.f("fk_committed_amount_answer_id_commitment"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_committed_amount")),
        sa.UniqueConstraint("answer_id", "place", name=op.f("uq_committed_amount_answer_id_place")),
        sa.UniqueConstraint(
            "answer_id", "year", "budget_line", name=op.f("uq_committed_amount_answer_id_year_budget_line")
        ),
    )


def _create_co_payers() -> None:
    op.create_table(
        "co_payer",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("answer_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("payer", _payer_kind(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("amount_ore", sa.BigInteger(), nullable=False),
        sa.Column("confirmed", sa.Boolean(), nullable=False),
        sa.CheckConstraint("payer <> 'department'", name=op.f("ck_co_payer_is_no_department")),
        sa.CheckConstraint("payer <> 'other' OR name <> ''", name=op.f("ck_co_payer_other_has_name")),
        sa.CheckConstraint("amount_ore > 0", name=op.f("ck_co_payer_amount_positive")),
        sa.ForeignKeyConstraint(
            ["answer_id"], ["commitment.answer_id"], name=op.f("fk_co_payer_answer_id_commitment"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_co_payer")),
        sa.UniqueConstraint("answer_id", "place", name=op.f("uq_co_payer_answer_id_place")),
    )


def _create_shares() -> None:
    op.create_table(
        "payer_share",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("answer_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("goal", sa.Text(), nullable=False),
        sa.Column("payer", _payer_kind(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("percent", sa.String(length=30), nullable=False),
        sa.CheckConstraint("payer <> 'other' OR name <> ''", name=op.f("ck_payer_share_other_has_name")),
        sa.ForeignKeyConstraint(
            ["answer_id"],
            ["commitment.answer_id"],
            name=op.f("fk_payer_share_answer_id_commitment"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payer_share")),
        sa.UniqueConstraint("answer_id", "place", name=op.f("uq_payer_share_answer_id_place")),
    )


def _payer_kind() -> sa.Enum:
    return sa.Enum(
        "department",
        "outcome_fund",
        "other",
        name="payer_kind",
        native_enum=False,
        create_constraint=True,
        length=40,
    )


def downgrade() -> None:
    for table in ("payer_share", "co_payer", "committed_amount", "commitment"):
        op.drop_table(table)
    op.drop_column("sorting_run", "stability")
    op.drop_column("attachment", "is_internal")
