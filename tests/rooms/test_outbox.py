"""Does the outbox say how far each letter has come, and is only that sent again which may be?"""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session, col, select

from foundation import mail
from foundation.audit import AuditEvent
from foundation.errors import NotFound, Refused
from foundation.identity.models import Person
from foundation.outbox import OutboxFilter, counts, letters, retry, retry_all
from foundation.outbox_rules import MailStatus
from tests.builders import World
from tests.conftest import NOON

FAILED: dict[str, Any] = {"failed_at": NOON, "tries": 10, "last_error": "TimeoutError: væk"}
STATES: dict[str, dict[str, Any]] = {
    "failed": FAILED,
    "tried": {"tries": 2, "last_error": "TimeoutError: væk"},
    "sent": {"sent_at": NOON, "tries": 1},
    "held": {**FAILED, "cancelled_at": NOON},
    "link": {**FAILED, "body": f"Log ind: {mail.LINK_PLACE}"},
    "leaver": {**FAILED, "to_address": "ra@x.example"},
}


@pytest.fixture
def letter(session: Session, world: World) -> dict[str, mail.OutgoingMail]:
    """One letter of each kind, a minute apart; RA's account is closed."""
    session.get_one(Person, world.people["RA"].person_id).closed_at = NOON
    made = {}
    for number, (name, values) in enumerate(STATES.items()):
        at = NOON + timedelta(minutes=number)
        plain = {"to_address": f"{name}@x.example", "subject": "Emne", "body": "Tekst"}
        made[name] = mail.OutgoingMail(dedup_key=f"receipt:{name}", queued_at=at, due_at=at, **{**plain, **values})
    session.add_all(made.values())
    session.commit()
    return made


def shown(session: Session, **asked: Any) -> list[tuple[str, MailStatus, bool]]:
    rows = letters(session, OutboxFilter(**asked), closed_cases=[])
    return [(one.dedup_key.partition(":")[2], one.status, one.can_retry) for one in rows]


def test_each_letter_says_how_far_it_came_the_newest_first(session: Session, letter: dict[str, Any]) -> None:
    assert shown(session) == [
        ("leaver", MailStatus.FAILED, False),
        ("link", MailStatus.FAILED, False),
        ("held", MailStatus.HELD, False),
        ("sent", MailStatus.SENT, False),
        ("tried", MailStatus.WAITING, False),
        ("failed", MailStatus.FAILED, True),
    ]
    for status in MailStatus:
        assert shown(session, status=status) == [row for row in shown(session) if row[1] is status]
    assert counts(session, closed_cases=[]) == {MailStatus.WAITING: 1, MailStatus.FAILED: 3}
    assert [row[0] for row in shown(session, to="RA@")] == ["leaver"]
    assert shown(session, to="%") == []
    rest = (letter["sent"].queued_at, letter["sent"].id)
    assert [row[0] for row in shown(session, before=rest)] == ["tried", "failed"]


def test_letter_about_a_closed_case_is_neither_shown_nor_counted(session: Session, letter: dict[str, Any]) -> None:
    case = letter["failed"].id
    letter["failed"].about_id = letter["tried"].about_id = case
    letter["sent"].about_id = letter["sent"].id
    session.commit()
    rows = letters(session, OutboxFilter(), closed_cases=[case])
    assert {one.dedup_key for one in rows} == {f"receipt:{name}" for name in ("leaver", "link", "held", "sent")}
    assert counts(session, closed_cases=[case]) == {MailStatus.WAITING: 0, MailStatus.FAILED: 2}


def test_failed_letter_is_tried_from_the_start_once(session: Session, world: World, letter: dict[str, Any]) -> None:
    at = NOON + timedelta(hours=1)
    for name in ("tried", "sent", "held", "link", "leaver"):
        with pytest.raises(Refused):
            retry(session, letter[name].id, actor=world.people["AD"], at=at)
    with pytest.raises(NotFound):
        retry(session, world.people["AD"].person_id, actor=world.people["AD"], at=at)

    retry(session, letter["failed"].id, actor=world.people["AD"], at=at)
    with pytest.raises(Refused):
        retry(session, letter["failed"].id, actor=world.people["AD"], at=at)
    session.commit()

    again = session.get_one(mail.OutgoingMail, letter["failed"].id, populate_existing=True)
    assert (again.failed_at, again.tries, again.due_at) == (None, 0, at)
    acts = session.exec(select(AuditEvent).where(AuditEvent.subject_type == "mail")).all()
    assert [(one.kind, one.subject_id, one.facts) for one in acts] == [
        ("mail_retried", letter["failed"].id, {"letter": "receipt"})
    ]


def test_all_that_failed_are_tried_but_not_what_must_not_leave(
    session: Session, world: World, letter: dict[str, Any]
) -> None:
    at = NOON + timedelta(hours=1)
    assert [retry_all(session, actor=world.people["AD"], at=moment) for moment in (at, at)] == [1, 0]


def test_letter_that_failed_is_held_back_too_when_its_reader_has_a_conflict(
    session: Session, world: World, letter: dict[str, Any]
) -> None:
    case = letter["failed"].id
    letter["failed"].about_id = case
    session.commit()
    assert mail.cancel(session, case, to="failed@x.example", why="Modtageren er inhabil", at=NOON) == 1
    session.commit()
    with pytest.raises(Refused):
        retry(session, case, actor=world.people["AD"], at=NOON)


def test_sent_letters_end_at_the_page_and_begin_where_it_ended(session: Session, world: World) -> None:
    def made(number: int, at: datetime) -> mail.OutgoingMail:
        key, to = f"receipt:{number:03}", f"{number}@x.example"
        return mail.OutgoingMail(dedup_key=key, to_address=to, subject="", body="", queued_at=at, due_at=at)

    session.add_all([made(number, NOON + timedelta(seconds=number // 3)) for number in range(75)])
    session.commit()
    first = letters(session, OutboxFilter(), closed_cases=[])
    assert len(first) == 51
    rest = letters(session, OutboxFilter(before=(first[49].queued_at, first[49].id)), closed_cases=[])
    keys = [one.id for one in first[:50]] + [one.id for one in rest]
    assert set(keys) == set(session.exec(select(col(mail.OutgoingMail.id))))
    assert len(keys) == 75
