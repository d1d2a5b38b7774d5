"""How are proposals from a file entered, all or none, and who gets access to them? Nothing here commits."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from foundation.audit import first_act_at
from foundation.errors import Refused
from foundation.formats import moment
from foundation.identity.actions import add_person
from foundation.identity.models import Organisation, Person
from foundation.identity.organisation_actions import register_organisation
from foundation.identity.queries import person_by_email
from foundation.identity.roles import Actor, Role
from intake.actions.calls import record_on_call, store_call
from intake.actions.drafts import show_in_lists
from intake.actions.moves import move_proposal, note_partners, record_on
from intake.actions.search import note_search
from intake.actions.submission import freeze, give_reference, queue_receipt
from intake.events import CallCreated, ProposalImported, ProposalsImported
from intake.models import Call, PastDecision, Proposal
from intake.queries import next_call_number, state_of_call
from intake.queries.imports import clashes, own_organisation
from intake.rules.call import CallState
from intake.rules.call_draft import CallDraft
from intake.rules.import_checks import PAST_STATES, doubles, received_faults
from intake.rules.import_rows import ImportDraft, ImportFault, PastDraft
from intake.rules.proposal import ProposalDraft
from intake.rules.questions import OLDEST_SET


class ImportRefused(Refused):
    """Nothing was entered; `faults` says what to mend, each with its row and column."""

    def __init__(self, faults: Sequence[ImportFault]) -> None:
        super().__init__("Ingen forslag er indlæst. " + " ".join(fault.line for fault in faults))
        self.faults = tuple(faults)


def import_faults(
    session: Session, call: Call, drafts: Sequence[ImportDraft], *, at: datetime
) -> tuple[ImportFault, ...]:
    """What is wrong with faultless rows once they stand beside each other, the call, and what is there already.

    When a case of before Rådslag came, is no longer held to a deadline.
    """
    late = () if call.is_history else received_faults(drafts, opens_at=call.opens_at, closes_at=call.closes_at, at=at)
    return (*late, *doubles(drafts), *clashes(session, call, drafts))


def need_importable(call: Call, *, at: datetime) -> None:
    """Raises Refused for a call that takes no proposals by mail: a historical one, or one that never was open."""
    if call.is_history:
        raise Refused("Callet er historisk. Nye forslag kan ikke indlæses i det.")
    if state_of_call(call, at=at) not in (CallState.OPEN, CallState.CLOSED):
        raise Refused("Callet tager ikke imod forslag: det er en kladde, er ikke åbnet endnu, eller det er aflyst.")


def import_proposals(
    session: Session, call: Call, drafts: Sequence[ImportDraft], *, actor: Actor | None, at: datetime, base_url: str
) -> list[Proposal]:
    """Enter proposals that came by mail, as if their applicants had sent them: reference, version, receipt.

    The contact person becomes, or is, an applicant; `actor` is who enters them, None for the command line. Raises
    Refused for a call that takes none, and ImportRefused with every fault.
    """
    need_importable(call, at=at)
    _refuse(import_faults(session, call, drafts, at=at))
    made = [_enter(session, call, draft, actor=actor, at=at, base_url=base_url) for draft in drafts]
    _record_file(session, call, made, actor=actor, at=at)
    return made


def enter_past_call(session: Session, draft: CallDraft, *, actor: Actor, at: datetime) -> Call:
    """A call of before Rådslag, published and closed at the time, under a number of its own year.

    Raises Refused for one whose deadline lies after the first act that is known here.
    """
    first = first_act_at(session) or at
    if draft.closes_at >= min(first, at):
        raise Refused(f"Et historisk call skal være lukket, før Rådslag blev taget i brug {moment(first)}.")
    call = store_call(session, draft)
    call.question_set_id = OLDEST_SET.id
    call.number = next_call_number(session, call.year)
    call.published_at = call.opens_at
    call.is_history = True
    session.add(call)
    session.flush()
    record_on_call(session, call, CallCreated(call.title), actor=actor, at=at)
    return call


def import_history(
    session: Session, call: Call, drafts: Sequence[ImportDraft], *, actor: Actor, at: datetime
) -> list[Proposal]:
    """Enter cases of before Rådslag with how they ended. Nobody is written to, and nobody gets access.

    Raises Refused for a call that is not historical, and ImportRefused with every fault.
    """
    if not call.is_history:
        raise Refused("Callet er ikke historisk. Historiske sager kan kun indlæses i et historisk call.")
    _refuse(import_faults(session, call, drafts, at=at))
    known: dict[str, Organisation] = {}
    made = [_enter_past(session, call, draft, draft.past, known, actor=actor, at=at) for draft in drafts if draft.past]
    _record_file(session, call, made, actor=actor, at=at)
    return made


def _refuse(faults: Sequence[ImportFault]) -> None:
    if faults:
        raise ImportRefused(faults)


def _enter(
    session: Session, call: Call, draft: ImportDraft, *, actor: Actor | None, at: datetime, base_url: str
) -> Proposal:
    if draft.received_at is None:
        raise ValueError("a proposal that came by mail came at a moment")
    person = _applicant(session, draft, actor=actor, at=at)
    organisation = own_organisation(session, person, draft.organisation) or register_organisation(
        session, draft.organisation, member_id=person.id, actor=actor, at=at
    )
    proposal = _started(session, call, draft, organisation, created_by=person.id, received_at=draft.received_at, at=at)
    version = freeze(session, proposal, draft.organisation, sent_by=person.id, at=draft.received_at)
    _record_row(session, proposal, draft, actor=actor, at=at)
    queue_receipt(
        session, proposal, call, version, to=person.email, at=at, base_url=base_url, letter="imported_receipt"
    )
    return proposal


def _applicant(session: Session, draft: ImportDraft, *, actor: Actor | None, at: datetime) -> Person:
    """The account of the address that the proposal came from: the one that is there, or a new one."""
    told = draft.organisation
    return person_by_email(session, told.contact_email) or add_person(
        session, email=told.contact_email, name=told.contact_name, role=Role.APPLICANT, actor=actor, at=at
    )


def _started(
    session: Session,
    call: Call,
    draft: ImportDraft,
    organisation: Organisation,
    *,
    created_by: UUID,
    received_at: datetime,
    at: datetime,
) -> Proposal:
    """The proposal as it was sent, under the call's next number."""
    proposal = Proposal(
        call_id=call.id,
        organisation_id=organisation.id,
        created_by=created_by,
        organisation_name=draft.organisation.name,
        organisation_cvr=draft.organisation.cvr,
        answers=dict(draft.answers),
        created_at=at,
        saved_at=at,
        received_at=received_at,
        is_history=call.is_history,
    )
    give_reference(session, proposal, call)
    move_proposal(proposal, "proposal.submit")
    show_in_lists(proposal, ProposalDraft(proposal.answers))
    session.add(proposal)
    session.flush()
    note_partners(session, proposal)
    note_search(session, proposal)
    return proposal


def _enter_past(
    session: Session,
    call: Call,
    draft: ImportDraft,
    past: PastDraft,
    known: dict[str, Organisation],
    *,
    actor: Actor,
    at: datetime,
) -> Proposal:
    """The case with its end; `known` are the organisations that earlier rows of the file have brought."""
    received_at, (who, _) = draft.received_at or call.closes_at, draft.same_as
    if who not in known:
        known[who] = register_organisation(session, draft.organisation, member_id=None, actor=actor, at=at)
    organisation = known[who]
    proposal = _started(session, call, draft, organisation, created_by=actor.person_id, received_at=received_at, at=at)
    move_proposal(proposal, PAST_STATES[past.state])
    proposal.track = past.track
    freeze(session, proposal, draft.organisation, sent_by=actor.person_id, at=received_at)
    session.add(
        PastDecision(
            proposal_id=proposal.id,
            granted_ore=past.granted_ore,
            decided_on=past.decided_on,
            source=past.source,
            example_scores=dict(past.example_scores or {}),
        )
    )
    _record_row(session, proposal, draft, actor=actor, at=at)
    return proposal


def _record_row(session: Session, proposal: Proposal, draft: ImportDraft, *, actor: Actor | None, at: datetime) -> None:
    happened = ProposalImported(proposal.reference or "", draft.row.place, proposal.is_history)
    record_on(session, proposal, happened, actor=actor, at=at)


def _record_file(session: Session, call: Call, made: Sequence[Proposal], *, actor: Actor | None, at: datetime) -> None:
    if not made:
        raise Refused("Der er ingen forslag at indlæse.")
    first, last = (one.reference or "" for one in (made[0], made[-1]))
    record_on_call(session, call, ProposalsImported(len(made), first, last, call.is_history), actor=actor, at=at)
