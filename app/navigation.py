"""Which pages stand in the navigation of each role?"""

from flask import request, url_for

from foundation.identity.roles import STAFF, Role
from foundation.permissions import PERMISSIONS, current_actor
from foundation.web import settings

_PAGES: tuple[tuple[str, str, frozenset[Role]], ...] = (
    ("Mine forslag", "desk.my_tasks", frozenset({Role.APPLICANT})),
    ("Mine opgaver", "desk.my_tasks", STAFF),
    ("Søg", "desk.all_proposals", PERMISSIONS["search"]),
    ("Forvaltninger", "intake.departments", frozenset({Role.SECRETARIAT, Role.ADMINISTRATOR})),
    ("Rådsmøder", "portfolio.meetings", PERMISSIONS["agenda.view"]),
    ("Fondens tal", "scoring.fund_figures", PERMISSIONS["fund.view"]),
    ("Politikker", "scoring.policies", PERMISSIONS["policy.view"]),
    ("Tærskler og satser", "scoring.legal_figures", PERMISSIONS["legalfigure.view"]),
    ("Personer og roller", "administration.people", frozenset({Role.ADMINISTRATOR})),
    ("Hvem er logget ind", "identity.sessions", frozenset({Role.ADMINISTRATOR})),
    ("Udbakke", "mail_desk.outbox", PERMISSIONS["outbox.view"]),
    ("Log", "log_desk.log", PERMISSIONS["audit.view"]),
)
"""The pages after the front page, in their order, and who meets them."""


def navigation() -> list[tuple[str, str, bool]]:
    """(word, address, is this one) for whoever asks; the demo shows its mailbox to everybody."""
    actor = current_actor()
    pages = [("Calls", "intake.front")]
    if actor is not None:
        pages += [(word, endpoint) for word, endpoint, roles in _PAGES if actor.role in roles]
    if settings().is_demo:
        pages.append(("Postkasse", "mailbox.inbox"))
    return [(word, url_for(endpoint), request.endpoint == endpoint) for word, endpoint in pages]
