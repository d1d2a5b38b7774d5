"""Calls as drafts with questions of their own; organisations in full; sections, files and changes of proposals."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_KINDS = ("association", "self_governing", "foundation", "social_enterprise", "other_supplier", "municipal_department")


def _values(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def upgrade() -> None:
    _change_call()
    _change_organisation()
    _change_proposal()
    op.add_column("outgoing_mail", sa.Column("attachment", sa.String(length=120), nullable=True))
    _create_call_question()
    _create_invitation()
    _create_saved_section()
    _create_attachment()


def _change_call() -> None:
    with op.batch_alter_table("call", schema=None) as batch_op:
        batch_op.alter_column("number", existing_type=sa.Integer(), nullable=True)
        batch_op.add_column(sa.Column("cancel_reason", sa.Text(), nullable=False, server_default=""))
        batch_op.create_check_constraint(
            batch_op.f("ck_call_published_has_number"), "published_at IS NULL OR number IS NOT NULL"
        )
    with op.batch_alter_table("call", schema=None) as batch_op:
        batch_op.alter_column("cancel_reason", existing_type=sa.Text(), server_default=None)


def _change_organisation() -> None:
    with op.batch_alter_table("organisation", schema=None) as batch_op:
        batch_op.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
        batch_op.add_column(sa.Column("kind", _values("organisation_kind", *_KINDS), nullable=True))
        batch_op.add_column(sa.Column("staff_years", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("turnover_ore", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("address", sa.String(length=300), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("contact_name", sa.String(length=200), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("contact_email", sa.String(length=254), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("contact_phone", sa.String(length=40), nullable=False, server_default=""))
        batch_op.create_check_constraint(
            batch_op.f("ck_organisation_staff_years_not_negative"), "staff_years IS NULL OR staff_years >= 0"
        )
        batch_op.create_check_constraint(
            batch_op.f("ck_organisation_turnover_not_negative"), "turnover_ore IS NULL OR turnover_ore >= 0"
        )
    with op.batch_alter_table("organisation", schema=None) as batch_op:
        batch_op.alter_column("version", existing_type=sa.Integer(), server_default=None)
        for name, length in (("address", 300), ("contact_name", 200), ("contact_email", 254), ("contact_phone", 40)):
            batch_op.alter_column(name, existing_type=sa.String(length=length), server_default=None)


def _change_proposal() -> None:
    op.add_column("proposal", sa.Column("unsent_answers", sa.JSON(), nullable=True))
    op.add_column("proposal", sa.Column("reopened_at", sa.DateTime(timezone=True), nullable=True))


def _create_call_question() -> None:
    op.create_table(
        "call_question",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", _values("extra_kind", "short_text", "long_text", "number", "choice"), nullable=False),
        sa.Column("label", sa.String(length=200), nullable=False),
        sa.Column("hint", sa.String(length=500), nullable=False),
        sa.Column("is_required", sa.Boolean(), nullable=False),
        sa.Column("most_words", sa.Integer(), nullable=True),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["call_id"], ["call.id"], name=op.f("fk_call_question_call_id_call"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_question")),
        sa.UniqueConstraint("call_id", "position", name=op.f("uq_call_question_call_id_position")),
    )


def _create_invitation() -> None:
    op.create_table(
        "invitation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("invited_by", sa.Uuid(), nullable=False),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accepted", sa.Boolean(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["invited_by"], ["person.id"], name=op.f("fk_invitation_invited_by_person")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_invitation_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
    )
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.create_index("ix_invitation_email_answered_at", ["email", "answered_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_invitation_organisation_id"), ["organisation_id"], unique=False)


def _create_saved_section() -> None:
    op.create_table(
        "saved_section",
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("saved_by", sa.Uuid(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("revision > 0", name=op.f("ck_saved_section_revision_positive")),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name=op.f("fk_saved_section_proposal_id_proposal"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["saved_by"], ["person.id"], name=op.f("fk_saved_section_saved_by_person")),
        sa.PrimaryKeyConstraint("proposal_id", "key", name=op.f("pk_saved_section")),
    )


def _create_attachment() -> None:
    op.create_table(
        "attachment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("file_type", _values("file_type", "pdf", "docx", "xlsx", "png", "jpg"), nullable=False),
        sa.Column("stored_name", sa.String(length=64), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("uploaded_by", sa.Uuid(), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("size_bytes > 0", name=op.f("ck_attachment_size_positive")),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposal.id"], name=op.f("fk_attachment_proposal_id_proposal")),
        sa.ForeignKeyConstraint(["uploaded_by"], ["person.id"], name=op.f("fk_attachment_uploaded_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
        sa.UniqueConstraint("stored_name", name=op.f("uq_attachment_stored_name")),
    )
    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.create_index("ix_attachment_proposal_id_removed_at", ["proposal_id", "removed_at"], unique=False)


def downgrade() -> None:
    for table in ("attachment", "saved_section", "invitation", "call_question"):
        op.drop_table(table)
    op.drop_column("outgoing_mail", "attachment")
    op.drop_column("proposal", "reopened_at")
    op.drop_column("proposal", "unsent_answers")
    with op.batch_alter_table("organisation", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_organisation_turnover_not_negative"), type_="check")
        batch_op.drop_constraint(batch_op.f("ck_organisation_staff_years_not_negative"), type_="check")
        batch_op.drop_constraint(batch_op.f("ck_organisation_organisation_kind"), type_="check")
        for name in (
            "version", "kind", "staff_years", "turnover_ore", "address", "contact_name", "contact_email", "contact_phone"
        ):  # fmt: skip
            batch_op.drop_column(name)
    # A call that was never published has no number, and the older schema has no room for such a one.
    op.execute("DELETE FROM call_focus_area WHERE call_id IN (SELECT id FROM call WHERE number IS NULL)")
    op.execute("DELETE FROM call WHERE number IS NULL")
    with op.batch_alter_table("call", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_call_published_has_number"), type_="check")
        batch_op.drop_column("cancel_reason")
        batch_op.alter_column("number", existing_type=sa.Integer(), nullable=False)
