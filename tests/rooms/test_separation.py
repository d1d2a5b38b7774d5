"""Does somebody with an interest in a case, or a hand in it already, stay out of it?"""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlmodel import Session

from foundation.clock import today
from foundation.errors import Refused
from foundation.identity.actions import add_person
from foundation.identity.models import Membership, Person
from foundation.identity.queries import live_sessions
from foundation.identity.roles import Actor, Role
from intake import actions as intake_actions
from intake.models import ConflictDeclaration, Proposal
from intake.queries import formal_facts, standing_of
from intake.queries.proposal_list import Asked, counted, proposals_asked_for
from intake.rules.lifecycle import State
from intake.rules.rights import Relation
from scoring import actions as scoring_actions
from tests.builders import BASE_URL, World


def _joins_the_applicant(world: World, key: str) -> None:
    membership = Membership(
        person_id=world.people[key].person_id, organisation_id=world.organisations["AO"].id, joined_at=world.at
    )
    world.session.add(membership)
    world.session.commit()


@pytest.mark.parametrize("key", ["SE", "AU"])
def test_a_member_of_the_applicant_is_shut_out(
    world: World, session: Session, browser_of: Callable[[Actor], FlaskClient], key: str
) -> None:
    proposal = world.submitted()
    asked = Asked(world.call.id)
    assert counted(session, world.people[key], asked, at=world.at).sums[State.SUBMITTED].count == 1

    _joins_the_applicant(world, key)

    assert standing_of(session, world.people[key], proposal).relation is Relation.CONFLICTED
    known = counted(session, world.people[key], asked, at=world.at)
    assert known.sums[State.SUBMITTED].count == 0
    page = proposals_asked_for(session, world.people[key], asked, known, page=1)
    assert (page.rows, page.total) == ((), 0)
    answer = browser_of(world.people[key]).get(f"/proposals/{proposal.reference}")
    assert answer.status_code == 403
    assert proposal.title not in answer.get_data(as_text=True)


def test_an_assigned_reviewer_who_joins_the_applicant_is_shut_out(world: World, session: Session) -> None:
    proposal = world.declared()
    assert standing_of(session, world.people["RA"], proposal).relation is Relation.ASSIGNED

    _joins_the_applicant(world, "RA")

    assert standing_of(session, world.people["RA"], proposal).relation is Relation.CONFLICTED


def test_whoever_scored_does_not_sort(world: World, session: Session) -> None:
    proposal = world.ready_to_sort()
    scorer = world.people["RA"]
    add_person(session, email=scorer.email, name=scorer.name, role=Role.SECRETARIAT, actor=None, at=world.at)
    both = replace(scorer, role=Role.SECRETARIAT, department=None)

    with pytest.raises(Refused, match="selv vurderet"):
        scoring_actions.confirm_sorting(session, proposal, world.call, actor=both, at=world.at)
    assert proposal.state is State.MATURITY_ASSESSMENT


@pytest.mark.parametrize("key", ["RO", "SE", "AO"])
def test_only_a_reviewer_of_the_lead_department_is_asked_to_score(world: World, session: Session, key: str) -> None:
    proposal = world.checked()
    with pytest.raises(Refused) as refused:
        _route(world, proposal, world.people[key])
    assert refused.value.field == "reviewer"
    assert proposal.state is State.FORMAL_CHECK


def test_a_reviewer_with_a_known_conflict_is_not_asked(world: World, session: Session) -> None:
    proposal = world.checked()
    session.add(
        ConflictDeclaration(
            proposal_id=proposal.id,
            person_id=world.people["RA"].person_id,
            has_conflict=True,
            ground="Sidder i bestyrelsen.",
            declared_at=world.at,
        )
    )
    session.commit()
    with pytest.raises(Refused) as refused:
        _route(world, proposal, world.people["RA"])
    assert refused.value.field == "reviewer"
    assert proposal.state is State.FORMAL_CHECK


def _route(world: World, proposal: Proposal, reviewer: Actor) -> None:
    routing = intake_actions.Routing(
        lead="MSB", others=(), reviewer_id=reviewer.person_id, due_on=today(world.at) + timedelta(days=28)
    )
    intake_actions.route_proposal(
        world.session,
        proposal,
        routing,
        actor=world.people["SE"],
        at=world.at,
        base_url=BASE_URL,
    )


def test_the_duplicate_check_names_no_case_that_is_closed_to_the_reader(world: World, session: Session) -> None:
    first, second = world.submitted(), world.submitted()
    reader = world.people["SE"]
    assert formal_facts(session, reader, second, world.call).same_cvr_in_call == (first.reference,)

    intake_actions.declare_conflict(session, first, has_conflict=True, ground="Nabo.", actor=reader, at=world.at)
    session.commit()

    assert formal_facts(session, reader, second, world.call).same_cvr_in_call == ()


def test_a_closed_account_is_not_listed_as_signed_in(
    world: World, session: Session, browser_of: Callable[[Actor], FlaskClient]
) -> None:
    browser_of(world.people["CM"])
    assert [one.name for one in live_sessions(session, at=world.at)] == ["Medarbejder CM"]

    session.get_one(Person, world.people["CM"].person_id).closed_at = world.at
    session.commit()

    assert live_sessions(session, at=world.at) == []
