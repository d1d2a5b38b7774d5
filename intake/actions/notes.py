"""How is an internal note written, and who has the case? Nothing here commits."""

from datetime import date, datetime, timedelta
from uuid import UUID

from sqlmodel import Session, select

from foundation import mail
from foundation.clock import today
from foundation.errors import ChangedMeanwhile, Refused
from foundation.identity.models import Person
from foundation.identity.roles import Actor
from foundation.text import find_cpr
from intake.actions.moves import record_on
from intake.events import CaseWorkerAssigned, NoteWritten
from intake.models import CaseNote, Proposal
from intake.queries import call_of, possible_case_workers

_PRESSED_TWICE = timedelta(minutes=1)


def write_note(
    session: Session, proposal: Proposal, *, text: str, happened_on: date, actor: Actor, at: datetime
) -> None:
    """Note what was said or done, and when (offentlighedsloven § 13); a note is never changed.

    The same note within a minute is a button that was pressed twice, and is kept once.
    Raises Refused for an empty text, a day that has not come, and what looks like a CPR number.
    """
    if not text:
        raise Refused("Skriv, hvad der skete.", field="text")
    if find_cpr(text):
        raise Refused("Notatet indeholder noget, der ligner et CPR-nummer. Slet det.", field="text")
    if happened_on > today(at):
        raise Refused("Datoen kan ikke ligge efter i dag.", field="happened_on")
    if _was_just_written(session, proposal, text=text, happened_on=happened_on, actor=actor, at=at):
        return
    session.add(
        CaseNote(proposal_id=proposal.id, happened_on=happened_on, text=text, written_by=actor.person_id, written_at=at)
    )
    record_on(session, proposal, NoteWritten(happened_on.isoformat()), actor=actor, at=at)


def _was_just_written(
    session: Session, proposal: Proposal, *, text: str, happened_on: date, actor: Actor, at: datetime
) -> bool:
    found = select(CaseNote.id).where(
        CaseNote.proposal_id == proposal.id,
        CaseNote.text == text,
        CaseNote.happened_on == happened_on,
        CaseNote.written_by == actor.person_id,
        CaseNote.written_at > at - _PRESSED_TWICE,
    )
    return session.exec(found.limit(1)).first() is not None


def assign_case_worker(
    session: Session,
    proposal: Proposal,
    person_id: UUID,
    *,
    version: int,
    actor: Actor,
    at: datetime,
    base_url: str,
) -> None:
    """Give the case to one of the secretariat, and write to whoever gets it from somebody else.

    Raises ChangedMeanwhile for an old `version`; Refused for anybody with a conflict of interest, and for assessors.
    """
    if proposal.version != version:
        raise ChangedMeanwhile
    if person_id not in {one.person_id for one in possible_case_workers(session, proposal)}:
        raise Refused("Vælg en fra sekretariatet, som hverken er inhabil eller vurderer sagen.", field="case_worker")
    if person_id == proposal.case_worker_id:
        return
    person = session.get_one(Person, person_id)
    proposal.case_worker_id = person_id
    proposal.saved_at = at
    session.add(proposal)
    record_on(session, proposal, CaseWorkerAssigned(person.name), actor=actor, at=at)
    if person_id != actor.person_id:
        _tell(session, proposal, person, at=at, base_url=base_url)


def _tell(session: Session, proposal: Proposal, person: Person, *, at: datetime, base_url: str) -> None:
    subject, body = mail.compose(
        "case_worker",
        reference=proposal.reference,
        call_title=call_of(session, proposal).title,
        address=f"{base_url}/proposals/{proposal.reference}",
    )
    mail.queue(
        session,
        dedup_key=f"case_worker:{proposal.id}:{person.id}:{at.isoformat()}",
        to=person.email,
        subject=subject,
        body=body,
        at=at,
        about_id=proposal.id,
    )
