"""Are business cases only added to, is the newest of an origin and the newest choice what counts, and for whom?"""

from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlmodel import Session, select

from exports.decision_memo_facts import gather
from exports.memo_content import Scenario
from exports.memo_prefill import prefilled_texts
from foundation.audit import history
from foundation.errors import ChangedMeanwhile, NotAllowed, NotFound, Refused
from intake.models import Proposal
from intake.rules.track import Track
from scoring import actions
from scoring.business_case_queries import business_cases, chosen_business_case
from scoring.events import BusinessCaseChosen, BusinessCaseSaved
from scoring.models import BusinessCaseRow
from scoring.queries import fact_suggestions
from scoring.rules.business_case import CostKind
from scoring.rules.business_case_drafts import BusinessCaseDraft, CostLine
from scoring.rules.business_case_origins import BusinessCaseOrigin
from scoring.rules.business_case_stored import SomResult
from scoring.rules.suggestions import Suggestion
from tests.builders import INVESTMENT_FACTS, MATURE, World
from tests.conftest import NOON
from tests.rules.test_business_case_drafts import WORKED

DEPARTMENT, SOM, APPLICANT = BusinessCaseOrigin.DEPARTMENT, BusinessCaseOrigin.SOM, BusinessCaseOrigin.APPLICANT
LATER = NOON + timedelta(hours=1)
RESULT = SomResult(
    npv_ore=1_500_000_00,
    cost_ore=3_000_000_00,
    saving_ore=5_000_000_00,
    payback_year=5,
    model_version="SØM 3.1",
    calculated_on=date(2027, 2, 1),
)
DEARER = replace(WORKED, costs=(*WORKED.costs, CostLine(year=0, kind=CostKind.ADMINISTRATION, amount_ore=1_100_000_00)))


def save(
    world: World,
    proposal: Proposal,
    draft: BusinessCaseDraft = WORKED,
    *,
    version: int = 0,
    who: str = "SE",
    origin: BusinessCaseOrigin = DEPARTMENT,
    at: datetime = NOON,
) -> None:
    actions.save_business_case(
        world.session,
        proposal,
        draft,
        origin=origin,
        source="Enhedspriser",
        version=version,
        actor=world.people[who],
        at=at,
    )
    world.session.commit()


def choose(
    world: World, proposal: Proposal, key: UUID | None, *, version: int, why: str = "Rettet", at: datetime = NOON
) -> None:
    assert key is not None
    actions.choose_business_case(
        world.session, proposal, key, reason=why, version=version, actor=world.people["SE"], at=at
    )
    world.session.commit()


def newest(world: World, proposal: Proposal, origin: BusinessCaseOrigin = DEPARTMENT) -> UUID | None:
    return business_cases(world.session, proposal, on=NOON.date()).by_origin[origin].id


def test_newest_of_an_origin_counts_and_nothing_is_lost(world: World, session: Session) -> None:
    proposal = world.declared()
    save(world, proposal, who="RA")
    save(world, proposal, DEARER, version=1, at=NOON)  # Two in one moment have an order all the same.

    cases = business_cases(session, proposal, on=NOON.date())
    assert {origin: (one.draft, one.saved_by_name) for origin, one in cases.by_origin.items()} == {
        APPLICANT: (cases.by_origin[APPLICANT].draft, ""),
        DEPARTMENT: (DEARER, "Medarbejder SE"),
    }
    assert cases.version == 2
    rows = session.exec(select(BusinessCaseRow)).all()
    assert {(row.rates_id, row.proposal_version) for row in rows} == {("2021", 1)}
    assert len({row.saved_at for row in rows}) == 2
    told = [one.event for one in history(session, proposal.id) if isinstance(one.event, BusinessCaseSaved)]
    assert told == [BusinessCaseSaved("department"), BusinessCaseSaved("department")]


def test_who_may_save_whose_figures(world: World) -> None:
    proposal = world.declared()
    world.assigned("RO", proposal, scores=False)
    with pytest.raises(NotAllowed):
        save(world, proposal, who="RO")
    with pytest.raises(NotAllowed):
        save(world, proposal, who="RA", origin=APPLICANT)
    save(world, proposal, who="SE", origin=APPLICANT)
    assert newest(world, proposal, APPLICANT) is not None


def test_figures_with_gaps_or_from_an_older_page_are_refused(world: World, session: Session) -> None:
    proposal = world.declared()
    with pytest.raises(Refused, match="mindst ét mål"):
        save(world, proposal, replace(WORKED, goals=()))
    save(world, proposal)
    with pytest.raises(ChangedMeanwhile):
        save(world, proposal, DEARER)
    assert len(session.exec(select(BusinessCaseRow)).all()) == 1


def test_choice_rests_on_what_was_chosen_until_another_is(world: World, session: Session) -> None:
    proposal = world.declared()
    assert chosen_business_case(session, proposal.id) is None
    save(world, proposal)
    first = newest(world, proposal)
    choose(world, proposal, first, version=1, at=LATER)
    chosen = chosen_business_case(session, proposal.id)
    assert chosen is not None
    assert (chosen.saved.id, chosen.reason, chosen.payback_year, chosen.is_older) == (first, "Rettet", 4, False)
    suggested = fact_suggestions(session, proposal)["payback_months"]
    assert suggested == Suggestion("48", "Business case valgt af Medarbejder SE, 1. marts 2027")

    actions.save_som_result(
        session, proposal, RESULT, source="Notat", version=1, actor=world.people["RA"], at=LATER + timedelta(hours=1)
    )
    session.commit()
    chosen = chosen_business_case(session, proposal.id)
    assert chosen is not None
    assert (chosen.saved.id, chosen.is_older) == (first, True)
    choose(world, proposal, newest(world, proposal, SOM), version=2, why="SØM", at=LATER)
    chosen = chosen_business_case(session, proposal.id)
    assert chosen is not None
    assert (chosen.saved.som, chosen.payback_months, chosen.result) == (RESULT, 60, None)
    told = [one.event for one in history(session, proposal.id) if isinstance(one.event, BusinessCaseChosen)]
    assert {one.origin for one in told} == {"department", "som"}


def test_choice_is_refused_without_reason_for_older_pages_and_for_other_cases(world: World) -> None:
    proposal, other = world.declared(), world.declared(title="En anden have")
    save(world, proposal, DEARER)
    mine = newest(world, proposal)
    with pytest.raises(Refused, match="hvorfor sagen"):
        choose(world, proposal, mine, version=1, why="")
    with pytest.raises(Refused, match="mere end 25 %"):
        choose(world, proposal, mine, version=1)
    with pytest.raises(ChangedMeanwhile):
        choose(world, proposal, mine, version=0)
    with pytest.raises(NotFound):
        choose(world, other, mine, version=0)
    with pytest.raises(NotFound):
        choose(world, proposal, uuid4(), version=1)


def test_memo_prints_what_was_chosen(world: World, session: Session) -> None:
    proposal = world.sorted(scores=MATURE, facts=INVESTMENT_FACTS, wish="social_investment", amount_sought=500_000_00)
    before = gather(session, proposal, on=NOON.date())
    assert (before.net_present_value_ore, before.scenarios, before.business_case) == (None, (), None)

    save(world, proposal)
    choose(world, proposal, newest(world, proposal), version=1, why="Egne priser")
    memo = gather(session, proposal, on=NOON.date())
    assert memo.scenarios == (
        Scenario(
            name="Pessimistisk",
            net_present_value_ore=-627_147_00,
            payback="Bliver ikke tjent ind",
            break_even="127,0 % af den forventede effekt",
        ),
        Scenario(
            name="Forventet",
            net_present_value_ore=1_694_982_00,
            payback="4 år efter start (2031)",
            break_even="63,5 % af den forventede effekt",
        ),
        Scenario(
            name="Optimistisk",
            net_present_value_ore=4_017_111_00,
            payback="3 år efter start (2030)",
            break_even="42,3 % af den forventede effekt",
        ),
    )
    assert memo.business_case is not None
    case = memo.business_case
    assert (case.whose, case.reason) == ("Forvaltningens tal (Enhedspriser)", "Egne priser")
    assert (case.outside_share, case.transaction_share) == ("0,0 %", "0,0 %")
    assert [one.total_ore for one in case.years][:5] == [
        ore * 100 for ore in (-1_500_000, -3_000_000, -1_440_000, -192_000, 806_400)
    ]
    assert case.sensitivity[0].driver == "Hvor mange der når målet"
    assert len(case.charts) == 2
    texts = prefilled_texts(session, proposal, Track.SOCIAL_INVESTMENT, most_goals=3, on=NOON.date())
    assert texts["payback"].text == "4 år efter start (2031)"
    assert texts["payback"].source == "Business case valgt af Medarbejder SE, 1. marts 2027"
