"""Facts with source and reason, legal figures, decision memos, meetings and agendas."""

from datetime import UTC, date, datetime
from uuid import uuid4

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _create_legal_figure()
    _create_memo()
    _create_released_memo()
    _create_agenda()
    _change_facts()


def _create_legal_figure() -> None:
    op.create_table(
        "legal_figure",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "light_regime_kroner",
                "services_kroner",
                "de_minimis_euro",
                "kroner_per_100_euro",
                name="legal_figure_kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("value", sa.String(length=30), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column("entered_by", sa.Uuid(), nullable=True),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_to >= valid_from", name=op.f("ck_legal_figure_ends_after_beginning")
        ),
        sa.ForeignKeyConstraint(["entered_by"], ["person.id"], name=op.f("fk_legal_figure_entered_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_legal_figure")),
    )
    with op.batch_alter_table("legal_figure", schema=None) as batch_op:
        batch_op.create_index("ix_legal_figure_kind_valid_from", ["kind", "valid_from"], unique=False)
    _enter_known_figures()


_TENDER_SOURCE = "Udbudslovens tærskelværdier 2024-2025"
_KNOWN_FIGURES = (
    ("light_regime_kroner", "5581350", date(2024, 1, 1), date(2025, 12, 31), _TENDER_SOURCE),
    ("services_kroner", "1644638", date(2024, 1, 1), date(2025, 12, 31), _TENDER_SOURCE),
    ("de_minimis_euro", "300000", date(2024, 1, 1), None, "Forordning (EU) 2023/2831"),
    ("kroner_per_100_euro", "746.00", date(2024, 1, 1), None, "Fast kurspolitik, afrundet"),
)
"""The limits and rates known when the table was made; the office writes the next ones."""


def _enter_known_figures() -> None:
    columns = ("kind", "value", "valid_from", "valid_to", "source")
    types = (sa.String(), sa.String(), sa.Date(), sa.Date(), sa.String())
    table = sa.table(
        "legal_figure",
        sa.column("id", sa.Uuid()),
        sa.column("entered_at", sa.DateTime(timezone=True)),
        *(sa.column(name, kind) for name, kind in zip(columns, types, strict=True)),
    )
    entered = datetime(2024, 1, 1, tzinfo=UTC)
    known = (dict(zip(columns, row, strict=True)) for row in _KNOWN_FIGURES)
    op.bulk_insert(table, [{"id": uuid4(), "entered_at": entered, **row} for row in known])


def _create_memo() -> None:
    op.create_table(
        "decision_memo",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        sa.Column("case_number", sa.String(length=40), nullable=False),
        sa.Column("amount_ore", sa.BigInteger(), nullable=True),
        sa.Column("smaller_reason", sa.Text(), nullable=False),
        sa.Column("outcome_fund_max_ore", sa.BigInteger(), nullable=True),
        sa.Column("conditions", sa.JSON(), nullable=False),
        sa.Column("report_on", sa.Date(), nullable=True),
        sa.Column("follow_ups", sa.JSON(), nullable=False),
        sa.Column("annexes", sa.JSON(), nullable=False),
        sa.Column("saved_by", sa.Uuid(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount_ore IS NULL OR amount_ore > 0", name=op.f("ck_decision_memo_amount_positive")),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposal.id"], name=op.f("fk_decision_memo_proposal_id_proposal")),
        sa.ForeignKeyConstraint(["saved_by"], ["person.id"], name=op.f("fk_decision_memo_saved_by_person")),
        sa.PrimaryKeyConstraint("proposal_id", name=op.f("pk_decision_memo")),
    )
    op.create_table(
        "decision_memo_text",
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("replaced", sa.Text(), nullable=False),
        sa.Column("edited_by", sa.Uuid(), nullable=False),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["edited_by"], ["person.id"], name=op.f("fk_decision_memo_text_edited_by_person")),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name=op.f("fk_decision_memo_text_proposal_id_proposal")
        ),
        sa.PrimaryKeyConstraint("proposal_id", "key", name=op.f("pk_decision_memo_text")),
    )


def _create_released_memo() -> None:
    op.create_table(
        "released_memo",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("amount_ore", sa.BigInteger(), nullable=True),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("released_by", sa.Uuid(), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_back_by", sa.Uuid(), nullable=True),
        sa.Column("sent_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_back_reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "sent_back_at IS NULL OR sent_back_reason <> ''", name=op.f("ck_released_memo_sent_back_has_reason")
        ),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposal.id"], name=op.f("fk_released_memo_proposal_id_proposal")),
        sa.ForeignKeyConstraint(["released_by"], ["person.id"], name=op.f("fk_released_memo_released_by_person")),
        sa.ForeignKeyConstraint(["sent_back_by"], ["person.id"], name=op.f("fk_released_memo_sent_back_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_released_memo")),
        sa.UniqueConstraint("proposal_id", "number", name=op.f("uq_released_memo_proposal_id_number")),
    )
    with op.batch_alter_table("released_memo", schema=None) as batch_op:
        batch_op.create_index(
            "uq_released_memo_one_counts",
            ["proposal_id"],
            unique=True,
            sqlite_where=sa.text("sent_back_at IS NULL"),
            postgresql_where=sa.text("sent_back_at IS NULL"),
        )


def _create_agenda() -> None:
    op.create_table(
        "council_meeting",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("planned_by", sa.Uuid(), nullable=False),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["planned_by"], ["person.id"], name=op.f("fk_council_meeting_planned_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_council_meeting")),
        sa.UniqueConstraint("held_on", name=op.f("uq_council_meeting_held_on")),
    )
    op.create_table(
        "agenda_item",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("placed_by", sa.Uuid(), nullable=False),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_by", sa.Uuid(), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("removed_reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "removed_at IS NULL OR removed_reason <> ''", name=op.f("ck_agenda_item_removed_has_reason")
        ),
        sa.CheckConstraint("position > 0", name=op.f("ck_agenda_item_position_positive")),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["council_meeting.id"], name=op.f("fk_agenda_item_meeting_id_council_meeting")
        ),
        sa.ForeignKeyConstraint(["placed_by"], ["person.id"], name=op.f("fk_agenda_item_placed_by_person")),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposal.id"], name=op.f("fk_agenda_item_proposal_id_proposal")),
        sa.ForeignKeyConstraint(["removed_by"], ["person.id"], name=op.f("fk_agenda_item_removed_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agenda_item")),
    )
    with op.batch_alter_table("agenda_item", schema=None) as batch_op:
        batch_op.create_index("ix_agenda_item_meeting_id_position", ["meeting_id", "position"], unique=False)
        batch_op.create_index(
            "uq_agenda_item_one_counts",
            ["proposal_id"],
            unique=True,
            sqlite_where=sa.text("removed_at IS NULL"),
            postgresql_where=sa.text("removed_at IS NULL"),
        )


def _change_facts() -> None:
    with op.batch_alter_table("case_fact", schema=None) as batch_op:
        batch_op.add_column(sa.Column("source", sa.String(length=300), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("reason", sa.Text(), nullable=False, server_default=""))

    with op.batch_alter_table("fund_figures", schema=None) as batch_op:
        batch_op.add_column(sa.Column("capital_ore", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("reserved_ore", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("entered_by", sa.Uuid(), nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_fund_figures_entered_by_person"), "person", ["entered_by"], ["id"])
        batch_op.create_check_constraint(
            batch_op.f("ck_fund_figures_free_capital_is_what_is_left"),
            "capital_ore IS NULL OR free_capital_ore = capital_ore - reserved_ore",
        )


def downgrade() -> None:
    with op.batch_alter_table("fund_figures", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_fund_figures_free_capital_is_what_is_left"), type_="check")
        batch_op.drop_constraint(batch_op.f("fk_fund_figures_entered_by_person"), type_="foreignkey")
        batch_op.drop_column("entered_by")
        batch_op.drop_column("reserved_ore")
        batch_op.drop_column("capital_ore")

    # Not as a batch: that would read the proposal's table too, and its indexes on expressions cannot be read.
    op.drop_column("case_fact", "reason")
    op.drop_column("case_fact", "source")

    with op.batch_alter_table("released_memo", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_released_memo_one_counts",
            sqlite_where=sa.text("sent_back_at IS NULL"),
            postgresql_where=sa.text("sent_back_at IS NULL"),
        )

    op.drop_table("released_memo")
    op.drop_table("decision_memo_text")
    op.drop_table("decision_memo")
    with op.batch_alter_table("agenda_item", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_agenda_item_one_counts",
            sqlite_where=sa.text("removed_at IS NULL"),
            postgresql_where=sa.text("removed_at IS NULL"),
        )
        batch_op.drop_index("ix_agenda_item_meeting_id_position")

    op.drop_table("agenda_item")
    with op.batch_alter_table("legal_figure", schema=None) as batch_op:
        batch_op.drop_index("ix_legal_figure_kind_valid_from")

    op.drop_table("legal_figure")
    op.drop_table("council_meeting")
