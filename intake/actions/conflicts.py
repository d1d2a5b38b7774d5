"""How does a person declare a conflict of interest, and who decides whether it is one? Nothing here commits."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from foundation import mail
from foundation.errors import ChangedMeanwhile, Refused
from foundation.identity.models import Person
from foundation.identity.queries import held_roles
from foundation.identity.roles import Actor, Role
from intake.actions.assignments import assign_reviewer, close_assignment, note_reopened
from intake.actions.moves import record_on
from intake.actions.notes import assign_case_worker
from intake.actions.notices import tell_handed_back
from intake.events import AssignmentAccepted, ConflictDeclared, ConflictReviewed
from intake.models import ConflictDeclaration, Proposal, ReviewerAssignment
from intake.queries import any_assignment, find_assignment
from intake.rules.assignment import DeclineReason
from intake.rules.rights import Relation, may

CONFLICT = "Inhabil"
"""Why an assignment ended whose person has a conflict of interest."""
_NOBODY_NEEDED = "Her er der ikke noget arbejde, som en anden skal tage over. Vælg »Ingen nu«."


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
        ended = _close_case(session, proposal, actor.person_id, actor.email, at=at)
        if ended is not None:
            tell_handed_back(session, proposal, ended.department_code, at=at, base_url=base_url)
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


def _close_case(
    session: Session, proposal: Proposal, person_id: UUID, email: str, *, at: datetime
) -> ReviewerAssignment | None:
    """Nothing of the case reaches the person any more: no assignment, no letter, no part in the work on it.

    Returns the assignment that ended, if there was one.
    """
    session.flush()
    mail.cancel(session, proposal.id, to=email, why="Modtageren er inhabil", at=at)
    if proposal.case_worker_id == person_id:
        proposal.case_worker_id = None
        session.add(proposal)
    assignment = find_assignment(session, person_id, proposal.id)
    if assignment is not None:
        assignment.declined = DeclineReason.CONFLICT
        close_assignment(session, assignment, CONFLICT, at=at)
    return assignment


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
    version: int,
    actor: Actor,
    at: datetime,
    base_url: str,
) -> None:
    """Decide, for the secretariat, whether a declared conflict is one (FVL § 6); nobody decides on the own.

    A substitute takes over what the person was to assess, or the case as its case worker. A conflict that was lifted
    and is upheld after all closes the case to the person again. Raises ChangedMeanwhile for an old `version`, Refused
    for an answer that no longer counts and for a substitute who cannot do that work.
    """
    if proposal.version != version:
        raise ChangedMeanwhile
    declaration = _declared(session, proposal, declaration_id)
    if declaration.person_id == actor.person_id:
        raise Refused("Du kan ikke selv afgøre, om du er inhabil. Det skal en anden i sekretariatet.")
    if not note:
        raise Refused("Skriv, hvorfor I afgør det sådan.", field="note")
    person = session.get_one(Person, declaration.person_id)
    part = None
    if substitute_id is not None:
        part = _part_to_fill(session, proposal, person.id, upheld=upheld)
    sheet, ended = "", None
    if upheld and declaration.upheld is False:
        sheet = _drop_sheet(session, proposal, person.id, at=at)
        ended = _close_case(session, proposal, person.id, person.email, at=at)
    substitute = ""
    declaration.upheld, declaration.review_note = upheld, note
    declaration.reviewed_by, declaration.reviewed_at = actor.person_id, at
    declaration.substitute_id = substitute_id
    session.add(declaration)
    session.flush()
    if substitute_id is not None and part is not None:
        substitute = _put_in_place(session, proposal, part, substitute_id, actor=actor, at=at, base_url=base_url)
    elif ended is not None:
        tell_handed_back(session, proposal, ended.department_code, at=at, base_url=base_url)
    proposal.saved_at = at
    session.add(proposal)
    record_on(session, proposal, ConflictReviewed(person.name, upheld, note, substitute, sheet), actor=actor, at=at)


def _declared(session: Session, proposal: Proposal, declaration_id: UUID) -> ConflictDeclaration:
    declaration = session.exec(
        select(ConflictDeclaration).where(
            ConflictDeclaration.id == declaration_id, ConflictDeclaration.proposal_id == proposal.id
        )
    ).first()
    if declaration is None or not declaration.has_conflict or declaration.superseded_at is not None:
        raise Refused("Svaret gælder ikke længere. Åbn siden igen.", field="declaration")
    return declaration


@dataclass(frozen=True, slots=True)
class ReplaceablePart:
    """The work that somebody with a conflict leaves behind: to assess for a department or, where that is None, for the
    secretariat; or to be the case worker.
    """

    assesses: bool
    department: str | None


def replaceable_part(session: Session, proposal: Proposal, person_id: UUID) -> ReplaceablePart | None:
    """What a substitute would take over from the person; None where there is nothing, or where that work is over."""
    assignment = any_assignment(session, person_id, proposal.id)
    if assignment is not None and (assignment.ended_at is None or assignment.declined is DeclineReason.CONFLICT):
        goes_on = may("reviewer.assign", Relation.SECRETARIAT, proposal.state)
        return ReplaceablePart(True, assignment.department_code) if goes_on else None
    vacant = proposal.case_worker_id in {None, person_id}
    is_secretary = (Role.SECRETARIAT, None) in held_roles(session, person_id)
    if vacant and is_secretary and may("caseworker.assign", Relation.SECRETARIAT, proposal.state):
        return ReplaceablePart(False, None)
    return None


def _part_to_fill(session: Session, proposal: Proposal, person_id: UUID, *, upheld: bool) -> ReplaceablePart:
    if not upheld:
        raise Refused("Er personen ikke inhabil, skal ingen tage over.", field="substitute")
    part = replaceable_part(session, proposal, person_id)
    if part is None:
        raise Refused(_NOBODY_NEEDED, field="substitute")
    return part


def _put_in_place(
    session: Session,
    proposal: Proposal,
    part: ReplaceablePart,
    substitute_id: UUID,
    *,
    actor: Actor,
    at: datetime,
    base_url: str,
) -> str:
    """Give the substitute the person's part of the work; returns the substitute's name."""
    try:
        if part.assesses:
            assign_reviewer(session, proposal, substitute_id, part.department, actor=actor, at=at, base_url=base_url)
        else:
            assign_case_worker(
                session, proposal, substitute_id, version=proposal.version, actor=actor, at=at, base_url=base_url
            )
    except Refused as refused:
        raise Refused(refused.text, field="substitute") from refused
    return session.get_one(Person, substitute_id).name
