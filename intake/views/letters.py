"""How are a case's letters read in the browser?"""

from flask import render_template
from flask.typing import ResponseReturnValue

from foundation.db import current_session
from intake import queries
from intake.access import Case, needs_case
from intake.views.blueprint import intake


@intake.get("/proposals/<reference>/letters")
@needs_case("letter.view")
def letters(case: Case) -> ResponseReturnValue:
    """Every letter as it was sent; the applicant is not told who of the secretariat wrote it."""
    found = queries.letters_of(current_session(), case.proposal.id)
    return render_template("intake/letters.html", case=case, proposal=case.proposal, letters=found)
