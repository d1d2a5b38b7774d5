"""One order of what counts last: no two sortings of a proposal, and no two figures of a day, at one moment."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("sorting_run", schema=None) as batch_op:
        batch_op.drop_index("ix_sorting_run_proposal_id_run_at")
        batch_op.create_index("uq_sorting_run_proposal_id_run_at", ["proposal_id", "run_at"], unique=True)
    with op.batch_alter_table("fund_figures", schema=None) as batch_op:
        batch_op.drop_index("ix_fund_figures_as_of")
        batch_op.create_index("uq_fund_figures_as_of_entered_at", ["as_of", "entered_at"], unique=True)


def downgrade() -> None:
    with op.batch_alter_table("fund_figures", schema=None) as batch_op:
        batch_op.drop_index("uq_fund_figures_as_of_entered_at")
        batch_op.create_index("ix_fund_figures_as_of", ["as_of"], unique=False)
    with op.batch_alter_table("sorting_run", schema=None) as batch_op:
        batch_op.drop_index("uq_sorting_run_proposal_id_run_at")
        batch_op.create_index("ix_sorting_run_proposal_id_run_at", ["proposal_id", "run_at"], unique=False)
