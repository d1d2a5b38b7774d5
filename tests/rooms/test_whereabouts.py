"""Is a status told what is known of a case, and an applicant's told of nobody?"""

from datetime import timedelta
from typing import Any

import pytest

from desk.status import Heard, Pending, Whereabouts
from desk.whereabouts import whereabouts
from foundation.clock import today
from foundation.workdays import add_workdays
from intake.access import check_case
from intake.models import Proposal
from portfolio.queries import placing_hindrance
from scoring.models import Hearing
from scoring.queries import newest_hearing
from tests.builders import COUNCIL_DAY, World

SE, RA = "Medarbejder SE", "Medarbejder RA"


def known(world: World, person: str, proposal: Proposal) -> Whereabouts:
    on, actor = today(world.at), world.people[person]
    case = check_case(world.session, actor, "proposal.view", proposal, on=on)
    hindrance = placing_hindrance(world.session, proposal.id) if case.may("agenda.place") else None
    hearing = newest_hearing(world.session, proposal.id)
    return whereabouts(world.session, case, hearing=hearing, hindrance=hindrance, at=world.at)


def due(world: World, days: int) -> Any:
    return add_workdays(today(world.at), days)


@pytest.mark.parametrize(
    ("stage", "applicant", "secretariat"),
    [
        (World.submitted, lambda w: {"closes_at": w.call.closes_at}, lambda w: {"closes_at": w.call.closes_at}),
        (World.checked, lambda _: {"is_through": True}, lambda _: {"case_worker": SE, "is_through": True}),
        (
            World.returned,
            lambda w: {"return_due_on": due(w, 10)},
            lambda w: {"case_worker": SE, "return_due_on": due(w, 10)},
        ),
        (
            World.declared,
            lambda w: {"departments": Pending(("Sociale Forhold og Beskæftigelse",), due(w, 20))},
            lambda w: {
                "case_worker": SE,
                "departments": Pending(("Sociale Forhold og Beskæftigelse",), due(w, 20)),
            },
        ),
        (
            World.answered,
            lambda _: {},
            lambda w: {"case_worker": SE, "assessors": Pending((RA, "Medarbejder S2"), due(w, 20))},
        ),
        (World.assessed, lambda _: {"has_sheets": True}, lambda _: {"case_worker": SE, "has_sheets": True}),
        (
            World.agreed,
            lambda _: {"has_sheets": True, "has_consensus": True},
            lambda _: {"case_worker": SE, "has_sheets": True, "has_consensus": True},
        ),
        (
            World.on_agenda,
            lambda _: {"meeting_on": COUNCIL_DAY},
            lambda _: {"case_worker": SE, "meeting_on": COUNCIL_DAY},
        ),
    ],
)
def test_a_status_is_told_what_the_reader_may_know(world: World, stage: Any, applicant: Any, secretariat: Any) -> None:
    proposal = stage(world)
    for person, told in (("AO", applicant), ("SE", secretariat)):
        expected = Whereabouts(state=proposal.state, on=today(world.at), **told(world))
        assert known(world, person, proposal) == expected


def test_an_open_hearing_holds_a_released_memo_and_says_so_to_the_secretariat_alone(world: World) -> None:
    proposal = world.memo_released()
    sender, later = world.people["SE"].person_id, world.at + timedelta(minutes=1)
    world.session.add(
        Hearing(proposal_id=proposal.id, facts="Nyt.", due_on=due(world, 10), opened_by=sender, opened_at=later)
    )
    world.session.commit()
    heard = Heard(due(world, 10), is_answered=False)

    assert known(world, "AO", proposal).hearing == known(world, "SE", proposal).hearing == heard
    assert known(world, "SE", proposal).hindrance.startswith("Ansøgeren skal høres")
    assert known(world, "AO", proposal).hindrance == known(world, "AU", proposal).hindrance == ""
