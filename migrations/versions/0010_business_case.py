"""Business cases of a proposal, and which of them was chosen."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "business_case",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        sa.Column(
            "origin",
            sa.Enum(
                "applicant",
                "department",
                "som",
                name="business_case_origin",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("rates_id", sa.String(length=20), nullable=False),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("proposal_version", sa.Integer(), nullable=False),
        sa.Column("attachment_id", sa.Uuid(), nullable=True),
        sa.Column("saved_by", sa.Uuid(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["attachment_id"], ["attachment.id"], name=op.f("fk_business_case_attachment_id_attachment")
        ),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposal.id"], name=op.f("fk_business_case_proposal_id_proposal")),
        sa.ForeignKeyConstraint(["saved_by"], ["person.id"], name=op.f("fk_business_case_saved_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_business_case")),
        sa.UniqueConstraint("proposal_id", "saved_at", name=op.f("uq_business_case_proposal_id_saved_at")),
    )
    op.create_table(
        "business_case_choice",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        sa.Column("business_case_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("transaction_reason", sa.Text(), nullable=False),
        sa.Column("chosen_by", sa.Uuid(), nullable=False),
        sa.Column("chosen_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_business_case_choice_has_reason")),
        sa.ForeignKeyConstraint(
            ["business_case_id"],
            ["business_case.id"],
            name=op.f("fk_business_case_choice_business_case_id_business_case"),
        ),
        sa.ForeignKeyConstraint(["chosen_by"], ["person.id"], name=op.f("fk_business_case_choice_chosen_by_person")),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name=op.f("fk_business_case_choice_proposal_id_proposal")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_business_case_choice")),
        sa.UniqueConstraint("proposal_id", "chosen_at", name=op.f("uq_business_case_choice_proposal_id_chosen_at")),
    )


def downgrade() -> None:
    op.drop_table("business_case_choice")
    op.drop_table("business_case")
