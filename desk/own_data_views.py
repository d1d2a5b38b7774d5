"""What are people told about their personal data, and how do they get a copy of it?"""

import json
from io import BytesIO

from flask import Blueprint, Response, render_template, send_file
from flask.typing import ResponseReturnValue

from desk.events import OwnDataExported
from desk.own_data import own_data
from foundation.audit import record
from foundation.db import audits, commits, current_session
from foundation.permissions import needs, open_to_all, signed_in
from foundation.web import now

personal_data = Blueprint("personal_data", __name__)


@personal_data.get("/privacy")
@open_to_all
def privacy() -> str:
    """What is kept, why, and who sees it (GDPR articles 13 and 14)."""
    return render_template("desk/privacy.html")


@personal_data.get("/my-data")
@needs("own.export")
def mine() -> str:
    return render_template("desk/my_data.html")


@personal_data.get("/my-data/download")
@audits
@commits
@needs("own.export")
def download() -> ResponseReturnValue:
    """Everything on the person as one JSON file; that it was asked for is written in the log."""
    session, actor, at = current_session(), signed_in(), now()
    kept = own_data(session, actor, at=at)
    record(session, OwnDataExported(), subject_type="person", subject_id=actor.person_id, actor=actor, at=at)
    content = json.dumps(kept, ensure_ascii=False, indent=2).encode("utf-8")
    answer: Response = send_file(
        BytesIO(content), mimetype="application/json", as_attachment=True, download_name="mine-oplysninger.json"
    )
    return answer
