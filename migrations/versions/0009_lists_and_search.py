"""What lists are sorted and searched by: an index for each order within a call, Danish titles, and words."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_AGREEMENT_RANK = "(CASE agreement WHEN 'agreed' THEN 0 WHEN 'divided' THEN 1 WHEN 'disagreed' THEN 2 ELSE 99 END)"
_TRACK_RANK = (
    "(CASE track WHEN 'ineligible' THEN 0 WHEN 'refused' THEN 1 WHEN 'referred_to_department' THEN 2 "
    "WHEN 'social_investment' THEN 3 WHEN 'social_investment_with_outcome_fund' THEN 4 WHEN 'maturing_dialogue' THEN 5 "
    "WHEN 'donation' THEN 6 WHEN 'undetermined' THEN 7 ELSE 99 END)"
)
_STATE_RANK = (
    "(CASE state WHEN 'draft' THEN 0 WHEN 'submitted' THEN 1 WHEN 'formal_check' THEN 2 WHEN 'returned' THEN 3 "
    "WHEN 'with_departments' THEN 4 WHEN 'maturity_assessment' THEN 5 WHEN 'sorted' THEN 6 WHEN 'memo_ready' THEN 7 "
    "WHEN 'at_council' THEN 8 WHEN 'refused' THEN 9 WHEN 'referred' THEN 10 WHEN 'maturing_dialogue' THEN 11 "
    "WHEN 'awaiting_mayor' THEN 12 WHEN 'approved' THEN 13 WHEN 'signed' THEN 14 WHEN 'running' THEN 15 "
    "WHEN 'closed' THEN 16 WHEN 'withdrawn' THEN 17 WHEN 'formally_rejected' THEN 18 ELSE 99 END)"
)
_INDEXES = {
    "ix_proposal_call_id_state_sought": ["call_id", "state", "amount_sought_ore", "id"],
    "ix_proposal_call_id_title_key": ["call_id", "title_key", "number"],
    "ix_proposal_call_id_participants": ["call_id", sa.text("coalesce(participants, -1) DESC"), "number"],
    "ix_proposal_call_id_waiting": ["call_id", sa.text("(departments_asked - departments_answered) DESC"), "number"],
    "ix_proposal_call_id_agreement_rank": ["call_id", sa.text(_AGREEMENT_RANK), "number"],
    "ix_proposal_call_id_track_rank": ["call_id", sa.text(_TRACK_RANK), "number"],
    "ix_proposal_call_id_state_rank": ["call_id", sa.text(_STATE_RANK), "number"],
    "ix_proposal_received_at_reference": ["received_at", "reference"],
}


def upgrade() -> None:
    op.drop_index("ix_proposal_call_id_title", table_name="proposal")
    op.add_column("proposal", sa.Column("title_key", sa.LargeBinary(), nullable=False, server_default=""))
    for name, columns in _INDEXES.items():
        op.create_index(name, "proposal", columns)
    op.create_table(
        "proposal_search",
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name="fk_proposal_search_proposal_id_proposal", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("proposal_id", name="pk_proposal_search"),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute("CREATE INDEX proposal_search_by_word ON proposal_search USING gin (to_tsvector('simple', words))")
    else:
        _index_words_on_sqlite()


def _index_words_on_sqlite() -> None:
    """A table of its own, kept alike by triggers. Its row is found again by a word that is the proposal's key."""
    op.execute(
        "CREATE VIRTUAL TABLE proposal_search_by_word USING fts5(proposal_id UNINDEXED, words, tokenize='ascii')"
    )
    add = "INSERT INTO proposal_search_by_word (proposal_id, words) VALUES (new.proposal_id, 'k' || new.proposal_id || ' ' || new.words);"
    remove = (
        "DELETE FROM proposal_search_by_word WHERE rowid IN "
        "(SELECT rowid FROM proposal_search_by_word WHERE proposal_search_by_word MATCH 'k' || old.proposal_id);"
    )
    for name, when, what in (
        ("proposal_search_by_word_added", "INSERT", add),
        ("proposal_search_by_word_removed", "DELETE", remove),
        ("proposal_search_by_word_changed", "UPDATE", remove + " " + add),
    ):
        op.execute(f"CREATE TRIGGER {name} AFTER {when} ON proposal_search BEGIN {what} END")


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for name in ("added", "removed", "changed"):
            op.execute(f"DROP TRIGGER proposal_search_by_word_{name}")
        op.execute("DROP TABLE proposal_search_by_word")
    op.drop_table("proposal_search")
    for name in _INDEXES:
        op.drop_index(name, table_name="proposal")
    op.execute("ALTER TABLE proposal DROP COLUMN title_key")  # No batch: that would lose the indexes over expressions.
    op.create_index("ix_proposal_call_id_title", "proposal", ["call_id", "title", "number"])
