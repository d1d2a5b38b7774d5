"""How is a paper downloaded? The download is audited; nothing else is written."""

from io import BytesIO

from flask import Blueprint, send_file
from flask.typing import ResponseReturnValue

from exports.decision_memo import MemoFault
from exports.events import PaperExported
from exports.register import PAPERS
from foundation.db import audits, commits, current_session
from foundation.errors import NotFound, Refused
from foundation.web import now, settings
from intake.access import Case, needs_case
from intake.actions import record_on

exports = Blueprint("exports", __name__)


@exports.get("/exports/<slug>/<reference>")
@audits
@commits
@needs_case("memo.export")
def download(case: Case, slug: str) -> ResponseReturnValue:
    paper = PAPERS.get(slug)
    if paper is None:
        raise NotFound
    try:
        content = paper.make(current_session(), case.proposal, settings())
    except MemoFault as fault:
        raise Refused(str(fault)) from fault
    record_on(current_session(), case.proposal, PaperExported(paper.slug), actor=case.actor, at=now())
    return send_file(
        BytesIO(content),
        mimetype=paper.mimetype,
        as_attachment=True,
        download_name=paper.file_name(case.proposal),
    )
