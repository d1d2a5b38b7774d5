"""How does an uploaded workbook become saved figures, with the workbook kept as it came? Nothing here commits."""

from datetime import datetime

from sqlmodel import Session

from foundation.identity.roles import Actor
from foundation.uploads import Received
from intake.actions.files import attach_internal_file
from intake.models import Proposal
from scoring.actions.business_case import save_business_case, save_som_result
from scoring.rules.business_case_reading import WorkbookReading


def save_workbook(
    session: Session,
    proposal: Proposal,
    reading: WorkbookReading,
    received: Received,
    *,
    version: int,
    actor: Actor,
    at: datetime,
) -> None:
    """Save what a workbook without faults holds: the department's figures, SØM's result, or both.

    Raises as `save_business_case` does, and Refused at the field `files`.
    """
    file = attach_internal_file(session, proposal, received, actor=actor, at=at)
    if reading.case is not None:
        save_business_case(
            session,
            proposal,
            reading.case.draft,
            source=reading.case.source,
            reason=reading.case.reason,
            attachment_id=file.id,
            version=version,
            actor=actor,
            at=at,
        )
        session.flush()
        version += 1
    if reading.som is not None:
        save_som_result(
            session,
            proposal,
            reading.som.result,
            source=reading.som.source,
            attachment_id=file.id,
            version=version,
            actor=actor,
            at=at,
        )
