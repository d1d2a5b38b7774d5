"""Which mails wait to be sent, and how do they leave without being lost or sent by two workers?"""

import functools
import hashlib
import secrets
import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.errors import MessageError
from email.message import EmailMessage
from email.utils import format_datetime, formataddr
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit
from uuid import UUID

import sqlalchemy as sa
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sqlmodel import Field, Session, col, select

from foundation.db import SessionMaker, transaction
from foundation.formats import FILTERS
from foundation.settings import PROJECT, Settings
from foundation.tables import Keyed
from foundation.text import clean_line

LINK_PLACE = "[[link]]"
"""Where the secret link stands in a body until the mail leaves; afterwards the row no longer holds the link."""

LEASE = timedelta(minutes=10)
MOST_TRIES = 10


class OutgoingMail(Keyed, table=True):
    """A letter in the same transaction as the act that it tells of; the worker sends it."""

    __tablename__ = "outgoing_mail"
    __table_args__ = (sa.Index("ix_outgoing_mail_waiting", "sent_at", "failed_at", "due_at"),)

    dedup_key: str = Field(max_length=120, unique=True)
    to_address: str = Field(max_length=254)
    subject: str = Field(max_length=200)
    body: str
    secret_link: str | None = Field(default=None, max_length=500)
    attachment: str | None = Field(default=None, max_length=120)
    about_id: UUID | None = Field(default=None, index=True)
    queued_at: datetime = Field(index=True)
    due_at: datetime
    lease_token: str | None = Field(default=None, max_length=32)
    lease_until: datetime | None = None
    tries: int = 0
    sent_at: datetime | None = None
    failed_at: datetime | None = None
    last_error: str | None = Field(default=None, max_length=300)
    cancelled_at: datetime | None = None


class MailHold(Keyed, table=True):
    """Letters stay where they are since the database was restored from a copy, until somebody lets them go."""

    __tablename__ = "mail_hold"

    held_at: datetime
    copied_at: datetime
    released_at: datetime | None = None


def compose(name: str, **values: object) -> tuple[str, str]:
    """Subject and body from `templates/mail/<name>.txt`, whose first line is the subject."""
    text = _texts().get_template(f"{name}.txt").render(**values)
    subject, _, body = text.partition("\n")
    return subject, body


@functools.cache
def _texts() -> Environment:
    # Plain text, so nothing is escaped; the values are cleaned when they are typed.
    texts = Environment(
        loader=FileSystemLoader(PROJECT / "templates" / "mail"),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701 - no HTML is made of it
        keep_trailing_newline=True,
    )
    texts.filters.update(FILTERS)
    return texts


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a letter; its name is ASCII."""

    file_name: str
    media_type: str
    content: bytes


class Attach(Protocol):
    """Makes the file that a key on a letter stands for, when the letter leaves; any exception puts the letter back."""

    def __call__(self, key: str, /) -> Attachment: ...


class AttachmentFault(Exception):
    """The file of a letter could not be made, so the letter waits: without its file it is another letter."""


def _nothing_to_attach(key: str, /) -> Attachment:
    raise LookupError(key)


class Transport(Protocol):
    """Delivers one message or raises OSError / smtplib.SMTPException."""

    def __call__(self, message: EmailMessage) -> None: ...


@dataclass(frozen=True, slots=True)
class _Letter:
    """A claimed mail, read out of its row so that no lock is held while the mail server answers."""

    id: UUID
    to_address: str
    subject: str
    body: str
    attachment: str | None
    queued_at: datetime
    tries: int
    lease_token: str


def queue(
    session: Session,
    *,
    dedup_key: str,
    to: str,
    subject: str,
    body: str,
    at: datetime,
    about_id: UUID | None = None,
    secret_link: str | None = None,
    attachment: str | None = None,
) -> None:
    """Add a mail to the running transaction. The same `dedup_key` twice fails the transaction.

    `attachment` is a key such as "proposal-copy:" and the id of a version: the file is made when the mail leaves.
    """
    session.add(
        OutgoingMail(
            dedup_key=dedup_key,
            to_address=to,
            subject=clean_line(subject)[:200],
            body=body,
            secret_link=secret_link,
            attachment=attachment,
            about_id=about_id,
            queued_at=at,
            due_at=at,
        )
    )


def cancel(session: Session, about_id: UUID, *, to: str, why: str, at: datetime) -> int:
    """Hold back for good every letter to the address about one thing that has not left yet; returns how many.

    One that failed is held back too, else it could be sent again on request.
    """
    held = session.execute(
        sa.update(OutgoingMail)
        .where(
            col(OutgoingMail.about_id) == about_id,
            col(OutgoingMail.to_address) == to,
            col(OutgoingMail.sent_at).is_(None),
            col(OutgoingMail.cancelled_at).is_(None),
        )
        .values(failed_at=at, cancelled_at=at, last_error=why, secret_link=None)
    )
    return int(held.rowcount)  # type: ignore[attr-defined]


def cancel_all(session: Session, *, to: str, why: str, at: datetime) -> int:
    """Hold back for good every letter to the address that has not left yet; returns how many."""
    held = session.execute(
        sa.update(OutgoingMail)
        .where(
            col(OutgoingMail.to_address) == to,
            col(OutgoingMail.sent_at).is_(None),
            col(OutgoingMail.cancelled_at).is_(None),
        )
        .values(failed_at=at, cancelled_at=at, last_error=why, secret_link=None)
    )
    return int(held.rowcount)  # type: ignore[attr-defined]


def send_waiting(
    sessions: SessionMaker,
    transport: Transport,
    *,
    sender: str,
    host: str,
    now: Callable[[], datetime],
    attach: Attach = _nothing_to_attach,
) -> int:
    """Send everything that is due, each letter claimed first by a lease; returns how many left."""
    sent = 0
    while (letter := _claim(sessions, now())) is not None:
        try:
            file = _made(letter.attachment, attach)
            transport(_message(letter, file, sender=sender, host=host))
        except (OSError, smtplib.SMTPException, MessageError, ValueError, AttachmentFault) as fault:
            _put_back(sessions, letter, fault, now())
        else:
            _mark_sent(sessions, letter, now())
            sent += 1
    return sent


def _claim(sessions: SessionMaker, at: datetime) -> _Letter | None:
    with transaction(sessions) as session:
        waiting = session.exec(
            select(OutgoingMail)
            .where(*_is_due(at))
            .order_by(col(OutgoingMail.due_at))
            .limit(1)
            .with_for_update(skip_locked=True)
        ).first()
        if waiting is None:
            return None
        waiting.lease_token = secrets.token_hex(16)
        waiting.lease_until = at + LEASE
        waiting.tries += 1
        return _Letter(
            id=waiting.id,
            to_address=waiting.to_address,
            subject=waiting.subject,
            body=waiting.body.replace(LINK_PLACE, waiting.secret_link or ""),
            attachment=waiting.attachment,
            queued_at=waiting.queued_at,
            tries=waiting.tries,
            lease_token=waiting.lease_token,
        )


def _made(key: str | None, attach: Attach) -> Attachment | None:
    """The letter's file. Raises AttachmentFault, which tells the kind of a fault and none of the words in it."""
    if key is None:
        return None
    try:
        return attach(key)
    except Exception as fault:  # Whatever the makers of papers trip over, the letter waits and the others leave.
        raise AttachmentFault(f"{key}: {type(fault).__name__}") from fault


def _mark_sent(sessions: SessionMaker, letter: _Letter, at: datetime) -> None:
    _finish(sessions, letter, sent_at=at, secret_link=None, lease_token=None, lease_until=None, last_error=None)


def _put_back(sessions: SessionMaker, letter: _Letter, fault: Exception, at: datetime) -> None:
    """Try again later with growing delay; a refusal for good, or the tenth fault, is marked as failed."""
    said: dict[str, object] = {
        "lease_token": None,
        "lease_until": None,
        "last_error": clean_line(f"{type(fault).__name__}: {fault}")[:300],
    }
    if _is_for_good(fault) or letter.tries >= MOST_TRIES:
        _finish(sessions, letter, failed_at=at, secret_link=None, **said)
    else:
        _finish(sessions, letter, due_at=at + timedelta(minutes=min(2**letter.tries, 360)), **said)


def _is_for_good(fault: Exception) -> bool:
    """Would the same letter be refused again: a 5xx answer, or a letter that cannot be written as mail at all?"""
    if isinstance(fault, smtplib.SMTPRecipientsRefused):
        return all(500 <= code < 600 for code, _ in fault.recipients.values())
    if isinstance(fault, smtplib.SMTPResponseException):
        return 500 <= fault.smtp_code < 600
    return isinstance(fault, (MessageError, ValueError))


def _finish(sessions: SessionMaker, letter: _Letter, **values: object) -> None:
    """Write the outcome only while the lease is still ours, so that a late worker overwrites nothing."""
    with transaction(sessions) as session:
        session.execute(
            sa.update(OutgoingMail)
            .where(col(OutgoingMail.id) == letter.id, col(OutgoingMail.lease_token) == letter.lease_token)
            .values(**values)
        )


ENCODED_WORD = "=?"
"""How mail writes letters that are not ASCII. Mail programs, and Python, read it wherever it stands in a header."""


def _message(letter: _Letter, file: Attachment | None, *, sender: str, host: str) -> EmailMessage:
    """The letter as mail, its text first. Raises ValueError for no address or one that could be read as another."""
    if not letter.to_address:
        raise ValueError("there is no address")
    if ENCODED_WORD in letter.to_address:
        raise ValueError("the address holds an encoded word")
    message = EmailMessage()
    message["From"] = formataddr(("Rådet for Sociale Investeringer", sender))
    message["To"] = letter.to_address
    message["Subject"] = letter.subject.replace(ENCODED_WORD, "= ?")  # Else a line break could be hidden in it.
    message["Date"] = format_datetime(letter.queued_at)
    # Made from the row's key: a receiver that gets the letter twice can see that it is one and the same.
    message["Message-ID"] = f"<{letter.id}@{host.partition(':')[0]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.body)
    if file is not None:
        kind, _, form = file.media_type.partition("/")
        message.add_attachment(file.content, maintype=kind, subtype=form, filename=file.file_name)
    return message


def make_transport(settings: Settings) -> Transport:
    """The way out that the settings name: a mail server, or a folder of .eml files."""
    folder = settings.mail_folder
    return _to_folder(folder) if folder is not None else _to_server(settings.mail_url)


def _to_folder(folder: Path) -> Transport:
    def deliver(message: EmailMessage) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        name = hashlib.sha256(str(message["Message-ID"]).encode()).hexdigest()[:32]
        waiting = folder / f"{name}.part"
        waiting.write_bytes(message.as_bytes())
        waiting.rename(folder / f"{name}.eml")

    return deliver


def _to_server(url: str) -> Transport:
    parts = urlsplit(url)
    host = parts.hostname or "localhost"

    def deliver(message: EmailMessage) -> None:
        with _connected(parts.scheme, host, parts.port) as server:
            if parts.username:
                server.login(unquote(parts.username), unquote(parts.password or ""))
            server.send_message(message)

    return deliver


def _connected(scheme: str, host: str, port: int | None) -> smtplib.SMTP:
    if scheme == "smtps":
        return smtplib.SMTP_SSL(host, port or 465, timeout=20, context=ssl.create_default_context())
    server = smtplib.SMTP(host, port or 25, timeout=20)
    server.ehlo_or_helo_if_needed()
    if server.has_extn("starttls"):
        server.starttls(context=ssl.create_default_context())
    return server


def anything_waiting(sessions: SessionMaker, *, at: datetime) -> bool:
    """Is a mail due? A read alone, so that an idle worker never holds the writer's lock."""
    with sessions() as session:
        return session.exec(select(OutgoingMail.id).where(*_is_due(at)).limit(1)).first() is not None


def _is_due(at: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        col(OutgoingMail.sent_at).is_(None),
        col(OutgoingMail.failed_at).is_(None),
        col(OutgoingMail.due_at) <= at,
        sa.or_(col(OutgoingMail.lease_until).is_(None), col(OutgoingMail.lease_until) < at),
        ~_is_held(),
    )


def _is_held() -> sa.ColumnElement[bool]:
    """Held letters of a restored copy: all but the sign-in links that somebody asked for since."""
    asked_for_since = sa.and_(
        col(OutgoingMail.secret_link).is_not(None), col(OutgoingMail.queued_at) >= col(MailHold.held_at)
    )
    return sa.exists().where(col(MailHold.released_at).is_(None), ~asked_for_since)
