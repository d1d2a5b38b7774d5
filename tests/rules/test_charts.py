"""Do the pictures of a business case and of maturity show exactly the numbers of the answer, in words a Dane reads?"""

from fractions import Fraction
from typing import Any

import pytest

from foundation.drawings import Drawing
from foundation.money import ORE_PER_KRONE
from foundation.svg import UnsafePicture, safe_svg
from scoring.rules.business_case import (
    BusinessCase,
    BusinessCaseResult,
    Cost,
    CostKind,
    Driver,
    Goal,
    Intake,
    Saving,
    Sector,
    calculate,
)
from scoring.rules.business_case_sheet import whole_kroner
from scoring.rules.charts import DRIVER_WORDS, cash_flow, maturity_profile, tornado
from scoring.rules.dimensions import Dimension
from scoring.rules.policies import get_policy


def result_of(per_success: int = 130_000, cost: int = 1_500_000) -> BusinessCaseResult:
    saving = Saving("Beskæftigelse", Sector.MUNICIPALITY, Fraction(per_success), 2, 5, Fraction(1, 5))
    goal = Goal("Job", Fraction(35, 100), Fraction(15, 100), (saving,))
    costs = tuple(Cost(year, Fraction(cost), CostKind.DELIVERY) for year in (0, 1))
    return calculate(BusinessCase((Intake(0, 60),), costs, (goal,)))


def values(drawing: Drawing) -> list[dict[str, Any]]:
    return list(drawing.spec["data"]["values"])


def kroner(amount: Fraction) -> int:
    return whole_kroner(amount) // ORE_PER_KRONE


def test_tornado_shows_each_side_of_each_driver_from_the_expected_value() -> None:
    result = result_of()
    shown = {(one["name"], one["side"]): (one["from"], one["to"]) for one in values(tornado(result))}
    expected = kroner(result.npv)
    wanted = {}
    for one in result.sensitivity:
        name = DRIVER_WORDS[one.driver]
        if one.driver is Driver.DELAY:
            wanted[name, "Et år senere"] = (expected, kroner(one.low))
        else:
            wanted[name, "20 % mindre"] = (expected, kroner(one.low))
            wanted[name, "20 % større"] = (expected, kroner(one.high))
    assert shown == wanted


def test_tornado_has_the_widest_driver_first_and_says_so() -> None:
    drawing = tornado(result_of())
    assert drawing.spec["layer"][0]["encoding"]["y"]["sort"] == [
        DRIVER_WORDS[driver]
        for driver in (
            Driver.SUCCESS_SHARE,
            Driver.VALUE,
            Driver.PARTICIPANTS,
            Driver.DEADWEIGHT,
            Driver.COST,
            Driver.DELAY,
        )
    ]
    assert "hvor mange der når målet: fra 0,07 mio. kr. til 3,32 mio. kr." in drawing.description


def test_cash_flow_shows_every_year_as_the_result_has_it() -> None:
    result = result_of()
    shown = [(one["year"], one["what"], one["kroner"]) for one in values(cash_flow(result))]
    assert shown == [
        line
        for year, total in enumerate(result.cumulative)
        for line in (
            (year, "Udgift", -kroner(result.cost_by_year[year])),
            (year, "Besparelse", kroner(result.saving_by_year[year])),
            (year, "Til nu", kroner(total)),
        )
    ]
    assert "tjent hjem i år 4" in cash_flow(result).description
    assert "når ikke nul" in cash_flow(result_of(per_success=1)).description


@pytest.mark.parametrize(
    ("cost", "unit", "label"),
    [
        (4_000, "kr.", "-4.000"),
        (50_000, "1.000 kr.", "-50"),
        (1_500_000, "mio. kr.", "-1,50"),
        (2 * 10**9, "mia. kr.", "-2,00"),
    ],
)
def test_numbers_are_written_in_a_unit_that_can_be_read(cost: int, unit: str, label: str) -> None:
    drawing = cash_flow(result_of(per_success=100, cost=cost))
    assert drawing.spec["layer"][0]["encoding"]["y"]["axis"]["title"] == f"Beløb ({unit})"
    assert values(drawing)[0]["label"] == label


def test_profile_never_shows_what_is_not_assessed_as_zero() -> None:
    scores = dict.fromkeys(Dimension, 3) | {Dimension.ECONOMY: 0}
    del scores[Dimension.EVIDENCE]
    drawing = maturity_profile(scores, get_policy("2026"))
    shown = {one["name"]: (one["score"], one["floor"], one["label"]) for one in values(drawing)}
    assert shown["Evidens"] == (None, 2, "ikke vurderet")
    assert shown["Økonomi"] == (0, 3, "0")
    assert shown["Behov og supplement"] == (3, 1, "3")
    assert "Under det ligger Evidens, Økonomi." in drawing.description


def test_same_numbers_are_the_same_chart_and_other_numbers_another() -> None:
    assert tornado(result_of()).content_hash == tornado(result_of()).content_hash
    assert len({tornado(result_of(cost=cost)).content_hash for cost in (1_500_000, 1_500_001)}) == 2


# ---- what may stand in a page ---------------------------------------------------------------------------------------

NAMESPACE = 'xmlns="http://www.w3.org/2000/svg"'


def test_picture_is_one_image_with_a_text() -> None:
    made = safe_svg(f'<svg {NAMESPACE} class="marks" width="9"><rect width="1" fill="#fff"/></svg>', "Søjler & tal")
    assert made == (
        f'<svg {NAMESPACE} width="9" class="chart-picture" role="img" aria-label="Søjler &amp; tal" focusable="false">'
        '<rect width="1" fill="#fff"/></svg>'
    )


@pytest.mark.parametrize(
    "inside",
    [
        "<script>alert(1)</script>",
        "<style>*{}</style>",
        '<rect style="fill:red"/>',
        '<rect onclick="x()"/>',
        '<a href="https://x.example"><text>x</text></a>',
        '<image href="https://x.example/a.png"/>',
        '<use href="#x"/>',
        "<foreignObject/>",
        '<rect fill="url(https://x.example)"/>',
        '<rect fill="url(#a)"/>',
        '<rect id="a"/>',
        '<p xmlns="http://www.w3.org/1999/xhtml"/>',
        "<!-- x -->",
        "<?x y?>",
        "<rect",
    ],
)
def test_picture_with_anything_but_shapes_and_text_is_refused(inside: str) -> None:
    with pytest.raises(UnsafePicture):
        safe_svg(f"<svg {NAMESPACE}>{inside}</svg>", "Tal")


@pytest.mark.parametrize("before", ["<!DOCTYPE svg>", '<!DOCTYPE svg [<!ENTITY a "b">]>', "<!-- x -->"])
def test_picture_that_begins_with_something_else_is_refused(before: str) -> None:
    with pytest.raises(UnsafePicture):
        safe_svg(f"{before}<svg {NAMESPACE}><text>a</text></svg>", "Tal")
