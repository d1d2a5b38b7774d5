"""Who is written to when a case is handed out, handed back or late? Nothing here commits."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import uuid4

from sqlmodel import Session

from foundation import mail
from foundation.clock import today
from intake.models import Proposal, ReviewerAssignment
from intake.queries import addressee, call_of, coordinators_of, reviewers_of


def tell(
    session: Session, proposal: Proposal, letter: str, addresses: Iterable[str], *, at: datetime, **values: object
) -> int:
    """Queue the letter `templates/mail/<letter>.txt` to each address once; returns to how many."""
    told = list(dict.fromkeys(addresses))
    if not told:
        return 0
    subject, body = mail.compose(letter, reference=proposal.reference, **values)
    for to in told:
        mail.queue(
            session,
            dedup_key=f"{letter}:{proposal.id}:{uuid4().hex}",  # The same person may be asked, and ended, again.
            to=to,
            subject=subject,
            body=body,
            at=at,
            about_id=proposal.id,
        )
    return len(told)


def tell_assigned(
    session: Session, proposal: Proposal, assignment: ReviewerAssignment, *, at: datetime, base_url: str
) -> None:
    """Ask the person to assess the case, or to answer for a department that does not lead."""
    person = addressee(session, proposal, assignment.person_id)
    tell(
        session,
        proposal,
        "routed" if assignment.scores else "statement_asked",
        [person.email] if person else [],
        at=at,
        call_title=call_of(session, proposal).title,
        due_on=assignment.due_on,
        address=case_address(proposal, base_url),
    )


def tell_coordinators(
    session: Session,
    proposal: Proposal,
    department: str,
    letter: str,
    *,
    due_on: date,
    at: datetime,
    base_url: str,
) -> None:
    """Write to those who hand out the department's cases."""
    tell(
        session,
        proposal,
        letter,
        coordinator_addresses(session, proposal, department, at=at),
        at=at,
        call_title=call_of(session, proposal).title,
        due_on=due_on,
        address=assignments_address(proposal, base_url),
    )


def tell_asked(
    session: Session, proposal: Proposal, department: str, *, due_on: date, at: datetime, base_url: str
) -> bool:
    """Write to those who hand out the department's cases; false where nobody there hears of it.

    Then the secretariat is asked to choose somebody: the question must not lie where nobody sees it.
    """
    has_it = any(row.department_code == department for row, _name in reviewers_of(session, proposal.id))
    if coordinator_addresses(session, proposal, department, at=at) or has_it:
        tell_coordinators(session, proposal, department, "department_asked", due_on=due_on, at=at, base_url=base_url)
        return True
    tell(
        session,
        proposal,
        "department_unattended",
        [secretariat_address(session, proposal)],
        at=at,
        department=department,
        call_title=call_of(session, proposal).title,
        due_on=due_on,
        address=assignments_address(proposal, base_url),
    )
    return False


def tell_handed_back(
    session: Session, proposal: Proposal, department: str | None, *, at: datetime, base_url: str
) -> None:
    """Tell the department's coordinators and the case worker that somebody else must take the case."""
    tell(
        session,
        proposal,
        "assignment_handed_back",
        [
            *(coordinator_addresses(session, proposal, department, at=at) if department else []),
            secretariat_address(session, proposal),
        ],
        at=at,
        address=assignments_address(proposal, base_url),
    )


def tell_ended(session: Session, proposal: Proposal, assignment: ReviewerAssignment, *, at: datetime) -> None:
    """Tell the person that there is nothing to do on the case any more."""
    person = addressee(session, proposal, assignment.person_id)
    tell(session, proposal, "assignment_ended", [person.email] if person else [], at=at)


def coordinator_addresses(session: Session, proposal: Proposal, department: str, *, at: datetime) -> list[str]:
    return [one.email for one in coordinators_of(session, proposal, department, on=today(at))]


def secretariat_address(session: Session, proposal: Proposal) -> str:
    """The case worker's address; the call's own where there is none who may know of the case."""
    worker = addressee(session, proposal, proposal.case_worker_id) if proposal.case_worker_id else None
    return worker.email if worker else call_of(session, proposal).contact_email


def case_address(proposal: Proposal, base_url: str) -> str:
    return f"{base_url}/proposals/{proposal.reference}"


def assignments_address(proposal: Proposal, base_url: str) -> str:
    return f"{base_url}/proposals/{proposal.reference}/assignments"
