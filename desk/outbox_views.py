"""How do administrators and auditors see which letters have left, and let one be sent again?"""

from uuid import UUID

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from desk.places import place_by_key, written
from foundation.db import commits, current_session
from foundation.identity.roles import Actor, Role
from foundation.mail_hold import held_since
from foundation.outbox import PAGE_ROWS, OutboxFilter, OutboxRow, counts, letters
from foundation.outbox import retry as retry_letter
from foundation.outbox import retry_all as retry_letters
from foundation.outbox_rules import STATUS_WORDS, MailStatus, subject_without_case
from foundation.permissions import needs, signed_in
from foundation.text import clean_line
from foundation.web import go, now
from intake.queries.visibility import closed_cases

mail_desk = Blueprint("mail_desk", __name__)


@mail_desk.get("/admin/outbox")
@needs("outbox.view")
def outbox() -> ResponseReturnValue:
    """Letters without their text, the newest first, 50 a page; the address alone says what is shown."""
    session, actor = current_session(), signed_in()
    asked, shut = _filter(), closed_cases(session, actor)
    rows = letters(session, asked, closed_cases=shut)
    shown = rows[:PAGE_ROWS]
    return render_template(
        "mail/outbox.html",
        rows=[(row, subject_for(actor, row)) for row in shown],
        asked=asked,
        words=STATUS_WORDS,
        counts=counts(session, closed_cases=shut),
        held=held_since(session),
        older=_older(asked, shown[-1]) if len(rows) > PAGE_ROWS else None,
        newest=_address(asked) if asked.before else None,
        may_retry=actor.role is Role.ADMINISTRATOR,
    )


def subject_for(actor: Actor, row: OutboxRow) -> str:
    """An administrator sees no case, so no subject that can name one; an auditor reads them."""
    if actor.role is Role.ADMINISTRATOR:
        return subject_without_case(row.dedup_key, row.subject)
    return row.subject


def _filter() -> OutboxFilter:
    status = next((one for one in MailStatus if one.value == request.args.get("status")), None)
    before = place_by_key(request.args.get("before", ""))
    return OutboxFilter(status, clean_line(request.args.get("to", ""))[:254], before)


def _address(asked: OutboxFilter, before: str | None = None) -> str:
    status = asked.status.value if asked.status else None
    return url_for("mail_desk.outbox", status=status, to=asked.to or None, before=before)


def _older(asked: OutboxFilter, last: OutboxRow) -> str:
    return _address(asked, written(last.queued_at, last.id))


@mail_desk.post("/admin/outbox/<uuid:mail_id>/retry")
@commits
@needs("outbox.retry")
def retry(mail_id: UUID) -> ResponseReturnValue:
    retry_letter(current_session(), mail_id, actor=signed_in(), at=now())
    return go(url_for("mail_desk.outbox"), "Mailen bliver sendt igen om lidt.")


@mail_desk.post("/admin/outbox/retry")
@commits
@needs("outbox.retry")
def retry_all() -> ResponseReturnValue:
    count = retry_letters(current_session(), actor=signed_in(), at=now())
    said = f"{count} mails bliver sendt igen om lidt." if count != 1 else "En mail bliver sendt igen om lidt."
    return go(url_for("mail_desk.outbox"), said if count else "Der er ingen mails, som kan sendes igen.")
