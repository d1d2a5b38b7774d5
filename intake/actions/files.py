"""How are files put on a proposal and taken off it? Nothing here commits."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from foundation.errors import Refused
from foundation.identity.roles import Actor
from foundation.uploads import Received
from intake.actions.drafts import need_opened
from intake.actions.moves import record_on
from intake.events import FileAttached, FileRemoved
from intake.models import Attachment, Proposal
from intake.queries import attachments_of, was_sent
from intake.rules.attachments import name_fault, no_room
from intake.rules.formal_return import FILES


def attach_files(
    session: Session, proposal: Proposal, received: Sequence[Received], *, actor: Actor, at: datetime
) -> None:
    """Add stored files to a draft, all of them or none. Raises Refused at the field `files`, naming each bad file.

    Raises Refused, too, for a returned proposal whose files were not opened.
    """
    need_opened(session, proposal, FILES)
    if not received:
        raise Refused("Vælg mindst én fil.", field="files")
    faults = [f"{one.file_name}: {fault}" for one in received if (fault := one.fault or name_fault(one.file_name))]
    there = attachments_of(session, proposal.id)
    sizes = [one.stored.size for one in received if one.stored is not None]
    full = no_room(files=len(there), size_bytes=sum(one.size_bytes for one in there), more=sizes)
    if faults or full:
        raise Refused("\n".join([*faults, *([full] if full else [])]), field="files")
    for one in received:
        if one.stored is None or one.file_type is None:
            continue
        session.add(
            Attachment(
                proposal_id=proposal.id,
                file_name=one.file_name,
                file_type=one.file_type,
                stored_name=one.stored.name,
                size_bytes=one.stored.size,
                sha256=one.stored.sha256,
                uploaded_by=actor.person_id,
                uploaded_at=at,
            )
        )
        record_on(session, proposal, FileAttached(one.file_name), actor=actor, at=at)
    proposal.saved_at = at
    session.add(proposal)


def attach_internal_file(
    session: Session, proposal: Proposal, received: Received, *, actor: Actor, at: datetime
) -> Attachment:
    """Put a stored file of the staff's own on a case. Raises Refused at the field `files`.

    Who reads it, and what the history says of it, is for whoever names it in a row of its own.
    """
    fault = received.fault or name_fault(received.file_name)
    if fault or received.stored is None or received.file_type is None:
        raise Refused(f"{received.file_name}: {fault}", field="files")
    row = Attachment(
        proposal_id=proposal.id,
        file_name=received.file_name,
        file_type=received.file_type,
        stored_name=received.stored.name,
        size_bytes=received.stored.size,
        sha256=received.stored.sha256,
        uploaded_by=actor.person_id,
        uploaded_at=at,
        is_internal=True,
    )
    session.add(row)
    session.flush()
    return row


def remove_file(session: Session, proposal: Proposal, attachment: Attachment, *, actor: Actor, at: datetime) -> None:
    """Take a file off a draft. One that was part of something sent stays for the version that holds it.

    Raises Refused for a returned proposal whose files were not opened.
    """
    need_opened(session, proposal, FILES)
    if was_sent(session, proposal.id, attachment.id):
        attachment.removed_at = at
        session.add(attachment)
    else:
        session.delete(attachment)
    record_on(session, proposal, FileRemoved(attachment.file_name), actor=actor, at=at)
    proposal.saved_at = at
    session.add(proposal)
