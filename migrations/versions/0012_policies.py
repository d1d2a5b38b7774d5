"""Policies that are drafted in the browser: every number, who drafted and who adopted; frozen from the adoption on."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_STATES = ("draft", "adopted", "withdrawn")
_FIXED = (
    "id",
    "slug",
    "title",
    "valid_from",
    "based_on",
    "content",
    "drafted_by",
    "drafted_at",
    "adopted_by",
    "adopted_at",
    "adoption_reason",
)
_REFUSAL = "an adopted policy never changes"


def upgrade() -> None:
    op.create_table(
        "drafted_policy",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("based_on", sa.String(length=40), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(*_STATES, name="policy_state", native_enum=False, length=40, create_constraint=True),
            nullable=False,
        ),
        sa.Column("drafted_by", sa.Uuid(), nullable=False),
        sa.Column("drafted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("adopted_by", sa.Uuid(), nullable=True),
        sa.Column("adopted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("adoption_reason", sa.Text(), nullable=False),
        sa.Column("withdrawn_by", sa.Uuid(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawal_reason", sa.Text(), nullable=False),
        sa.CheckConstraint("adopted_by IS NULL OR adopted_by <> drafted_by", name=op.f("ck_drafted_policy_two_people")),
        sa.CheckConstraint(
            "(adopted_by IS NULL) = (adopted_at IS NULL) AND (adopted_at IS NULL OR adoption_reason <> '')",
            name=op.f("ck_drafted_policy_adopted_whole"),
        ),
        sa.CheckConstraint(
            "state = 'withdrawn' OR ((state = 'adopted') = (adopted_at IS NOT NULL))",
            name=op.f("ck_drafted_policy_state_is_what_happened"),
        ),
        sa.CheckConstraint(
            "(state = 'withdrawn') = (withdrawn_at IS NOT NULL) AND (withdrawn_at IS NULL OR withdrawal_reason <> '')",
            name=op.f("ck_drafted_policy_withdrawn_whole"),
        ),
        *(
            sa.ForeignKeyConstraint([column], ["person.id"], name=op.f(f"fk_drafted_policy_{column}_person"))
            for column in ("drafted_by", "adopted_by", "withdrawn_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drafted_policy")),
        sa.UniqueConstraint("slug", name=op.f("uq_drafted_policy_slug")),
    )
    if op.get_bind().dialect.name == "postgresql":
        _freeze_on_postgresql()
    else:
        _freeze_on_sqlite()


def downgrade() -> None:
    op.drop_table("drafted_policy")  # Its triggers go with it.
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION policy_stays()")


def _freeze_on_postgresql() -> None:
    op.execute(
        "CREATE OR REPLACE FUNCTION policy_stays() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{_REFUSAL}' USING ERRCODE = 'check_violation'; END $$"
    )
    # JSON has no equality of its own on PostgreSQL; as text it has.
    changed = " OR ".join(f"OLD.{column}::text IS DISTINCT FROM NEW.{column}::text" for column in _FIXED)
    changed += " OR OLD.state = 'withdrawn' OR NEW.state = 'draft'"
    for name, act, when in (
        ("policy_unchanged", "UPDATE", f"OLD.adopted_at IS NOT NULL AND ({changed})"),
        ("policy_kept", "DELETE", "OLD.adopted_at IS NOT NULL"),
    ):
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {act} ON drafted_policy FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION policy_stays()"
        )


def _freeze_on_sqlite() -> None:
    changed = " OR ".join(f"OLD.{column} IS NOT NEW.{column}" for column in _FIXED)
    changed += " OR OLD.state = 'withdrawn' OR NEW.state = 'draft'"
    for name, act, when in (
        ("policy_unchanged", "UPDATE", f"OLD.adopted_at IS NOT NULL AND ({changed})"),
        ("policy_kept", "DELETE", "OLD.adopted_at IS NOT NULL"),
    ):
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {act} ON drafted_policy FOR EACH ROW WHEN {when} "
            f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
        )
