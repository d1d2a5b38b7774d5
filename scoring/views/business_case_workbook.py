"""How is a business case sent as a workbook, and got back as it was sent, in the browser?"""

from functools import cache
from io import BytesIO
from uuid import UUID

from flask import Response, make_response, render_template, send_file, url_for
from flask.typing import ResponseReturnValue

from foundation.db import audits, commits, current_session
from foundation.downloads import as_download
from foundation.errors import NotFound
from foundation.fields import DanishForm, VersionField
from foundation.file_types import MEDIA_TYPES, FileType
from foundation.permissions import needs
from foundation.uploads import Received, received_files, storage, takes_files
from foundation.web import apply_or_show, go, now
from intake.access import Case, needs_case
from intake.actions import record_on
from intake.queries import find_internal_file
from intake.rules.attachments import name_fault
from scoring.actions import need_right_to_correct
from scoring.actions.business_case_workbook import save_workbook
from scoring.business_case_queries import count_business_cases
from scoring.events import BusinessCaseFileDownloaded
from scoring.forms.business_case_layout import FILE_NAME, layout_workbook
from scoring.forms.business_case_workbook import LARGEST_FILE, read_workbook
from scoring.rules.business_case_reading import SheetFault, WorkbookReading
from scoring.views.blueprint import scoring
from scoring.workbook_queries import is_workbook_of_case

MOST_FAULTS_SHOWN = 100
_layout = cache(layout_workbook)


class WorkbookForm(DanishForm):
    version = VersionField()


@scoring.get("/business-case/layout.xlsx")
@needs("business_case.layout")
def business_case_layout() -> Response:
    """The empty workbook to fill in."""
    return send_file(
        BytesIO(_layout()), mimetype=MEDIA_TYPES[FileType.XLSX], as_attachment=True, download_name=FILE_NAME
    )


@scoring.route("/proposals/<reference>/business-case/upload", methods=["GET", "POST"])
@takes_files
@commits
@needs_case("business_case.save")
def upload_business_case(case: Case) -> ResponseReturnValue:
    """Save what the workbook holds, or tell everything that is wrong with it; then nothing is saved."""
    need_right_to_correct(current_session(), case.proposal, case.actor)
    form = WorkbookForm(data={"version": count_business_cases(current_session(), case.proposal.id)})

    def save() -> ResponseReturnValue:
        reading = _read(received_files())
        if reading.faults:
            return make_response(_page(case, form, reading.faults), 422)
        save_workbook(
            current_session(),
            case.proposal,
            reading,
            received_files()[0],
            version=form.version.data or 0,
            actor=case.actor,
            at=now(),
        )
        saved = "Tallene og SØM's resultat" if reading.case and reading.som else "Tallene"
        return go(url_for("scoring.business_case", reference=case.proposal.reference), f"{saved} er gemt.")

    return apply_or_show(form, save, lambda: _page(case, form, ()))


def _read(received: list[Received]) -> WorkbookReading:
    """The one workbook that was sent, read as it was stored."""
    if len(received) != 1:
        return _refused("Vælg den fil, der skal læses." if not received else "Vælg én fil ad gangen.")
    sent = received[0]
    fault = sent.fault or name_fault(sent.file_name)
    if fault or sent.stored is None:
        return _refused(fault)
    if sent.file_type is not FileType.XLSX:
        return _refused("Filen er ikke et regneark. Gem den som .xlsx i Excel, og vælg den igen.")
    if sent.stored.size > LARGEST_FILE:
        return _refused(f"Filen fylder mere end {LARGEST_FILE // 1024**2} MB. Skriv tallene i skemaet, og vælg det.")
    return read_workbook(storage().read(sent.stored.name, sent.stored.sha256))


def _refused(text: str) -> WorkbookReading:
    return WorkbookReading(faults=(SheetFault("Filen", text),))


def _page(case: Case, form: WorkbookForm, faults: tuple[SheetFault, ...]) -> str:
    return render_template(
        "scoring/business_case_upload.html",
        proposal=case.proposal,
        form=form,
        faults=faults[:MOST_FAULTS_SHOWN],
        count=len(faults),
    )


@scoring.get("/proposals/<reference>/business-case/files/<uuid:file_id>")
@audits
@commits
@needs_case("business_case.view")
def business_case_file(case: Case, file_id: UUID) -> ResponseReturnValue:
    """The workbook as it was sent, for those who may see its figures: a download that no browser opens as a page."""
    session = current_session()
    found = find_internal_file(session, case.proposal.id, file_id)
    if found is None or not is_workbook_of_case(session, case.proposal.id, file_id):
        raise NotFound
    content = storage().open(found.stored_name, found.sha256)
    record_on(session, case.proposal, BusinessCaseFileDownloaded(found.file_name), actor=case.actor, at=now())
    return as_download(content, found.file_type, found.file_name)
