"""How does the secretariat read the ranking of a call, move proposals in it, and save what it would recommend?"""

from flask import Blueprint, g, render_template, request, url_for
from flask.typing import ResponseReturnValue

from desk.ranking import CallRanking, call_ranking
from desk.saved_shortlist import saved_shortlist
from desk.shortlist_choices import LETTERS, SCRIPT_WORDS, choices
from desk.shortlist_forms import shortlist_form
from foundation.clock import today
from foundation.db import commits, current_session
from foundation.errors import ChangedMeanwhile, NotFound
from foundation.permissions import PERMISSIONS, needs, signed_in
from foundation.web import apply_or_show, go, now
from intake import queries as intake_queries
from intake.models import Call
from portfolio import actions
from portfolio.queries import has_memos_to_fetch
from portfolio.shortlist_queries import newest_number

rankings = Blueprint("rankings", __name__)


@rankings.get("/calls/<slug>/ranking")
@needs("ranking.view")
def ranking(slug: str) -> ResponseReturnValue:
    """The sorted proposals of a call in their order, with what the address moves, and for how many there is room."""
    session, actor, call = current_session(), signed_in(), _call(slug)
    found = _ranking(call)
    return render_template(
        "desk/ranking.html",
        call=call,
        ranking=found,
        chosen=choices(found, request.args),
        letters=LETTERS,
        script_words=SCRIPT_WORDS,
        saved=saved_shortlist(session, actor, call.id, found),
        may_save=actor.role in PERMISSIONS["shortlist.save"],
        has_memos=has_memos_to_fetch(session, actor, call.id),
    )


def _call(slug: str) -> Call:
    found = intake_queries.public_call(current_session(), slug)
    if found is None:
        raise NotFound
    return found


def _ranking(call: Call) -> CallRanking:
    return call_ranking(current_session(), signed_in(), call, on=today(now()))


@rankings.route("/calls/<slug>/shortlist", methods=["GET", "POST"])
@commits
@needs("shortlist.save")
def save_shortlist(slug: str) -> ResponseReturnValue:
    """Save the list that the address asks for, with a reason for each case that was moved."""
    session, call = current_session(), _call(slug)
    chosen = choices(_ranking(call), request.args)
    moved = {one.field: one.placed.ranked.entrant.reference for one in chosen.moved}
    form = shortlist_form(moved, version=newest_number(session, call.id), seen=chosen.mark)
    g.field_labels = {field.name: field.label.text for field in form}

    def act() -> ResponseReturnValue:
        if form.seen.data != chosen.mark:
            raise ChangedMeanwhile
        lines, version = chosen.lines(form.reasons()), form.version.data
        actions.save_shortlist(session, call, lines, version=version or 0, actor=signed_in(), at=now())
        return go(url_for("rankings.ranking", slug=slug, **chosen.parts), "Listen er gemt.")

    def show() -> str:
        return render_template("desk/shortlist.html", call=call, chosen=chosen, form=form)

    return apply_or_show(form, act, show)
