"""How does a person declare a conflict of interest, and who decides whether it is one? Nothing here commits."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from foundation import mail
from foundation.errors import Refused
from foundation.identity.models import Person
from foundation.identity.roles import Actor
from intake.actions.assignments import assign_reviewer, close_assignment, note_reopened
from intake.actions.moves import record_on
from intake.actions.notices import tell_handed_back
from intake.events import AssignmentAccepted, ConflictDeclared, ConflictReviewed
from intake.models import ConflictDeclaration, Proposal
from intake.queries import any_assignment, find_assignment
from intake.rules.assignment import DeclineReason
from intake.rules.rights import Relation, may

CONFLICT = "Inhabil"
"""Why an assignment ended whose person has a conflict of interest."""


def declare_conflict(
    session: Session,
    proposal: Proposal,
    *,
    has_conflict: bool,
    ground: str,
    actor: Actor,
    at: datetime,
    base_url: str = "",
) -> None:
    """Record a person's own answer about conflicts of interest; the newest counts, all are kept.

    A conflict closes the case to the person at once, and only the secretariat opens it again. Without one an assessor
    has accepted the case. A score sheet that was finished before does not count (FVL § 3); where the secretariat lifts
    the conflict, it counts again once the person has got the case again and finished it anew.

    Raises Refused without a ground, and where a conflict would be taken back.
    """
    if has_conflict and not ground:
        raise Refused("Skriv kort, hvorfor du er inhabil.", field="ground")
    newest = newest_declaration(session, proposal, actor.person_id)
    if newest is not None and not has_conflict and newest.has_conflict and newest.upheld is not False:
        raise Refused("Du har oplyst, at du er inhabil. Kun sekretariatet kan ændre det.", field="has_conflict")
    if newest is not None:
        newest.superseded_at = at
        session.add(newest)
    declaration = ConflictDeclaration(
        proposal_id=proposal.id, person_id=actor.person_id, has_conflict=has_conflict, ground=ground, declared_at=at
    )
    session.add(declaration)
    sheet = _drop_sheet(session, proposal, actor.person_id, at=at) if has_conflict else ""
    record_on(session, proposal, ConflictDeclared(has_conflict, sheet), actor=actor, at=at)
    if has_conflict:
        _close_case(session, proposal, actor, at=at, base_url=base_url)
    else:
        _accept(session, proposal, actor, at=at)


def newest_declaration(session: Session, proposal: Proposal, person_id: UUID) -> ConflictDeclaration | None:
    """The person's answer that counts."""
    return session.exec(
        select(ConflictDeclaration).where(
            ConflictDeclaration.proposal_id == proposal.id,
            ConflictDeclaration.person_id == person_id,
            col(ConflictDeclaration.superseded_at).is_(None),
        )
    ).first()


def _drop_sheet(session: Session, proposal: Proposal, person_id: UUID, *, at: datetime) -> str:
    """What becomes of the person's finished score sheet, as the event says it.

    A case that is sorted keeps it, as it keeps the whole basis of the sorting: nothing is worked out anew.
    """
    assignment = any_assignment(session, person_id, proposal.id)
    if assignment is None or assignment.finished_at is None:
        return ""
    if not may("assessment.edit", Relation.ASSIGNED, proposal.state):
        return "kept"
    note_reopened(session, proposal, person_id, at=at)
    return "dropped"


def _close_case(session: Session, proposal: Proposal, actor: Actor, *, at: datetime, base_url: str) -> None:
    """Nothing of the case reaches the person any more: no assignment, no letter, no part in the work on it."""
    session.flush()
    mail.cancel(session, proposal.id, to=actor.email, why="Modtageren er inhabil", at=at)
    if proposal.case_worker_id == actor.person_id:
        proposal.case_worker_id = None
        session.add(proposal)
    assignment = find_assignment(session, actor.person_id, proposal.id)
    if assignment is not None:
        assignment.declined = DeclineReason.CONFLICT
        close_assignment(session, assignment, CONFLICT, at=at)
        tell_handed_back(session, proposal, assignment.department_code, at=at, base_url=base_url)


def _accept(session: Session, proposal: Proposal, actor: Actor, *, at: datetime) -> None:
    assignment = find_assignment(session, actor.person_id, proposal.id)
    if assignment is not None and assignment.accepted_at is None:
        assignment.accepted_at = at
        session.add(assignment)
        record_on(session, proposal, AssignmentAccepted(), actor=actor, at=at)


def review_conflict(
    session: Session,
    proposal: Proposal,
    declaration_id: UUID,
    *,
    upheld: bool,
    note: str,
    substitute_id: UUID | None,
    actor: Actor,
    at: datetime,
    base_url: str,
) -> None:
    """Decide, for the secretariat, whether a declared conflict is one (FVL § 6); nobody decides on the own.

    A substitute takes over what the person was to assess. Raises Refused for an answer that no longer counts.
    """
    declaration = _declared(session, proposal, declaration_id)
    if declaration.person_id == actor.person_id:
        raise Refused("Du kan ikke selv afgøre, om du er inhabil. Det skal en anden i sekretariatet.")
    if not note:
        raise Refused("Skriv, hvorfor I afgør det sådan.", field="note")
    if substitute_id is not None and not upheld:
        raise Refused("Er personen ikke inhabil, skal ingen tage over.", field="substitute")
    substitute = ""
    if substitute_id is not None:
        substitute = _put_in_place(session, proposal, declaration, substitute_id, actor=actor, at=at, base_url=base_url)
    declaration.upheld, declaration.review_note = upheld, note
    declaration.reviewed_by, declaration.reviewed_at = actor.person_id, at
    declaration.substitute_id = substitute_id
    session.add(declaration)
    name = session.get_one(Person, declaration.person_id).name
    record_on(session, proposal, ConflictReviewed(name, upheld, note, substitute), actor=actor, at=at)


def _declared(session: Session, proposal: Proposal, declaration_id: UUID) -> ConflictDeclaration:
    declaration = session.exec(
        select(ConflictDeclaration).where(
            ConflictDeclaration.id == declaration_id, ConflictDeclaration.proposal_id == proposal.id
        )
    ).first()
    if declaration is None or not declaration.has_conflict or declaration.superseded_at is not None:
        raise Refused("Svaret gælder ikke længere. Åbn siden igen.", field="declaration")
    return declaration


def _put_in_place(
    session: Session,
    proposal: Proposal,
    declaration: ConflictDeclaration,
    substitute_id: UUID,
    *,
    actor: Actor,
    at: datetime,
    base_url: str,
) -> str:
    """Give the case to the substitute where the person was to assess it; returns the substitute's name."""
    person = session.get(Person, substitute_id)
    if person is None or substitute_id == declaration.person_id:
        raise Refused("Vælg en anden.", field="substitute")
    ended = any_assignment(session, declaration.person_id, proposal.id)
    if ended is not None:
        try:
            assign_reviewer(
                session, proposal, substitute_id, ended.department_code, actor=actor, at=at, base_url=base_url
            )
        except Refused as refused:
            raise Refused(refused.text, field="substitute") from refused
    return person.name
