"""How are a case's letters and mails read in the browser?"""

from flask import render_template
from flask.typing import ResponseReturnValue

from foundation.db import current_session
from foundation.identity.roles import ROLE_WORDS
from foundation.outbox_rules import STATUS_WORDS
from intake.access import Case, needs_case
from intake.queries.mails import MOST_MAILS, case_mails
from intake.rules.rights import Relation
from intake.views.blueprint import intake


@intake.get("/proposals/<reference>/letters")
@needs_case("letter.view")
def letters(case: Case) -> ResponseReturnValue:
    """Every mail word for word; the applicant reads the own ones, and is not told who of the secretariat wrote them."""
    own = case.relation is Relation.OWN_APPLICANT
    return render_template(
        "intake/letters.html",
        case=case,
        proposal=case.proposal,
        mails=case_mails(current_session(), case.proposal.id, to_applicant_alone=own),
        status_words=STATUS_WORDS,
        role_words=ROLE_WORDS,
        most=MOST_MAILS,
    )
