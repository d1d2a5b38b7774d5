"""Administration: people with a version, roles with a last day, devices, letters held back, a log that is searched."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("person", sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
    op.add_column("role_grant", sa.Column("ends_on", sa.Date(), nullable=True))
    op.add_column("web_session", sa.Column("device", sa.String(length=60), nullable=False, server_default=""))
    op.add_column("outgoing_mail", sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True))
    # Only a letter that was held back has ended without having been tried.
    op.execute("UPDATE outgoing_mail SET cancelled_at = failed_at WHERE failed_at IS NOT NULL AND tries = 0")
    op.create_index("ix_outgoing_mail_queued_at", "outgoing_mail", ["queued_at"])
    op.drop_index("ix_audit_event_kind", table_name="audit_event")
    op.drop_index("ix_audit_event_subject_id_sequence", table_name="audit_event")
    for name, columns in _SEARCHED_BY.items():
        op.create_index(name, "audit_event", columns)


def downgrade() -> None:
    for name in _SEARCHED_BY:
        op.drop_index(name, table_name="audit_event")
    op.create_index("ix_audit_event_subject_id_sequence", "audit_event", ["subject_id", "sequence"])
    op.create_index("ix_audit_event_kind", "audit_event", ["kind"])
    op.drop_index("ix_outgoing_mail_queued_at", table_name="outgoing_mail")
    op.drop_column("outgoing_mail", "cancelled_at")
    op.drop_column("web_session", "device")
    op.drop_column("role_grant", "ends_on")
    op.drop_column("person", "version")


_SEARCHED_BY = {
    "ix_audit_event_subject_id_happened_at": ["subject_id", "happened_at", "sequence"],
    "ix_audit_event_happened_at_sequence": ["happened_at", "sequence"],
    "ix_audit_event_person_id_happened_at": ["person_id", "happened_at", "sequence"],
    "ix_audit_event_kind_happened_at": ["kind", "happened_at", "sequence"],
}
