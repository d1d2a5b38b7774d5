"""Is every file that a row names still there, byte for byte?"""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlmodel import Session, col, select

from foundation.storage import FileState, Storage
from intake.models import Attachment, Proposal


@dataclass(frozen=True, slots=True)
class BadFile:
    """A file that a download would refuse: whose it is, and its name in the storage."""

    case: str
    stored_name: str
    state: FileState


@dataclass(frozen=True, slots=True)
class FileCheck:
    """What a round through all files found; `unknown` are files that no row names and the sweep takes in a day."""

    files: int
    bad: tuple[BadFile, ...]
    unknown: int


def check_files(session: Session, storage: Storage) -> FileCheck:
    """Read every file that a row names, one piece at a time."""
    with storage.kept_still():
        named = {name: (sha256, case) for name, sha256, case in _named(session)}
        session.rollback()  # Nobody waits for a check that may take an hour.
        found = ((name, storage.state_of(name, sha256), case) for name, (sha256, case) in named.items())
        bad = tuple(BadFile(case, name, state) for name, state, case in found if state is not FileState.WHOLE)
        return FileCheck(len(named), bad, sum(name not in named for name in storage.names()))


def _named(session: Session) -> Iterator[tuple[str, str, str]]:
    asked = (
        select(Attachment.stored_name, Attachment.sha256, Proposal.reference, Proposal.id)
        .join(Proposal, col(Proposal.id) == col(Attachment.proposal_id))
        .order_by(col(Proposal.reference), col(Attachment.stored_name))
    )
    for stored_name, sha256, reference, draft in session.exec(asked):
        yield stored_name, sha256, reference or f"kladde {draft}"
