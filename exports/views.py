"""How is a paper downloaded? The download is audited; nothing else is written."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from io import BytesIO
from tempfile import SpooledTemporaryFile
from typing import IO, Final, cast

from flask import Blueprint, Response, request, send_file
from flask.typing import ResponseReturnValue

from exports.events import PaperExported
from exports.memo_archive import Archive, archive_of, write_archive
from exports.memo_layout import MemoFault
from exports.register import PAPERS, Paper
from foundation.clock import today
from foundation.db import audits, commits, current_session
from foundation.errors import NotFound, Refused
from foundation.permissions import needs, signed_in
from foundation.web import now, settings
from intake.access import Case, needs_case
from intake.actions import record_on
from intake.models import Call
from intake.queries import public_call

exports = Blueprint("exports", __name__)

KEPT_IN_MEMORY: Final = 8 * 1024 * 1024
"""Bytes of a file of many memos; a larger one is written to the disk while it is made."""
PIECE: Final = 64 * 1024


def _download_of(paper: Paper) -> Callable[..., ResponseReturnValue]:
    """The page of one paper, behind the paper's own right."""

    @audits
    @commits
    @needs_case(paper.action)
    def download(case: Case) -> ResponseReturnValue:
        version = _asked_version() if paper.of_version else None
        try:
            content = paper.make(current_session(), case.proposal, settings(), version, today(now()))
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
    try:
        archive = archive_of(session, actor, call, on=today(at))
        file = _packed(archive, call)
    except MemoFault as fault:
        raise Refused(str(fault)) from fault
    for memo in archive.memos:
        record_on(session, memo.proposal, PaperExported(PAPERS["decision-memo"].slug), actor=actor, at=at)
    return _sent(file, f"indstillinger-{slug}.zip")


def _packed(archive: Archive, call: Call) -> SpooledTemporaryFile[bytes]:
    """The file of the archive, open at its end; whoever sends it closes it."""
    with ExitStack() as opened:
        file = opened.enter_context(SpooledTemporaryFile(max_size=KEPT_IN_MEMORY))
        write_archive(cast("IO[bytes]", file), archive, call, settings(), session=current_session())
        opened.pop_all()
    return file


def _sent(file: SpooledTemporaryFile[bytes], name: str) -> Response:
    """The file piece by piece, closed when the last piece is sent or the reader goes away."""

    def pieces() -> Iterator[bytes]:
        with file:
            yield from iter(partial(file.read, PIECE), b"")

    length = file.tell()
    file.seek(0)
    answer = Response(pieces(), mimetype="application/zip")
    answer.content_length = length
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    answer.call_on_close(file.close)
    return answer


for _paper in PAPERS.values():
    exports.add_url_rule(f"/exports/{_paper.slug}/<reference>", _paper.endpoint, _download_of(_paper))
