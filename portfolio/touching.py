"""Which released cases were sorted, written about or released by somebody who now has a conflict of interest?"""

from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from foundation.identity.models import Membership, Organisation
from intake.models import ConflictDeclaration, Proposal, ProposalPartner
from intake.queries.visibility import is_standing_conflict
from portfolio.models import DecisionMemo, DecisionMemoText, ReleasedMemo
from scoring.models import SortingRun


def touched_by_shut() -> sa.ColumnElement[bool]:
    """At least the cases of which `touched_by_conflicted` names somebody, asked of a case or of all of them at once.

    Older sortings and texts that the paper does not print are asked about too: whoever needs to be exact asks
    `placing_hindrance` of what is found.
    """
    touches = (
        (col(SortingRun.proposal_id), col(SortingRun.run_by)),
        (col(DecisionMemo.proposal_id), col(DecisionMemo.saved_by)),
        (col(DecisionMemoText.proposal_id), col(DecisionMemoText.edited_by)),
        (col(ReleasedMemo.proposal_id), col(ReleasedMemo.released_by)),
    )
    return sa.or_(
        *(
            sa.exists().where(case == col(Proposal.id), sa.or_(_has_declared(who), _belongs(who)))
            for case, who in touches
        )
    )


def _has_declared(person: Any) -> sa.ColumnElement[bool]:
    return (
        sa.exists()
        .where(
            col(ConflictDeclaration.proposal_id) == col(Proposal.id),
            col(ConflictDeclaration.person_id) == person,
            is_standing_conflict(),
        )
        .correlate_except(ConflictDeclaration)
    )


def _belongs(person: Any) -> sa.ColumnElement[bool]:
    partner = (
        sa.exists()
        .where(col(ProposalPartner.proposal_id) == col(Proposal.id), col(ProposalPartner.cvr) == col(Organisation.cvr))
        .correlate_except(ProposalPartner)
    )
    return (
        sa.exists()
        .where(
            col(Membership.person_id) == person,
            col(Membership.ended_at).is_(None),
            col(Organisation.id) == col(Membership.organisation_id),
            sa.or_(
                col(Organisation.id) == col(Proposal.organisation_id),
                col(Organisation.cvr) == col(Proposal.organisation_cvr),
                partner,
            ),
        )
        .correlate_except(Membership, Organisation)
    )
