"""What must somebody see to that is not a case: calls, meetings, money, mail and master data?

A notice is worked out anew each time the page is read, so it goes by itself when the thing is done.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlmodel import Session, col, select

from foundation.clock import today
from foundation.formats import day, moment
from foundation.identity.queries import department_names
from foundation.identity.roles import Actor
from foundation.mail_hold import held_since
from foundation.outbox import counts
from foundation.outbox_rules import MailStatus
from foundation.workdays import add_workdays
from intake.models import Call, DepartmentCoordinator, DepartmentFocus
from intake.queries import state_of_call, valid_on
from intake.queries.visibility import closed_cases, still_reviews_there
from intake.rules.call import CallState, FocusArea
from intake.wording import words
from portfolio.models import AgendaItem, CouncilMeeting
from scoring.models import PolicyRow
from scoring.policy_queries import drafts_of_others
from scoring.queries import fund_figures

SOON: Final = timedelta(days=7)
"""How long before it should open a call that is not published yet is spoken of."""
CLOSING_WORKDAYS: Final = 5
AGENDA_WORKDAYS: Final = 15
"""How long before a meeting an empty agenda is spoken of: a memo takes its time, and the members read for a week."""


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing to see to: what it is, and the page on which it is done; `values` are those of its address."""

    text: str
    link: str
    endpoint: str
    values: tuple[tuple[str, str], ...] = ()


def secretariat_notices(
    session: Session, calls: Sequence[Call], *, waiting_for_agenda: int, at: datetime
) -> list[Notice]:
    """What the secretariat sees to beside its cases; `waiting_for_agenda` is how many could be placed now."""
    on = today(at)
    found = [*_money(session, on=on), *_meetings(session, waiting_for_agenda, on=on)]
    return [*found, *(notice for call in calls for notice in call_notices(call, at=at))]


def call_notices(call: Call, *, at: datetime) -> list[Notice]:
    """A call that should be open and is a draft, or that closes within days."""
    state, page = state_of_call(call, at=at), (("slug", call.slug),)
    if state is CallState.DRAFT and call.opens_at - at <= SOON:
        verb = "åbner" if call.opens_at > at else "skulle være åbnet"
        text = f"Callet {call.title} er en kladde og {verb} {moment(call.opens_at)}."
        return [Notice(text, "Gør callet klar", "intake.manage_call", page)]
    if state is CallState.OPEN and today(call.closes_at) <= add_workdays(today(at), CLOSING_WORKDAYS):
        return [
            Notice(f"Callet {call.title} lukker {moment(call.closes_at)}.", "Se callet", "intake.manage_call", page)
        ]
    return []


def _money(session: Session, *, on: date) -> list[Notice]:
    if fund_figures(session, on=on) is not None:
        return []
    return [Notice("Fondens tal mangler. Uden dem kan I ikke sortere.", "Skriv tallene", "scoring.fund_figures")]


def _meetings(session: Session, waiting: int, *, on: date) -> list[Notice]:
    has_cases = sa.exists().where(
        col(AgendaItem.meeting_id) == col(CouncilMeeting.id), col(AgendaItem.removed_at).is_(None)
    )
    coming = session.execute(
        sa.select(col(CouncilMeeting.held_on), has_cases)
        .where(col(CouncilMeeting.held_on) >= on)
        .order_by(col(CouncilMeeting.held_on))
        .limit(1)
    ).first()
    if coming is None:
        return _no_meeting(waiting) if waiting else []
    held_on, is_filled = coming
    if is_filled or held_on > add_workdays(on, AGENDA_WORKDAYS):
        return []
    address = (("held_on", held_on.isoformat()),)
    text = f"Der er ingen sager på dagsordenen til rådsmødet {day(held_on)}."
    return [Notice(text, "Se dagsordenen", "portfolio.meeting", address)]


def _no_meeting(waiting: int) -> list[Notice]:
    text = "En sag venter på et rådsmøde" if waiting == 1 else f"{waiting} sager venter på et rådsmøde"
    return [Notice(f"{text}, men der er ikke planlagt et.", "Planlæg et møde", "portfolio.meetings")]


def administrator_notices(session: Session, actor: Actor, *, on: date) -> list[Notice]:
    """Letters that did not leave, policies that wait for a second person, and master data that is missing."""
    drafts = [_waits_for_adoption(row) for row in drafts_of_others(session, actor.person_id)]
    return [*_mail(session, actor), *drafts, *_without_coordinator(session, on=on), *_without_lead(session, on=on)]


def _waits_for_adoption(row: PolicyRow) -> Notice:
    text = f"Kladden {row.title} skal gælde fra {day(row.valid_from)} og venter på at blive vedtaget."
    return Notice(text, "Læs og vedtag", "scoring.policy", (("policy_id", row.slug),))


def _mail(session: Session, actor: Actor) -> list[Notice]:
    found = []
    if (since := held_since(session)) is not None:
        text = f"Alle mails er holdt tilbage siden {moment(since)}, da databasen blev gendannet."
        found.append(Notice(text, "Se udbakken", "mail_desk.outbox"))
    failed = counts(session, closed_cases=closed_cases(session, actor))[MailStatus.FAILED]
    if failed:
        text = "En mail kunne ikke sendes." if failed == 1 else f"{failed} mails kunne ikke sendes."
        found.append(Notice(text, "Se dem, og send igen", "mail_desk.outbox", (("status", MailStatus.FAILED.value),)))
    return found


def _without_coordinator(session: Session, *, on: date) -> list[Notice]:
    """The departments of today of which nobody hands out the cases: then they go to the secretariat alone."""
    has_one = set(
        session.exec(
            select(DepartmentCoordinator.department_code).where(
                *valid_on(DepartmentCoordinator, on), still_reviews_there()
            )
        )
    )
    return [
        Notice(f"{name} har ingen, der fordeler sager.", "Vælg en fordeler", "intake.add_coordinator")
        for code, name in department_names(session, on=on).items()
        if code not in has_one
    ]


def _without_lead(session: Session, *, on: date) -> list[Notice]:
    """The focus areas for which no department is suggested to lead."""
    led = set(
        session.exec(
            select(DepartmentFocus.focus_area).where(
                col(DepartmentFocus.is_lead).is_(True), *valid_on(DepartmentFocus, on)
            )
        )
    )
    return [
        Notice(
            f"Hovedområdet {words(area)} har ingen forvaltning, der leder.", "Vælg forvaltning", "intake.departments"
        )
        for area in FocusArea
        if area not in led
    ]
