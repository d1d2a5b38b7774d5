"""How do auditors and administrators search the log, and an auditor take a copy of what was found?"""

from collections.abc import Callable
from io import BytesIO
from typing import Any

from flask import Blueprint, Response, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from desk.events import AuditExported
from desk.log import PAGE_ROWS, LogFilter, LogRow, case_asked_for, kinds_for, log_lines, read_log
from desk.log_forms import LogForm
from desk.places import place_by_number, written
from exports.log_table import render
from foundation.audit import record
from foundation.db import audits, commits, current_session
from foundation.errors import Refused
from foundation.identity.roles import Actor, Role
from foundation.permissions import PERMISSIONS, needs, signed_in
from foundation.web import now

log_desk = Blueprint("log_desk", __name__)


@log_desk.get("/audit")
@needs("audit.view")
def log() -> ResponseReturnValue:
    """The log, the newest on top, 50 rows a page; the address alone says what is shown."""
    session, actor = current_session(), signed_in()
    form = _form(actor)
    before = place_by_number(request.args.get("before", ""))
    rows = _found(form, lambda asked: read_log(session, actor, asked, before=before))
    return render_template(
        "desk/log.html",
        form=form,
        rows=(rows or [])[:PAGE_ROWS],
        is_asked=rows is not None,
        newest=_address(form, None) if before else None,
        older=_older(form, rows or []),
        export=_export(form, actor) if rows else None,
    )


def _found(form: LogForm, read: Callable[[LogFilter], list[LogRow]]) -> list[LogRow] | None:
    """None for a search that cannot be answered; the form says why."""
    if not form.validate():
        return None
    try:
        return read(form.to_filter())
    except Refused as refused:
        form.person.errors = [refused.text]
        return None


def _form(actor: Actor) -> LogForm:
    form = LogForm(request.args)
    form.offer(kinds_for(actor))
    if actor.role is Role.ADMINISTRATOR:
        del form.case
    return form


def _typed(form: LogForm) -> dict[str, Any]:
    return {field.name: text for field in form if (text := request.args.get(field.name, ""))}


def _address(form: LogForm, before: str | None) -> str:
    return url_for("log_desk.log", **_typed(form), before=before)


def _older(form: LogForm, rows: list[LogRow]) -> str | None:
    if len(rows) <= PAGE_ROWS:
        return None
    last = rows[PAGE_ROWS - 1].act
    return _address(form, written(last.happened.at, last.sequence))


def _export(form: LogForm, actor: Actor) -> str | None:
    return url_for("log_desk.export", **_typed(form)) if actor.role in PERMISSIONS["audit.export"] else None


@log_desk.get("/audit/export")
@audits
@commits
@needs("audit.export")
def export() -> ResponseReturnValue:
    """What the search finds as one table; that it was taken, and by which search, is written in the log itself."""
    session, actor = current_session(), signed_in()
    form = _form(actor)
    if not form.validate():
        raise Refused("Søgningen kan ikke læses. Gå tilbage til loggen, og ret den.")
    asked = form.to_filter()
    lines = log_lines(session, actor, asked)
    _note(actor, asked, len(lines))
    answer: Response = send_file(
        BytesIO(render(lines)), mimetype="text/csv", as_attachment=True, download_name="log.csv"
    )
    return answer


def _note(actor: Actor, asked: LogFilter, rows: int) -> None:
    """On the case that was asked for, so that it is closed to whom the case is closed to; else on the reader."""
    session = current_session()
    case = case_asked_for(session, actor, asked)
    record(
        session,
        AuditExported(asked.words, rows),
        subject_type="person" if case is None else "proposal",
        subject_id=case or actor.person_id,
        actor=actor,
        at=now(),
    )
