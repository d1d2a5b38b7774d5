"""Do the departments get what is theirs, lose what is not, and are they counted right?"""

from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import Session, col, select

from foundation.clock import copenhagen_moment, today
from foundation.errors import ChangedMeanwhile, NotAllowed, Refused
from foundation.formats import day
from foundation.identity.models import RoleGrant
from foundation.identity.queries import department_names
from foundation.identity.roles import Role
from foundation.mail import OutgoingMail
from foundation.workdays import add_workdays
from intake import actions
from intake.models import DepartmentCoordinator, DepartmentFocus, DepartmentRequest, Proposal, ReviewerAssignment
from intake.queries import (
    coordinated_departments,
    coordinates,
    default_departments,
    every_request,
    find_assignment,
    review_queue,
    standing_of,
    visible_to,
)
from intake.rules.assignment import DeclineReason
from intake.rules.call import FocusArea
from intake.rules.lifecycle import State
from intake.rules.rights import Relation
from scoring import actions as scoring_actions
from scoring.queries import own_assessment
from scoring.rules.drafts import AnswerDraft
from scoring.rules.payer import CanPay
from tests.builders import BASE_URL, World


def due(world: World, days: int = 20) -> date:
    return add_workdays(today(world.at), days)


def route(world: World, proposal: Proposal, **options: Any) -> None:
    routing = actions.Routing(
        **{"lead": "MSB", "others": ("MBU",), "reviewer_id": None, "due_on": due(world), **options}
    )
    actions.route_proposal(world.session, proposal, routing, actor=world.people["SE"], at=world.at, base_url=BASE_URL)
    world.session.commit()


def asked(world: World, *others: str, **options: Any) -> Proposal:
    proposal = world.checked()
    route(world, proposal, others=others, **options)
    return proposal


def reroute(world: World, proposal: Proposal, lead: str = "MSB", reason: str = "Ny viden.", **days: int) -> None:
    actions.reroute_proposal(
        world.session,
        proposal,
        actions.Rerouting(lead, tuple((code, due(world, ahead)) for code, ahead in days.items()), reason),
        version=proposal.version,
        actor=world.people["SE"],
        at=world.at,
        base_url=BASE_URL,
    )
    world.session.commit()


def exempt(world: World, proposal: Proposal, code: str, reason: str = "Ikke deres område.") -> None:
    actions.exempt_department(
        world.session, proposal, code, reason, version=proposal.version, actor=world.people["SE"], at=world.at
    )
    world.session.commit()


def assign(world: World, proposal: Proposal, key: str, department: str | None, by: str = "SE") -> ReviewerAssignment:
    made = actions.assign_reviewer(
        world.session,
        proposal,
        world.people[key].person_id,
        department,
        actor=world.people[by],
        at=world.at,
        base_url=BASE_URL,
    )
    world.session.commit()
    return made


def end(world: World, proposal: Proposal, key: str, by: str = "SE", reason: str = "Er på orlov.") -> None:
    actions.end_assignment(
        world.session,
        proposal,
        world.people[key].person_id,
        reason,
        actor=world.people[by],
        at=world.at,
    )
    world.session.commit()


def answer(world: World, proposal: Proposal, key: str = "RA") -> None:
    draft = AnswerDraft(statement="Godt.", confirms_gap=True, can_pay=CanPay.NO, budget_line="", backed_by="Chef")
    scoring_actions.answer_for_department(
        world.session, proposal, draft, version=0, actor=world.people[key], at=world.at
    )
    world.session.commit()


def letters(session: Session) -> list[tuple[str, str]]:
    """Who was written to, and the first word that tells the letters of this file apart."""
    rows = session.exec(select(OutgoingMail.to_address, OutgoingMail.dedup_key)).all()
    return sorted((to, key.partition(":")[0]) for to, key in rows if not key.startswith(("receipt", "sign_in")))


def open_people(session: Session, proposal: Proposal) -> dict[UUID, bool]:
    rows = session.exec(
        select(ReviewerAssignment).where(
            ReviewerAssignment.proposal_id == proposal.id, col(ReviewerAssignment.ended_at).is_(None)
        )
    )
    return {row.person_id: row.scores for row in rows}


# ---- sending --------------------------------------------------------------------------------------------------------


def test_coordinator_chooses_where_nobody_is_named(world: World, session: Session) -> None:
    proposal = asked(world, "MBU", "MSB")

    assert open_people(session, proposal) == {}
    assert [(one.department_code, one.is_lead) for one in every_request(session, proposal.id)] == [
        ("MSB", True),
        ("MBU", False),
    ]
    assert (proposal.departments_asked, proposal.state) == (2, State.WITH_DEPARTMENTS)
    assert letters(session) == [("rc@x.example", "department_asked"), ("se@x.example", "department_unattended")]


def test_both_assessors_and_the_coordinator_are_written_to(world: World, session: Session) -> None:
    proposal = world.routed()

    people = {world.people["RA"].person_id: True, world.people["S2"].person_id: True}
    assert open_people(session, proposal) == people
    assert letters(session) == [
        ("ra@x.example", "routed"),
        ("rc@x.example", "department_asked"),
        ("s2@x.example", "routed"),
    ]


def test_a_department_that_applies_cannot_lead_but_is_asked(world: World, session: Session) -> None:
    proposal = world.checked()
    proposal.applicant_department = "MSB"
    with pytest.raises(Refused) as refused:
        route(world, proposal)
    assert refused.value.field == "lead"
    session.rollback()

    proposal.applicant_department = "MSB"
    route(world, proposal, lead="MBU", others=("MSB",))
    assert assign(world, proposal, "RA", "MSB").scores is False
    assert assign(world, proposal, "RO", "MBU").scores is True


@pytest.mark.parametrize("key", ["SE", "RA"])
def test_assessor_of_the_secretariat_is_another_one_of_the_secretariat(world: World, key: str) -> None:
    with pytest.raises(Refused) as refused:
        asked(world, secretariat_assessor_id=world.people[key].person_id)
    assert refused.value.field == "assessor"


def test_the_case_worker_does_not_assess(world: World, session: Session) -> None:
    proposal = world.checked()
    proposal.case_worker_id = world.people["S2"].person_id
    with pytest.raises(Refused) as refused:
        route(world, proposal, secretariat_assessor_id=world.people["S2"].person_id)
    assert refused.value.field == "assessor"


@pytest.mark.parametrize("days", [0, 5, 28])
def test_deadline_must_be_a_working_day_ahead(world: World, days: int) -> None:
    with pytest.raises(Refused) as refused:
        asked(world, due_on=today(world.at) + timedelta(days=days))  # today, a Saturday, Easter Monday
    assert refused.value.field == "due_on"


# ---- asking anew ----------------------------------------------------------------------------------------------------


def test_rerouting_adds_withdraws_and_moves_and_counts(world: World, session: Session) -> None:
    proposal = asked(world, "MBU")
    assign(world, proposal, "RO", "MBU")
    reroute(world, proposal, MSB=30, MKB=20)

    rows = {one.department_code: one for one in every_request(session, proposal.id)}
    assert {code: (one.is_lead, one.withdrawn_at is None, one.due_on) for code, one in rows.items()} == {
        "MSB": (True, True, due(world, 30)),
        "MBU": (False, False, due(world, 20)),
        "MKB": (False, True, due(world, 20)),
    }
    assert (proposal.departments_asked, proposal.departments_answered) == (2, 0)
    assert open_people(session, proposal) == {}
    assert ("ro@x.example", "assignment_ended") in letters(session)


def test_a_withdrawn_department_can_be_asked_again(world: World, session: Session) -> None:
    proposal = asked(world, "MBU")
    reroute(world, proposal, MSB=20)
    reroute(world, proposal, MSB=20, MBU=25)

    rows = {one.department_code: (one.withdrawn_at, one.due_on) for one in every_request(session, proposal.id)}
    assert rows == {"MSB": (None, due(world)), "MBU": (None, due(world, 25))}
    assert proposal.departments_asked == 2


def test_withdrawing_the_last_open_department_moves_the_case_on(world: World, session: Session) -> None:
    proposal = asked(world, "MBU", reviewer_id=world.people["RA"].person_id)
    answer(world, proposal)
    reroute(world, proposal)

    assert (proposal.departments_asked, proposal.departments_answered) == (1, 1)
    assert proposal.state is State.MATURITY_ASSESSMENT


def test_a_new_lead_scores_instead_of_the_old_unless_finished(world: World, session: Session) -> None:
    proposal = asked(
        world,
        "MBU",
        reviewer_id=world.people["RA"].person_id,
        secretariat_assessor_id=world.people["S2"].person_id,
    )
    assign(world, proposal, "RO", "MBU")
    assign(world, proposal, "RU", "MSB")
    for key in ("RA", "S2"):
        actions.declare_conflict(session, proposal, has_conflict=False, ground="", actor=world.people[key], at=world.at)
    world.score("RA", proposal)
    reroute(world, proposal, lead="MBU", MSB=20, MBU=20)

    scores = dict.fromkeys(("RA", "S2", "RO"), True) | {"RU": False}
    assert open_people(session, proposal) == {world.people[key].person_id: one for key, one in scores.items()}
    assert [one.department_code for one in every_request(session, proposal.id) if one.is_lead] == ["MBU"]


def test_moving_the_lead_tells_the_departments_coordinators(world: World, session: Session) -> None:
    proposal = world.checked()
    route(world, proposal, lead="MBU", others=("MSB",))
    before = letters(session)
    reroute(world, proposal, lead="MSB", MSB=20, MBU=20)
    assert letters(session) == sorted([*before, ("rc@x.example", "department_asked")])


def test_moving_a_deadline_forgets_its_reminders(world: World, session: Session) -> None:
    proposal = asked(world, reviewer_id=world.people["RA"].person_id)
    rows = [every_request(session, proposal.id)[0], find_assignment(session, world.people["RA"].person_id, proposal.id)]
    for row in rows:
        assert row is not None
        row.reminded_at = row.overdue_reminded_at = world.at
        session.add(row)
    session.commit()
    reroute(world, proposal, MSB=30)

    assert [(row.due_on, row.reminded_at, row.overdue_reminded_at) for row in rows if row] == [
        (due(world, 30), None, None)
    ] * 2


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"lead": "MKB", "MSB": 20, "MBU": 20}, "lead"),
        ({"MSB": 20, "MBU": 20, "reason": "", "MKB": 20}, "reason"),
        ({"MSB": 20, "MBU": 0}, "due_MBU"),
        ({"MSB": 20, "MBU": 20}, None),
    ],
)
def test_rerouting_is_refused_at_its_field(world: World, change: dict[str, Any], field: str | None) -> None:
    proposal = asked(world, "MBU")
    with pytest.raises(Refused) as refused:
        reroute(world, proposal, **change)
    assert refused.value.field == field


def test_rerouting_an_old_page_is_refused(world: World, session: Session) -> None:
    proposal = asked(world, "MBU")
    with pytest.raises(ChangedMeanwhile):
        actions.reroute_proposal(
            session,
            proposal,
            actions.Rerouting("MSB", (("MSB", due(world)),), "Ny viden."),
            version=proposal.version - 1,
            actor=world.people["SE"],
            at=world.at,
            base_url=BASE_URL,
        )


# ---- exemption ------------------------------------------------------------------------------------------------------


def test_exemption_counts_as_done_and_the_last_one_moves_the_case_on(world: World, session: Session) -> None:
    proposal = asked(world, "MBU")
    exempt(world, proposal, "MBU")
    assert (proposal.departments_answered, proposal.state) == (1, State.WITH_DEPARTMENTS)
    exempt(world, proposal, "MSB")
    assert (proposal.departments_answered, proposal.state) == (2, State.MATURITY_ASSESSMENT)


@pytest.mark.parametrize(
    ("code", "reason", "field"), [("MBU", "", "reason"), ("MKB", "Nej.", "department"), ("MSB", "Nej.", "department")]
)
def test_exemption_needs_a_reason_and_a_department_that_owes_an_answer(
    world: World, code: str, reason: str, field: str
) -> None:
    proposal = asked(world, "MBU", reviewer_id=world.people["RA"].person_id)
    answer(world, proposal)
    with pytest.raises(Refused) as refused:
        exempt(world, proposal, code, reason)
    assert refused.value.field == field


def test_an_exempt_department_does_not_answer_and_is_counted_once(world: World) -> None:
    proposal = asked(world, "MBU", reviewer_id=world.people["RA"].person_id)
    exempt(world, proposal, "MSB")
    with pytest.raises(Refused):
        answer(world, proposal)
    assert (proposal.departments_answered, proposal.state) == (1, State.WITH_DEPARTMENTS)


# ---- assignments ----------------------------------------------------------------------------------------------------


def test_people_of_another_department_answer_and_do_not_score(world: World) -> None:
    proposal = asked(world, "MBU")
    given = assign(world, proposal, "RO", "MBU")
    assert (given.scores, given.department_code, given.due_on) == (False, "MBU", due(world))


@pytest.mark.parametrize(("key", "department"), [("RO", "MBU"), ("RO", "MSB"), ("SE", None), ("RA", None)])
def test_nobody_gets_a_case_that_is_not_the_departments(world: World, key: str, department: str | None) -> None:
    proposal = asked(world)
    with pytest.raises(Refused) as refused:
        assign(world, proposal, key, department)
    assert refused.value.field == "person"


def test_whoever_left_the_department_meanwhile_is_refused(world: World, session: Session) -> None:
    proposal = asked(world)
    grant = session.exec(select(RoleGrant).where(RoleGrant.person_id == world.people["RA"].person_id)).one()
    grant.ended_at = world.at
    session.add(grant)
    session.commit()
    with pytest.raises(Refused) as refused:
        assign(world, proposal, "RA", "MSB")
    assert refused.value.field == "person"


def test_coordinator_hands_out_the_own_departments_cases_alone(world: World) -> None:
    proposal = asked(world, "MBU")
    assert assign(world, proposal, "RA", "MSB", by="RC").scores is True
    for department, key in (("MBU", "RO"), (None, "S2")):
        with pytest.raises(NotAllowed):
            assign(world, proposal, key, department, by="RC")
    world.session.rollback()
    assign(world, proposal, "RO", "MBU")
    with pytest.raises(NotAllowed):
        end(world, proposal, "RO", by="RC")


def test_whoever_left_the_department_coordinates_nothing(world: World, session: Session) -> None:
    proposal, person, on = asked(world), world.people["RC"].person_id, today(world.at)
    assert coordinates(session, person, proposal.id, on=on)
    assert coordinated_departments(session, person, on=on) == {"MSB"}
    grant = session.exec(select(RoleGrant).where(RoleGrant.person_id == person)).one()
    grant.ended_at = world.at
    later = world.at + timedelta(minutes=1)
    moved = RoleGrant(person_id=person, role=Role.REVIEWER, department_code="MBU", granted_at=later)
    session.add_all([grant, moved])
    session.commit()
    assert not coordinates(session, person, proposal.id, on=on)
    assert coordinated_departments(session, person, on=on) == frozenset()


def test_an_assignment_opens_nothing_to_a_session_of_another_department(world: World, session: Session) -> None:
    proposal = world.declared()
    elsewhere = replace(world.people["RA"], department="MBU")
    assert standing_of(session, world.people["RA"], proposal).relation is Relation.ASSIGNED
    assert standing_of(session, elsewhere, proposal).relation is Relation.UNASSIGNED
    seen = [
        (session.exec(select(Proposal.id).where(visible_to(actor))).all(), len(review_queue(session, actor)))
        for actor in (world.people["RA"], elsewhere)
    ]
    assert seen == [([proposal.id], 1), ([], 0)]


def test_an_ended_assignment_is_revived(world: World, session: Session) -> None:
    proposal = asked(world)
    first = assign(world, proposal, "RA", "MSB").id
    end(world, proposal, "RA")
    assert open_people(session, proposal) == {}
    again = assign(world, proposal, "RA", "MSB")
    assert (again.id, again.ended_at, again.end_reason, again.accepted_at) == (first, None, "", None)
    assert letters(session).count(("ra@x.example", "routed")) == 2


def test_a_case_that_is_given_late_has_a_deadline_of_its_own(world: World, session: Session) -> None:
    proposal = asked(world)
    late = copenhagen_moment(due(world) + timedelta(days=1), time(9))
    made = actions.assign_reviewer(
        session,
        proposal,
        world.people["RA"].person_id,
        "MSB",
        actor=world.people["SE"],
        at=late,
        base_url=BASE_URL,
    )
    session.commit()
    assert made.due_on == add_workdays(today(late), 10)
    body = session.exec(select(OutgoingMail.body).where(OutgoingMail.to_address == "ra@x.example")).one()
    assert day(made.due_on) in body


def test_a_sheet_that_is_opened_late_has_five_working_days(world: World, session: Session) -> None:
    proposal = world.assessed()
    row = find_assignment(session, world.people["RA"].person_id, proposal.id)
    assert row is not None
    late = copenhagen_moment(row.due_on + timedelta(days=1), time(9))
    row.overdue_reminded_at = late
    actions.note_reopened(session, proposal, row.person_id, at=late)
    session.commit()
    assert [row.due_on, row.overdue_reminded_at] == [add_workdays(today(late), 5), None]


def test_a_finished_assessor_keeps_the_case(world: World, session: Session) -> None:
    proposal = world.assessed()
    with pytest.raises(Refused, match="afsluttet"):
        end(world, proposal, "RA")
    with pytest.raises(Refused, match="afsluttet"):
        decline(world, proposal, "RA", DeclineReason.NO_CAPACITY)


def test_a_substitute_takes_over_in_the_same_department(world: World, session: Session) -> None:
    proposal = world.declared()
    for key, field in (("RO", "substitute"), ("RU", None)):
        act = {
            "actor": world.people["SE"],
            "at": world.at,
            "base_url": BASE_URL,
        }
        old, new = world.people["RA"].person_id, world.people[key].person_id
        if field:
            with pytest.raises(Refused) as refused:
                actions.substitute_reviewer(session, proposal, old, new, "Orlov.", **act)  # type: ignore[arg-type]
            assert refused.value.field == field
        else:
            actions.substitute_reviewer(session, proposal, old, new, "Orlov.", **act)  # type: ignore[arg-type]
    session.commit()
    people = {world.people["RU"].person_id: True, world.people["S2"].person_id: True}
    assert open_people(session, proposal) == people


def decline(world: World, proposal: Proposal, key: str, reason: DeclineReason, text: str = "") -> None:
    actions.decline_assignment(
        world.session,
        proposal,
        reason,
        text,
        actor=world.people[key],
        at=world.at,
        base_url=BASE_URL,
    )
    world.session.commit()


@pytest.mark.parametrize("reason", [DeclineReason.NOT_OUR_FIELD, DeclineReason.NO_CAPACITY])
def test_declining_ends_the_assignment_and_tells_coordinator_and_case_worker(
    world: World, session: Session, reason: DeclineReason
) -> None:
    proposal = world.routed()
    proposal.case_worker_id = world.people["SE"].person_id
    decline(world, proposal, "RA", reason)

    row = session.exec(
        select(ReviewerAssignment).where(ReviewerAssignment.person_id == world.people["RA"].person_id)
    ).one()
    assert (row.declined, row.ended_at) == (reason, world.at)
    assert [to for to, letter in letters(session) if letter == "assignment_handed_back"] == [
        "rc@x.example",
        "se@x.example",
    ]


@pytest.mark.parametrize("reason", [DeclineReason.CONFLICT, DeclineReason.OTHER])
def test_a_conflict_or_another_reason_needs_a_text(world: World, reason: DeclineReason) -> None:
    proposal = world.routed()
    with pytest.raises(Refused) as refused:
        decline(world, proposal, "RA", reason)
    assert refused.value.field == "text"


def test_accepting_is_answering_no(world: World, session: Session) -> None:
    proposal = world.routed()
    before = find_assignment(session, world.people["RA"].person_id, proposal.id)
    assert before is not None
    assert before.accepted_at is None
    actions.declare_conflict(session, proposal, has_conflict=False, ground="", actor=world.people["RA"], at=world.at)
    assert before.accepted_at == world.at


def test_passing_on_keeps_the_sheet_that_was_begun(world: World, session: Session) -> None:
    proposal = world.declared()
    world.score("RA", proposal, finalise=False)
    actor = world.people["RA"]
    with pytest.raises(Refused) as refused:
        actions.pass_on_assignment(
            session,
            proposal,
            world.people["RO"].person_id,
            "Orlov.",
            actor=actor,
            at=world.at,
            base_url=BASE_URL,
        )
    assert refused.value.field == "colleague"
    actions.pass_on_assignment(
        session,
        proposal,
        world.people["RU"].person_id,
        "Orlov.",
        actor=actor,
        at=world.at,
        base_url=BASE_URL,
    )
    session.commit()
    people = {world.people["RU"].person_id: True, world.people["S2"].person_id: True}
    assert open_people(session, proposal) == people
    assert own_assessment(session, proposal.id, actor.person_id) is not None


# ---- master data ----------------------------------------------------------------------------------------------------


def test_department_is_written_down_once(world: World, session: Session) -> None:
    """A new installation has none; the same code twice would be two departments with one name."""
    first = date(2027, 4, 1)
    actions.add_department(session, "MNY", "Ny forvaltning", first, actor=world.people["AD"], at=world.at)

    with pytest.raises(Refused) as refused:
        actions.add_department(session, "MNY", "En anden", first, actor=world.people["AD"], at=world.at)

    assert refused.value.field == "code"
    assert department_names(session, on=first)["MNY"] == "Ny forvaltning"
    assert "MNY" not in department_names(session, on=date(2027, 3, 31))


def test_a_new_name_holds_from_its_day_and_the_old_until_the_day_before(world: World, session: Session) -> None:
    first = date(2028, 1, 1)
    actions.rename_department(session, "MKB", "Kultur", first, actor=world.people["AD"], at=world.at)
    session.commit()
    names = [department_names(session, on=on)["MKB"] for on in (date(2027, 12, 31), first)]
    assert names == ["Kultur og Borgerservice", "Kultur"]
    with pytest.raises(Refused) as refused:
        actions.rename_department(session, "MKB", "Byliv", first, actor=world.people["AD"], at=world.at)
    assert refused.value.field == "valid_from"


def test_a_coordinator_works_in_the_department_and_can_be_ended(world: World, session: Session) -> None:
    admin, on = world.people["AD"], today(world.at)
    with pytest.raises(Refused):
        actions.add_coordinator(session, "MBU", world.people["RA"].person_id, on, actor=admin, at=world.at)
    row = actions.add_coordinator(session, "MBU", world.people["RO"].person_id, on, actor=admin, at=world.at)
    session.commit()
    with pytest.raises(Refused):
        actions.add_coordinator(session, "MBU", world.people["RO"].person_id, on, actor=admin, at=world.at)
    actions.end_coordinator(session, row.id, on, actor=admin, at=world.at)
    session.commit()
    assert session.get_one(DepartmentCoordinator, row.id).valid_to == on


def test_a_focus_area_has_one_lead_from_a_day_on(world: World, session: Session) -> None:
    first, area = date(2028, 1, 1), FocusArea.HOMELESSNESS
    draft = actions.FocusDraft(area, "MSO", "Sundhed først.", ("MSB", "MSO"), "Kender området.", first)
    actions.set_default_departments(session, draft, actor=world.people["AD"], at=world.at)
    session.commit()
    before, after = (
        [(one.department, one.is_lead) for one in default_departments(session, area, on=on)]
        for on in (date(2027, 12, 31), first)
    )
    assert before == [("MSB", True), ("BA", False), ("MTM", False)]
    assert after == [("MSO", True), ("MSB", False)]
    for wrong, field in ((replace(draft, others_ground=""), "others_ground"), (draft, "valid_from")):
        with pytest.raises(Refused) as refused:
            actions.set_default_departments(session, wrong, actor=world.people["AD"], at=world.at)
        assert refused.value.field == field
    assert session.exec(select(DepartmentFocus).where(DepartmentFocus.valid_from > first)).all() == []


def test_requests_of_a_case_have_at_most_one_lead(world: World, session: Session) -> None:
    proposal = asked(world, "MBU", "MKB")
    for lead in ("MBU", "MKB", "MSB"):
        reroute(world, proposal, lead=lead, MSB=20, MBU=20, MKB=20)
        rows = session.exec(select(DepartmentRequest).where(col(DepartmentRequest.is_lead).is_(True))).all()
        assert [one.department_code for one in rows] == [lead]
