"""Which letters wait, have left or failed, and how is one that failed sent again?"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from foundation.audit import record
from foundation.errors import NotFound, Refused
from foundation.identity.models import Person
from foundation.identity.roles import Actor
from foundation.mail import LINK_PLACE, OutgoingMail
from foundation.outbox_events import MailRetried
from foundation.outbox_rules import MailStatus, fault_words

PAGE_ROWS: Final = 50
MOST_AT_ONCE: Final = 200


@dataclass(frozen=True, slots=True)
class OutboxFilter:
    """What the address of the page says; `before` is the moment and key of the last row that was shown."""

    status: MailStatus | None = None
    to: str = ""
    before: tuple[datetime, UUID] | None = None


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """One letter without its text."""

    id: UUID
    dedup_key: str
    about_id: UUID | None
    to_address: str
    subject: str
    status: MailStatus
    tries: int
    queued_at: datetime
    due_at: datetime
    sent_at: datetime | None
    fault: str
    can_retry: bool


def letters(session: Session, asked: OutboxFilter, *, closed_cases: list[UUID]) -> list[OutboxRow]:
    """One row more than a page, the newest first; none about the cases that are closed to the reader."""
    mail = OutgoingMail
    where = [_has_status(asked.status), *_not_about(closed_cases)]
    if asked.to:
        where.append(col(mail.to_address).icontains(asked.to[:254], autoescape=True))
    if asked.before is not None:
        at, key = (sa.literal(one, type_=column.type) for one, column in zip(asked.before, _order(), strict=True))
        where.append(sa.tuple_(*_order()) < sa.tuple_(at, key))
    rows = session.execute(
        sa.select(mail, _can_be_sent().label("can_retry"))
        .where(*where)
        .order_by(*(column.desc() for column in _order()))
        .limit(PAGE_ROWS + 1)
    )
    return [_row(letter, can_retry=bool(can_retry)) for letter, can_retry in rows]


def counts(session: Session, *, closed_cases: list[UUID]) -> dict[MailStatus, int]:
    """How many letters there are of the kinds that somebody must know of; not how many have left."""
    found = {}
    for status in (MailStatus.WAITING, MailStatus.FAILED):
        where = (_has_status(status), *_not_about(closed_cases))
        found[status] = session.exec(select(sa.func.count()).select_from(OutgoingMail).where(*where)).one()
    return found


def retry(session: Session, mail_id: UUID, *, actor: Actor, at: datetime) -> None:
    """Let a failed letter be tried again from the start. Raises NotFound, and Refused for one that cannot be."""
    key = session.exec(select(OutgoingMail.dedup_key).where(OutgoingMail.id == mail_id)).first()
    if key is None:
        raise NotFound
    if not _try_again(session, mail_id, key, actor=actor, at=at):
        raise Refused(
            "Mailen kan ikke sendes igen: den er sendt, venter allerede eller er holdt tilbage, "
            "linket i den er slettet, eller modtagerens konto er lukket. Åbn udbakken igen."
        )


def retry_all(session: Session, *, actor: Actor, at: datetime) -> int:
    """The same for all that failed, the oldest first and at most two hundred; returns how many."""
    failed = session.exec(
        select(OutgoingMail.id, OutgoingMail.dedup_key)
        .where(_has_status(MailStatus.FAILED), _can_be_sent())
        .order_by(*_order())
        .limit(MOST_AT_ONCE)
    ).all()
    return sum(_try_again(session, mail_id, key, actor=actor, at=at) for mail_id, key in failed)


def _try_again(session: Session, mail_id: UUID, key: str, *, actor: Actor, at: datetime) -> bool:
    """One guarded update, so that of two who press at once one does it."""
    changed = session.execute(
        sa.update(OutgoingMail)
        .where(col(OutgoingMail.id) == mail_id, _has_status(MailStatus.FAILED), _can_be_sent())
        .values(failed_at=None, due_at=at, tries=0, lease_token=None, lease_until=None)
        .execution_options(synchronize_session=False)
    )
    if changed.rowcount != 1:  # type: ignore[attr-defined]
        return False
    happened = MailRetried(key.partition(":")[0])
    record(session, happened, subject_type="mail", subject_id=mail_id, actor=actor, at=at)
    return True


def _order() -> tuple[Any, Any]:
    return col(OutgoingMail.queued_at), col(OutgoingMail.id)


def _has_status(status: MailStatus | None) -> sa.ColumnElement[bool]:
    sent, failed, held = (
        col(column).is_not(None) for column in (OutgoingMail.sent_at, OutgoingMail.failed_at, OutgoingMail.cancelled_at)
    )
    if status is None:
        return sa.true()
    return {
        MailStatus.WAITING: sa.and_(~sent, ~failed),
        MailStatus.FAILED: sa.and_(~sent, failed, ~held),
        MailStatus.SENT: sent,
        MailStatus.HELD: sa.and_(~sent, held),
    }[status]


def _can_be_sent() -> sa.ColumnElement[bool]:
    """The letter still says what it said: no link is gone from it, and nobody whose account is closed would get it."""
    leaver = sa.exists().where(col(Person.email) == col(OutgoingMail.to_address), col(Person.closed_at).is_not(None))
    return sa.and_(~col(OutgoingMail.body).contains(LINK_PLACE, autoescape=True), ~leaver)


def _not_about(cases: list[UUID]) -> list[sa.ColumnElement[bool]]:
    if not cases:
        return []
    return [sa.or_(col(OutgoingMail.about_id).is_(None), col(OutgoingMail.about_id).not_in(cases))]


def _row(letter: OutgoingMail, *, can_retry: bool) -> OutboxRow:
    status = _status_of(letter)
    return OutboxRow(
        id=letter.id,
        dedup_key=letter.dedup_key,
        about_id=letter.about_id,
        to_address=letter.to_address,
        subject=letter.subject,
        status=status,
        tries=letter.tries,
        queued_at=letter.queued_at,
        due_at=letter.due_at,
        sent_at=letter.sent_at,
        fault="" if status in {MailStatus.SENT, MailStatus.HELD} else fault_words(letter.last_error),
        can_retry=can_retry and status is MailStatus.FAILED,
    )


def _status_of(letter: OutgoingMail) -> MailStatus:
    if letter.sent_at is not None:
        return MailStatus.SENT
    if letter.cancelled_at is not None:
        return MailStatus.HELD
    return MailStatus.FAILED if letter.failed_at is not None else MailStatus.WAITING
