"""Which file goes out with a mail? A mail names it by a short key; it is made when the mail leaves."""

from uuid import UUID

from exports.register import PAPERS
from foundation.clock import today
from foundation.db import SessionMaker
from foundation.mail import Attachment
from foundation.settings import Settings
from intake.models import Proposal, ProposalVersion


def attachment(sessions: SessionMaker, settings: Settings, key: str) -> Attachment:
    """The paper for a key such as "proposal-copy:" and the id of a sent version. Reads, and writes nothing.

    Raises LookupError, ValueError or a database error for what is not there.
    """
    slug, _, version_id = key.partition(":")
    paper = PAPERS[slug]
    with sessions() as session:
        version = session.get_one(ProposalVersion, UUID(version_id))
        proposal = session.get_one(Proposal, version.proposal_id)
        return Attachment(
            file_name=paper.file_name(proposal, version.number),
            media_type=paper.mimetype,
            content=paper.make(session, proposal, settings, version.number, today(version.received_at)),
        )
