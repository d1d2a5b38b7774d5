"""How is written down what the assessors agreed on? Nothing here commits."""

from collections.abc import Mapping
from datetime import datetime

from sqlmodel import Session

from foundation.charts import ask
from foundation.errors import ChangedMeanwhile, Refused
from foundation.identity.roles import Actor
from intake.actions import record_on
from intake.models import Proposal
from intake.queries import call_of, newest_version
from intake.rules.agreement import agreement_of
from intake.rules.lifecycle import State
from scoring.actions.sheets import supersede_consensus
from scoring.events import ConsensusRecorded
from scoring.models import Consensus, ConsensusScore
from scoring.policy_queries import policy_of
from scoring.queries import ConsensusBasis, consensus_basis, own_assessment
from scoring.rules import figures
from scoring.rules.charts import maturity_profile
from scoring.rules.consensus import gaps_of_consensus
from scoring.rules.dimensions import Dimension
from scoring.rules.drafts import AgreedDraft
from scoring.rules.maturity import maturity_e4, maturity_of


def record_consensus(
    session: Session,
    proposal: Proposal,
    drafts: Mapping[Dimension, AgreedDraft],
    *,
    version: int,
    actor: Actor,
    at: datetime,
) -> None:
    """Store the scores that count from now on; an earlier consensus is kept, but counts no longer.

    Raises ChangedMeanwhile for an old `version`, Refused for an assessor of the case, while a sheet is missing, and at
    the field that lacks a score or a note.
    """
    need_no_own_sheet(session, proposal, actor)
    if proposal.version != version:
        raise ChangedMeanwhile
    basis = consensus_basis(session, proposal)
    if proposal.state is not State.MATURITY_ASSESSMENT or basis.lacks:
        raise Refused(basis.lacks or "Konsensus kan kun registreres, mens modenheden bliver vurderet.")
    for field, text in gaps_of_consensus(basis.lines, drafts):
        raise Refused(text, field=field)
    supersede_consensus(session, proposal, at=at)
    _store(session, proposal, basis, drafts, actor=actor, at=at)
    scores = {dimension: draft.score for dimension, draft in drafts.items()}
    maturity = maturity_of(scores, basis.scale)
    ask(session, [maturity_profile(scores, policy_of(session, call_of(session, proposal).policy_id))], at=at)
    agreement = agreement_of([line.spread for line in basis.lines])
    proposal.maturity_e4, proposal.agreement, proposal.saved_at = maturity_e4(maturity), agreement, at
    session.add(proposal)
    shown = "" if maturity is None else figures.maturity(maturity)
    record_on(session, proposal, ConsensusRecorded(shown, agreement.value), actor=actor, at=at)
    session.flush()


def _store(
    session: Session,
    proposal: Proposal,
    basis: ConsensusBasis,
    drafts: Mapping[Dimension, AgreedDraft],
    *,
    actor: Actor,
    at: datetime,
) -> None:
    sent = newest_version(session, proposal.id)
    made = Consensus(
        proposal_id=proposal.id,
        scale_id=basis.scale.id,
        proposal_version=sent.number if sent else 1,
        agreement=agreement_of([line.spread for line in basis.lines]),
        recorded_by=actor.person_id,
        recorded_at=at,
    )
    session.add(made)
    session.flush()
    for line in basis.lines:
        agreed = drafts[line.dimension]
        if agreed.score is None:
            raise ValueError("a consensus has every score by now")
        session.add(
            ConsensusScore(
                consensus_id=made.id,
                dimension=line.dimension,
                score=agreed.score,
                spread=line.spread,
                note=agreed.note,
            )
        )


def need_no_own_sheet(session: Session, proposal: Proposal, actor: Actor) -> None:
    """Raises Refused for somebody who scored the case, begun or finished (contract 8.5)."""
    if own_assessment(session, proposal.id, actor.person_id) is not None:
        raise Refused("Du har selv vurderet forslaget. En anden i sekretariatet skal registrere konsensus.")
