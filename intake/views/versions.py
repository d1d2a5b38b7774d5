"""How does somebody read what was sent, each time, and what changed from one time to another?"""

from collections.abc import Sequence

from flask import render_template, request
from flask.typing import ResponseReturnValue

from foundation.db import current_session
from foundation.errors import NotFound
from intake import queries
from intake.access import Case, needs_case
from intake.models import ProposalVersion
from intake.version_changes import compare
from intake.views.blueprint import intake

Sent = Sequence[tuple[ProposalVersion, str]]


@intake.get("/proposals/<reference>/versions")
@needs_case("revision.list")
def versions(case: Case) -> ResponseReturnValue:
    """What was sent, the newest first, and one of them in full; with `a` and `b` what differs between two."""
    session, proposal = current_session(), case.proposal
    sent = queries.versions_of(session, proposal.id)
    if "a" in request.args or "b" in request.args:
        return _compared(case, sent)
    return render_template(
        "intake/versions.html",
        case=case,
        proposal=proposal,
        versions=sent,
        shown=_version(sent, request.args.get("version", "")),
        questions=queries.questions_of(session, queries.call_of(session, proposal)),
    )


def _compared(case: Case, sent: Sent) -> ResponseReturnValue:
    """Two versions, the earlier one first however they were asked for."""
    session = current_session()
    asked = (_version(sent, request.args.get("a", "")), _version(sent, request.args.get("b", "")))
    earlier, later = sorted(asked, key=lambda one: one.number)
    questions = queries.questions_of(session, queries.call_of(session, case.proposal))
    return render_template(
        "intake/compare_versions.html",
        case=case,
        proposal=case.proposal,
        versions=sent,
        earlier=earlier,
        later=later,
        comparison=compare(questions, earlier.content, later.content),
    )


def _version(sent: Sent, number: str) -> ProposalVersion:
    """The version of that number, the newest where none is asked for. Raises NotFound for any other."""
    found = next((one for one, _name in sent if number in ("", str(one.number))), None)
    if found is None:
        raise NotFound
    return found
