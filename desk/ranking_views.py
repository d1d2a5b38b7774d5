"""How does the secretariat read the ranking of a call?"""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from desk.ranking import call_ranking
from foundation.clock import today
from foundation.db import current_session
from foundation.errors import NotFound
from foundation.permissions import needs, signed_in
from foundation.web import now
from intake import queries as intake_queries
from portfolio.queries import has_memos_to_fetch

rankings = Blueprint("rankings", __name__)


@rankings.get("/calls/<slug>/ranking")
@needs("ranking.view")
def ranking(slug: str) -> ResponseReturnValue:
    """The sorted proposals of a call in their order, and for how many there is room."""
    session, actor = current_session(), signed_in()
    call = intake_queries.public_call(session, slug)
    if call is None:
        raise NotFound
    found = call_ranking(session, actor, call, on=today(now()))
    return render_template(
        "desk/ranking.html", call=call, ranking=found, has_memos=has_memos_to_fetch(session, actor, call.id)
    )
