"""Which released cases were sorted, written about or released by somebody who now has a conflict of interest?"""

from typing import Any

import sqlalchemy as sa
from sqlmodel import col, select

from foundation.identity.models import Membership, Organisation
from intake.models import ConflictDeclaration, Proposal, ProposalPartner
from portfolio.models import DecisionMemo, DecisionMemoText, ReleasedMemo
from scoring.models import SortingRun


def touched_by_shut() -> sa.ColumnElement[bool]:
    """At least the cases of which `touched_by_conflicted` names somebody, asked of all of them at once.

    Older sortings and texts that the paper does not print are asked about too: whoever needs to be exact asks
    `placing_hindrance` of what is found.
    """
    touched = sa.union(
        select(col(SortingRun.proposal_id).label("case_id"), col(SortingRun.run_by).label("person_id")),
        select(col(DecisionMemo.proposal_id), col(DecisionMemo.saved_by)),
        select(col(DecisionMemoText.proposal_id), col(DecisionMemoText.edited_by)),
        select(col(ReleasedMemo.proposal_id), col(ReleasedMemo.released_by)),
    ).subquery("touched")
    return sa.exists().where(
        touched.c.case_id == col(Proposal.id), sa.or_(_has_declared(touched.c), _belongs(touched.c))
    )


def _has_declared(touched: Any) -> sa.ColumnElement[bool]:
    return sa.exists().where(
        col(ConflictDeclaration.proposal_id) == touched.case_id,
        col(ConflictDeclaration.person_id) == touched.person_id,
        col(ConflictDeclaration.superseded_at).is_(None),
        col(ConflictDeclaration.has_conflict).is_(True),
        col(ConflictDeclaration.upheld).is_not(False),
    )


def _belongs(touched: Any) -> sa.ColumnElement[bool]:
    partner = sa.exists().where(
        col(ProposalPartner.proposal_id) == col(Proposal.id), col(ProposalPartner.cvr) == col(Organisation.cvr)
    )
    return sa.exists().where(
        col(Membership.person_id) == touched.person_id,
        col(Membership.ended_at).is_(None),
        col(Organisation.id) == col(Membership.organisation_id),
        sa.or_(
            col(Organisation.id) == col(Proposal.organisation_id),
            col(Organisation.cvr) == col(Proposal.organisation_cvr),
            partner,
        ),
    )
