"""How is the outcome of a formal check recorded? Nothing here commits."""

from dataclasses import asdict
from datetime import datetime

from sqlmodel import Session

from foundation.errors import Refused
from foundation.identity.roles import Actor
from intake.actions.moves import move_proposal, record_on
from intake.events import (
    FormalCheckRecorded,
    ProposalFormallyRejected,
)
from intake.models import (
    Call,
    FormalCheck,
    Proposal,
)
from intake.queries import formal_facts
from intake.rules.formal_check import CheckOutcome, run_formal_check
from intake.rules.lifecycle import State


def record_formal_check(
    session: Session, proposal: Proposal, call: Call, *, eligible: bool, note: str, actor: Actor, at: datetime
) -> None:
    """Record the outcome of the formal check by name, with what the machine found.

    A proposal that is not eligible is formally rejected and needs its main considerations (domain.md L7).
    """
    outcome = CheckOutcome.OK if eligible else CheckOutcome.NOT_ELIGIBLE
    if not eligible and not note:
        raise Refused("Skriv, hvorfor forslaget ikke opfylder de formelle krav.", field="note")
    findings = [asdict(check) for check in run_formal_check(formal_facts(session, actor, proposal, call))]
    session.add(
        FormalCheck(
            proposal_id=proposal.id,
            outcome=outcome,
            note=note,
            findings=findings,
            checked_by=actor.person_id,
            checked_at=at,
        )
    )
    if proposal.state is State.SUBMITTED:
        move_proposal(proposal, "formalcheck.record")
    record_on(session, proposal, FormalCheckRecorded(outcome.value, note), actor=actor, at=at)
    if not eligible:
        move_proposal(proposal, "formalcheck.reject")
        record_on(session, proposal, ProposalFormallyRejected(note), actor=actor, at=at)
    session.add(proposal)
