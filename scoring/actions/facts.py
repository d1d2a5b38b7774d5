"""How does the secretariat write down what it found out about a case? Nothing here commits."""

from collections.abc import Mapping
from datetime import datetime

from sqlmodel import Session

from foundation.errors import ChangedMeanwhile
from foundation.identity.roles import Actor
from intake.actions import record_on
from intake.models import Proposal
from scoring.events import CaseFactsRecorded
from scoring.models import CaseFact
from scoring.queries import case_facts
from scoring.rules.case_facts import FactValue


def record_case_facts(
    session: Session,
    proposal: Proposal,
    facts: Mapping[str, FactValue],
    *,
    version: int,
    actor: Actor,
    at: datetime,
) -> None:
    """Store what the secretariat found out; only what changed is written, with who and when."""
    if proposal.version != version:
        raise ChangedMeanwhile
    known = case_facts(session, proposal.id)
    changed = tuple(key for key, value in facts.items() if known.get(key) != value)
    for key in changed:
        row = session.get(CaseFact, (proposal.id, key))
        row = row or CaseFact(proposal_id=proposal.id, key=key, recorded_by=actor.person_id, recorded_at=at)
        row.value, row.recorded_by, row.recorded_at = facts[key], actor.person_id, at
        session.add(row)
    if changed:
        proposal.saved_at = at
        session.add(proposal)
        record_on(session, proposal, CaseFactsRecorded(changed), actor=actor, at=at)
