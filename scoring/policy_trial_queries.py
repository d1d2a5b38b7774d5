"""Which sorted proposals of a call may somebody try a policy on, and what did their newest sorting rest on?"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from foundation.identity.roles import Actor, Role
from intake.models import Call, Proposal
from intake.queries import visible_to
from intake.queries.visibility import STAFF_RELATION, opened_by, works_on
from intake.rules.lifecycle import State
from intake.rules.rights import Relation, states_for
from scoring.models import SortingRun
from scoring.rules.policies.trial import SortedBefore
from scoring.rules.resorting import read_inputs

_SORTED = states_for("sorting.view", Relation.AUDITOR)
"""A case is sorted from here on; one state earlier the secretariat sees what is only the rules' answer."""
_COLUMNS: tuple[Any, ...] = (
    Proposal.reference,
    Proposal.title,
    SortingRun.inputs,
    SortingRun.track,
    SortingRun.deciding,
    SortingRun.chosen_track,
)


def calls_to_try(session: Session) -> Sequence[Call]:
    """The published calls with a sorted proposal, the newest first."""
    is_sorted = select(SortingRun.id).join(Proposal, col(Proposal.id) == SortingRun.proposal_id)
    asked = (
        select(Call)
        .where(
            col(Call.published_at).is_not(None),
            is_sorted.where(Proposal.call_id == Call.id, col(Proposal.state).in_(sorted(_SORTED))).exists(),
        )
        .order_by(col(Call.opens_at).desc(), col(Call.slug))
    )
    return session.exec(asked).all()


def sorted_before(session: Session, actor: Actor, call_id: UUID) -> list[SortedBefore]:
    """The sorted proposals of a call whose sorting the actor may read, as they were sorted, by their number.

    An administrator reads no case: all are counted, and nothing but the counts may be shown (see the view).
    """
    newest = (
        select(SortingRun.proposal_id, sa.func.max(SortingRun.run_at).label("run_at"))
        .join(Proposal, col(Proposal.id) == SortingRun.proposal_id)
        .where(Proposal.call_id == call_id)
        .group_by(col(SortingRun.proposal_id))
        .subquery()
    )
    rows = session.execute(
        sa.select(*_COLUMNS)
        .join(newest, newest.c.proposal_id == col(Proposal.id))
        .join(
            SortingRun,
            sa.and_(col(SortingRun.proposal_id) == newest.c.proposal_id, col(SortingRun.run_at) == newest.c.run_at),
        )
        .where(col(Proposal.call_id) == call_id, col(Proposal.state).in_(sorted(_SORTED)), *_shown_to(actor))
        .order_by(col(Proposal.number))
    )
    return [
        SortedBefore(reference or "", title, read_inputs(inputs), track, deciding, chosen)
        for reference, title, inputs, track, deciding, chosen in rows
    ]


def _shown_to(actor: Actor) -> tuple[sa.ColumnElement[bool], ...]:
    """`sorting.view`, told to the database, as the ranking does."""
    if actor.role is Role.ADMINISTRATOR:
        return ()
    states: frozenset[State] = states_for("sorting.view", STAFF_RELATION[actor.role])
    later = sorted(states_for("sorting.view", Relation.ASSIGNED))
    return (
        visible_to(actor),
        col(Proposal.state).in_(sorted(states)),
        # Whoever scores a case stands to it as an assessor, who sees the sorting later than the secretariat.
        sa.or_(col(Proposal.state).in_(later), ~works_on(actor.person_id)),
        *opened_by(actor),
    )
