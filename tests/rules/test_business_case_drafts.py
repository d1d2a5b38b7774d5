"""Do a proposal's answers become the figures they hold, is what is missing named, and is what is stored read back?"""

import json
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.rules.business_case import BusinessCase, Cost, CostKind, Goal, Intake, Saving, Sector, calculate
from scoring.rules.business_case_answers import draft_from_answers
from scoring.rules.business_case_drafts import (
    BusinessCaseDraft,
    CostLine,
    GoalLine,
    IntakeLine,
    SavingLine,
    business_case_of,
    gaps_of_case,
    missing_in_words,
)
from scoring.rules.business_case_stored import draft_from_json, draft_to_json

WORKED = BusinessCaseDraft(
    first_year=2027,
    intakes=(IntakeLine(year=0, participants=60),),
    costs=(
        CostLine(year=0, kind=CostKind.DELIVERY, amount_ore=1_500_000_00),
        CostLine(year=1, kind=CostKind.DELIVERY, amount_ore=1_500_000_00),
    ),
    goals=(GoalLine(name="Job", success_percent=Decimal(35), deadweight_percent=Decimal("15.00")),),
    savings=(
        SavingLine(
            payer="MSB",
            sector=Sector.MUNICIPALITY,
            per_success_ore=130_000_00,
            starts_after=2,
            years=5,
            drop_off_percent=Decimal(20),
        ),
    ),
)


def changed(part: str, **values: Any) -> BusinessCaseDraft:
    """The worked draft with other values in the first row of a part, or in the draft itself."""
    if not part:
        return replace(WORKED, **values)
    first, *others = getattr(WORKED, part)
    return replace(WORKED, **{part: (replace(first, **values), *others)})


def test_worked_draft_is_the_case_of_the_worked_vector() -> None:
    case = business_case_of(WORKED)
    saving = Saving("MSB", Sector.MUNICIPALITY, Fraction(130_000), 2, 5, Fraction(1, 5))
    assert case == BusinessCase(
        (Intake(0, 60),),
        (Cost(0, Fraction(1_500_000), CostKind.DELIVERY), Cost(1, Fraction(1_500_000), CostKind.DELIVERY)),
        (Goal("Job", Fraction(35, 100), Fraction(15, 100), (saving,)),),
    )
    result = calculate(case)
    assert (round(result.npv), result.payback_year) == (1_694_982, 4)


def test_answers_become_the_figures_they_hold_and_no_more() -> None:
    answers = {
        "participants": 30,
        "budget": [
            {"year": 2028, "kind": "delivery", "text": "Løn", "amount": 200_000_00},
            {"year": 2027, "kind": "setup", "text": "Haven", "amount": 50_000_00},
        ],
        "result_goals": [
            {"indicator": "I job", "success_share": 40, "deadweight": 0, "deadweight_reason": "Ny", "payer": "MSB"},
            {"indicator": "Færre ensomme"},
        ],
    }
    draft = draft_from_answers(answers)
    assert draft == BusinessCaseDraft(
        first_year=2027,
        intakes=(IntakeLine(year=0, participants=30),),
        costs=(
            CostLine(year=1, kind=CostKind.DELIVERY, amount_ore=200_000_00),
            CostLine(year=0, kind=CostKind.SETUP, amount_ore=50_000_00),
        ),
        goals=(
            GoalLine(
                name="I job",
                success_percent=Decimal(40),
                deadweight_percent=Decimal(0),
                deadweight_reason="Ny",
            ),
            GoalLine(name="Færre ensomme"),
        ),
        savings=(SavingLine(goal=1, payer="MSB"), SavingLine(goal=2)),
    )
    unsaid = "sektor, beløbet, hvornår den begynder, hvor længe den varer, frafaldet"
    assert missing_in_words(gaps_of_case(draft)) == (
        "Mål 2: andelen, der når målet, andelen, der når det alligevel",
        f"Besparelse 1: {unsaid}",
        f"Besparelse 2: hvem der sparer, {unsaid}",
    )


@pytest.mark.parametrize(
    "answers", [{}, {"budget": "I ord alene", "result_goals": "Flere i job", "participants": None}]
)
def test_answers_in_words_alone_hold_no_figures(answers: dict[str, Any]) -> None:
    draft = draft_from_answers(answers)
    assert draft == BusinessCaseDraft()
    assert missing_in_words(gaps_of_case(draft)) == (
        "det første år",
        "Indtag 1: hvor mange der begynder",
        "Udgift 1: hvad det koster",
        "Mål 1: hvad målet er",
        "Besparelse 1: hvad der spares",
    )
    with pytest.raises(ValueError, match="gaps"):
        business_case_of(draft)


FAULTS = [
    ("", {"first_year": None}, "first_year"),
    ("", {"first_year": 1999}, "first_year"),
    ("", {"intakes": ()}, "participants"),
    ("", {"costs": ()}, "amount"),
    ("", {"goals": ()}, "name"),
    ("", {"savings": ()}, "per_success"),
    ("", {"costs": WORKED.costs * 21}, "amount"),
    ("intakes", {"year": -1}, "year"),
    ("intakes", {"year": 101}, "year"),
    ("intakes", {"participants": 0}, "participants"),
    ("intakes", {"participants": 10**9}, "participants"),
    ("costs", {"year": None}, "year"),
    ("costs", {"kind": None}, "kind"),
    ("costs", {"amount_ore": -1}, "amount"),
    ("costs", {"amount_ore": 10**14}, "amount"),
    ("goals", {"name": ""}, "name"),
    ("goals", {"success_percent": Decimal("100.01")}, "success"),
    ("goals", {"success_percent": Decimal("NaN")}, "success"),
    ("goals", {"success_percent": Decimal("Infinity")}, "success"),
    ("goals", {"deadweight_percent": Decimal(-1)}, "deadweight"),
    ("goals", {"deadweight_percent": Decimal("0.00")}, "deadweight_reason"),
    ("savings", {"goal": 2}, "name goal"),
    ("savings", {"goal": 0}, "name goal"),
    ("savings", {"payer": ""}, "payer"),
    ("savings", {"sector": None}, "sector"),
    ("savings", {"per_success_ore": None}, "per_success"),
    ("savings", {"starts_after": 101}, "starts_after"),
    ("savings", {"years": 61}, "years"),
    ("savings", {"years": 0}, "years"),
    ("savings", {"drop_off_percent": Decimal(101)}, "drop_off"),
]


@pytest.mark.parametrize(("part", "values", "cells"), FAULTS)
def test_each_fault_is_named_at_its_cell(part: str, values: dict[str, Any], cells: str) -> None:
    draft = changed(part, **values)
    assert " ".join(gap.cell for gap in gaps_of_case(draft)) == cells
    with pytest.raises(ValueError, match="gaps"):
        business_case_of(draft)


def test_bounds_themselves_are_within() -> None:
    assert gaps_of_case(changed("savings", years=60, starts_after=100, drop_off_percent=Decimal(100))) == ()
    assert gaps_of_case(changed("intakes", year=100, participants=1_000_000)) == ()
    assert gaps_of_case(changed("goals", deadweight_percent=Decimal(0), deadweight_reason="Ingen andre tilbud")) == ()
    assert gaps_of_case(changed("costs", amount_ore=10**14 - 1)) == ()


# ---- what is stored ---------------------------------------------------------------------------------------------

_WHOLE = st.none() | st.integers(-(10**14), 10**14)
_PERCENT = st.none() | st.decimals(0, 100, allow_nan=False, places=4)
_TEXT = st.text(max_size=8)
DRAFTS = st.builds(
    BusinessCaseDraft,
    first_year=_WHOLE,
    intakes=st.lists(st.builds(IntakeLine, year=_WHOLE, participants=_WHOLE), max_size=2).map(tuple),
    costs=st.lists(
        st.builds(CostLine, year=_WHOLE, kind=st.none() | st.sampled_from(CostKind), amount_ore=_WHOLE), max_size=2
    ).map(tuple),
    goals=st.lists(
        st.builds(GoalLine, name=_TEXT, success_percent=_PERCENT, deadweight_percent=_PERCENT, deadweight_reason=_TEXT),
        max_size=2,
    ).map(tuple),
    savings=st.lists(
        st.builds(
            SavingLine,
            goal=_WHOLE,
            payer=_TEXT,
            sector=st.none() | st.sampled_from(Sector),
            per_success_ore=_WHOLE,
            starts_after=_WHOLE,
            years=_WHOLE,
            drop_off_percent=_PERCENT,
        ),
        max_size=2,
    ).map(tuple),
)


@settings(max_examples=60)
@given(DRAFTS)
def test_draft_is_stored_as_json_and_read_back_exactly(draft: BusinessCaseDraft) -> None:
    assert draft_from_json(json.loads(json.dumps(draft_to_json(draft)))) == draft
