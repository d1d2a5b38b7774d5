"""The first tables: people, calls, proposals, scores, sorting, history and mail."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "call",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("who_can_apply", sa.Text(), nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("frame_ore", sa.BigInteger(), nullable=False),
        sa.Column("per_project_cap_ore", sa.BigInteger(), nullable=False),
        sa.Column("max_projects", sa.Integer(), nullable=False),
        sa.Column("policy_id", sa.String(length=40), nullable=False),
        sa.Column("question_set_id", sa.String(length=40), nullable=False),
        sa.Column("contact_name", sa.String(length=200), nullable=False),
        sa.Column("contact_email", sa.String(length=254), nullable=False),
        sa.Column("last_number", sa.Integer(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("closes_at > opens_at", name=op.f("ck_call_closes_after_opening")),
        sa.CheckConstraint("frame_ore >= 0 AND per_project_cap_ore >= 0", name=op.f("ck_call_amounts_not_negative")),
        sa.CheckConstraint("last_number >= 0", name=op.f("ck_call_last_number_not_negative")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call")),
        sa.UniqueConstraint("slug", name=op.f("uq_call_slug")),
        sa.UniqueConstraint("year", "number", name=op.f("uq_call_year_number")),
    )
    op.create_table(
        "department",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_department")),
        sa.UniqueConstraint("code", "valid_from", name=op.f("uq_department_code_valid_from")),
    )
    with op.batch_alter_table("department", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_department_code"), ["code"], unique=False)

    op.create_table(
        "fund_figures",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("free_capital_ore", sa.BigInteger(), nullable=False),
        sa.Column("outcome_fund_balance_ore", sa.BigInteger(), nullable=False),
        sa.Column("donation_pool_left_ore", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "free_capital_ore >= 0 AND outcome_fund_balance_ore >= 0 AND donation_pool_left_ore >= 0",
            name=op.f("ck_fund_figures_amounts_not_negative"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fund_figures")),
    )
    with op.batch_alter_table("fund_figures", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_fund_figures_as_of"), ["as_of"], unique=False)

    op.create_table(
        "organisation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("cvr", sa.String(length=8), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
    )
    with op.batch_alter_table("organisation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_organisation_cvr"), ["cvr"], unique=False)

    op.create_table(
        "outgoing_mail",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dedup_key", sa.String(length=120), nullable=False),
        sa.Column("to_address", sa.String(length=254), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("secret_link", sa.String(length=500), nullable=True),
        sa.Column("about_id", sa.Uuid(), nullable=True),
        sa.Column("queued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lease_token", sa.String(length=32), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.String(length=300), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outgoing_mail")),
        sa.UniqueConstraint("dedup_key", name=op.f("uq_outgoing_mail_dedup_key")),
    )
    with op.batch_alter_table("outgoing_mail", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outgoing_mail_about_id"), ["about_id"], unique=False)
        batch_op.create_index("ix_outgoing_mail_waiting", ["sent_at", "failed_at", "due_at"], unique=False)

    op.create_table(
        "person",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("email", name=op.f("uq_person_email")),
    )
    op.create_table(
        "sign_in_link",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("next_path", sa.String(length=500), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sign_in_link_token_hash")),
    )
    with op.batch_alter_table("sign_in_link", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_in_link_created_at"), ["created_at"], unique=False)
        batch_op.create_index("ix_sign_in_link_email_created_at", ["email", "created_at"], unique=False)

    op.create_table(
        "audit_event",
        sa.Column("sequence", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column(
            "role",
            sa.Enum(
                "applicant",
                "reviewer",
                "secretariat",
                "council_member",
                "mayor_approver",
                "administrator",
                "auditor",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("subject_type", sa.String(length=32), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_audit_event_person_id_person")),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_audit_event")),
    )
    with op.batch_alter_table("audit_event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_event_kind"), ["kind"], unique=False)
        batch_op.create_index("ix_audit_event_subject_id_sequence", ["subject_id", "sequence"], unique=False)

    op.create_table(
        "call_focus_area",
        sa.Column("call_id", sa.Uuid(), nullable=False),
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
        sa.ForeignKeyConstraint(
            ["call_id"], ["call.id"], name=op.f("fk_call_focus_area_call_id_call"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("call_id", "focus_area", name=op.f("pk_call_focus_area")),
    )
    op.create_table(
        "membership",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_membership_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_membership_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership")),
        sa.UniqueConstraint("person_id", "organisation_id", name=op.f("uq_membership_person_id_organisation_id")),
    )
    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_membership_organisation_id"), ["organisation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_membership_person_id"), ["person_id"], unique=False)

    op.create_table(
        "proposal",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "submitted",
                "formal_check",
                "returned",
                "with_departments",
                "maturity_assessment",
                "sorted",
                "memo_ready",
                "at_council",
                "refused",
                "referred",
                "maturing_dialogue",
                "awaiting_mayor",
                "approved",
                "signed",
                "running",
                "closed",
                "withdrawn",
                "formally_rejected",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("reference", sa.String(length=24), nullable=True),
        sa.Column("organisation_name", sa.String(length=200), nullable=False),
        sa.Column("organisation_cvr", sa.String(length=8), nullable=True),
        sa.Column("title", sa.String(length=200), nullable=False),
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
            nullable=True,
        ),
        sa.Column(
            "wish",
            sa.Enum(
                "social_investment",
                "donation",
                "unsure",
                name="wish",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("amount_sought_ore", sa.BigInteger(), nullable=True),
        sa.Column("participants", sa.BigInteger(), nullable=True),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("departments_asked", sa.Integer(), nullable=False),
        sa.Column("departments_answered", sa.Integer(), nullable=False),
        sa.Column("assessments_final", sa.Integer(), nullable=False),
        sa.Column("maturity_e4", sa.Integer(), nullable=True),
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
            nullable=True,
        ),
        sa.CheckConstraint("(state = 'draft') OR (reference IS NOT NULL)", name=op.f("ck_proposal_sent_has_reference")),
        sa.CheckConstraint(
            "amount_sought_ore IS NULL OR amount_sought_ore > 0", name=op.f("ck_proposal_amount_positive")
        ),
        sa.CheckConstraint("participants IS NULL OR participants > 0", name=op.f("ck_proposal_participants_positive")),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_proposal_call_id_call")),
        sa.ForeignKeyConstraint(["created_by"], ["person.id"], name=op.f("fk_proposal_created_by_person")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_proposal_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal")),
        sa.UniqueConstraint("call_id", "number", name=op.f("uq_proposal_call_id_number")),
        sa.UniqueConstraint("reference", name=op.f("uq_proposal_reference")),
    )
    with op.batch_alter_table("proposal", schema=None) as batch_op:
        batch_op.create_index("ix_proposal_call_id_state_number", ["call_id", "state", "number"], unique=False)
        batch_op.create_index("ix_proposal_call_id_title", ["call_id", "title", "number"], unique=False)
        batch_op.create_index(batch_op.f("ix_proposal_organisation_cvr"), ["organisation_cvr"], unique=False)
        batch_op.create_index("ix_proposal_organisation_id_created_at", ["organisation_id", "created_at"], unique=False)

    op.create_table(
        "role_grant",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "applicant",
                "reviewer",
                "secretariat",
                "council_member",
                "mayor_approver",
                "administrator",
                "auditor",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("department_code", sa.String(length=8), nullable=True),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "role <> 'reviewer' OR department_code IS NOT NULL", name=op.f("ck_role_grant_reviewer_has_department")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_role_grant_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_grant")),
        sa.UniqueConstraint("person_id", "role", "granted_at", name=op.f("uq_role_grant_person_id_role_granted_at")),
    )
    with op.batch_alter_table("role_grant", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_role_grant_person_id"), ["person_id"], unique=False)

    op.create_table(
        "web_session",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "applicant",
                "reviewer",
                "secretariat",
                "council_member",
                "mayor_approver",
                "administrator",
                "auditor",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("department_code", sa.String(length=8), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_web_session_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_web_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_web_session_token_hash")),
    )
    with op.batch_alter_table("web_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_web_session_expires_at"), ["expires_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_web_session_person_id"), ["person_id"], unique=False)

    op.create_table(
        "assessment",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        sa.Column("assessor_id", sa.Uuid(), nullable=False),
        sa.Column("department_code", sa.String(length=8), nullable=False),
        sa.Column("scale_id", sa.String(length=40), nullable=False),
        sa.Column("proposal_version", sa.Integer(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finalised_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["assessor_id"], ["person.id"], name=op.f("fk_assessment_assessor_id_person")),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposal.id"], name=op.f("fk_assessment_proposal_id_proposal")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment")),
        sa.UniqueConstraint("proposal_id", "assessor_id", name=op.f("uq_assessment_proposal_id_assessor_id")),
    )
    with op.batch_alter_table("assessment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_assessment_assessor_id"), ["assessor_id"], unique=False)

    op.create_table(
        "case_fact",
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposal.id"], name=op.f("fk_case_fact_proposal_id_proposal")),
        sa.ForeignKeyConstraint(["recorded_by"], ["person.id"], name=op.f("fk_case_fact_recorded_by_person")),
        sa.PrimaryKeyConstraint("proposal_id", "key", name=op.f("pk_case_fact")),
    )
    op.create_table(
        "conflict_declaration",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("has_conflict", sa.Boolean(), nullable=False),
        sa.Column("ground", sa.Text(), nullable=False),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_conflict_declaration_person_id_person")),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name=op.f("fk_conflict_declaration_proposal_id_proposal")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conflict_declaration")),
    )
    with op.batch_alter_table("conflict_declaration", schema=None) as batch_op:
        batch_op.create_index(
            "ix_conflict_declaration_person_proposal", ["person_id", "proposal_id", "declared_at"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_conflict_declaration_proposal_id"), ["proposal_id"], unique=False)

    op.create_table(
        "department_request",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        sa.Column("department_code", sa.String(length=8), nullable=False),
        sa.Column("is_lead", sa.Boolean(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["asked_by"], ["person.id"], name=op.f("fk_department_request_asked_by_person")),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name=op.f("fk_department_request_proposal_id_proposal")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_department_request")),
        sa.UniqueConstraint(
            "proposal_id", "department_code", name=op.f("uq_department_request_proposal_id_department_code")
        ),
    )
    with op.batch_alter_table("department_request", schema=None) as batch_op:
        batch_op.create_index("ix_department_request_queue", ["department_code", "answered_at", "due_on"], unique=False)
        batch_op.create_index(
            "uq_department_request_one_lead",
            ["proposal_id"],
            unique=True,
            sqlite_where=sa.text("is_lead"),
            postgresql_where=sa.text("is_lead"),
        )

    op.create_table(
        "formal_check",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
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
        sa.Column("findings", sa.JSON(), nullable=False),
        sa.Column("checked_by", sa.Uuid(), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["checked_by"], ["person.id"], name=op.f("fk_formal_check_checked_by_person")),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposal.id"], name=op.f("fk_formal_check_proposal_id_proposal")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_formal_check")),
    )
    with op.batch_alter_table("formal_check", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_formal_check_proposal_id"), ["proposal_id"], unique=False)

    op.create_table(
        "proposal_version",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_by", sa.Uuid(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name=op.f("fk_proposal_version_proposal_id_proposal")
        ),
        sa.ForeignKeyConstraint(["sent_by"], ["person.id"], name=op.f("fk_proposal_version_sent_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal_version")),
        sa.UniqueConstraint("proposal_id", "number", name=op.f("uq_proposal_version_proposal_id_number")),
    )
    op.create_table(
        "reviewer_assignment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("department_code", sa.String(length=8), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("assigned_by", sa.Uuid(), nullable=False),
        sa.Column("assigned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["assigned_by"], ["person.id"], name=op.f("fk_reviewer_assignment_assigned_by_person")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_reviewer_assignment_person_id_person")),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name=op.f("fk_reviewer_assignment_proposal_id_proposal")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviewer_assignment")),
        sa.UniqueConstraint("proposal_id", "person_id", name=op.f("uq_reviewer_assignment_proposal_id_person_id")),
    )
    with op.batch_alter_table("reviewer_assignment", schema=None) as batch_op:
        batch_op.create_index("ix_reviewer_assignment_person_id_ended_at", ["person_id", "ended_at"], unique=False)

    op.create_table(
        "sorting_run",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        sa.Column("policy_id", sa.String(length=40), nullable=False),
        sa.Column("fund_figures_id", sa.Uuid(), nullable=False),
        sa.Column("inputs", sa.JSON(), nullable=False),
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
        sa.Column("rule", sa.String(length=8), nullable=True),
        sa.Column("maturity_e4", sa.Integer(), nullable=True),
        sa.Column("final", sa.Boolean(), nullable=False),
        sa.Column("deciding", sa.Text(), nullable=False),
        sa.Column("grounds", sa.JSON(), nullable=False),
        sa.Column(
            "chosen_track",
            sa.Enum(
                "ineligible",
                "refused",
                "referred_to_department",
                "social_investment",
                "social_investment_with_outcome_fund",
                "maturing_dialogue",
                "donation",
                "undetermined",
                name="chosen_track",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("run_by", sa.Uuid(), nullable=False),
        sa.Column("run_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("chosen_track = track OR reason <> ''", name=op.f("ck_sorting_run_override_has_reason")),
        sa.ForeignKeyConstraint(
            ["fund_figures_id"], ["fund_figures.id"], name=op.f("fk_sorting_run_fund_figures_id_fund_figures")
        ),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposal.id"], name=op.f("fk_sorting_run_proposal_id_proposal")),
        sa.ForeignKeyConstraint(["run_by"], ["person.id"], name=op.f("fk_sorting_run_run_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sorting_run")),
    )
    with op.batch_alter_table("sorting_run", schema=None) as batch_op:
        batch_op.create_index("ix_sorting_run_proposal_id_run_at", ["proposal_id", "run_at"], unique=False)

    op.create_table(
        "assessment_score",
        sa.Column("assessment_id", sa.Uuid(), nullable=False),
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
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.CheckConstraint("score IS NULL OR score BETWEEN 0 AND 4", name=op.f("ck_assessment_score_score_0_to_4")),
        sa.ForeignKeyConstraint(
            ["assessment_id"],
            ["assessment.id"],
            name=op.f("fk_assessment_score_assessment_id_assessment"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("assessment_id", "dimension", name=op.f("pk_assessment_score")),
    )
    op.create_table(
        "department_answer",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("confirms_gap", sa.Boolean(), nullable=True),
        sa.Column(
            "can_pay",
            sa.Enum("yes", "partly", "no", name="can_pay", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("budget_line", sa.String(length=200), nullable=False),
        sa.Column("backed_by", sa.String(length=200), nullable=False),
        sa.Column("answered_by", sa.Uuid(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["answered_by"], ["person.id"], name=op.f("fk_department_answer_answered_by_person")),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name=op.f("fk_department_answer_proposal_id_proposal")
        ),
        sa.ForeignKeyConstraint(
            ["request_id"], ["department_request.id"], name=op.f("fk_department_answer_request_id_department_request")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_department_answer")),
        sa.UniqueConstraint("request_id", name=op.f("uq_department_answer_request_id")),
    )
    with op.batch_alter_table("department_answer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_department_answer_proposal_id"), ["proposal_id"], unique=False)
    op.create_index("ix_proposal_state_received_at", "proposal", ["state", "received_at"])
    # By hand: autogenerate leaves indexes on expressions out.
    op.create_index(
        "ix_proposal_call_id_maturity", "proposal", ["call_id", sa.text("coalesce(maturity_e4, -1) DESC"), "number"]
    )
    op.create_index(
        "ix_proposal_call_id_amount",
        "proposal",
        ["call_id", sa.text("coalesce(amount_sought_ore, -1) DESC"), "number"],
    )


def downgrade() -> None:
    with op.batch_alter_table("department_answer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_department_answer_proposal_id"))

    op.drop_table("department_answer")
    op.drop_table("assessment_score")
    with op.batch_alter_table("sorting_run", schema=None) as batch_op:
        batch_op.drop_index("ix_sorting_run_proposal_id_run_at")

    op.drop_table("sorting_run")
    with op.batch_alter_table("reviewer_assignment", schema=None) as batch_op:
        batch_op.drop_index("ix_reviewer_assignment_person_id_ended_at")

    op.drop_table("reviewer_assignment")
    op.drop_table("proposal_version")
    with op.batch_alter_table("formal_check", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_formal_check_proposal_id"))

    op.drop_table("formal_check")
    with op.batch_alter_table("department_request", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_department_request_one_lead", sqlite_where=sa.text("is_lead"), postgresql_where=sa.text("is_lead")
        )
        batch_op.drop_index("ix_department_request_queue")

    op.drop_table("department_request")
    with op.batch_alter_table("conflict_declaration", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_conflict_declaration_proposal_id"))
        batch_op.drop_index("ix_conflict_declaration_person_proposal")

    op.drop_table("conflict_declaration")
    op.drop_table("case_fact")
    with op.batch_alter_table("assessment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_assessment_assessor_id"))

    op.drop_table("assessment")
    with op.batch_alter_table("web_session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_web_session_person_id"))
        batch_op.drop_index(batch_op.f("ix_web_session_expires_at"))

    op.drop_table("web_session")
    with op.batch_alter_table("role_grant", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_role_grant_person_id"))

    op.drop_table("role_grant")
    with op.batch_alter_table("proposal", schema=None) as batch_op:
        batch_op.drop_index("ix_proposal_organisation_id_created_at")
        batch_op.drop_index(batch_op.f("ix_proposal_organisation_cvr"))
        batch_op.drop_index("ix_proposal_call_id_title")
        batch_op.drop_index("ix_proposal_call_id_state_number")

    op.drop_table("proposal")
    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_membership_person_id"))
        batch_op.drop_index(batch_op.f("ix_membership_organisation_id"))

    op.drop_table("membership")
    op.drop_table("call_focus_area")
    with op.batch_alter_table("audit_event", schema=None) as batch_op:
        batch_op.drop_index("ix_audit_event_subject_id_sequence")
        batch_op.drop_index(batch_op.f("ix_audit_event_kind"))

    op.drop_table("audit_event")
    with op.batch_alter_table("sign_in_link", schema=None) as batch_op:
        batch_op.drop_index("ix_sign_in_link_email_created_at")
        batch_op.drop_index(batch_op.f("ix_sign_in_link_created_at"))

    op.drop_table("sign_in_link")
    op.drop_table("person")
    with op.batch_alter_table("outgoing_mail", schema=None) as batch_op:
        batch_op.drop_index("ix_outgoing_mail_waiting")
        batch_op.drop_index(batch_op.f("ix_outgoing_mail_about_id"))

    op.drop_table("outgoing_mail")
    with op.batch_alter_table("organisation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_organisation_cvr"))

    op.drop_table("organisation")
    with op.batch_alter_table("fund_figures", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_fund_figures_as_of"))

    op.drop_table("fund_figures")
    with op.batch_alter_table("department", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_department_code"))

    op.drop_table("department")
    op.drop_table("call")
