"""Which pages stand in the navigation of each role?"""

from flask import request, url_for

from foundation.identity.roles import Role
from foundation.permissions import PERMISSIONS, current_actor
from foundation.web import settings


def navigation() -> list[tuple[str, str, bool]]:
    """(word, address, is this one) for whoever asks; the demo shows its mailbox to everybody."""
    actor = current_actor()
    pages = [("Calls", "intake.front")]
    if actor is not None:
        pages.append(("Mine forslag" if actor.role is Role.APPLICANT else "Mine opgaver", "desk.my_tasks"))
        if actor.role in {Role.SECRETARIAT, Role.ADMINISTRATOR}:
            pages.append(("Forvaltninger", "intake.departments"))
        if actor.role in PERMISSIONS["agenda.view"]:
            pages.append(("Rådsmøder", "portfolio.meetings"))
        if actor.role in PERMISSIONS["fund.view"]:
            pages.append(("Fondens tal", "scoring.fund_figures"))
        if actor.role in PERMISSIONS["legalfigure.view"]:
            pages.append(("Tærskler og satser", "scoring.legal_figures"))
        if actor.role is Role.ADMINISTRATOR:
            pages.append(("Hvem er logget ind", "identity.sessions"))
    if settings().is_demo:
        pages.append(("Postkasse", "mailbox.inbox"))
    return [(word, url_for(endpoint), request.endpoint == endpoint) for word, endpoint in pages]
