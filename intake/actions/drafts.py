"""How is a proposal started and written? Nothing here commits."""

from datetime import datetime

from sqlmodel import Session

from foundation.errors import ChangedMeanwhile, Refused
from foundation.identity.models import Organisation
from foundation.identity.roles import Actor
from intake.actions.moves import record_on
from intake.events import (
    ProposalStarted,
)
from intake.models import (
    Call,
    Proposal,
)
from intake.queries import state_of_call
from intake.rules.call import CallState
from intake.rules.proposal import ProposalDraft


def start_proposal(session: Session, call: Call, organisation: Organisation, *, actor: Actor, at: datetime) -> Proposal:
    """A new draft for an organisation in an open call. Raises Refused when the call is not open."""
    if state_of_call(call, at=at) is not CallState.OPEN:
        raise Refused("Callet tager ikke imod forslag nu. Se på forsiden, hvilke calls der er åbne.")
    proposal = Proposal(
        call_id=call.id,
        organisation_id=organisation.id,
        created_by=actor.person_id,
        organisation_name=organisation.name,
        organisation_cvr=organisation.cvr,
        created_at=at,
        saved_at=at,
    )
    session.add(proposal)
    session.flush()
    record_on(session, proposal, ProposalStarted(organisation.name), actor=actor, at=at)
    return proposal


def save_draft(session: Session, proposal: Proposal, draft: ProposalDraft, *, version: int, at: datetime) -> None:
    """Store the answers. Raises ChangedMeanwhile when somebody else saved after `version` was read."""
    if proposal.version != version:
        raise ChangedMeanwhile
    proposal.answers = {key: value for key, value in draft.answers.items() if value is not None}
    proposal.title = draft.title[:200]
    proposal.focus_area = draft.focus_area
    proposal.wish = draft.wish
    proposal.amount_sought_ore = draft.amount_sought_ore
    proposal.participants = draft.participants
    proposal.saved_at = at
    session.add(proposal)
