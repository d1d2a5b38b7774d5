"""How is a paper downloaded? The download is audited; nothing else is written."""

from collections.abc import Callable
from io import BytesIO

from flask import Blueprint, request, send_file
from flask.typing import ResponseReturnValue

from exports.decision_memo import MemoFault
from exports.events import PaperExported
from exports.memo_archive import archive_of, write_archive
from exports.register import PAPERS, Paper
from foundation.clock import today
from foundation.db import audits, commits, current_session
from foundation.errors import NotFound, Refused
from foundation.permissions import needs, signed_in
from foundation.web import now, settings
from intake.access import Case, needs_case
from intake.actions import record_on
from intake.queries import public_call

exports = Blueprint("exports", __name__)


def _download_of(paper: Paper) -> Callable[..., ResponseReturnValue]:
    """The page of one paper, behind the paper's own right."""

    @audits
    @commits
    @needs_case(paper.action)
    def download(case: Case) -> ResponseReturnValue:
        version = _asked_version() if paper.of_version else None
        try:
            content = paper.make(current_session(), case.proposal, settings(), version)
        except MemoFault as fault:
            raise Refused(str(fault)) from fault
        record_on(current_session(), case.proposal, PaperExported(paper.slug), actor=case.actor, at=now())
        return send_file(
            BytesIO(content),
            mimetype=paper.mimetype,
            as_attachment=True,
            download_name=paper.file_name(case.proposal, version),
        )

    return download


def _asked_version() -> int | None:
    """The number in `?version=2`; None for the newest. What is no number is a version that is not there."""
    asked = request.args.get("version")
    if asked is None:
        return None
    if not (asked.isascii() and asked.isdigit() and len(asked) < 7):
        raise NotFound
    return int(asked)


@exports.get("/exports/calls/<slug>/decision-memos")
@audits
@commits
@needs("memos.export")
def call_memos(slug: str) -> ResponseReturnValue:
    """All released memos of a call that the reader could fetch one by one, each noted in the history of its case."""
    session, actor, at = current_session(), signed_in(), now()
    call = public_call(session, slug)
    if call is None:
        raise NotFound
    file = BytesIO()
    try:
        archive = archive_of(session, actor, call, on=today(at))
        write_archive(file, archive, call, settings())
    except MemoFault as fault:
        raise Refused(str(fault)) from fault
    for memo in archive.memos:
        record_on(session, memo.proposal, PaperExported(PAPERS["decision-memo"].slug), actor=actor, at=at)
    file.seek(0)
    return send_file(file, mimetype="application/zip", as_attachment=True, download_name=f"indstillinger-{slug}.zip")


for _paper in PAPERS.values():
    exports.add_url_rule(f"/exports/{_paper.slug}/<reference>", _paper.endpoint, _download_of(_paper))
