"""From which uploaded workbooks do the business cases of a proposal come?"""

from uuid import UUID

from sqlmodel import Session, col, select

from intake.models import Attachment
from scoring.models import BusinessCaseRow


def is_workbook_of_case(session: Session, proposal_id: UUID, attachment_id: UUID) -> bool:
    """Were figures of this proposal read from this file?"""
    found = select(BusinessCaseRow.id).where(
        BusinessCaseRow.proposal_id == proposal_id, BusinessCaseRow.attachment_id == attachment_id
    )
    return session.exec(found.limit(1)).first() is not None


def workbooks_of(session: Session, proposal_id: UUID) -> list[Attachment]:
    """Every workbook that figures of this proposal were read from, the newest first."""
    named = select(BusinessCaseRow.attachment_id).where(BusinessCaseRow.proposal_id == proposal_id)
    return list(
        session.exec(
            select(Attachment)
            .where(col(Attachment.id).in_(named))
            .order_by(col(Attachment.uploaded_at).desc(), col(Attachment.id))
        )
    )
