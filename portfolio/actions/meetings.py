"""How is a meeting of the council planned, and how does a case come on its agenda? Nothing here commits."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm.attributes import flag_modified
from sqlmodel import Session

from foundation.audit import record
from foundation.clock import today
from foundation.errors import ChangedMeanwhile, NotFound, Refused
from foundation.identity.roles import Actor
from intake.actions import move_proposal, record_on
from intake.models import Proposal
from portfolio.events import AgendaOrdered, AgendaPlaced, AgendaRemoved, MeetingCancelled, MeetingPlanned
from portfolio.models import AgendaItem, CouncilMeeting
from portfolio.queries import items_of, meeting_on, placement, placing_hindrance, was_used
from portfolio.rules.agenda import DAYS_TO_READ, gets_it_late, meeting_fault


def plan_meeting(session: Session, held_on: date, *, actor: Actor, at: datetime) -> CouncilMeeting:
    """A meeting on a working day to come; two on one day are one."""
    if fault := meeting_fault(held_on, on=today(at)):
        raise Refused(fault, field="held_on")
    if meeting_on(session, held_on) is not None:
        raise Refused("Der er allerede et møde den dag.", field="held_on")
    meeting = CouncilMeeting(held_on=held_on, planned_by=actor.person_id, planned_at=at)
    session.add(meeting)
    record(
        session,
        MeetingPlanned(held_on.isoformat()),
        subject_type="meeting",
        subject_id=meeting.id,
        actor=actor,
        at=at,
    )
    return meeting


def cancel_meeting(session: Session, meeting: CouncilMeeting, *, actor: Actor, at: datetime) -> None:
    """Take back a meeting that never had a case. One that had is kept: its agenda tells what was moved, and why."""
    _lock(session, meeting)
    if meeting.held_on < today(at):
        raise Refused("Mødet er holdt og kan ikke aflyses.")
    if was_used(session, meeting.id):
        raise Refused(
            "Der har stået sager på dagsordenen. Derfor bliver mødet stående, så enhver kan se, hvad der skete."
        )
    record(
        session,
        MeetingCancelled(meeting.held_on.isoformat()),
        subject_type="meeting",
        subject_id=meeting.id,
        actor=actor,
        at=at,
    )
    session.delete(meeting)


def place_on_agenda(
    session: Session, proposal: Proposal, meeting: CouncilMeeting, *, reason: str, actor: Actor, at: datetime
) -> AgendaItem:
    """The case comes last on the agenda: memo ready → at the council. Late is allowed, with a reason.

    Raises Refused while something keeps the case from it (`placing_hindrance`).
    """
    if meeting.held_on < today(at):
        raise Refused("Mødet er holdt. Vælg et møde, der kommer.", field="meeting")
    late = gets_it_late(meeting.held_on, on=today(at))
    if late and not reason:
        raise Refused(
            f"Der er under {DAYS_TO_READ} dage til mødet, og Rådet skal have tid til at læse indstillingen. "
            "Vælg et senere møde, eller skriv, hvorfor det ikke kan vente.",
            field="reason",
        )
    if found := placing_hindrance(session, proposal.id):
        raise Refused(found.text)
    move_proposal(proposal, "agenda.place")
    _lock(session, meeting)
    item = AgendaItem(
        meeting_id=meeting.id,
        proposal_id=proposal.id,
        position=len(items_of(session, meeting.id)) + 1,
        placed_by=actor.person_id,
        placed_at=at,
    )
    session.add(item)
    session.add(proposal)
    _note_changed(session, meeting)
    placed = AgendaPlaced(meeting.held_on.isoformat(), item.position, reason if late else "")
    record_on(session, proposal, placed, actor=actor, at=at)
    return item


def remove_from_agenda(session: Session, proposal: Proposal, *, reason: str, actor: Actor, at: datetime) -> None:
    """The case waits for another meeting: at the council → memo ready. What stood after it moves up."""
    placed = placement(session, proposal.id)
    if placed is None:
        raise Refused("Sagen står ikke på en dagsorden. Åbn den igen, og se, hvad der kan gøres.")
    if not reason:
        raise Refused("Skriv, hvorfor sagen tages af dagsordenen.", field="reason")
    move_proposal(proposal, "agenda.remove")
    item, meeting = placed
    _lock(session, meeting)
    item.removed_by, item.removed_at, item.removed_reason = actor.person_id, at, reason
    session.add(item)
    session.add(proposal)
    session.flush()
    _renumber(session, meeting)
    _note_changed(session, meeting)
    record_on(session, proposal, AgendaRemoved(meeting.held_on.isoformat(), reason), actor=actor, at=at)


def move_item(
    session: Session, meeting: CouncilMeeting, item_id: UUID, by: int, *, version: int, actor: Actor, at: datetime
) -> None:
    """Move an item so many places down the agenda, or up where `by` is negative; at the end it stays.

    Raises ChangedMeanwhile when somebody changed the agenda since it was read, and Refused once the meeting is held.
    """
    _lock(session, meeting)
    if meeting.held_on < today(at):
        raise Refused("Mødet er holdt. Dagsordenen kan ikke ændres mere.")
    if meeting.version != version:
        raise ChangedMeanwhile
    items = items_of(session, meeting.id)
    place = next((number for number, item in enumerate(items) if item.id == item_id), None)
    if place is None:
        raise NotFound
    to = min(max(place + by, 0), len(items) - 1)
    if to == place:
        return
    items.insert(to, items.pop(place))
    _number(session, items)
    _note_changed(session, meeting)
    record(
        session,
        AgendaOrdered(place + 1, to + 1),
        subject_type="meeting",
        subject_id=meeting.id,
        actor=actor,
        at=at,
    )


def _lock(session: Session, meeting: CouncilMeeting) -> None:
    """One change of an agenda at a time: two cases must not get one position."""
    session.refresh(meeting, with_for_update=True)


def _note_changed(session: Session, meeting: CouncilMeeting) -> None:
    flag_modified(meeting, "held_on")  # The items alone changed, and the meeting's version tells of it.
    session.add(meeting)


def _renumber(session: Session, meeting: CouncilMeeting) -> None:
    _number(session, items_of(session, meeting.id))


def _number(session: Session, items: list[AgendaItem]) -> None:
    for position, item in enumerate(items, start=1):
        item.position = position
        session.add(item)
