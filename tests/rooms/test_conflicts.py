"""Does a conflict of interest close the case at once and everywhere, until the secretariat lifts it?"""

from collections.abc import Callable
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlmodel import Session, col, select

from foundation.audit import history
from foundation.errors import ChangedMeanwhile, NotAllowed, Refused
from foundation.identity.models import Membership
from foundation.identity.organisation_actions import found_organisation
from foundation.identity.organisation_kinds import OrganisationKind
from foundation.identity.organisation_rules import OrganisationDraft
from foundation.identity.roles import Actor
from foundation.mail import OutgoingMail
from intake import actions
from intake.events import ConflictDeclared, ConflictReviewed
from intake.models import ConflictDeclaration, Proposal, ProposalPartner, ReviewerAssignment
from intake.queries import (
    candidates,
    declarations_of,
    department_queue,
    find_assignment,
    found_by_number,
    has_conflict,
    people_in_conflict,
    review_queue,
    standing_of,
)
from intake.queries.proposal_list import Asked, counted, proposals_asked_for
from intake.rules.agreement import Agreement
from intake.rules.assignment import DeclineReason
from intake.rules.rights import Relation
from intake.rules.track import Track
from scoring import actions as scoring_actions
from scoring import queries as scoring_queries
from scoring.models import Consensus, SortingRun
from scoring.rules.dimensions import Dimension
from tests.builders import ANSWERS, BASE_URL, MATURE, YOUNG, World

MARKER = "MARKOERHAVEN"
PARTNER = ANSWERS["partners"][0]["cvr"]


def declare(world: World, proposal: Proposal, key: str, *, has_conflict: bool = True) -> None:
    actions.declare_conflict(
        world.session,
        proposal,
        has_conflict=has_conflict,
        ground="Sidder i bestyrelsen." if has_conflict else "",
        actor=world.people[key],
        at=world.at,
        base_url=BASE_URL,
    )
    world.session.commit()


def declaration(world: World, key: str) -> ConflictDeclaration:
    return world.session.exec(
        select(ConflictDeclaration).where(
            ConflictDeclaration.person_id == world.people[key].person_id,
            col(ConflictDeclaration.superseded_at).is_(None),
        )
    ).one()


def review(
    world: World,
    proposal: Proposal,
    key: str,
    *,
    upheld: bool,
    note: str = "Vi har set på det.",
    substitute: UUID | None = None,
    by: str = "SE",
    version: int | None = None,
) -> None:
    actions.review_conflict(
        world.session,
        proposal,
        declaration(world, key).id,
        upheld=upheld,
        note=note,
        substitute_id=substitute,
        version=proposal.version if version is None else version,
        actor=world.people[by],
        at=world.at,
        base_url=BASE_URL,
    )
    world.session.commit()


def joins(world: World, key: str, *, cvr: str) -> None:
    """The person becomes a member of an organisation with that number, which is not the applicant."""
    draft = OrganisationDraft(
        name=f"Forening {cvr}",
        kind=OrganisationKind.ASSOCIATION,
        cvr=cvr,
        contact_name="Formanden",
        contact_email="formand@forening.example",
        contact_phone="12 34 56 78",
    )
    organisation = found_organisation(world.session, draft, founder=world.people["AX"], at=world.at)
    world.session.add(
        Membership(person_id=world.people[key].person_id, organisation_id=organisation.id, joined_at=world.at)
    )
    world.session.commit()


# ---- partners -------------------------------------------------------------------------------------------------------


def test_partners_numbers_follow_the_answers(world: World, session: Session) -> None:
    proposal = world.draft()
    rows = select(ProposalPartner.cvr).where(ProposalPartner.proposal_id == proposal.id)
    assert session.exec(rows).all() == [PARTNER]
    partners = [{"name": "A", "cvr": "99999950", "role": "x"}, {"name": "B", "cvr": None, "role": "y"}]
    actions.save_section(session, proposal, "partners", {"partners": partners}, actor=world.people["AO"], at=world.at)
    session.commit()
    assert session.exec(rows).all() == ["99999950"]


def test_partners_in_words_alone_have_no_numbers(world: World, session: Session) -> None:
    proposal = world.draft(partners="Boligforeningen og skolen")
    assert session.exec(select(ProposalPartner).where(ProposalPartner.proposal_id == proposal.id)).all() == []


@pytest.mark.parametrize("key", ["RA", "S2", "SE", "AU"])
def test_a_member_of_a_partner_is_shut_out_everywhere(
    world: World, session: Session, browser_of: Callable[[Actor], FlaskClient], key: str
) -> None:
    proposal = world.declared(title=MARKER)
    person = world.people[key]
    joins(world, key, cvr=PARTNER)

    assert standing_of(session, person, proposal).relation is Relation.CONFLICTED
    assert person.person_id in people_in_conflict(session, proposal)
    assert person.person_id not in {one.person_id for one in candidates(session, proposal)}
    assert [one.name for one in found_by_number(session, proposal)] == [person.name]
    browser = browser_of(person)
    for path in ("", "/proposal", "/history", "/assignments", "/conflicts", "/conflict", "/decline", "/pass-on"):
        answer = browser.get(f"/proposals/{proposal.reference}{path}")
        assert answer.status_code in {403, 404}, path
        assert MARKER not in answer.get_data(as_text=True), path
    for path in ("/my-tasks", f"/calls/{world.call.slug}/proposals"):
        assert MARKER not in browser.get(path).get_data(as_text=True), path
    if key != "RA":
        asked = Asked(world.call.id)
        known = counted(session, person, asked, at=world.at)
        page = proposals_asked_for(session, person, asked, known, page=1)
        assert (page.rows, page.total, sum(one.count for one in known.sums.values())) == ((), 0, 0)
    assert (review_queue(session, person), department_queue(session, person)) == ([], [])


def test_both_ways_of_asking_for_conflicts_agree(world: World, session: Session) -> None:
    proposal = world.routed()
    joins(world, "RO", cvr=PARTNER)
    joins(world, "CM", cvr="99999926")
    declare(world, proposal, "RA")
    declare(world, proposal, "S2")
    review(world, proposal, "S2", upheld=False)
    found = people_in_conflict(session, proposal)
    asked = {one.person_id for one in world.people.values() if has_conflict(session, one.person_id, proposal)}
    assert found == asked
    assert {key for key, one in world.people.items() if one.person_id in found} == {"RO", "CM", "RA", "AO", "AO2", "AX"}


# ---- declaring ------------------------------------------------------------------------------------------------------


def test_a_conflict_ends_the_assignment_holds_letters_back_and_takes_the_case_away(
    world: World, session: Session
) -> None:
    proposal = world.routed()
    proposal.case_worker_id = world.people["RA"].person_id
    declare(world, proposal, "RA")

    row = session.exec(
        select(ReviewerAssignment).where(ReviewerAssignment.person_id == world.people["RA"].person_id)
    ).one()
    assert (row.ended_at, row.declined, row.end_reason) == (world.at, DeclineReason.CONFLICT, "Inhabil")
    assert proposal.case_worker_id is None
    held = session.exec(select(OutgoingMail).where(OutgoingMail.to_address == "ra@x.example")).one()
    session.refresh(held)
    assert (held.failed_at, held.last_error) == (world.at, "Modtageren er inhabil")
    others = session.exec(select(OutgoingMail.failed_at).where(OutgoingMail.to_address == "s2@x.example")).all()
    assert others == [None]
    told = session.exec(
        select(OutgoingMail.to_address).where(col(OutgoingMail.dedup_key).startswith("assignment_handed_back"))
    ).all()
    assert set(told) == {"rc@x.example", world.call.contact_email}


def test_a_conflict_is_never_taken_back_by_the_person_alone(world: World, session: Session) -> None:
    proposal = world.routed()
    declare(world, proposal, "RA")
    with pytest.raises(Refused) as refused:
        declare(world, proposal, "RA", has_conflict=False)
    assert refused.value.field == "has_conflict"
    session.rollback()
    assert standing_of(session, world.people["RA"], proposal).relation is Relation.CONFLICTED

    review(world, proposal, "RA", upheld=False)
    assert standing_of(session, world.people["RA"], proposal).relation is Relation.UNASSIGNED
    declare(world, proposal, "RA")
    assert standing_of(session, world.people["RA"], proposal).relation is Relation.CONFLICTED


def test_the_conflicted_are_neither_given_the_case_nor_written_to(world: World, session: Session) -> None:
    proposal = world.checked()
    joins(world, "RC", cvr=PARTNER)
    routing = actions.Routing("MSB", (), None, proposal.received_at.date().replace(month=4, day=14))  # type: ignore[union-attr]
    actions.route_proposal(session, proposal, routing, actor=world.people["SE"], at=world.at, base_url=BASE_URL)
    session.commit()
    assert session.exec(select(OutgoingMail).where(OutgoingMail.to_address == "rc@x.example")).all() == []
    with pytest.raises(Refused, match="inhabil"):
        actions.assign_reviewer(
            session,
            proposal,
            world.people["RC"].person_id,
            "MSB",
            actor=world.people["SE"],
            at=world.at,
            base_url=BASE_URL,
        )


# ---- reviewing ------------------------------------------------------------------------------------------------------


def test_an_upheld_conflict_gives_the_case_to_the_substitute(world: World, session: Session) -> None:
    proposal = world.routed()
    declare(world, proposal, "RA")
    review(world, proposal, "RA", upheld=True, substitute=world.people["RU"].person_id)

    row = session.exec(
        select(ReviewerAssignment).where(ReviewerAssignment.person_id == world.people["RU"].person_id)
    ).one()
    assert (row.department_code, row.scores, row.ended_at) == ("MSB", True, None)
    decided = declaration(world, "RA")
    assert (decided.upheld, decided.review_note, decided.reviewed_by, decided.substitute_id) == (
        True,
        "Vi har set på det.",
        world.people["SE"].person_id,
        world.people["RU"].person_id,
    )
    assert standing_of(session, world.people["RA"], proposal).relation is Relation.CONFLICTED


def test_nobody_decides_on_the_own_conflict(world: World) -> None:
    proposal = world.routed()
    declare(world, proposal, "S2")
    with pytest.raises(Refused, match="selv"):
        review(world, proposal, "S2", upheld=False, by="S2")


def test_a_decision_needs_a_reason_and_an_answer_that_counts(world: World, session: Session) -> None:
    proposal, other = world.routed(), world.submitted()
    declare(world, proposal, "RA")
    for options, field in (
        ({"note": ""}, "note"),
        ({"upheld": False, "substitute": world.people["RU"].person_id}, "substitute"),
        ({"substitute": world.people["RO"].person_id}, "substitute"),
    ):
        with pytest.raises(Refused) as refused:
            review(world, proposal, "RA", **{"upheld": True, **options})  # type: ignore[arg-type]
        assert refused.value.field == field
        session.rollback()
    for wrong, key in ((other, "RA"), (other, "SE")):
        with pytest.raises((Refused, NotAllowed)):
            actions.review_conflict(
                session,
                wrong,
                session.exec(
                    select(ConflictDeclaration.id).where(ConflictDeclaration.person_id == world.people[key].person_id)
                ).all()[0],
                upheld=False,
                note="Nej.",
                substitute_id=None,
                version=wrong.version,
                actor=world.people["IH"],
                at=world.at,
                base_url=BASE_URL,
            )


def test_a_stale_decision_is_refused(world: World) -> None:
    proposal = world.routed()
    declare(world, proposal, "RA")
    with pytest.raises(ChangedMeanwhile):
        review(world, proposal, "RA", upheld=False, version=proposal.version - 1)


def test_a_substitute_is_named_only_while_the_work_goes_on(world: World, session: Session) -> None:
    proposal = world.sorted()
    declare(world, proposal, "RA")
    with pytest.raises(Refused) as refused:
        review(world, proposal, "RA", upheld=True, substitute=world.people["RU"].person_id)
    assert refused.value.field == "substitute"
    session.rollback()
    review(world, proposal, "RA", upheld=True)
    assert declaration(world, "RA").upheld is True


def test_a_substitute_becomes_the_case_worker_and_is_told(world: World, session: Session) -> None:
    proposal = world.checked()
    declare(world, proposal, "SE")
    assert proposal.case_worker_id is None
    with pytest.raises(Refused) as refused:
        review(world, proposal, "SE", upheld=True, substitute=world.people["RU"].person_id, by="S2")
    assert refused.value.field == "substitute"
    session.rollback()

    review(world, proposal, "SE", upheld=True, substitute=world.people["IH"].person_id, by="S2")

    assert proposal.case_worker_id == world.people["IH"].person_id
    told = session.exec(select(OutgoingMail.subject).where(OutgoingMail.to_address == "ih@x.example")).all()
    assert told == [f"Du er sagsbehandler på sag {proposal.reference}"]


def test_nobody_takes_over_from_whoever_had_no_part_in_the_case(world: World) -> None:
    proposal = world.checked()
    declare(world, proposal, "IH")
    with pytest.raises(Refused) as refused:
        review(world, proposal, "IH", upheld=True, substitute=world.people["S2"].person_id)
    assert refused.value.field == "substitute"


def test_a_decision_from_no_to_yes_closes_the_case_again(world: World, session: Session) -> None:
    proposal = world.agreed()
    declare(world, proposal, "RA")
    review(world, proposal, "RA", upheld=False)
    actions.assign_reviewer(
        session,
        proposal,
        world.people["RA"].person_id,
        "MSB",
        actor=world.people["SE"],
        at=world.at,
        base_url=BASE_URL,
    )
    session.commit()
    world.score("RA", proposal)
    assert counts(world, proposal)[1] == 2

    review(world, proposal, "RA", upheld=True)

    assert find_assignment(session, world.people["RA"].person_id, proposal.id) is None
    assert counts(world, proposal) == (["Medarbejder S2"], 1, None, None)
    waiting = select(OutgoingMail).where(
        OutgoingMail.to_address == "ra@x.example",
        col(OutgoingMail.sent_at).is_(None),
        col(OutgoingMail.failed_at).is_(None),
    )
    assert session.exec(waiting).all() == []
    decided = next(one.event for one in history(session, proposal.id) if isinstance(one.event, ConflictReviewed))
    assert decided == ConflictReviewed("Medarbejder RA", True, "Vi har set på det.", "", "dropped")


def test_a_case_worker_whose_conflict_is_upheld_after_all_loses_the_case(world: World) -> None:
    proposal = world.checked()
    declare(world, proposal, "IH")
    review(world, proposal, "IH", upheld=False)
    proposal.case_worker_id = world.people["IH"].person_id
    review(world, proposal, "IH", upheld=True)
    assert proposal.case_worker_id is None


# ---- after the score sheet was finished -----------------------------------------------------------------------------


def counts(world: World, proposal: Proposal) -> tuple[list[str], int, int | None, Agreement | None]:
    """Whose sheets count, how many the list says, and what was agreed."""
    sheets = scoring_queries.final_sheets(world.session, proposal.id)
    return [one.assessor for one in sheets], proposal.assessments_final, proposal.maturity_e4, proposal.agreement


def give(world: World, proposal: Proposal, key: str, department: str | None = "MSB") -> None:
    actions.assign_reviewer(
        world.session,
        proposal,
        world.people[key].person_id,
        department,
        actor=world.people["SE"],
        at=world.at,
        base_url=BASE_URL,
    )
    declare(world, proposal, key, has_conflict=False)


def events(world: World, proposal: Proposal) -> list[ConflictDeclared]:
    return [one.event for one in history(world.session, proposal.id) if isinstance(one.event, ConflictDeclared)]


def track_now(world: World, proposal: Proposal) -> Track:
    return scoring_actions.run_sorting(world.session, proposal, world.call, at=world.at)[1].track


@pytest.mark.parametrize("decline", [False, True])
def test_a_conflict_after_finishing_takes_the_sheet_and_the_consensus_away(
    world: World, session: Session, decline: bool
) -> None:
    proposal = world.ready_to_sort()
    assert counts(world, proposal) == (["Medarbejder RA", "Medarbejder S2"], 2, 14_167, Agreement.AGREED)
    assert track_now(world, proposal) is Track.DONATION
    before = proposal.version

    if decline:
        actions.decline_assignment(
            session,
            proposal,
            DeclineReason.CONFLICT,
            "Sidder i bestyrelsen.",
            actor=world.people["RA"],
            at=world.at,
            base_url=BASE_URL,
        )
        session.commit()
    else:
        declare(world, proposal, "RA")

    assert counts(world, proposal) == (["Medarbejder S2"], 1, None, None)
    assert proposal.version > before
    assert scoring_queries.counting_consensus(session, proposal.id) is None
    assert scoring_queries.counting_scores(session, proposal.id) == dict.fromkeys(Dimension)
    assert "og der er 1" in scoring_queries.consensus_basis(session, proposal).lacks
    assert track_now(world, proposal) is Track.UNDETERMINED
    with pytest.raises(Refused, match="mangler konsensus"):
        scoring_actions.confirm_sorting(session, proposal, world.call, actor=world.people["SE"], at=world.at)
    with pytest.raises(Refused, match="og der er 1"):
        world.agree(proposal)
    assert events(world, proposal)[0] == ConflictDeclared(True, "dropped")


def test_another_assessor_and_a_new_consensus_bring_it_back(world: World, session: Session) -> None:
    proposal = world.ready_to_sort()
    declare(world, proposal, "RA")
    review(world, proposal, "RA", upheld=True, substitute=world.people["RU"].person_id)
    assert "Der mangler: Medarbejder RU" in scoring_queries.consensus_basis(session, proposal).lacks

    declare(world, proposal, "RU", has_conflict=False)
    world.score("RU", proposal, MATURE)
    assert scoring_queries.counting_consensus(session, proposal.id) is None
    world.agree(proposal, MATURE, note="De talte om det.")

    assert counts(world, proposal) == (["Medarbejder RU", "Medarbejder S2"], 2, 30_000, Agreement.DISAGREED)
    assert scoring_queries.counting_scores(session, proposal.id) == MATURE
    assert sorted(one.superseded_at is None for one in session.exec(select(Consensus))) == [False, True]
    assert events(world, proposal)[0] == ConflictDeclared(False)


def test_a_lifted_conflict_lets_the_sheet_count_when_it_is_finished_anew(world: World, session: Session) -> None:
    proposal = world.agreed()
    declare(world, proposal, "RA")
    review(world, proposal, "RA", upheld=False)
    assert counts(world, proposal) == (["Medarbejder S2"], 1, None, None)

    give(world, proposal, "RA")
    assert counts(world, proposal) == (["Medarbejder S2"], 1, None, None)
    assert scoring_queries.unfinished_assessors(session, proposal.id) == ["Medarbejder RA"]
    assert [one.is_finished for one in review_queue(session, world.people["RA"])] == [False]
    assert not scoring_queries.sees_scores(session, world.people["RA"], Relation.ASSIGNED, proposal.id)

    old = scoring_queries.own_assessment(session, proposal.id, world.people["RA"].person_id)
    assert old is not None
    with pytest.raises(Refused, match="allerede åben"):
        scoring_actions.reopen_assessment(
            session, proposal, old, reason="Fejl.", actor=world.people["SE"], at=world.at, base_url=BASE_URL
        )
    assert world.score("RA", proposal, finalise=False).finalised_at is None
    world.score("RA", proposal)
    assert counts(world, proposal) == (["Medarbejder RA", "Medarbejder S2"], 2, None, None)
    world.agree(proposal)
    assert scoring_queries.counting_scores(session, proposal.id) == YOUNG


def test_a_conflict_before_finishing_leaves_what_others_did(world: World, session: Session) -> None:
    proposal = world.answered()
    world.score("RA", proposal, finalise=False)
    world.score("S2", proposal)
    declare(world, proposal, "RA")
    assert counts(world, proposal) == (["Medarbejder S2"], 1, None, None)
    declare(world, proposal, "IH")
    assert counts(world, proposal) == (["Medarbejder S2"], 1, None, None)
    assert events(world, proposal)[:2] == [ConflictDeclared(True), ConflictDeclared(True)]


def test_a_conflict_after_the_sorting_is_told_and_changes_nothing(
    world: World, session: Session, browser_of: Callable[[Actor], FlaskClient]
) -> None:
    proposal = world.sorted()
    before, run = counts(world, proposal), session.exec(select(SortingRun)).one()
    stored = (run.track, run.maturity_e4, run.inputs)
    declare(world, proposal, "RA")

    session.refresh(run)
    assert counts(world, proposal) == before
    assert (run.track, run.maturity_e4, run.inputs) == stored
    assert scoring_queries.counting_scores(session, proposal.id) == YOUNG
    assert find_assignment(session, world.people["RA"].person_id, proposal.id) is None
    assert events(world, proposal)[0] == ConflictDeclared(True, "kept")
    told = {one.name: one.has_counting_sheet for one in declarations_of(session, proposal.id)}
    assert told == {"Medarbejder RA": True, "Medarbejder S2": True, "Medarbejder SE": False}
    browser = browser_of(world.people["SE"])
    for page in ("conflicts", "history"):
        answer = browser.get(f"/proposals/{proposal.reference}/{page}").get_data(as_text=True)
        assert answer.count("Sorteringen er ikke lavet om.") == 1, page


def test_the_pages_say_that_a_sheet_was_dropped(world: World, browser_of: Callable[[Actor], FlaskClient]) -> None:
    proposal = world.agreed()
    declare(world, proposal, "RA")
    browser = browser_of(world.people["SE"])

    def page(name: str) -> str:
        return browser.get(f"/proposals/{proposal.reference}/{name}").get_data(as_text=True)

    assert "Vælg en vurderer mere" in page("consensus")
    assert "Vurderingen fra Medarbejder RA tæller ikke længere." in page("history")
    assert "Sorteringen er ikke lavet om." not in page("conflicts")
    assert "Medarbejder RA" not in page("assessments")


def test_an_assessor_with_a_lifted_conflict_gets_an_open_sheet(
    world: World, browser_of: Callable[[Actor], FlaskClient]
) -> None:
    proposal = world.agreed()
    browser = browser_of(world.people["RA"])
    path = f"/proposals/{proposal.reference}/assessment"
    assert "Din vurdering er afsluttet" in browser.get(path).get_data(as_text=True)
    declare(world, proposal, "RA")
    review(world, proposal, "RA", upheld=False)
    give(world, proposal, "RA")
    answer = browser.get(path).get_data(as_text=True)
    assert "Din vurdering er afsluttet" not in answer
    assert "Grund for evidence" in answer
    assert "Vurder modenheden" in browser.get("/my-tasks").get_data(as_text=True)
