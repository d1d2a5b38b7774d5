"""Is what was found of a track's stability kept with its sorting, whatever becomes of the sheets later?"""

from sqlmodel import Session

from scoring.queries import latest_run
from scoring.rules.stability import Stability, TipKind, Verdict
from scoring.stability_queries import stability_of_run, witnesses
from tests.builders import INVESTMENT_FACTS, MATURE, World

EDGES = {"wish": "social_investment", "amount_sought": 3_000_000_00, "participants": 60}


def kept(session: Session, world: World) -> Stability:
    run = latest_run(session, world.sorted(MATURE, INVESTMENT_FACTS, **EDGES).id)
    assert run is not None
    found = stability_of_run(run)
    assert found is not None
    return found


def test_a_sorting_keeps_how_sure_it_was(world: World, session: Session) -> None:
    found = kept(session, world)

    assert (found.verdict, found.tipping_scores) == (Verdict.ON_EDGE, ("result_goals", "economy", "payer"))
    assert [tip.sentence.replace("\u00a0", " ") for tip in found.tips if tip.kind is not TipKind.SCORE] == [
        "Hvis beløbet var 10 % højere (3.300.000 kr.)"
    ]


def test_a_sorting_of_before_has_none_and_the_overview_says_nothing_of_it(world: World, session: Session) -> None:
    kept(session, world)
    proposal = world.sorted(MATURE, INVESTMENT_FACTS, **EDGES)
    run = latest_run(session, proposal.id)
    assert run is not None
    run.stability = None

    assert stability_of_run(run) is None


def test_the_sheets_are_known_by_whose_they_are_and_not_by_name(world: World, session: Session) -> None:
    found = witnesses(session, world.assessed(MATURE))

    assert sorted(whose for whose, _ in found.sheets) == ["Sociale Forhold og Beskæftigelse", "sekretariatet"]
    assert [dict(scores) for _, scores in found.sheets] == [MATURE, MATURE]
    assert (found.figures, found.no_case) == (None, "der er ikke valgt en business case")
