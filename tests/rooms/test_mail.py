"""Does every mail leave once, whole and in one line where it must be, whatever the mail server says?"""

import email
import email.policy
import smtplib
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope
from aiosmtpd.smtp import Session as SmtpSession
from sqlalchemy import Engine, event
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from app.worker import work_once
from foundation import mail
from foundation.clock import FixedClock
from foundation.db import transaction
from foundation.identity.actions import send_sign_in_link
from foundation.mail import LEASE, MOST_TRIES, OutgoingMail, make_transport, queue, send_waiting
from foundation.settings import Settings
from tests.builders import World
from tests.conftest import NOON


@dataclass
class PostOffice:
    """A mail server that gives the answers it was told to, and keeps what it took."""

    answers: list[str] = field(default_factory=list)
    taken: list[EmailMessage] = field(default_factory=list)
    recipients: list[list[str]] = field(default_factory=list)
    refuse: str = ""

    async def handle_RCPT(  # noqa: N802 - the server's own name
        self, server: SMTP, session: SmtpSession, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.refuse:
            return self.refuse
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - the server's own name
        self, server: SMTP, session: SmtpSession, envelope: Envelope
    ) -> str:
        answer = self.answers.pop(0) if self.answers else "250 OK"
        if answer.startswith("250"):
            message = email.message_from_bytes(envelope.original_content or b"", policy=email.policy.default)
            assert isinstance(message, EmailMessage)
            self.taken.append(message)
            self.recipients.append(list(envelope.rcpt_tos))
        return answer


@pytest.fixture
def post_office(settings: Settings) -> Iterator[tuple[PostOffice, Settings]]:
    """A real SMTP server on loopback, and settings that name it."""
    office = PostOffice()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(office, hostname="127.0.0.1", port=port)
    controller.start()
    yield office, replace(settings, mail_url=f"smtp://127.0.0.1:{port}")
    controller.stop()


def send(engine: Engine, settings: Settings, clock: FixedClock) -> int:
    return work_once(lambda: Session(engine), make_transport(settings), settings, now=clock.now)


def put(engine: Engine, key: str = "one", **values: str) -> None:
    letter = {"to": "ny@x.example", "subject": "Emne", "body": "Hej æøå\n", **values}
    with Session(engine) as session:
        queue(session, dedup_key=key, at=NOON, **letter)  # type: ignore[arg-type]
        session.commit()


def row(engine: Engine) -> OutgoingMail:
    with Session(engine) as session:
        return session.exec(select(OutgoingMail)).one()


# ---- over real SMTP -------------------------------------------------------------------------------------------------


def test_receipt_arrives_as_it_was_written(
    committed: Engine, post_office: tuple[PostOffice, Settings], clock: FixedClock
) -> None:
    office, settings = post_office
    with Session(committed, expire_on_commit=False) as session:
        World.build(session, at=NOON).submitted(title="Æblehaven på Øen")
        stored = session.exec(select(OutgoingMail)).one()

    assert send(committed, settings, clock) == 1

    (message,) = office.taken
    assert office.recipients == [["ao@x.example"]]
    assert {name: str(message[name]) for name in ("From", "To", "Subject", "Message-ID", "Auto-Submitted", "Date")} == {
        "From": "Rådet for Sociale Investeringer <raadslag@kommune.example>",
        "To": "ao@x.example",
        "Subject": "Vi har modtaget jeres forslag 2027-01-001",
        "Message-ID": f"<{stored.id}@localhost>",
        "Auto-Submitted": "auto-generated",
        "Date": "Mon, 01 Mar 2027 11:00:00 +0000",
    }
    text = message.get_body()
    assert isinstance(text, EmailMessage)
    assert text.get_content_type() == "text/plain"
    body = text.get_content().replace("\r\n", "\n")
    assert body == stored.body
    assert '"Æblehaven på Øen" fra Byhavens Venner' in body
    assert "http://localhost/proposals/2027-01-001" in body
    sent = row(committed)
    assert (sent.sent_at, sent.failed_at, sent.lease_token, sent.tries) == (NOON, None, None, 1)
    assert send(committed, settings, clock) == 0
    assert len(office.taken) == 1


def test_sign_in_link_arrives_and_is_then_forgotten(
    committed: Engine, post_office: tuple[PostOffice, Settings], clock: FixedClock
) -> None:
    office, settings = post_office
    with Session(committed) as session:
        send_sign_in_link(session, "ny@x.example", next_path="/", base_url="http://localhost", at=NOON)
        session.commit()
    link = row(committed).secret_link
    assert link is not None
    send(committed, settings, clock)
    assert link in office.taken[0].get_content().splitlines()
    assert row(committed).secret_link is None


HOSTILE = [
    "Tak\nBcc: ond@evil.example",
    "Tak\r\nTo: ond@evil.example",
    "Tak\r\n\r\n<html>",
    "Tak\x00\x0b\x0c\x85\u2028\u2029Bcc: ond@evil.example",
    "Tak\rX-Evil: 1",
    "æ" * 10_000,
    "=?utf-8?q?=0ABcc:_ond=40evil.example?=",
    "\u202etxet",
    "",
]


def test_hostile_title_stays_one_line_of_the_subject(
    committed: Engine, post_office: tuple[PostOffice, Settings], clock: FixedClock
) -> None:
    office, settings = post_office
    for number, subject in enumerate(HOSTILE):
        put(committed, f"letter {number}", subject=subject, body="Ren tekst\n")

    assert send(committed, settings, clock) == len(HOSTILE)

    assert office.recipients == [["ny@x.example"]] * len(HOSTILE)
    for message in office.taken:
        received = {name for name in message if not name.startswith("X-")}  # The server notes three of its own.
        assert received == {
            "From",
            "To",
            "Subject",
            "Date",
            "Message-ID",
            "Auto-Submitted",
            "Content-Type",
            "MIME-Version",
            "Content-Transfer-Encoding",
        }
        assert "X-Evil" not in message
        assert len(str(message["Subject"])) <= 200
        assert not any(ord(letter) < 32 for letter in str(message["Subject"]))
        assert message.get_content().strip() == "Ren tekst"


@pytest.mark.parametrize("answer", ["421 Closing", "450 Busy", "451 Local", "452 Full"])
def test_mail_that_is_put_off_is_tried_again_later_and_later(
    committed: Engine, post_office: tuple[PostOffice, Settings], clock: FixedClock, answer: str
) -> None:
    office, settings = post_office
    office.answers = [answer] * 3
    put(committed)
    waits = []
    for tries in (1, 2, 3):
        assert send(committed, settings, clock) == 0
        letter = row(committed)
        assert (letter.tries, letter.sent_at, letter.failed_at, letter.lease_token) == (tries, None, None, None)
        assert answer[:3] in (letter.last_error or "")
        waits.append(letter.due_at - clock.now())
        clock.move(letter.due_at - timedelta(seconds=1))
        assert send(committed, settings, clock) == 0
        assert row(committed).tries == tries
        clock.move(letter.due_at)
    assert waits == [timedelta(minutes=2), timedelta(minutes=4), timedelta(minutes=8)]

    assert send(committed, settings, clock) == 1
    assert len(office.taken) == 1
    assert (row(committed).last_error, row(committed).failed_at) == (None, None)


@pytest.mark.parametrize("where", ["550 no such user", "data: 554 spam"])
def test_mail_that_is_refused_for_good_is_marked_as_failed(
    committed: Engine, post_office: tuple[PostOffice, Settings], clock: FixedClock, where: str
) -> None:
    office, settings = post_office
    if where.startswith("data: "):
        office.answers = [where.removeprefix("data: ")] * 9
    else:
        office.refuse = where
    put(committed, secret_link="http://localhost/sign-in/abc", body=f"{mail.LINK_PLACE}\n")

    assert send(committed, settings, clock) == 0

    letter = row(committed)
    assert (letter.failed_at, letter.sent_at, letter.tries) == (NOON, None, 1)
    assert letter.secret_link is None  # A link that will not be sent must not lie about.
    clock.move(NOON + timedelta(days=30))
    assert send(committed, settings, clock) == 0
    assert row(committed).tries == 1


def test_recipient_that_is_put_off_is_tried_again(
    committed: Engine, post_office: tuple[PostOffice, Settings], clock: FixedClock
) -> None:
    office, settings = post_office
    office.refuse = "450 greylisted"
    put(committed)
    send(committed, settings, clock)
    assert (row(committed).failed_at, row(committed).tries) == (None, 1)
    office.refuse = ""
    clock.move(row(committed).due_at)
    assert send(committed, settings, clock) == 1


def test_mail_is_given_up_after_the_tenth_try(committed: Engine, settings: Settings, clock: FixedClock) -> None:
    nobody = replace(settings, mail_url="smtp://127.0.0.1:1")
    put(committed)
    for tries in range(1, MOST_TRIES + 1):
        send(committed, nobody, clock)
        assert (row(committed).tries, row(committed).failed_at is not None) == (tries, tries == MOST_TRIES)
        clock.move(row(committed).due_at)


@pytest.mark.parametrize(
    "address",
    [
        "a@b.dk\nBcc: ond@evil.example",
        "=?utf-8?q?=0ABcc=3A_ond=40evil.example?=@x.dk",
        "=?utf-8?q?ond=40evil.example=2C?=@x.dk",
        "",
    ],
)
def test_letter_that_cannot_be_written_does_not_stop_the_others(
    committed: Engine, post_office: tuple[PostOffice, Settings], clock: FixedClock, address: str
) -> None:
    office, settings = post_office
    put(committed, "poison", to=address)
    put(committed, "good", to="god@x.example")

    assert send(committed, settings, clock) == 1
    assert send(committed, settings, clock) == 0

    assert office.recipients == [["god@x.example"]]


# ---- who sends ------------------------------------------------------------------------------------------------------


class Counting:
    """A way out that remembers every letter; safe to use from several threads."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.sent = list[str]()

    def __call__(self, message: EmailMessage) -> None:
        with self.lock:
            self.sent.append(str(message["Message-ID"]))


def _send_by(engine: Engine, transport: Callable[[EmailMessage], None], at: datetime = NOON) -> int:
    return send_waiting(lambda: Session(engine), transport, sender="a@b.example", host="localhost", now=lambda: at)


def test_two_workers_send_each_mail_once(committed: Engine) -> None:
    for number in range(30):
        put(committed, f"letter {number}")
    counting, counts, barrier = Counting(), list[int](), threading.Barrier(3)

    def run() -> None:
        barrier.wait()
        counts.append(_send_by(committed, counting))

    workers = [threading.Thread(target=run) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert sum(counts) == 30
    with Session(committed) as session:
        expected = sorted(f"<{key}@localhost>" for key in session.exec(select(OutgoingMail.id)))
        assert session.exec(select(OutgoingMail.tries).distinct()).all() == [1]
    assert sorted(counting.sent) == expected


def test_worker_that_is_late_writes_nothing_over_the_next_ones_mark(committed: Engine) -> None:
    """The first worker stands still in the middle of sending; its lease runs out, and a second one sends."""
    put(committed)
    seen = Counting()
    later = NOON + LEASE + timedelta(seconds=1)

    def stands_still(message: EmailMessage) -> None:
        seen(message)
        assert _send_by(committed, seen, at=later) == 1  # Meanwhile the second worker does it all.
        raise smtplib.SMTPServerDisconnected("the first one wakes up to a dead connection")

    _send_by(committed, stands_still)

    letter = row(committed)
    assert (letter.sent_at, letter.failed_at, letter.last_error, letter.lease_token) == (later, None, None, None)
    assert seen.sent == [f"<{letter.id}@localhost>"] * 2  # The duplicate can be seen to be one and the same letter.


def test_late_worker_does_not_end_the_lease_of_the_next(committed: Engine) -> None:
    put(committed)
    later = NOON + LEASE + timedelta(seconds=1)
    tokens = list[str | None]()

    def second(_message: EmailMessage) -> None:
        tokens.append(row(committed).lease_token)
        raise KeyboardInterrupt  # The second is still at it when the first wakes up.

    def first(_message: EmailMessage) -> None:
        with pytest.raises(KeyboardInterrupt):
            _send_by(committed, second, at=later)

    _send_by(committed, first)

    letter = row(committed)
    assert (letter.sent_at, letter.lease_token, letter.lease_until) == (None, tokens[0], later + LEASE)


def test_worker_that_is_killed_between_sending_and_marking_sends_the_same_letter_again(committed: Engine) -> None:
    put(committed)
    seen = Counting()

    def killed(message: EmailMessage) -> None:
        seen(message)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        _send_by(committed, killed)
    assert _send_by(committed, seen, at=NOON + LEASE - timedelta(seconds=1)) == 0
    assert _send_by(committed, seen, at=NOON + LEASE + timedelta(seconds=1)) == 1

    assert seen.sent == [f"<{row(committed).id}@localhost>"] * 2
    assert row(committed).tries == 2


def test_mail_of_an_act_that_was_rolled_back_is_never_sent(committed: Engine) -> None:
    with Session(committed) as session:
        queue(session, dedup_key="x", to="a@x.example", subject="s", body="b", at=NOON)
        session.flush()
        session.rollback()
    assert _send_by(committed, Counting()) == 0


def test_idle_worker_takes_no_writers_place(committed: Engine, settings: Settings, clock: FixedClock) -> None:
    """Nothing due, one sent, one failed, one held by another worker: only reads."""
    for key in ("sent", "failed", "later", "held"):
        put(committed, key)
    marks = {
        "sent": {"sent_at": NOON},
        "failed": {"failed_at": NOON},
        "later": {"due_at": NOON + timedelta(seconds=1)},
        "held": {"lease_token": "x", "lease_until": NOON + LEASE},
    }
    with transaction(lambda: Session(committed)) as session:
        for letter in session.exec(select(OutgoingMail)):
            for name, value in marks[letter.dedup_key].items():
                setattr(letter, name, value)
    said = list[str]()
    listener = lambda *given: said.append(given[2])  # noqa: E731 - taken off again below
    event.listen(committed, "before_cursor_execute", listener)
    try:
        assert send(committed, settings, clock) == 0
    finally:
        event.remove(committed, "before_cursor_execute", listener)
    assert [statement for statement in said if not statement.startswith(("SELECT", "BEGIN DEFERRED"))] == []
    assert not any("FOR UPDATE" in statement for statement in said)


# ---- into a folder --------------------------------------------------------------------------------------------------


def test_folder_gets_one_file_a_letter(
    committed: Engine, settings: Settings, clock: FixedClock, tmp_path: Path
) -> None:
    put(committed, "one", subject="Første")
    put(committed, "two", subject="Anden")
    assert send(committed, settings, clock) == 2
    files = sorted((tmp_path / "mail").iterdir())
    assert [file.suffix for file in files] == [".eml", ".eml"]
    subjects = {
        str(email.message_from_bytes(file.read_bytes(), policy=email.policy.default)["Subject"]) for file in files
    }
    assert subjects == {"Første", "Anden"}


def test_folder_that_cannot_be_written_keeps_the_letter(
    committed: Engine, settings: Settings, clock: FixedClock, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way")
    blocked = replace(settings, mail_url=f"file:{tmp_path / 'file' / 'mail'}")
    put(committed)
    assert send(committed, blocked, clock) == 0
    assert (row(committed).failed_at, row(committed).tries) == (None, 1)


def test_same_mail_is_never_queued_twice(session: Session) -> None:
    for _ in range(2):
        queue(session, dedup_key="x", to="a@x.example", subject="s", body="b", at=NOON)
    with pytest.raises(IntegrityError):
        session.flush()
    session.rollback()
    assert session.exec(select(OutgoingMail).where(col(OutgoingMail.dedup_key) == "x")).all() == []


def test_letters_hold_no_address_but_ours(world: World, session: Session) -> None:
    """Markdown, HTML and addresses in what people type stay the text that they are."""
    world.submitted(title="[klik](https://evil.example) <a href='https://evil.example'>her</a> {{ 7*7 }} %s")
    letter = session.exec(select(OutgoingMail)).one()
    assert "[klik](https://evil.example) <a href='https://evil.example'>her</a> {{ 7*7 }} %s" in letter.body
    assert letter.subject == "Vi har modtaget jeres forslag 2027-01-001"
