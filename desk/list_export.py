"""How is a call's list downloaded as a workbook? The download is audited; nothing else is written."""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime
from functools import partial
from os import SEEK_END
from tempfile import SpooledTemporaryFile
from typing import IO, Final, cast

from flask import Response, request
from flask.typing import ResponseReturnValue
from sqlmodel import Session

from desk.lists import listing
from exports.call_list import Written, write_lists
from exports.call_list_facts import gather
from exports.events import ListExported
from foundation.audit import record
from foundation.db import audits, commits, current_session
from foundation.errors import NotFound
from foundation.formats import moment
from foundation.permissions import needs, signed_in
from foundation.web import now
from intake.models import Call
from intake.queries import public_call

KEPT_IN_MEMORY: Final = 8 * 1024 * 1024
"""Bytes of a workbook; a larger one is written to the disk while it is made."""
PIECE: Final = 64 * 1024
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@audits
@commits
@needs("list.export_xlsx")
def export_list(slug: str) -> ResponseReturnValue:
    """What the list with the same address shows, all pages of it, and its finished assessments."""
    session, actor, at = current_session(), signed_in(), now()
    call = public_call(session, slug)
    if call is None:
        raise NotFound
    file, written = _workbook(session, call, at)
    asked_for = request.query_string.decode("ascii", errors="ignore")[:500]
    happened = ListExported(asked_for, written.rows[0], written.rows[1])
    record(session, happened, subject_type="call", subject_id=call.id, actor=actor, at=at)
    return _sent(file, f"forslag-{slug}.xlsx")


def _sent(file: IO[bytes], name: str) -> Response:
    """The file piece by piece, closed when the last piece is sent or the reader goes away."""

    def pieces() -> Iterator[bytes]:
        with file:
            yield from iter(partial(file.read, PIECE), b"")

    length = file.seek(0, SEEK_END)
    file.seek(0)
    answer = Response(pieces(), mimetype=XLSX)
    answer.content_length = length
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    answer.call_on_close(file.close)
    return answer


def _workbook(session: Session, call: Call, at: datetime) -> tuple[IO[bytes], Written]:
    """The workbook, open; whoever sends it closes it."""
    actor, found = signed_in(), listing(session, signed_in(), call.id)
    sheets = gather(session, actor, found.asked, found.known, found.shows_sorting, call.title)
    about = [("Call", call.title), ("Hentet", moment(at)), ("Hentet af", actor.name), ("Søgt på", found.address.q)]
    with ExitStack() as opened:
        file = cast("IO[bytes]", opened.enter_context(SpooledTemporaryFile(max_size=KEPT_IN_MEMORY)))
        written = write_lists(file, sheets, about)
        opened.pop_all()
    return file, written
