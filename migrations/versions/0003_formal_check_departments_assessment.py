"""Formal check, departments and assessment in full."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _drop_sort_indexes()
    _create_department_tables()
    _create_note_and_letter()
    _create_formal_tables()
    _create_partner()
    _create_consensus()
    _create_hearing()
    _change_conflict_declaration()
    _change_department_answer()
    _change_department_request()
    _change_proposal()
    _change_assignment()
    _create_sort_indexes()
    _know_partners()
    _know_finished_sheets()
    _forget_unagreed_maturity()


def _create_department_tables() -> None:
    op.create_table(
        "department_focus",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "focus_area",
            sa.Enum(
                "children_special_needs",
                "youth_jobs_education",
                "mental_illness",
                "homelessness",
                "deprived_areas",
                name="focus_area",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("department_code", sa.String(length=8), nullable=False),
        sa.Column("is_lead", sa.Boolean(), nullable=False),
        sa.Column("ground", sa.String(length=300), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_department_focus")),
        sa.UniqueConstraint(
            "focus_area",
            "department_code",
            "valid_from",
            name=op.f("uq_department_focus_focus_area_department_code_valid_from"),
        ),
    )
    op.create_table(
        "department_coordinator",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("department_code", sa.String(length=8), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_department_coordinator_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_department_coordinator")),
        sa.UniqueConstraint(
            "department_code",
            "person_id",
            "valid_from",
            name=op.f("uq_department_coordinator_department_code_person_id_valid_from"),
        ),
    )
    with op.batch_alter_table("department_coordinator", schema=None) as batch_op:
        batch_op.create_index("ix_department_coordinator_person_id", ["person_id"], unique=False)


def _create_note_and_letter() -> None:
    op.create_table(
        "case_note",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("written_by", sa.Uuid(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposal.id"], name=op.f("fk_case_note_proposal_id_proposal")),
        sa.ForeignKeyConstraint(["written_by"], ["person.id"], name=op.f("fk_case_note_written_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_note")),
    )
    with op.batch_alter_table("case_note", schema=None) as batch_op:
        batch_op.create_index("ix_case_note_proposal_id_written_at", ["proposal_id", "written_at"], unique=False)
    op.create_table(
        "letter",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "formal_return",
                "formal_rejection",
                "hearing",
                name="letter_kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("to_address", sa.String(length=254), nullable=False),
        sa.Column("sent_by", sa.Uuid(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposal.id"], name=op.f("fk_letter_proposal_id_proposal")),
        sa.ForeignKeyConstraint(["sent_by"], ["person.id"], name=op.f("fk_letter_sent_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter")),
    )
    with op.batch_alter_table("letter", schema=None) as batch_op:
        batch_op.create_index("ix_letter_proposal_id_sent_at", ["proposal_id", "sent_at"], unique=False)


def _create_formal_tables() -> None:
    op.create_table(
        "formal_check_item",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        sa.Column("proposal_version", sa.Integer(), nullable=False),
        sa.Column("rule", sa.String(length=8), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum(
                "ok",
                "missing",
                "not_eligible",
                "needs_human",
                name="check_outcome",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("checked_by", sa.Uuid(), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["checked_by"], ["person.id"], name=op.f("fk_formal_check_item_checked_by_person")),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name=op.f("fk_formal_check_item_proposal_id_proposal")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_formal_check_item")),
        sa.UniqueConstraint(
            "proposal_id",
            "proposal_version",
            "rule",
            name=op.f("uq_formal_check_item_proposal_id_proposal_version_rule"),
        ),
    )
    op.create_table(
        "formal_return",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        sa.Column("asked_for", sa.JSON(), nullable=False),
        sa.Column("sections", sa.JSON(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("returned_by", sa.Uuid(), nullable=False),
        sa.Column("returned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposal.id"], name=op.f("fk_formal_return_proposal_id_proposal")),
        sa.ForeignKeyConstraint(["returned_by"], ["person.id"], name=op.f("fk_formal_return_returned_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_formal_return")),
        sa.UniqueConstraint("proposal_id", name=op.f("uq_formal_return_proposal_id")),
    )


def _create_partner() -> None:
    op.create_table(
        "proposal_partner",
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        sa.Column("cvr", sa.String(length=8), nullable=False),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name=op.f("fk_proposal_partner_proposal_id_proposal"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("proposal_id", "cvr", name=op.f("pk_proposal_partner")),
    )
    with op.batch_alter_table("proposal_partner", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_proposal_partner_cvr"), ["cvr"], unique=False)


def _create_consensus() -> None:
    op.create_table(
        "consensus",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        sa.Column("scale_id", sa.String(length=40), nullable=False),
        sa.Column("proposal_version", sa.Integer(), nullable=False),
        sa.Column(
            "agreement",
            sa.Enum(
                "agreed", "divided", "disagreed", name="agreement", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposal.id"], name=op.f("fk_consensus_proposal_id_proposal")),
        sa.ForeignKeyConstraint(["recorded_by"], ["person.id"], name=op.f("fk_consensus_recorded_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consensus")),
    )
    with op.batch_alter_table("consensus", schema=None) as batch_op:
        batch_op.create_index("ix_consensus_proposal_id_recorded_at", ["proposal_id", "recorded_at"], unique=False)
        batch_op.create_index(
            "uq_consensus_one_counts",
            ["proposal_id"],
            unique=True,
            sqlite_where=sa.text("superseded_at IS NULL"),
            postgresql_where=sa.text("superseded_at IS NULL"),
        )
    op.create_table(
        "consensus_score",
        sa.Column("consensus_id", sa.Uuid(), nullable=False),
        sa.Column(
            "dimension",
            sa.Enum(
                "target_group",
                "need",
                "theory_of_change",
                "evidence",
                "result_goals",
                "economy",
                "payer",
                "capacity",
                name="dimension",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("spread", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.CheckConstraint("spread < 2 OR note <> ''", name=op.f("ck_consensus_score_wide_spread_has_note")),
        sa.CheckConstraint("score BETWEEN 0 AND 4", name=op.f("ck_consensus_score_score_0_to_4")),
        sa.CheckConstraint("spread BETWEEN 0 AND 4", name=op.f("ck_consensus_score_spread_0_to_4")),
        sa.ForeignKeyConstraint(
            ["consensus_id"],
            ["consensus.id"],
            name=op.f("fk_consensus_score_consensus_id_consensus"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("consensus_id", "dimension", name=op.f("pk_consensus_score")),
    )


def _create_hearing() -> None:
    op.create_table(
        "hearing",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("waived", sa.Boolean(), nullable=False),
        sa.Column("opened_by", sa.Uuid(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.Uuid(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closing_note", sa.Text(), nullable=False),
        sa.CheckConstraint("closed_at IS NULL OR closing_note <> ''", name=op.f("ck_hearing_closed_has_note")),
        sa.CheckConstraint("waived OR due_on IS NOT NULL", name=op.f("ck_hearing_sent_has_deadline")),
        sa.ForeignKeyConstraint(["answered_by"], ["person.id"], name=op.f("fk_hearing_answered_by_person")),
        sa.ForeignKeyConstraint(["closed_by"], ["person.id"], name=op.f("fk_hearing_closed_by_person")),
        sa.ForeignKeyConstraint(["opened_by"], ["person.id"], name=op.f("fk_hearing_opened_by_person")),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposal.id"], name=op.f("fk_hearing_proposal_id_proposal")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hearing")),
    )
    with op.batch_alter_table("hearing", schema=None) as batch_op:
        batch_op.create_index("ix_hearing_proposal_id_opened_at", ["proposal_id", "opened_at"], unique=False)
        batch_op.create_index(
            "uq_hearing_one_open",
            ["proposal_id"],
            unique=True,
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )


def _change_conflict_declaration() -> None:
    with op.batch_alter_table("conflict_declaration", schema=None) as batch_op:
        batch_op.add_column(sa.Column("upheld", sa.Boolean(), nullable=True))
        batch_op.add_column(sa.Column("review_note", sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("reviewed_by", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("substitute_id", sa.Uuid(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_conflict_declaration_substitute_id_person"), "person", ["substitute_id"], ["id"]
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_conflict_declaration_reviewed_by_person"), "person", ["reviewed_by"], ["id"]
        )
    with op.batch_alter_table("conflict_declaration", schema=None) as batch_op:
        batch_op.alter_column("review_note", existing_type=sa.Text(), server_default=None)


def _change_department_answer() -> None:
    with op.batch_alter_table("department_answer", schema=None) as batch_op:
        batch_op.add_column(sa.Column("amount_ore", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("years", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("has_adverse_facts", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("adverse_facts", sa.Text(), nullable=False, server_default=""))
        batch_op.create_check_constraint(
            batch_op.f("ck_department_answer_amount_positive"), "amount_ore IS NULL OR amount_ore > 0"
        )
        batch_op.create_check_constraint(
            batch_op.f("ck_department_answer_years_1_to_20"), "years IS NULL OR years BETWEEN 1 AND 20"
        )
        batch_op.create_check_constraint(
            batch_op.f("ck_department_answer_adverse_facts_ticked"), "adverse_facts = '' OR has_adverse_facts"
        )
    with op.batch_alter_table("department_answer", schema=None) as batch_op:
        batch_op.alter_column("has_adverse_facts", existing_type=sa.Boolean(), server_default=None)
        batch_op.alter_column("adverse_facts", existing_type=sa.Text(), server_default=None)


def _change_department_request() -> None:
    with op.batch_alter_table("department_request", schema=None) as batch_op:
        batch_op.add_column(sa.Column("exempt_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("exempt_by", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("exempt_reason", sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("overdue_reminded_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_department_request_exempt_by_person"), "person", ["exempt_by"], ["id"]
        )
    with op.batch_alter_table("department_request", schema=None) as batch_op:
        batch_op.alter_column("exempt_reason", existing_type=sa.Text(), server_default=None)


_SORT_INDEXES = {"ix_proposal_call_id_maturity": "maturity_e4", "ix_proposal_call_id_amount": "amount_sought_ore"}
"""SQLite rebuilds tables by reading them, and cannot read an index over an expression: off first, on again after."""


def _drop_sort_indexes() -> None:
    for name in _SORT_INDEXES:
        op.drop_index(name, table_name="proposal")


def _create_sort_indexes() -> None:
    for name, column in _SORT_INDEXES.items():
        op.create_index(name, "proposal", ["call_id", sa.text(f"coalesce({column}, -1) DESC"), "number"])


def _change_proposal() -> None:
    with op.batch_alter_table("proposal", schema=None) as batch_op:
        batch_op.add_column(sa.Column("case_worker_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("applicant_department", sa.String(length=8), nullable=True))
        batch_op.add_column(
            sa.Column(
                "agreement",
                sa.Enum(
                    "agreed",
                    "divided",
                    "disagreed",
                    name="agreement",
                    native_enum=False,
                    create_constraint=True,
                    length=40,
                ),
                nullable=True,
            )
        )
        batch_op.create_index("ix_proposal_case_worker_id_state", ["case_worker_id", "state"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_proposal_case_worker_id_person"), "person", ["case_worker_id"], ["id"]
        )


def _change_assignment() -> None:
    with op.batch_alter_table("reviewer_assignment", schema=None) as batch_op:
        batch_op.add_column(sa.Column("scores", sa.Boolean(), nullable=False, server_default=sa.true()))
        batch_op.add_column(sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(
            sa.Column(
                "declined",
                sa.Enum(
                    "conflict",
                    "not_our_field",
                    "no_capacity",
                    "other",
                    name="decline_reason",
                    native_enum=False,
                    create_constraint=True,
                    length=40,
                ),
                nullable=True,
            )
        )
        batch_op.add_column(sa.Column("end_reason", sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("overdue_reminded_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.alter_column("department_code", existing_type=sa.VARCHAR(length=8), nullable=True)
    with op.batch_alter_table("reviewer_assignment", schema=None) as batch_op:
        batch_op.alter_column("scores", existing_type=sa.Boolean(), server_default=None)
        batch_op.alter_column("end_reason", existing_type=sa.Text(), server_default=None)


def _know_partners() -> None:
    """Write down the partners' CVR numbers of the proposals that are there."""
    proposal = sa.table("proposal", sa.column("id", sa.Uuid()), sa.column("answers", sa.JSON()))
    partner = sa.table("proposal_partner", sa.column("proposal_id", sa.Uuid()), sa.column("cvr", sa.String()))
    connection = op.get_bind()
    rows = [
        {"proposal_id": key, "cvr": cvr}
        for key, answers in connection.execute(sa.select(proposal.c.id, proposal.c.answers))
        for cvr in sorted(_partner_numbers(answers))
    ]
    if rows:
        connection.execute(sa.insert(partner), rows)


def _partner_numbers(answers: Any) -> set[str]:
    partners = answers.get("partners") if isinstance(answers, dict) else None
    rows = partners if isinstance(partners, list) else []
    return {cvr for row in rows if (cvr := row.get("cvr")) and len(cvr) == 8}


_FINISHED = """
    UPDATE reviewer_assignment SET finished_at = (
        SELECT assessment.finalised_at FROM assessment
        WHERE assessment.proposal_id = reviewer_assignment.proposal_id
        AND assessment.assessor_id = reviewer_assignment.person_id
    )
    WHERE NOT EXISTS (
        SELECT 1 FROM conflict_declaration JOIN proposal ON proposal.id = conflict_declaration.proposal_id
        WHERE conflict_declaration.proposal_id = reviewer_assignment.proposal_id
        AND conflict_declaration.person_id = reviewer_assignment.person_id
        AND conflict_declaration.has_conflict AND conflict_declaration.superseded_at IS NULL
        AND proposal.state IN ('with_departments', 'maturity_assessment')
    )
"""
_COUNTED = """
    UPDATE proposal SET assessments_final = (
        SELECT count(*) FROM reviewer_assignment
        WHERE reviewer_assignment.proposal_id = proposal.id AND reviewer_assignment.finished_at IS NOT NULL
    )
    WHERE state IN ('with_departments', 'maturity_assessment')
"""


def _know_finished_sheets() -> None:
    """Write down who has finished; before the sorting not for whoever has a conflict of interest (FVL § 3)."""
    op.execute(_FINISHED)
    op.execute(_COUNTED)


def _forget_unagreed_maturity() -> None:
    """Until now one score sheet gave the maturity; from now on it is what two assessors agree on."""
    op.execute("UPDATE proposal SET maturity_e4 = NULL WHERE state IN ('with_departments', 'maturity_assessment')")


def downgrade() -> None:
    _drop_sort_indexes()
    for table in (
        "consensus_score",
        "proposal_partner",
        "letter",
        "hearing",
        "formal_return",
        "formal_check_item",
        "consensus",
        "case_note",
        "department_coordinator",
        "department_focus",
    ):
        op.drop_table(table)
    # Nobody scored for the secretariat in the older schema.
    op.execute("DELETE FROM reviewer_assignment WHERE department_code IS NULL")
    with op.batch_alter_table("reviewer_assignment", schema=None) as batch_op:
        batch_op.alter_column("department_code", existing_type=sa.VARCHAR(length=8), nullable=False)
        batch_op.drop_column("overdue_reminded_at")
        batch_op.drop_column("reminded_at")
        batch_op.drop_column("end_reason")
        batch_op.drop_constraint(batch_op.f("ck_reviewer_assignment_decline_reason"), type_="check")
        batch_op.drop_column("declined")
        batch_op.drop_column("finished_at")
        batch_op.drop_column("accepted_at")
        batch_op.drop_column("scores")

    with op.batch_alter_table("proposal", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_proposal_case_worker_id_person"), type_="foreignkey")
        batch_op.drop_index("ix_proposal_case_worker_id_state")
        batch_op.drop_constraint(batch_op.f("ck_proposal_agreement"), type_="check")
        batch_op.drop_column("agreement")
        batch_op.drop_column("applicant_department")
        batch_op.drop_column("case_worker_id")

    with op.batch_alter_table("department_request", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_department_request_exempt_by_person"), type_="foreignkey")
        batch_op.drop_column("overdue_reminded_at")
        batch_op.drop_column("reminded_at")
        batch_op.drop_column("withdrawn_at")
        batch_op.drop_column("exempt_reason")
        batch_op.drop_column("exempt_by")
        batch_op.drop_column("exempt_at")

    with op.batch_alter_table("department_answer", schema=None) as batch_op:
        for name in ("amount_positive", "years_1_to_20", "adverse_facts_ticked"):
            batch_op.drop_constraint(batch_op.f(f"ck_department_answer_{name}"), type_="check")
        batch_op.drop_column("adverse_facts")
        batch_op.drop_column("has_adverse_facts")
        batch_op.drop_column("years")
        batch_op.drop_column("amount_ore")

    with op.batch_alter_table("conflict_declaration", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_conflict_declaration_reviewed_by_person"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_conflict_declaration_substitute_id_person"), type_="foreignkey")
        batch_op.drop_column("substitute_id")
        batch_op.drop_column("reviewed_at")
        batch_op.drop_column("reviewed_by")
        batch_op.drop_column("review_note")
        batch_op.drop_column("upheld")
    _create_sort_indexes()
