"""Is what counts what the assessors agreed on, and nothing before that?"""

from dataclasses import replace

import pytest
from sqlmodel import Session, select

from app.demo.facts import fact_drafts
from foundation.audit import history
from foundation.errors import ChangedMeanwhile, Refused
from foundation.identity.actions import add_person
from foundation.identity.roles import Role
from intake.models import DepartmentRequest, Proposal
from intake.rules.agreement import Agreement
from intake.rules.lifecycle import State
from intake.rules.track import Track
from scoring import actions, queries
from scoring.events import ConsensusRecorded
from scoring.models import Consensus, ConsensusScore
from scoring.rules.dimensions import Dimension
from scoring.rules.drafts import AgreedDraft
from tests.builders import DONATION_FACTS, MATURE, YOUNG, World

WIDE = {**YOUNG, Dimension.EVIDENCE: YOUNG[Dimension.EVIDENCE] + 2}


def apart(world: World) -> Proposal:
    """S2 finds the evidence two levels better than RA."""
    proposal = world.answered()
    world.score("RA", proposal)
    world.score("S2", proposal, WIDE)
    return proposal


def counting(session: Session) -> list[Consensus]:
    return list(session.exec(select(Consensus).where(Consensus.superseded_at == None)))  # noqa: E711


def test_a_consensus_is_what_counts(world: World, session: Session) -> None:
    proposal = world.assessed()
    assert queries.counting_scores(session, proposal.id) == dict.fromkeys(Dimension)

    world.agree(proposal)

    assert queries.counting_scores(session, proposal.id) == YOUNG
    assert (proposal.maturity_e4, proposal.agreement) == (14_167, Agreement.AGREED)
    assert history(session, proposal.id)[0].event == ConsensusRecorded("1,42", "agreed")


def test_a_consensus_stores_how_far_apart_they_were(world: World, session: Session) -> None:
    proposal = apart(world)
    agreed = {dimension: AgreedDraft(score, "") for dimension, score in YOUNG.items()}
    record(world, proposal, {**agreed, Dimension.EVIDENCE: AgreedDraft(2, "Vi læste undersøgelsen sammen.")})

    rows = {row.dimension: (row.score, row.spread, row.note) for row in session.exec(select(ConsensusScore))}
    expected = {dimension: (score, 0, "") for dimension, score in YOUNG.items()}
    assert rows == {**expected, Dimension.EVIDENCE: (2, 2, "Vi læste undersøgelsen sammen.")}
    assert proposal.agreement is Agreement.DISAGREED
    assert [one.agreement for one in counting(session)] == [Agreement.DISAGREED]


def record(world: World, proposal: Proposal, drafts: dict[Dimension, AgreedDraft], key: str = "SE") -> None:
    actions.record_consensus(
        world.session, proposal, drafts, version=proposal.version, actor=world.people[key], at=world.at
    )
    world.session.commit()


@pytest.mark.parametrize(
    ("draft", "field"), [(AgreedDraft(2, ""), "evidence_note"), (AgreedDraft(None, "Note"), "evidence_score")]
)
def test_what_was_disputed_needs_a_level_and_a_note(
    world: World, session: Session, draft: AgreedDraft, field: str
) -> None:
    proposal = apart(world)
    agreed = {dimension: AgreedDraft(score, "") for dimension, score in YOUNG.items()}
    with pytest.raises(Refused) as refused:
        record(world, proposal, {**agreed, Dimension.EVIDENCE: draft})
    assert refused.value.field == field
    assert counting(session) == []


def test_a_consensus_waits_for_two_sheets(world: World, session: Session) -> None:
    proposal = world.answered()
    world.score("RA", proposal)
    with pytest.raises(Refused, match="Der mangler: Medarbejder S2"):
        world.agree(proposal)
    assignment = queries.find_assignment(session, world.people["S2"].person_id, proposal.id)
    assert assignment is not None
    assignment.ended_at = world.at
    session.commit()
    with pytest.raises(Refused, match="mindst to afsluttede vurderinger, og der er 1"):
        world.agree(proposal)


def test_a_third_assessor_is_waited_for_and_one_who_does_not_score_is_not(world: World, session: Session) -> None:
    proposal = world.assessed()
    world.assigned("RO", proposal, scores=False)
    world.agree(proposal)
    world.assigned("RU", proposal)
    with pytest.raises(Refused, match="Der mangler: Medarbejder RU"):
        world.agree(proposal)
    world.score("RU", proposal)
    world.agree(proposal)
    assert len(counting(session)) == 1


def test_nothing_is_sorted_while_somebody_is_still_to_score(world: World, session: Session) -> None:
    proposal = world.ready_to_sort()
    world.assigned("RU", proposal)
    actor = world.people["SE"]
    with pytest.raises(Refused, match=r"Ikke alle har afsluttet deres vurdering\. Der mangler: Medarbejder RU"):
        actions.confirm_sorting(session, proposal, world.call, actor=actor, at=world.at)
    with pytest.raises(Refused, match="Medarbejder RU"):
        actions.override_sorting(
            session, proposal, world.call, track=Track.REFUSED, reason="Nej.", actor=actor, at=world.at
        )
    assert proposal.state is State.MATURITY_ASSESSMENT


def test_the_sheet_of_a_department_that_does_not_lead_any_more_does_not_count(world: World, session: Session) -> None:
    proposal = world.assessed()
    assert [sheet.counts for sheet in queries.finished_sheets(session, proposal.id)] == [True, True]
    request = session.exec(select(DepartmentRequest)).one()
    request.is_lead = False
    session.commit()

    basis = queries.consensus_basis(session, proposal)

    assert [sheet.assessor for sheet in basis.sheets] == ["Medarbejder S2"]
    assert "Vælg en vurderer mere" in basis.lacks
    assert "Vurderingen fra Medarbejder RA tæller ikke" in basis.left_out
    request.is_lead, request.withdrawn_at = True, world.at
    session.commit()
    assert [sheet.assessor for sheet in queries.final_sheets(session, proposal.id)] == ["Medarbejder S2"]


def test_an_assessor_does_not_record_the_consensus(world: World, session: Session) -> None:
    proposal = world.assessed()
    scorer = world.people["RA"]
    add_person(session, email=scorer.email, name=scorer.name, role=Role.SECRETARIAT, actor=None, at=world.at)
    world.people["RA"] = replace(scorer, role=Role.SECRETARIAT, department=None)
    for key in ("RA", "S2"):
        with pytest.raises(Refused, match="selv vurderet"):
            record(world, proposal, {dimension: AgreedDraft(score, "") for dimension, score in YOUNG.items()}, key)
    assert counting(session) == []


def test_a_consensus_is_recorded_while_the_maturity_is_assessed(world: World, session: Session) -> None:
    proposal = world.assessed()
    proposal.state = State.SORTED
    session.commit()
    with pytest.raises(Refused, match="mens modenheden"):
        world.agree(proposal)


def test_a_new_consensus_takes_the_place_of_the_old(world: World, session: Session) -> None:
    proposal = world.agreed()
    world.agree(proposal, MATURE, note="Vi fik flere oplysninger.")
    assert len(session.exec(select(Consensus)).all()) == 2
    assert len(counting(session)) == 1
    assert queries.counting_scores(session, proposal.id) == MATURE
    assert proposal.maturity_e4 == 30_000


def test_an_old_page_records_nothing(world: World, session: Session) -> None:
    proposal = world.assessed()
    drafts = {dimension: AgreedDraft(score, "") for dimension, score in YOUNG.items()}
    with pytest.raises(ChangedMeanwhile):
        actions.record_consensus(
            session, proposal, drafts, version=proposal.version - 1, actor=world.people["SE"], at=world.at
        )
    assert counting(session) == []


def test_nothing_is_sorted_without_a_consensus(world: World, session: Session) -> None:
    proposal = world.assessed()
    facts = fact_drafts(proposal, DONATION_FACTS)
    actions.record_case_facts(session, proposal, facts, version=proposal.version, actor=world.people["SE"], at=world.at)
    _, sorting = actions.run_sorting(session, proposal, world.call, at=world.at)
    assert sorting.track is Track.UNDETERMINED
    with pytest.raises(Refused, match="Der mangler konsensus"):
        actions.confirm_sorting(session, proposal, world.call, actor=world.people["SE"], at=world.at)

    world.agree(proposal)

    actions.confirm_sorting(session, proposal, world.call, actor=world.people["SE"], at=world.at)
    assert proposal.track is Track.DONATION
