"""How does somebody read the figures of a call?"""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from desk.figures_queries import call_figures
from foundation.db import current_session
from foundation.errors import NotFound
from foundation.identity.roles import Role
from foundation.permissions import needs, signed_in
from foundation.web import now
from intake import queries as intake_queries

figures = Blueprint("figures", __name__)


@figures.get("/calls/<slug>/figures")
@needs("call.figures")
def call(slug: str) -> ResponseReturnValue:
    """What the proposals of a call have come to, counted among those that the reader may see."""
    session, actor = current_session(), signed_in()
    found = intake_queries.public_call(session, slug)
    if found is None:
        raise NotFound
    return render_template(
        "desk/figures.html",
        call=found,
        figures=call_figures(session, actor, found, at=now()),
        is_council=actor.role is Role.COUNCIL_MEMBER,
    )
