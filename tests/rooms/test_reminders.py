"""Is everybody who owes something reminded once before the deadline and once after it, and nobody else?"""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import Session, col, select

from app.worker import remind
from foundation.identity.models import Person
from foundation.mail import OutgoingMail
from foundation.settings import Settings
from intake import actions
from intake.actions import send_answer_reminders
from intake.models import DepartmentRequest, Proposal, ReviewerAssignment
from intake.rules.lifecycle import State
from scoring.actions import send_assessment_reminders
from tests.builders import BASE_URL, World

DUE = date(2027, 3, 31)  # 20 working days after 1 March, over Easter
BEFORE = datetime(2027, 3, 18, 8, 0, tzinfo=UTC)
SOON = datetime(2027, 3, 19, 8, 0, tzinfo=UTC)
LATE = datetime(2027, 4, 1, 8, 0, tzinfo=UTC)


@pytest.fixture
def proposal(world: World) -> Proposal:
    """With the departments: RA and S2 are to score, nobody else works on it."""
    made = world.declared()
    set_due(world, made, DUE)
    return made


def set_due(world: World, proposal: Proposal, on: date) -> None:
    for table in (DepartmentRequest, ReviewerAssignment):
        for row in world.session.exec(select(table).where(table.proposal_id == proposal.id)):
            row.due_on = on
            world.session.add(row)
    world.session.commit()


def send(world: World, at: datetime) -> list[tuple[str, str]]:
    """Remind, and tell who was written to and with which letter."""
    known = set(world.session.exec(select(OutgoingMail.id)))
    send_answer_reminders(world.session, at=at, base_url=BASE_URL)
    send_assessment_reminders(world.session, at=at, base_url=BASE_URL)
    world.session.commit()
    rows = world.session.exec(select(OutgoingMail).where(col(OutgoingMail.id).not_in(known)))
    return sorted((row.dedup_key.partition(":")[0], row.to_address) for row in rows)


ALL_SOON = [
    ("answer_reminder", "ra@x.example"),
    ("assessment_reminder", "ra@x.example"),
    ("assessment_reminder", "s2@x.example"),
]
ALL_LATE = [
    ("answer_overdue", "ra@x.example"),
    ("answer_overdue", "rc@x.example"),
    ("assessment_overdue", "ra@x.example"),
    ("assessment_overdue", "s2@x.example"),
]


@pytest.mark.usefixtures("proposal")
def test_reminders_go_out_once_before_and_once_after(world: World) -> None:
    assert send(world, BEFORE) == []
    assert send(world, SOON) == ALL_SOON
    assert send(world, SOON + timedelta(minutes=1)) == []
    assert send(world, LATE - timedelta(days=1)) == []
    assert send(world, LATE) == ALL_LATE
    assert send(world, LATE + timedelta(days=30)) == []


def test_the_overdue_letter_waits_for_the_first_working_day(world: World, proposal: Proposal) -> None:
    set_due(world, proposal, date(2027, 3, 24))  # the Wednesday before Easter
    send(world, SOON)
    assert send(world, datetime(2027, 3, 29, 8, 0, tzinfo=UTC)) == []
    assert send(world, datetime(2027, 3, 30, 8, 0, tzinfo=UTC)) == ALL_LATE


@pytest.mark.usefixtures("proposal")
def test_a_worker_that_slept_over_both_days_says_that_it_is_late(world: World) -> None:
    assert send(world, LATE) == ALL_LATE


def test_coordinators_are_written_to_where_nobody_has_the_case(world: World, proposal: Proposal) -> None:
    actions.end_assignment(
        world.session,
        proposal,
        world.people["RA"].person_id,
        "Orlov.",
        actor=world.people["SE"],
        at=world.at,
    )
    assert send(world, SOON) == [("answer_reminder", "rc@x.example"), ("assessment_reminder", "s2@x.example")]


def test_the_secretariat_is_written_to_where_there_is_nobody(world: World, proposal: Proposal) -> None:
    for key in ("RA", "RC"):
        person = world.session.get_one(Person, world.people[key].person_id)
        person.closed_at = world.at
        world.session.add(person)
    proposal.case_worker_id = world.people["SE"].person_id
    world.session.commit()
    assert send(world, SOON) == [
        ("answer_reminder", "se@x.example"),
        ("assessment_reminder", "s2@x.example"),
        ("assessment_reminder", "se@x.example"),
    ]


def test_nobody_conflicted_is_written_to(world: World, proposal: Proposal) -> None:
    for key in ("RA", "S2"):
        actions.declare_conflict(
            world.session, proposal, has_conflict=True, ground="Nabo.", actor=world.people[key], at=world.at
        )
    world.session.commit()
    assert send(world, SOON) == [("answer_reminder", "rc@x.example")]


def _answered(world: World, proposal: Proposal) -> None:
    world.session.exec(select(DepartmentRequest)).one().answered_at = world.at


def _exempt(world: World, proposal: Proposal) -> None:
    world.session.exec(select(DepartmentRequest)).one().exempt_at = world.at


def _withdrawn(world: World, proposal: Proposal) -> None:
    world.session.exec(select(DepartmentRequest)).one().withdrawn_at = world.at


def _sorted(world: World, proposal: Proposal) -> None:
    proposal.state = State.SORTED


def _scored(world: World, proposal: Proposal) -> None:
    for key in ("RA", "S2"):
        world.score(key, proposal)


@pytest.mark.parametrize(
    ("act", "left"),
    [
        (_answered, ALL_SOON[1:]),
        (_exempt, ALL_SOON[1:]),
        (_withdrawn, ALL_SOON[1:]),
        (_scored, ALL_SOON[:1]),
        (_sorted, []),
    ],
)
def test_reminders_stop_by_themselves(
    world: World, proposal: Proposal, act: Callable[[World, Proposal], None], left: list[tuple[str, str]]
) -> None:
    act(world, proposal)
    world.session.commit()
    assert send(world, SOON) == left


@pytest.mark.usefixtures("proposal")
def test_worker_reminds_and_rests(session: Session, settings: Settings) -> None:
    def sessions() -> Session:
        return Session(session.get_bind(), join_transaction_mode="create_savepoint", expire_on_commit=False)

    assert remind(sessions, settings, at=BEFORE) == 0
    assert remind(sessions, settings, at=SOON) == 3
    assert remind(sessions, settings, at=SOON) == 0


@pytest.mark.usefixtures("proposal")
def test_of_two_workers_that_saw_the_same_row_one_writes(world: World, session: Session) -> None:
    from intake.actions.reminders import _mark

    request = session.exec(select(DepartmentRequest)).one()
    assert [_mark(session, request.id, "answer_reminder", at=SOON) for _ in range(2)] == [True, False]
    request.answered_at = SOON
    session.add(request)
    session.flush()
    assert _mark(session, request.id, "answer_overdue", at=LATE) is False
