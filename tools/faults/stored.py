"""What belongs to a proposal in the database and among the files, and is it whole?"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from uuid import UUID

from sqlmodel import Session, col, select

from foundation.audit import AuditEvent
from foundation.errors import RaadslagError
from foundation.mail import OutgoingMail
from foundation.storage import Storage
from intake.events import ProposalSubmitted
from intake.models import Attachment, Proposal, ProposalVersion
from intake.rules.lifecycle import State


@dataclass(frozen=True, slots=True)
class Stored:
    """What belongs to one proposal in the database."""

    proposal: Proposal
    versions: list[ProposalVersion]
    files: list[Attachment]
    receipts: int
    told: int

    def reads_from(self, storage: Storage) -> bool:
        """Is every file there with the SHA-256 of its row?"""
        try:
            return all(storage.read(file.stored_name, file.sha256) for file in self.files)
        except RaadslagError:
            return False

    @property
    def is_whole(self) -> bool:
        """Either never sent, with nothing that belongs to sending, or sent with all of it, exactly once."""
        beside = (len(self.versions), self.receipts, self.told)
        if self.proposal.state is State.DRAFT:
            return beside == (0, 0, 0) and self.proposal.reference is None
        if beside != (1, 1, 1) or self.proposal.reference is None:
            return False
        content = self.versions[0].content
        sent_files = sorted(one["sha256"] for one in content["files"])
        return content["answers"] == self.proposal.answers and sent_files == sorted(one.sha256 for one in self.files)


def stored_proposals(session: Session) -> dict[UUID, Stored]:
    versions, files = session.exec(select(ProposalVersion)).all(), session.exec(select(Attachment)).all()
    receipts = Counter(session.exec(select(OutgoingMail.about_id).where(col(OutgoingMail.dedup_key).like("receipt:%"))))
    told = Counter(session.exec(select(AuditEvent.subject_id).where(AuditEvent.kind == ProposalSubmitted.kind)))
    return {
        key: Stored(
            proposal,
            [one for one in versions if one.proposal_id == key],
            [one for one in files if one.proposal_id == key],
            receipts[key],
            told[key],
        )
        for key, proposal in ((one.id, one) for one in session.exec(select(Proposal)))
    }
