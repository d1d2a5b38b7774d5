"""Which mails were written about a case, to whom, with which words, and have they left?"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from foundation.identity.models import Person, RoleGrant
from foundation.identity.roles import Role
from foundation.mail import OutgoingMail
from foundation.outbox_rules import MailStatus, fault_words
from intake.models import Letter
from intake.rules.letter import LetterKind

MOST_MAILS: Final = 200
"""The newest mails of a case that its page shows."""

_LETTER: Final = "letter"
APPLICANT_KINDS: Final = (_LETTER, "receipt", "withdrawn")
"""The kinds of mail that go to the applicant: how their `dedup_key` begins."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whose address a mail went to; without a name and roles where it is nobody's, such as a shared mailbox."""

    address: str
    name: str
    roles: tuple[Role, ...]


@dataclass(frozen=True, slots=True)
class CaseMail:
    """A mail word for word as it was queued; `letter` and `sender` are those of a letter that a person sent."""

    subject: str
    body: str
    to: Recipient
    queued_at: datetime
    sent_at: datetime | None
    status: MailStatus
    fault: str
    has_copy: bool
    is_internal: bool
    letter: LetterKind | None
    sender: str


def case_mails(session: Session, proposal_id: UUID, *, to_applicant_alone: bool) -> list[CaseMail]:
    """The mails about a case, the newest first; a fixed number of reads whatever the number of mails."""
    where = [sa.or_(*(_of_kind(kind) for kind in APPLICANT_KINDS))] if to_applicant_alone else []
    mails = session.exec(
        select(OutgoingMail)
        .where(OutgoingMail.about_id == proposal_id, *where)
        .order_by(col(OutgoingMail.queued_at).desc(), col(OutgoingMail.id))
        .limit(MOST_MAILS)
    ).all()
    letters = _letters(session, proposal_id)
    people = {} if to_applicant_alone else _recipients(session, {mail.to_address for mail in mails})
    return [_shown(mail, letters, people) for mail in mails]


def failed_mails() -> Any:
    """A select of the cases with a mail that did not leave, and that nobody has sent again or held back."""
    return select(OutgoingMail.about_id).where(
        col(OutgoingMail.about_id).is_not(None),
        col(OutgoingMail.failed_at).is_not(None),
        col(OutgoingMail.sent_at).is_(None),
        col(OutgoingMail.cancelled_at).is_(None),
    )


def _of_kind(kind: str) -> sa.ColumnElement[bool]:
    return col(OutgoingMail.dedup_key).startswith(f"{kind}:", autoescape=True)


def _letters(session: Session, proposal_id: UUID) -> dict[str, tuple[Letter, str]]:
    """The letters by the key of the mail that carries them, with the name of who sent them."""
    rows = session.exec(
        select(Letter, Person.name)
        .join(Person, col(Person.id) == Letter.sent_by)
        .where(Letter.proposal_id == proposal_id)
    )
    return {f"{_LETTER}:{letter.id}": (letter, name) for letter, name in rows}


def _recipients(session: Session, addresses: Collection[str]) -> dict[str, Recipient]:
    rows: Any = session.execute(
        sa.select(Person.email, Person.name, RoleGrant.role)  # type: ignore[call-overload]
        .outerjoin(RoleGrant, sa.and_(col(RoleGrant.person_id) == col(Person.id), col(RoleGrant.ended_at).is_(None)))
        .where(col(Person.email).in_(addresses))
    )
    names: dict[str, str] = {}
    roles: dict[str, set[Role]] = {}
    for email, name, role in rows:
        names[email] = name
        roles.setdefault(email, set()).update({role} if role else ())
    return {email: Recipient(email, name, tuple(sorted(roles[email]))) for email, name in names.items()}


def _shown(mail: OutgoingMail, letters: dict[str, tuple[Letter, str]], people: dict[str, Recipient]) -> CaseMail:
    letter, sender = letters.get(mail.dedup_key, (None, ""))
    return CaseMail(
        subject=mail.subject,
        body=mail.body,
        to=people.get(mail.to_address, Recipient(mail.to_address, "", ())),
        queued_at=mail.queued_at,
        sent_at=mail.sent_at,
        status=_status(mail),
        fault=fault_words(mail.last_error) if mail.sent_at is None and mail.cancelled_at is None else "",
        has_copy=mail.attachment is not None,
        is_internal=mail.dedup_key.partition(":")[0] not in APPLICANT_KINDS,
        letter=letter.kind if letter else None,
        sender=sender,
    )


def _status(mail: OutgoingMail) -> MailStatus:
    if mail.sent_at is not None:
        return MailStatus.SENT
    if mail.cancelled_at is not None:
        return MailStatus.HELD
    return MailStatus.WAITING if mail.failed_at is None else MailStatus.FAILED
