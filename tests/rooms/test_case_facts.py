"""Are the facts of a case kept with source, reason, who and when, and do they reach the sorting?"""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlmodel import Session, select

from foundation.audit import history
from foundation.errors import ChangedMeanwhile, Refused
from intake.models import Proposal
from intake.rules.questions.core_2026 import CORE_2026
from scoring import actions, queries
from scoring.events import CaseFactsRecorded
from scoring.models import CaseFact
from scoring.queries import FactRecord
from scoring.rules.case_facts import FactDraft
from scoring.rules.facts import ProposalFacts
from scoring.rules.goal_payers import GoalPayer, PayerKind, as_stored
from scoring.rules.legal_figures import LegalFigureDraft, LegalFigureKind
from tests.builders import DONATION_FACTS, INVESTMENT_FACTS, MATURE, World
from tests.conftest import NOON

GOAL = "Ældre, som har to at ringe til"
LATER = NOON + timedelta(days=1)


def write(world: World, proposal: Proposal, *, at: datetime = NOON, who: str = "SE", **facts: FactDraft) -> None:
    actions.record_case_facts(world.session, proposal, facts, version=proposal.version, actor=world.people[who], at=at)
    world.session.commit()


def sorted_by(world: World, proposal: Proposal) -> ProposalFacts:
    return queries.sorting_inputs(world.session, proposal, world.call, on=NOON.date()).facts


def test_a_fact_is_kept_with_source_reason_who_and_when(world: World, session: Session) -> None:
    proposal = world.answered()
    write(world, proposal, stop=FactDraft(True, "Tilsynets brev", "Tilladelsen er taget tilbage."))
    assert queries.fact_records(session, proposal.id) == {
        "stop": FactRecord(True, "Tilsynets brev", "Tilladelsen er taget tilbage.", "Medarbejder SE", NOON)
    }

    write(world, proposal, at=LATER, who="S2", stop=FactDraft(False, "Tilsynets nye brev"))
    assert queries.fact_records(session, proposal.id) == {
        "stop": FactRecord(False, "Tilsynets nye brev", "", "Medarbejder S2", LATER)
    }
    events = [happened.event for happened in history(session, proposal.id)]
    assert [event for event in events if isinstance(event, CaseFactsRecorded)] == [
        CaseFactsRecorded(("stop",), {"stop": "yes"}, {"stop": "no"}),
        CaseFactsRecorded(("stop",), {"stop": "unknown"}, {"stop": "yes"}),
    ]


def test_what_did_not_change_keeps_who_wrote_it(world: World, session: Session) -> None:
    proposal = world.answered()
    written = FactDraft(False, "Notat")
    write(world, proposal, stop=written, innovative=FactDraft(False, "Notat"))
    before = proposal.version
    write(world, proposal, at=LATER, who="S2", stop=written, innovative=FactDraft(True, "Notat", "Ikke prøvet før."))
    records = queries.fact_records(session, proposal.id)
    assert (records["stop"].recorded_by_name, records["innovative"].recorded_by_name) == (
        "Medarbejder SE",
        "Medarbejder S2",
    )
    write(world, proposal, at=LATER, stop=written)
    assert proposal.version == before + 1


def test_the_history_holds_no_text_of_a_fact(world: World, session: Session) -> None:
    proposal = world.answered()
    write(world, proposal, small_group_reason=FactDraft("HEMMELIG", "HEMMELIG"), stop=FactDraft(False, "HEMMELIG"))
    event = history(session, proposal.id)[0].event
    assert event == CaseFactsRecorded(("small_group_reason", "stop"), {"stop": "unknown"}, {"stop": "no"})


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"stop": FactDraft(False)}, "stop_source"),
        ({"stop": FactDraft(True, "Notat")}, "stop_reason"),
        ({"municipal": FactDraft(True, "Notat")}, "municipal_reason"),
        ({"goal_payers": FactDraft(as_stored([GoalPayer(GOAL, None, "", True)]), "Mail")}, "goal_0_payer"),
    ],
)
def test_an_answer_that_cannot_be_defended_is_refused_and_nothing_is_written(
    world: World, session: Session, facts: dict[str, FactDraft], field: str
) -> None:
    proposal = world.answered()
    drafts = {"innovative": FactDraft(False, "Notat"), **facts}
    with pytest.raises(Refused) as refused:
        actions.record_case_facts(
            session, proposal, drafts, version=proposal.version, actor=world.people["SE"], at=NOON
        )
    assert refused.value.field == field
    session.rollback()
    assert session.exec(select(CaseFact).where(CaseFact.proposal_id == proposal.id)).all() == []


def test_what_follows_from_others_is_never_recorded_itself(world: World) -> None:
    proposal = world.answered()
    with pytest.raises(KeyError):
        write(world, proposal, legal_checked=FactDraft(True, "Notat", "Fordi"))


def test_an_older_page_is_refused(world: World, session: Session) -> None:
    proposal = world.answered()
    read = proposal.version
    write(world, proposal, stop=FactDraft(False, "Notat"))
    with pytest.raises(ChangedMeanwhile):
        actions.record_case_facts(
            session,
            proposal,
            {"stop": FactDraft(True, "Notat", "Nu")},
            version=read,
            actor=world.people["SE"],
            at=LATER,
        )


# ---- what follows from others ---------------------------------------------------------------------------------------


def test_nothing_written_is_nothing_known(world: World, session: Session) -> None:
    proposal = world.answered()
    assert queries.case_facts(session, proposal.id) == {}
    facts = sorted_by(world, proposal)
    assert (facts.payers_confirmed, facts.legal_checked, facts.risk_assessed) == (None, None, None)


@pytest.mark.parametrize(
    ("named", "answers"),
    [(INVESTMENT_FACTS, (True, True, True)), (DONATION_FACTS, (False, False, False))],
)
def test_payers_law_and_risk_reach_the_sorting(
    world: World, session: Session, named: dict[str, bool], answers: tuple[bool, ...]
) -> None:
    proposal = world.ready_to_sort(MATURE, named, wish="social_investment", amount_sought=300_000_00)
    facts = sorted_by(world, proposal)
    assert (facts.payers_confirmed, facts.legal_checked, facts.risk_assessed) == answers
    known = queries.case_facts(session, proposal.id)
    assert (known["payers_confirmed"], known["legal_checked"], known["risk_assessed"]) == answers


def test_a_stored_row_of_a_fact_that_follows_from_others_counts_for_nothing(world: World, session: Session) -> None:
    """Rows of before the legal check had parts: they say yes without any."""
    proposal = world.answered()
    write(world, proposal, stop=FactDraft(False, "Notat"))
    session.add(
        CaseFact(
            proposal_id=proposal.id,
            key="legal_checked",
            value=True,
            recorded_by=world.people["SE"].person_id,
            recorded_at=NOON,
        )
    )
    session.commit()
    assert queries.case_facts(session, proposal.id) == {"stop": False}
    assert set(queries.fact_records(session, proposal.id)) == {"stop"}


def test_a_payer_follows_its_goal_and_a_new_goal_has_none(world: World, session: Session) -> None:
    proposal = world.answered()
    payer = GoalPayer(GOAL, PayerKind.DEPARTMENT, "Sundhed og Omsorg", True)
    write(world, proposal, goal_payers=FactDraft(as_stored([payer]), "Mail fra forvaltningen"))
    assert queries.goal_payers(session, proposal) == (payer,)
    assert sorted_by(world, proposal).payers_confirmed is True

    goals = proposal.answers["result_goals"]
    proposal.answers = {**proposal.answers, "result_goals": [{**goals[0], "indicator": "Et nyt mål"}, goals[0]]}
    assert queries.goal_payers(session, proposal) == (GoalPayer("Et nyt mål"), payer)
    assert sorted_by(world, proposal).payers_confirmed is None


def test_goals_in_plain_text_are_one(world: World, session: Session) -> None:
    assert "de_minimis" not in {question.key for question in CORE_2026.questions}
    proposal = world.answered()
    proposal.answers = {"title": "Byhaven på torvet", "result_goals": "20 af 30 har to at ringe til."}
    session.commit()
    assert queries.goal_payers(session, proposal) == (GoalPayer("Forslagets mål"),)
    assert queries.fact_suggestions(session, proposal).keys() == {"municipal", "small_organisation"}
    assert queries.legal_check(session, proposal, on=NOON.date()).duration.holds is None


# ---- the law's figures ----------------------------------------------------------------------------------------------


def purchase(world: World) -> Proposal:
    proposal = world.answered()
    reason = "Se juristens notat."
    write(
        world,
        proposal,
        procurement_regime=FactDraft("light", "Jurist", reason),
        contract_value=FactDraft(5_000_000_00, "Budgettet"),
        procurement_route=FactDraft("direct", "Jurist", reason),
        cross_border=FactDraft(False, "Jurist", reason),
        economic_activity=FactDraft(False, "Forslaget"),
        data_protection=FactDraft("no_sharing", "Forslaget", reason),
    )
    return proposal


def test_a_purchase_is_held_against_the_threshold_of_its_day(world: World, session: Session) -> None:
    proposal = purchase(world)
    in_2025 = queries.legal_check(session, proposal, on=date(2025, 12, 31))
    assert (in_2025.procurement.holds, in_2025.answer) == (True, True)
    in_2027 = queries.legal_check(session, proposal, on=NOON.date())
    assert (in_2027.procurement.holds, in_2027.answer) == (None, None)
    assert "2027 er ikke skrevet ind" in in_2027.procurement.text
    assert sorted_by(world, proposal).legal_checked is None

    draft = LegalFigureDraft(
        figure=LegalFigureKind.LIGHT_REGIME_KRONER,
        value=Decimal(4_900_000),
        valid_from=date(2026, 1, 1),
        valid_to=None,
        source="Bekendtgørelsen",
    )
    actions.enter_legal_figure(session, draft, actor=world.people["AD"], at=NOON)
    session.commit()
    assert sorted_by(world, proposal).legal_checked is False
    assert queries.case_facts(session, proposal.id, on=date(2025, 12, 31))["legal_checked"] is True
    assert queries.case_facts(session, proposal.id)["legal_checked"] is False


def test_a_sorting_keeps_what_followed_from_the_facts_of_its_day(world: World, session: Session) -> None:
    proposal = world.ready_to_sort(MATURE, INVESTMENT_FACTS, wish="social_investment", amount_sought=300_000_00)
    actions.confirm_sorting(session, proposal, world.call, actor=world.people["SE"], at=NOON)
    session.commit()
    run = queries.latest_run(session, proposal.id)
    assert run is not None
    kept = {key: run.inputs["facts"][key] for key in ("payers_confirmed", "legal_checked", "risk_assessed")}
    assert kept == {"payers_confirmed": True, "legal_checked": True, "risk_assessed": True}
