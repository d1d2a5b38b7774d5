"""The shortlists that the secretariat saves of a call's ranking."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

STANDINGS = ("recommended", "reserve", "not_recommended")


def upgrade() -> None:
    op.create_table(
        "shortlist",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("saved_by", sa.Uuid(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("number > 0", name=op.f("ck_shortlist_number_positive")),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_shortlist_call_id_call")),
        sa.ForeignKeyConstraint(["saved_by"], ["person.id"], name=op.f("fk_shortlist_saved_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shortlist")),
        sa.UniqueConstraint("call_id", "number", name=op.f("uq_shortlist_call_id_number")),
    )
    op.create_table(
        "shortlist_item",
        sa.Column("shortlist_id", sa.Uuid(), nullable=False),
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        sa.Column(
            "track",
            sa.Enum(
                "ineligible",
                "refused",
                "referred_to_department",
                "social_investment",
                "social_investment_with_outcome_fund",
                "maturing_dialogue",
                "donation",
                "undetermined",
                name="track",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("shares_place", sa.Boolean(), nullable=False),
        sa.Column("amount_ore", sa.BigInteger(), nullable=False),
        sa.Column("outcome_ore", sa.BigInteger(), nullable=False),
        sa.Column(
            "by_rule",
            sa.Enum(*STANDINGS, name="standing", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column(
            "chosen",
            sa.Enum(*STANDINGS, name="chosen", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint("place > 0", name=op.f("ck_shortlist_item_place_positive")),
        sa.CheckConstraint("chosen = by_rule OR reason <> ''", name=op.f("ck_shortlist_item_moved_has_reason")),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposal.id"], name=op.f("fk_shortlist_item_proposal_id_proposal")),
        sa.ForeignKeyConstraint(
            ["shortlist_id"],
            ["shortlist.id"],
            name=op.f("fk_shortlist_item_shortlist_id_shortlist"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("shortlist_id", "proposal_id", name=op.f("pk_shortlist_item")),
    )
    with op.batch_alter_table("shortlist_item", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_shortlist_item_proposal_id"), ["proposal_id"], unique=False)


def downgrade() -> None:
    op.drop_table("shortlist_item")
    op.drop_table("shortlist")
