"""How does the secretariat plan the council's meetings and place cases on an agenda, in the browser?"""

from datetime import date
from uuid import UUID

from flask import Blueprint, g, render_template, url_for
from flask.typing import ResponseReturnValue

from foundation.audit import history
from foundation.clock import today
from foundation.db import commits, current_session
from foundation.errors import ChangedMeanwhile, NotFound, Refused
from foundation.fields import DanishForm
from foundation.permissions import needs, signed_in
from foundation.web import apply_or_show, go, now
from intake.access import Case, needs_case
from portfolio import actions, queries
from portfolio.forms import MeetingForm, MoveItemForm, PlaceForm, RemoveForm
from portfolio.models import CouncilMeeting
from portfolio.rules.agenda import DAYS_TO_READ

portfolio = Blueprint("portfolio", __name__)


def _label(form: DanishForm) -> None:
    g.field_labels = {field.name: field.label.text for field in form}


# ---- meetings -----------------------------------------------------------------------------------------------------


@portfolio.get("/meetings")
@needs("agenda.view")
def meetings() -> ResponseReturnValue:
    """All meetings of the council, with how many cases the reader may see on each."""
    return _meetings_page(MeetingForm())


def _meetings_page(form: MeetingForm) -> str:
    rows = queries.meeting_rows(current_session(), signed_in())
    on = today(now())
    return render_template(
        "portfolio/meetings.html",
        form=form,
        coming=[row for row in reversed(rows) if row.held_on >= on],
        held=[row for row in rows if row.held_on < on],
    )


@portfolio.post("/meetings")
@commits
@needs("meeting.plan")
def plan_meeting() -> ResponseReturnValue:
    form = MeetingForm()
    _label(form)

    def act() -> ResponseReturnValue:
        if form.held_on.data is None:
            raise Refused("Skriv en dato, for eksempel 14.4.2027.", field="held_on")
        actions.plan_meeting(current_session(), form.held_on.data, actor=signed_in(), at=now())
        return go(url_for("portfolio.meetings"), "Mødet er planlagt.")

    return apply_or_show(form, act, lambda: _meetings_page(form))


@portfolio.get("/meetings/<held_on>")
@needs("agenda.view")
def meeting(held_on: str) -> ResponseReturnValue:
    """The agenda of one meeting: the cases that the reader may see, under their real numbers."""
    session, found = current_session(), _meeting(held_on)
    rows = queries.agenda(session, signed_in(), found)
    return render_template(
        "portfolio/meeting.html",
        meeting=found,
        rows=rows,
        last=rows[-1].position if rows else 0,
        cases=sum(not row.is_withdrawn for row in rows),
        is_coming=found.held_on >= today(now()),
        was_used=queries.was_used(session, found.id),
        happened=history(session, found.id),
    )


def _meeting(held_on: str) -> CouncilMeeting:
    """The meeting of the day in an address, which is written in one way."""
    try:
        on = date.fromisoformat(held_on)
    except ValueError:
        raise NotFound from None
    found = queries.meeting_on(current_session(), on)
    if found is None or on.isoformat() != held_on:
        raise NotFound
    return found


@portfolio.post("/meetings/<held_on>/cancel")
@commits
@needs("meeting.plan")
def cancel_meeting(held_on: str) -> ResponseReturnValue:
    actions.cancel_meeting(current_session(), _meeting(held_on), actor=signed_in(), at=now())
    return go(url_for("portfolio.meetings"), "Mødet er aflyst.")


@portfolio.post("/meetings/<held_on>/order")
@commits
@needs("meeting.plan")
def order_agenda(held_on: str) -> ResponseReturnValue:
    """Move one item a place up or down; only an item that the person may see."""
    session, found, form = current_session(), _meeting(held_on), MoveItemForm()
    if not form.validate():
        raise ChangedMeanwhile
    seen = {str(row.item_id): row.item_id for row in queries.agenda(session, signed_in(), found)}
    item: UUID | None = seen.get(form.item.data)
    if item is None:
        raise NotFound
    by = -1 if form.direction.data == "up" else 1
    actions.move_item(session, found, item, by, version=form.version.data or 0, actor=signed_in(), at=now())
    return go(url_for("portfolio.meeting", held_on=held_on), "Dagsordenen er ændret.")


# ---- a case on an agenda ------------------------------------------------------------------------------------------


@portfolio.route("/proposals/<reference>/agenda", methods=["GET", "POST"])
@commits
@needs_case("agenda.place")
def place(case: Case) -> ResponseReturnValue:
    """Choose the meeting at which the council decides."""
    session, on = current_session(), today(now())
    coming = queries.coming_meetings(session, on=on)
    form = PlaceForm()
    form.offer([one.held_on for one in coming], on=on)
    _label(form)

    def act() -> ResponseReturnValue:
        chosen = next((one for one in coming if one.held_on.isoformat() == form.meeting.data), None)
        if chosen is None:
            raise Refused("Vælg et møde.", field="meeting")
        actions.place_on_agenda(session, case.proposal, chosen, reason=form.reason.data, actor=case.actor, at=now())
        return go(url_for("portfolio.meeting", held_on=chosen.held_on.isoformat()), "Sagen er på dagsordenen.")

    def show() -> str:
        return render_template(
            "portfolio/place.html",
            case=case,
            proposal=case.proposal,
            form=form,
            coming=coming,
            days_to_read=DAYS_TO_READ,
            hindrance=queries.placing_hindrance(session, case.proposal.id),
        )

    return apply_or_show(form, act, show)


@portfolio.route("/proposals/<reference>/agenda/remove", methods=["GET", "POST"])
@commits
@needs_case("agenda.remove")
def remove(case: Case) -> ResponseReturnValue:
    """Take the case off the agenda again; it waits for another meeting."""
    session, form = current_session(), RemoveForm()
    _label(form)

    def act() -> ResponseReturnValue:
        actions.remove_from_agenda(session, case.proposal, reason=form.reason.data, actor=case.actor, at=now())
        return go(url_for("desk.case", reference=case.proposal.reference), "Sagen er taget af dagsordenen.")

    def show() -> str:
        placed = queries.placement(session, case.proposal.id)
        return render_template("portfolio/remove.html", proposal=case.proposal, form=form, placed=placed)

    return apply_or_show(form, act, show)
