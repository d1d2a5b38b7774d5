"""How does the secretariat set the sorted cases of a call beside each other, a few at a time or all on a map?"""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from desk.call_map import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH, Measure, call_map, legend
from desk.comparison import MOST_COMPARED, SortedCase, call_cases, compare
from foundation.clock import today
from foundation.db import current_session
from foundation.errors import NotFound
from foundation.permissions import needs, signed_in
from foundation.web import now
from intake import queries as intake_queries
from intake.models import Call

comparisons = Blueprint("comparisons", __name__)


def _call(slug: str) -> Call:
    found = intake_queries.public_call(current_session(), slug)
    if found is None:
        raise NotFound
    return found


@comparisons.get("/calls/<slug>/compare")
@needs("ranking.view")
def side_by_side(slug: str) -> ResponseReturnValue:
    """Up to five sorted cases beside each other; what cannot be shown is said, and not whether it is there."""
    call = _call(slug)
    found = compare(current_session(), signed_in(), call, request.args.getlist("sag"), on=today(now()))
    return render_template("desk/compare.html", call=call, comparison=found, most=MOST_COMPARED)


@comparisons.get("/calls/<slug>/map")
@needs("ranking.view")
def overview(slug: str) -> ResponseReturnValue:
    """Every sorted case by maturity and by expected gain or price for each citizen."""
    call = _call(slug)
    cases = call_cases(current_session(), signed_in(), call.id)
    drawn = call_map(cases, _measure(cases))
    return render_template(
        "desk/call_map.html",
        call=call,
        cases=cases,
        map=drawn,
        legend=legend(drawn.tracks),
        measures=list(Measure),
        frame={"width": WIDTH, "height": HEIGHT, "left": LEFT, "right": RIGHT, "top": TOP, "bottom": BOTTOM},
    )


def _measure(cases: list[SortedCase]) -> Measure:
    """What the address asks for; else the gain as soon as one case has it."""
    asked = request.args.get("y", "")
    if asked in set(Measure):
        return Measure(asked)
    return Measure.GAIN if any(one.npv is not None for one in cases) else Measure.PRICE
