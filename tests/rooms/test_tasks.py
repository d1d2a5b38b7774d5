"""Does each task stand there while the thing is to be done, and go by itself when it is?"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlmodel import Session, col, select

from desk.my_tasks import Deadline, draft_deadlines
from desk.notices import administrator_notices, call_notices, secretariat_notices
from desk.queries import secretariat_tasks
from foundation.clock import today
from foundation.identity.models import Membership
from foundation.identity.roles import Actor, Role
from foundation.mail import OutgoingMail
from foundation.workdays import add_workdays
from intake.models import ConflictDeclaration, DepartmentCoordinator, DepartmentFocus, Proposal
from intake.rules.call import FocusArea
from portfolio import actions as portfolio_actions
from scoring.actions.policies import adopt_policy, draft_policy, edit_policy
from scoring.models import FundFiguresRow
from scoring.rules.policies import get_policy
from scoring.rules.policies.draft import PolicyDraft
from scoring.rules.policies.numbers import numbers_of
from tests.builders import World

AFTER_DEADLINES = date(2027, 6, 1)


def tasks_of(world: World, person: str = "SE", on: date | None = None) -> list[str]:
    return [one.what for one in secretariat_tasks(world.session, world.people[person], on=on or today(world.at))]


@pytest.mark.parametrize(
    ("stage", "on", "tasks"),
    [
        (World.submitted, None, ["Tjek formalia"]),
        (World.checked, None, ["Send til forvaltning"]),
        (World.returned, None, []),
        (World.returned, AFTER_DEADLINES, ["Fristen for at svare er udløbet"]),
        (World.declared, None, []),
        (World.declared, AFTER_DEADLINES, ["Forvaltningens frist er udløbet"]),
        (World.answered, None, []),
        (World.answered, AFTER_DEADLINES, ["En vurderer er forsinket"]),
        (World.assessed, None, ["Afstem vurderingerne"]),
        (World.agreed, None, ["Sorter"]),
        (World.sorted, None, ["Skriv indstillingen"]),
        (World.memo_released, None, ["Sæt på dagsorden"]),
        (World.on_agenda, None, []),
    ],
)
def test_each_act_of_the_secretariat_closes_its_task_and_opens_the_next(
    world: World, stage: Callable[[World], Proposal], on: date | None, tasks: list[str]
) -> None:
    stage(world)

    assert tasks_of(world, on=on) == tasks


def test_the_oldest_case_stands_first_whatever_it_waits_for(world: World) -> None:
    made = [world.sorted(title="B"), world.submitted(title="A"), world.checked(title="D"), world.submitted(title="C")]
    for place, proposal in enumerate(sorted(made, key=lambda one: one.title)):
        proposal.received_at = world.at + timedelta(hours=place)
    world.session.commit()

    waiting = secretariat_tasks(world.session, world.people["SE"], on=today(world.at))

    assert [one.title for one in waiting] == ["A", "B", "C", "D"]


def _declared(world: World, proposal: Proposal) -> ConflictDeclaration:
    return ConflictDeclaration(
        proposal_id=proposal.id,
        person_id=world.people["SE"].person_id,
        has_conflict=True,
        declared_at=world.at + timedelta(minutes=1),
    )


def _joined(world: World, _proposal: Proposal) -> Membership:
    return Membership(
        person_id=world.people["SE"].person_id, organisation_id=world.organisations["AO"].id, joined_at=world.at
    )


@pytest.mark.parametrize("conflict", [_declared, _joined])
def test_a_memo_touched_by_a_conflict_is_not_to_be_placed_until_the_conflict_is_gone(
    world: World, session: Session, conflict: Callable[[World, Proposal], ConflictDeclaration | Membership]
) -> None:
    proposal = world.memo_released()
    assert tasks_of(world, "IH") == ["Sæt på dagsorden"]
    row = conflict(world, proposal)
    session.add(row)
    session.commit()
    assert [one for one in tasks_of(world, "IH") if one != "Gennemse habilitet"] == [
        "Lad en anden gennemgå indstillingen"
    ]

    session.delete(row)
    session.commit()
    assert tasks_of(world, "IH") == ["Sæt på dagsorden"]


def test_a_mail_that_did_not_leave_is_a_task_until_it_does(world: World, session: Session) -> None:
    proposal = world.on_agenda()

    def told(**values: object) -> list[str]:
        session.execute(sa.update(OutgoingMail).where(col(OutgoingMail.about_id) == proposal.id).values(**values))
        session.commit()
        return tasks_of(world)

    assert told(failed_at=None) == []
    assert told(failed_at=world.at) == ["En mail kunne ikke sendes"]
    assert told(cancelled_at=world.at) == []
    assert told(cancelled_at=None, sent_at=world.at) == []


def test_the_funds_figures_are_asked_for_until_they_are_there(world: World, session: Session) -> None:
    def told() -> list[str]:
        return [one.text for one in secretariat_notices(session, [], waiting_for_agenda=0, at=world.at)]

    kept = session.exec(select(FundFiguresRow)).one().model_dump()
    assert told() == []
    session.execute(sa.delete(FundFiguresRow))
    assert told() == ["Fondens tal mangler. Uden dem kan I ikke sortere."]
    session.add(FundFiguresRow(**kept))
    session.flush()
    assert told() == []


def test_a_meeting_is_asked_for_and_then_its_agenda(world: World, session: Session) -> None:
    def told() -> list[str]:
        return [one.text for one in secretariat_notices(session, [], waiting_for_agenda=waiting, at=world.at)]

    proposal, waiting = world.memo_released(), 1
    assert told() == ["En sag venter på et rådsmøde, men der er ikke planlagt et."]
    held_on = add_workdays(today(world.at), 15)
    meeting = world.meeting(held_on)
    assert told() == ["Der er ingen sager på dagsordenen til rådsmødet 22. marts 2027."]
    portfolio_actions.place_on_agenda(session, proposal, meeting, reason="", actor=world.people["SE"], at=world.at)
    waiting = 0
    assert told() == []


def test_a_call_is_spoken_of_when_it_closes_soon_or_should_be_open(world: World) -> None:
    call, closes_at = world.call, world.call.closes_at

    def told(at: timedelta) -> list[str]:
        return [one.text for one in call_notices(call, at=closes_at + at)]

    soon = "Callet Nye veje lukker 11. marts 2027 kl. 12.00."
    assert [told(timedelta(days=days)) for days in (-8, -7, 0, 1)] == [[], [soon], [soon], []]
    call.published_at, call.opens_at = None, closes_at
    assert [told(timedelta(days=days)) for days in (-8, -7, 1)] == [
        [],
        ["Callet Nye veje er en kladde og åbner 11. marts 2027 kl. 12.00."],
        ["Callet Nye veje er en kladde og skulle være åbnet 11. marts 2027 kl. 12.00."],
    ]


def test_administrators_see_to_mail_and_to_master_data_that_is_missing(world: World, session: Session) -> None:
    on, coordinator = today(world.at), world.people["RO"].person_id

    def told() -> list[str]:
        return [one.text for one in administrator_notices(session, world.people["AD"], on=on)]

    gap = "Børn og Unge har ingen, der fordeler sager."
    before = told()
    assert gap in before
    session.add(DepartmentCoordinator(department_code="MBU", person_id=coordinator, valid_from=on))
    session.flush()
    assert told() == [one for one in before if one != gap]

    session.execute(sa.delete(DepartmentFocus).where(col(DepartmentFocus.focus_area) == FocusArea.HOMELESSNESS))
    world.submitted()
    session.execute(sa.update(OutgoingMail).values(failed_at=world.at))
    assert set(told()) - set(before) == {
        "Hovedområdet Flere hjemløse i egen bolig har ingen forvaltning, der leder.",
        "En mail kunne ikke sendes.",
    }


def test_a_policy_waits_for_somebody_else_than_its_drafter(session: Session, world: World) -> None:
    numbers = replace(numbers_of(get_policy("2026")), investment_participants=31)
    draft = PolicyDraft("Politik 2028", date(2028, 1, 1), numbers)
    row = draft_policy(session, draft, based_on="2026", actor=world.people["SE"], at=world.at)

    def told(actor: Actor) -> list[str]:
        notices = administrator_notices(session, actor, on=world.at.date())
        return [one.text for one in notices if one.endpoint == "scoring.policy"]

    by_drafter = replace(world.people["AD"], person_id=world.people["SE"].person_id)
    waits = "Kladden Politik 2028 skal gælde fra 1. januar 2028 og venter på at blive vedtaget."
    assert (told(world.people["AD"]), told(by_drafter)) == ([waits], [])
    editor = replace(world.add_staff("SE2", Role.SECRETARIAT), role=Role.ADMINISTRATOR)
    assert told(editor) == [waits]
    other = replace(draft, title="Politik for 2028")
    edit_policy(session, row, other, version=row.version, actor=editor, at=world.at)
    assert told(editor) == []
    adopt_policy(session, row, reason="Til prøven", version=row.version, actor=world.people["AD"], at=world.at)
    assert told(world.people["AD"]) == []


def test_a_draft_tells_its_deadline_until_it_is_sent(world: World) -> None:
    draft, sent = world.draft(), world.submitted()
    closing = {world.call.id: world.call.closes_at}

    def told(before: timedelta) -> dict[UUID, Deadline]:
        return draft_deadlines([draft, sent], closing, at=world.call.closes_at - before)

    assert told(timedelta(days=4)) == {draft.id: Deadline(world.call.closes_at, is_near=False)}
    assert told(timedelta(days=3)) == {draft.id: Deadline(world.call.closes_at, is_near=True)}
    assert draft_deadlines([draft, sent], {}, at=world.at) == {}
