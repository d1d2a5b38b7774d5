"""How is a call created, written, published, extended and cancelled? Nothing here commits."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.attributes import flag_modified
from sqlmodel import Session, col

from foundation import mail
from foundation.audit import Event, record
from foundation.clock import today
from foundation.errors import ChangedMeanwhile, Refused
from foundation.identity.roles import Actor
from intake import queries
from intake.events import CallCancelled, CallCreated, CallEdited, CallPublished, DeadlineExtended
from intake.models import Call, CallFocusArea
from intake.rules.call import CallState
from intake.rules.call_check import check_call, stops
from intake.rules.call_draft import CallDraft, Fault, deadline_fault, schedule_fault, slugs_for
from intake.rules.call_policy import PolicyOffer
from intake.rules.questions import NEWEST_SET

_NOT_A_DRAFT: Final = (
    "Callet er offentliggjort, så tekst, kriterier og spørgsmål ligger fast. Du kan udsætte fristen, mens callet er "
    "åbent, og du kan rette kontakten."
)


def create_call(session: Session, draft: CallDraft, *, actor: Actor, at: datetime) -> Call:
    """A new call in draft, with an address made from its title. Raises Refused at a date that makes no sense."""
    _refuse(schedule_fault(opens_at=draft.opens_at, closes_at=draft.closes_at, at=at))
    call = store_call(session, draft)
    record_on_call(session, call, CallCreated(call.title), actor=actor, at=at)
    return call


def store_call(session: Session, draft: CallDraft) -> Call:
    """The call under the first address that is free; one that somebody takes in the same moment is passed over."""
    for slug in slugs_for(draft.title):
        if queries.slug_is_taken(session, slug):
            continue
        call = Call(slug=slug, year=today(draft.opens_at).year, question_set_id=NEWEST_SET.id, **_columns(draft))
        try:
            with session.begin_nested():
                session.add(call)
        except IntegrityError:
            continue
        _set_focus_areas(session, call, draft)
        return call
    raise RuntimeError("there is always one more address")


def _columns(draft: CallDraft) -> dict[str, Any]:
    return {field.name: getattr(draft, field.name) for field in fields(draft) if field.name != "focus_areas"}


def _set_focus_areas(session: Session, call: Call, draft: CallDraft) -> None:
    session.execute(sa.delete(CallFocusArea).where(col(CallFocusArea.call_id) == call.id))
    for area in draft.focus_areas:
        session.add(CallFocusArea(call_id=call.id, focus_area=area))
    session.flush()


def edit_call(session: Session, call: Call, draft: CallDraft, *, version: int, actor: Actor, at: datetime) -> None:
    """Write a call that is a draft anew. Raises ChangedMeanwhile, and Refused once it is published."""
    need_draft(call, version=version)
    _refuse(schedule_fault(opens_at=draft.opens_at, closes_at=draft.closes_at, at=at))
    before = queries.call_draft(session, call)
    changed = tuple(one.name for one in fields(draft) if getattr(before, one.name) != getattr(draft, one.name))
    if not changed:
        return
    for name, value in _columns(draft).items():
        setattr(call, name, value)
    call.year = today(draft.opens_at).year
    touch(session, call)
    _set_focus_areas(session, call, draft)
    record_on_call(session, call, CallEdited(changed), actor=actor, at=at)


def need_draft(call: Call, *, version: int) -> None:
    """Raises Refused for a published call, and ChangedMeanwhile when somebody saved after `version` was read."""
    if call.published_at is not None:
        raise Refused(_NOT_A_DRAFT)
    _need_version(call, version)


def _need_version(call: Call, version: int) -> None:
    if call.version != version:
        raise ChangedMeanwhile


def _refuse(fault: Fault | None) -> None:
    if fault is not None:
        raise Refused(fault.text, field=fault.field)


def touch(session: Session, call: Call) -> None:
    """Give the call its next version: a call and its own questions are one thing to whoever edits them."""
    flag_modified(call, "title")
    session.add(call)
    session.flush()


def record_on_call(session: Session, call: Call, happened: Event, *, actor: Actor | None, at: datetime) -> None:
    """Add an act to the call's history."""
    record(session, happened, subject_type="call", subject_id=call.id, actor=actor, at=at)


# ---- published ----------------------------------------------------------------------------------------------------


def publish_call(
    session: Session,
    call: Call,
    *,
    version: int,
    actor: Actor,
    at: datetime,
    policies: tuple[PolicyOffer, ...] = (),
) -> None:
    """Freeze the call and give it its number of the year. Raises Refused while something is missing.

    Where `policies` are given, the call must sort by the newest that holds when it opens.
    """
    need_draft(call, version=version)
    missing = stops(check_call(queries.call_facts(session, call, at=at, policies=policies)))
    if missing:
        raise Refused("Callet kan ikke offentliggøres endnu. " + " ".join(gap.text for gap in missing))
    call.number = queries.next_call_number(session, call.year)
    call.published_at = at
    session.add(call)
    session.flush()
    happened = CallPublished(call.year, call.number, call.opens_at.isoformat(), call.closes_at.isoformat())
    record_on_call(session, call, happened, actor=actor, at=at)


def change_contact(
    session: Session, call: Call, *, name: str, email: str, version: int, actor: Actor, at: datetime
) -> None:
    """Another contact for a published call; nothing else of it may be changed."""
    if call.published_at is None:
        raise Refused("Callet er en kladde. Ret kontakten sammen med resten af callet.")
    _need_version(call, version)
    new = {"contact_name": name, "contact_email": email}
    changed = tuple(column for column, value in new.items() if getattr(call, column) != value)
    if not changed:
        return
    call.contact_name, call.contact_email = name, email
    session.add(call)
    session.flush()
    record_on_call(session, call, CallEdited(changed), actor=actor, at=at)


def extend_deadline(
    session: Session,
    call: Call,
    *,
    closes_at: datetime,
    reason: str,
    version: int,
    actor: Actor,
    at: datetime,
    base_url: str,
) -> int:
    """Move the deadline of an open call, and write to everybody with a draft; returns to how many.

    A deadline is a promise: it is never moved back, and a call that has closed stays closed (contract 8.9).
    """
    need_open(call, at=at)
    _need_version(call, version)
    if closes_at <= call.closes_at:
        raise Refused("Den nye frist skal ligge efter den, der gælder nu.", field="closes_on")
    _refuse(deadline_fault(opens_at=call.opens_at, closes_at=closes_at))
    old, call.closes_at = call.closes_at, closes_at
    session.add(call)
    session.flush()
    readers = queries.people_with_drafts(session, call.id)
    act = closes_at.strftime("%Y%m%dT%H%M")
    _write_to(session, "call_extended", call, readers, act=act, at=at, base_url=base_url, reason=reason, old=old)
    happened = DeadlineExtended(old.isoformat(), closes_at.isoformat(), reason, len(readers))
    record_on_call(session, call, happened, actor=actor, at=at)
    return len(readers)


def need_open(call: Call, *, at: datetime) -> None:
    """Raises Refused unless the call is open at that moment."""
    if queries.state_of_call(call, at=at) is not CallState.OPEN:
        raise Refused("Fristen kan kun udsættes, mens callet er åbent.")


def cancel_call(
    session: Session, call: Call, *, reason: str, version: int, actor: Actor, at: datetime, base_url: str
) -> int:
    """Cancel a call, and write to everybody with a draft or an open case; returns to how many."""
    need_cancellable(session, call, at=at)
    _need_version(call, version)
    call.cancelled_at, call.cancel_reason = at, reason
    session.add(call)
    session.flush()
    readers = queries.people_with_open_proposals(session, call.id)
    _write_to(session, "call_cancelled", call, readers, act="once", at=at, base_url=base_url, reason=reason)
    record_on_call(session, call, CallCancelled(reason, len(readers)), actor=actor, at=at)
    return len(readers)


def need_cancellable(session: Session, call: Call, *, at: datetime) -> None:
    """Raises Refused for a call that is a draft, historical, cancelled, or finished."""
    if call.is_history:
        raise Refused("Callet er historisk. Det kan ikke aflyses.")
    state = queries.state_of_call(call, at=at)
    if state is CallState.DRAFT:
        raise Refused("Callet er en kladde, som kun sekretariatet kan se. Der er ikke noget at aflyse.")
    if state is CallState.CANCELLED:
        raise Refused("Callet er allerede aflyst.")
    if queries.is_finished(session, call, at=at):
        raise Refused("Callet er færdigt: fristen er udløbet, og alle sager er afsluttet.")


def _write_to(
    session: Session,
    letter: str,
    call: Call,
    readers: Sequence[queries.Reader],
    *,
    act: str,
    at: datetime,
    base_url: str,
    **values: object,
) -> None:
    """Queue one letter to each reader; `act` tells this act on the call from the next of its kind."""
    for reader in readers:
        subject, body = mail.compose(
            letter,
            title=call.title,
            closes_at=call.closes_at,
            has_draft=reader.has_draft,
            references=reader.references,
            contact=call.contact_email,
            own_address=f"{base_url}/my-tasks",
            call_address=f"{base_url}/calls/{call.slug}",
            **values,
        )
        mail.queue(
            session,
            dedup_key=f"{letter}:{call.id}:{act}:{reader.person_id}",
            to=reader.email,
            subject=subject,
            body=body,
            at=at,
            about_id=call.id,
        )
