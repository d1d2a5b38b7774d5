"""Which letters wait in a restored copy, and how are they let go?

A letter that waited when the copy was taken has often left since: to send it again is for a person to decide.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from foundation.audit import record
from foundation.errors import Refused
from foundation.identity.events import DatabaseRestored, MailReleased
from foundation.identity.models import SignInLink, WebSession
from foundation.mail import MailHold, OutgoingMail

_SUBJECT = "installation"


@dataclass(frozen=True, slots=True)
class Released:
    """How many letters may leave now, and how many were discarded."""

    letters: int
    discarded: int


def begin_after_restore(session: Session, *, copied_at: datetime, at: datetime) -> int:
    """Hold all letters, and end the sessions and links that the copy holds; returns how many letters wait."""
    hold = MailHold(held_at=at, copied_at=copied_at)
    session.add(hold)
    sessions = _changed(session, sa.update(WebSession).where(col(WebSession.ended_at).is_(None)).values(ended_at=at))
    links = _changed(session, sa.update(SignInLink).where(col(SignInLink.used_at).is_(None)).values(used_at=at))
    with_links = sa.update(OutgoingMail).where(*_is_waiting(), col(OutgoingMail.secret_link).is_not(None))
    session.execute(with_links.values(failed_at=at, cancelled_at=at, last_error="restored", secret_link=None))
    happened = DatabaseRestored(copied_at.isoformat(), sessions, links)
    record(session, happened, subject_type=_SUBJECT, subject_id=hold.id, actor=None, at=at)
    return _count(session)


def held_since(session: Session) -> datetime | None:
    """The moment since which letters are held, or None."""
    return session.exec(select(MailHold.held_at).where(col(MailHold.released_at).is_(None))).first()


def release_mail(session: Session, *, at: datetime) -> Released:
    """Let everything leave. Raises Refused where nothing is held."""
    return _release(session, discarded=0, at=at)


def discard_old_mail(session: Session, *, at: datetime) -> Released:
    """Mark what waited in the copy as not to be sent, and let what came since leave. Raises Refused."""
    holds = session.exec(select(MailHold).where(col(MailHold.released_at).is_(None))).all()
    old = [hold.held_at for hold in holds]
    if not old:
        raise _nothing_held()
    waiting = sa.update(OutgoingMail).where(*_is_waiting(), col(OutgoingMail.queued_at) < max(old))
    told = {"failed_at": at, "cancelled_at": at, "last_error": "discarded after restore", "secret_link": None}
    discarded = _changed(session, waiting.values(**told))
    return _release(session, discarded=discarded, at=at)


def _release(session: Session, *, discarded: int, at: datetime) -> Released:
    released = _let_go(session, at=at)
    if not released:
        raise _nothing_held()
    told = Released(_count(session), discarded)
    happened = MailReleased(told.letters, told.discarded)
    record(session, happened, subject_type=_SUBJECT, subject_id=released[-1], actor=None, at=at)
    return told


def _let_go(session: Session, *, at: datetime) -> list[UUID]:
    holds = session.exec(select(MailHold).where(col(MailHold.released_at).is_(None)).order_by(col(MailHold.held_at)))
    found = list(holds)
    for hold in found:
        hold.released_at = at
    return [hold.id for hold in found]


def _nothing_held() -> Refused:
    return Refused("Der er ingen breve, der holdes tilbage.")


def _is_waiting() -> tuple[sa.ColumnElement[bool], ...]:
    return (col(OutgoingMail.sent_at).is_(None), col(OutgoingMail.failed_at).is_(None))


def _count(session: Session) -> int:
    waiting = sa.select(sa.func.count()).select_from(OutgoingMail).where(*_is_waiting())
    return int(session.execute(waiting).scalar_one())


def _changed(session: Session, change: sa.Update) -> int:
    return int(session.execute(change).rowcount)  # type: ignore[attr-defined]
