"""How does the secretariat enter proposals that came by mail, from a file that it has looked through first?

Nothing is stored before the second button: the page carries the file along, and it is looked through again.
"""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from io import BytesIO
from typing import Final

from flask import Response, make_response, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from foundation.db import commits, current_session
from foundation.errors import NotFound, Refused
from foundation.file_types import MEDIA_TYPES, FileType
from foundation.permissions import needs, signed_in
from foundation.sheet_writing import write_sheets
from foundation.web import go, now, settings
from intake import queries
from intake.actions.imports import ImportRefused, import_proposals, need_importable
from intake.forms.imports import template_sheets
from intake.import_file import LookedThrough, columns_of_call, look_through
from intake.models import Call
from intake.rules.import_rows import THE_FILE, ImportFault
from intake.views.blueprint import intake

LARGEST_ON_PAGE: Final = 1024 * 1024
MOST_ON_PAGE: Final = 200
MOST_FAULTS_SHOWN: Final = 200


def _importable(slug: str) -> Call:
    found = queries.any_call(current_session(), slug)
    if found is None:
        raise NotFound
    need_importable(found, at=now())
    return found


@intake.get("/calls/<slug>/import")
@needs("proposal.import")
def import_file(slug: str) -> ResponseReturnValue:
    """The way to the template, and a place to choose the file."""
    return _page(_importable(slug))


@intake.post("/calls/<slug>/import/preview")
@commits
@needs("proposal.import")
def preview_import(slug: str) -> ResponseReturnValue:
    """What would be entered, or every fault with its row and column; nothing is stored."""
    found = _importable(slug)
    content = _chosen()
    return _shown(found, content, _looked_through(found, content))


@intake.post("/calls/<slug>/import")
@commits
@needs("proposal.import")
def enter_import(slug: str) -> ResponseReturnValue:
    """Enter what was looked through. Should something be wrong by now, all of it is shown again and none entered."""
    found = _importable(slug)
    content = _carried()
    looked = _looked_through(found, content)
    if looked.faults:
        return _shown(found, content, looked)
    try:
        made = import_proposals(
            current_session(), found, looked.drafts, actor=signed_in(), at=now(), base_url=settings().base_url
        )
    except ImportRefused as refused:
        return _shown(found, content, LookedThrough(looked.drafts, refused.faults))
    told = "Ét forslag er indlæst." if len(made) == 1 else f"{len(made)} forslag er indlæst."
    return go(url_for("desk.proposals", slug=slug), told)


@intake.get("/calls/<slug>/import/template.xlsx")
@needs("proposal.import")
def import_template(slug: str) -> Response:
    """An empty sheet with a column for everything that the call asks, and a sheet that explains each."""
    found = _importable(slug)
    made = write_sheets(template_sheets(columns_of_call(current_session(), found)))
    return send_file(
        BytesIO(made), mimetype=MEDIA_TYPES[FileType.XLSX], as_attachment=True, download_name=f"forslag-{slug}.xlsx"
    )


def _chosen() -> bytes:
    """The file that was chosen, as far as it may be taken; empty where none was."""
    sent = request.files.get("file")
    if sent is None:
        return b""
    content = sent.stream.read(LARGEST_ON_PAGE + 1)
    sent.close()
    return content


def _carried() -> bytes:
    """The file that the page with the preview carried along. Raises Refused where it is not whole."""
    try:
        return urlsafe_b64decode(request.form.get("content", "").encode("ascii"))
    except (UnicodeEncodeError, binascii.Error) as broken:
        raise Refused("Filen kom ikke helt frem. Gå tilbage, og vælg den igen.") from broken


def _looked_through(found: Call, content: bytes) -> LookedThrough:
    if not content:
        return _fault("Vælg den fil, der skal indlæses.")
    if len(content) > LARGEST_ON_PAGE:
        return _fault("Filen fylder mere end 1 MB. Del den i flere filer, eller bed driften om at indlæse den.")
    return look_through(current_session(), found, content, at=now(), most=MOST_ON_PAGE)


def _fault(text: str) -> LookedThrough:
    return LookedThrough((), (ImportFault(THE_FILE, "", text),))


def _shown(found: Call, content: bytes, looked: LookedThrough) -> Response:
    carried = "" if looked.faults else urlsafe_b64encode(content).decode("ascii")
    return make_response(_page(found, looked, carried), 422 if looked.faults else 200)


def _page(found: Call, looked: LookedThrough | None = None, content: str = "") -> str:
    return render_template(
        "intake/import.html",
        call=found,
        drafts=looked.drafts if looked and not looked.faults else (),
        faults=looked.faults[:MOST_FAULTS_SHOWN] if looked else (),
        count=len(looked.faults) if looked else 0,
        content=content,
    )
