"""How are files put on a proposal, taken off it, and downloaded?"""

from uuid import UUID

from flask import Response, make_response, render_template, url_for
from flask.typing import ResponseReturnValue

from foundation.db import audits, commits, current_session
from foundation.downloads import as_download
from foundation.errors import NotFound, Refused
from foundation.uploads import received_files, storage, takes_files
from foundation.web import go, now
from intake import actions, queries
from intake.access import Case, needs_case
from intake.events import FileDownloaded
from intake.models import Attachment
from intake.rules.attachments import MOST_BYTES, MOST_FILES
from intake.rules.formal_return import FILES
from intake.views.blueprint import intake
from intake.views.drafts import Writing


@intake.get("/drafts/<uuid:draft_id>/files")
@needs_case("proposal.edit")
def files(case: Case) -> ResponseReturnValue:
    """The files of a draft, and the way to add some."""
    return _show_files(case)


def _show_files(case: Case, faults: tuple[str, ...] = ()) -> str:
    writing = Writing.of(case.proposal)
    there = writing.files
    return render_template(
        "intake/files.html",
        writing=writing,
        is_opened=writing.is_opened(FILES),
        call=writing.call,
        proposal=case.proposal,
        files=there,
        faults=faults,
        bytes_left=MOST_BYTES - sum(one.size_bytes for one in there),
        files_left=MOST_FILES - len(there),
        steps=writing.steps("files"),
    )


@intake.post("/drafts/<uuid:draft_id>/files/add")
@takes_files
@commits
@needs_case("attachment.upload")
def add_files(case: Case) -> ResponseReturnValue:
    received = received_files()
    try:
        actions.attach_files(current_session(), case.proposal, received, actor=case.actor, at=now())
    except Refused as refused:
        return make_response(_show_files(case, tuple(refused.text.split("\n"))), 422)
    told = "Filen er lagt ved." if len(received) == 1 else f"{len(received)} filer er lagt ved."
    return go(url_for("intake.files", draft_id=case.proposal.id), told)


@intake.post("/drafts/<uuid:draft_id>/files/<uuid:file_id>/remove")
@commits
@needs_case("attachment.delete")
def remove_file(case: Case, file_id: UUID) -> ResponseReturnValue:
    found = _file_or_404(case, file_id)
    if found.removed_at is not None:
        raise NotFound
    actions.remove_file(current_session(), case.proposal, found, actor=case.actor, at=now())
    return go(url_for("intake.files", draft_id=case.proposal.id), "Filen er fjernet.")


@intake.get("/drafts/<uuid:draft_id>/files/<uuid:file_id>")
@audits
@commits
@needs_case("attachment.download")
def draft_file(case: Case, file_id: UUID) -> ResponseReturnValue:
    return _download(case, file_id)


@intake.get("/proposals/<reference>/files/<uuid:file_id>")
@audits
@commits
@needs_case("attachment.download")
def file(case: Case, file_id: UUID) -> ResponseReturnValue:
    return _download(case, file_id)


def _file_or_404(case: Case, file_id: UUID) -> Attachment:
    found = queries.find_attachment(current_session(), case.proposal.id, file_id)
    if found is None:
        raise NotFound
    return found


def _download(case: Case, file_id: UUID) -> Response:
    """The file as a download that no browser opens as a page: its type is ours, and it is shut in a sandbox."""
    found = _file_or_404(case, file_id)
    content = storage().open(found.stored_name, found.sha256)
    happened = FileDownloaded(found.file_name)
    actions.record_on(current_session(), case.proposal, happened, actor=case.actor, at=now())
    return as_download(content, found.file_type, found.file_name)
