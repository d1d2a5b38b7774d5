"""What does a department's full promise lack, what is kept of it, and what does it say of the case?"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from intake.rules.proposal import Wish
from scoring.rules.answers import settled
from scoring.rules.case_facts import QUESTION_OF, is_same_answer
from scoring.rules.commitment import (
    CoPayer,
    Gap,
    PayerShare,
    Promise,
    YearAmount,
    gaps_of_commitment,
    is_commitment_asked,
    kept,
)
from scoring.rules.department_says import DepartmentSays, payer_notes
from scoring.rules.drafts import AnswerDraft
from scoring.rules.gain_share import GainKind
from scoring.rules.goal_payers import GoalPayer, PayerKind, as_stored
from scoring.rules.payer import CanPay
from scoring.rules.payer_suggestions import suggest_payers
from scoring.rules.suggestions import Suggestion

GOALS = ("Job", "Bolig")
WHOLE = Promise(
    amounts=(YearAmount(2027, "Forsørgelse", 300_000_00), YearAmount(2028, "Forsørgelse", 200_000_00)),
    shares=(
        PayerShare("Job", PayerKind.DEPARTMENT, "", Decimal(100)),
        PayerShare("Bolig", PayerKind.DEPARTMENT, "", Decimal("66.67")),
        PayerShare("Bolig", PayerKind.OUTCOME_FUND, "", Decimal("33.33")),
    ),
    gain_kind=GainKind.IMMEDIATE,
    gain_percent=Decimal(75),
)


def gaps(promise: Promise, can_pay: CanPay = CanPay.YES, *, leads: bool = True) -> list[tuple[str, int | None, str]]:
    return [(gap.field, gap.row, gap.column) for gap in gaps_of_commitment(promise, can_pay, GOALS, leads=leads)]


def last_share(**changes: object) -> Promise:
    return replace(WHOLE, shares=(*WHOLE.shares[:-1], replace(WHOLE.shares[-1], **changes)))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("promise", "expected"),
    [
        (WHOLE, []),
        (replace(WHOLE, amounts=()), [("amounts", None, "")]),
        (
            replace(WHOLE, amounts=(*WHOLE.amounts, YearAmount(2027, "forsørgelse", 1_00))),
            [("amounts", 2, "budget_line")],
        ),
        (replace(WHOLE, amounts=tuple(YearAmount(2027 + n, "A", 1_00) for n in range(20))), []),
        (replace(WHOLE, amounts=tuple(YearAmount(2027 + n, "A", 1_00) for n in range(21))), [("amounts", 20, "year")]),
        (last_share(percent=Decimal("33.32")), [("shares", 2, "percent")]),
        (last_share(percent=Decimal("33.3299")), [("shares", 2, "percent")]),
        (last_share(percent=Decimal("33.34")), [("shares", 2, "percent")]),
        (last_share(percent=Decimal("33.3300")), []),
        (last_share(percent=Decimal(0)), [("shares", 2, "percent"), ("shares", 2, "percent")]),
        (last_share(payer=PayerKind.OTHER), [("shares", 2, "name")]),
        (last_share(payer=PayerKind.OTHER, name="En fond"), []),
        (replace(WHOLE, shares=WHOLE.shares[:1]), [("shares", None, "")]),
        (replace(WHOLE, shares=()), [("shares", None, ""), ("shares", None, "")]),
        (replace(WHOLE, co_payers=(CoPayer(PayerKind.OTHER, "", 1_00, True),)), [("co_payers", 0, "name")]),
        (replace(WHOLE, co_payers=(CoPayer(PayerKind.OUTCOME_FUND, "", 1_00, False),)), []),
        (replace(WHOLE, co_payers=(CoPayer(PayerKind.DEPARTMENT, "", 1_00, True),)), [("co_payers", 0, "payer")]),
        (replace(WHOLE, gain_kind=None), [("gain_kind", None, "")]),
        (replace(WHOLE, gain_percent=None), [("gain_percent", None, "")]),
        (replace(WHOLE, gain_percent=Decimal("74.99")), [("gain_reason", None, "")]),
        (replace(WHOLE, gain_percent=Decimal(0), gain_reason="Loven hindrer det."), []),
        (replace(WHOLE, gain_kind=GainKind.LONG_TERM), [("gain_reason", None, "")]),
        (replace(WHOLE, gain_kind=GainKind.LONG_TERM, gain_percent=Decimal("25.00")), []),
    ],
)
def test_a_yes_is_whole_and_the_shares_of_every_goal_are_100(
    promise: Promise, expected: list[tuple[str, int | None, str]]
) -> None:
    assert gaps(promise) == expected


def test_a_goal_without_a_payer_and_a_sum_that_looks_like_100_are_named() -> None:
    almost = last_share(percent=Decimal("33.3299"))
    assert list(gaps_of_commitment(almost, CanPay.YES, GOALS, leads=True)) == [
        Gap("shares", "Andelene for målet »Bolig« er 99,9999 % tilsammen. De skal være 100 %.", 2, "percent")
    ]
    (gap,) = gaps_of_commitment(replace(WHOLE, shares=WHOLE.shares[:1]), CanPay.YES, GOALS, leads=True)
    assert (gap.goal, gap.text) == ("Bolig", "Fordel 100 % på dem, der betaler for målet »Bolig«.")


def test_no_and_partly_say_why_and_only_the_lead_splits_the_goals() -> None:
    assert gaps(Promise(), CanPay.NO) == [("reason", None, "")]
    assert gaps(Promise(reason="Budgettet er bundet."), CanPay.NO) == []
    assert gaps(WHOLE, CanPay.PARTLY) == [("reason", None, "")]
    assert gaps(replace(WHOLE, shares=()), leads=False) == []


def test_what_its_own_answers_make_untrue_is_not_kept() -> None:
    fund = CoPayer(PayerKind.OUTCOME_FUND, "", 100_000_00, False)
    full = replace(WHOLE, reason="Vi kan ikke.", co_payers=(fund,), gain_reason="Fordi")

    assert kept(full, CanPay.NO, leads=True) == Promise(reason="Vi kan ikke.", co_payers=(fund,))
    assert kept(full, CanPay.YES, leads=False) == replace(full, reason="", shares=(), gain_reason="")
    assert kept(replace(full, gain_percent=Decimal(60)), CanPay.PARTLY, leads=True).gain_reason == "Fordi"


def test_budget_amount_and_years_follow_from_the_rows() -> None:
    rows = (*WHOLE.amounts, YearAmount(2028, "Sundhed", 50_000_00))
    draft = AnswerDraft("Ja", None, CanPay.YES, "", "Chef", promise=replace(WHOLE, amounts=rows))
    said = settled(draft)

    assert (said.budget_line, said.amount_ore, said.years) == ("Forsørgelse; Sundhed", 550_000_00, 2)
    assert replace(WHOLE, amounts=rows).by_year == ((2027, 300_000_00), (2028, 250_000_00))
    long = replace(WHOLE, amounts=(YearAmount(2027, "A" * 150, 1_00), YearAmount(2028, "B" * 150, 1_00)))
    assert long.budget_lines == "A" * 150 + " og 1 mere"
    assert settled(replace(draft, can_pay=CanPay.NO)).amount_ore is None


@pytest.mark.parametrize(
    ("wish", "asked"),
    [(Wish.SOCIAL_INVESTMENT, True), (Wish.UNSURE, True), (None, True), (Wish.DONATION, False)],
)
def test_the_full_promise_is_asked_where_an_investment_may_come_of_it(wish: Wish | None, asked: bool) -> None:
    assert is_commitment_asked(wish) is asked


# ---- what the answers say of the case -------------------------------------------------------------------------------


def says(promise: Promise | None = WHOLE, can_pay: CanPay | None = CanPay.YES, **changes: object) -> DepartmentSays:
    said = DepartmentSays(
        department="Sociale Forhold og Beskæftigelse",
        is_lead=True,
        is_exempt=False,
        can_pay=can_pay,
        answered_on=date(2027, 3, 4),
        promise=promise,
    )
    return replace(said, **changes)  # type: ignore[arg-type]


SOURCE = "Forvaltningens svar, Sociale Forhold og Beskæftigelse, 4. marts 2027"


def with_fund(*, confirmed: bool, ore: int = 100_000_00) -> Promise:
    return replace(WHOLE, co_payers=(CoPayer(PayerKind.OUTCOME_FUND, "", ore, confirmed),))


def test_a_yes_points_at_who_pays_for_each_goal_and_at_the_funds_share() -> None:
    payers = as_stored(
        [
            GoalPayer("Job", PayerKind.DEPARTMENT, "Sociale Forhold og Beskæftigelse", True),
            GoalPayer(
                "Bolig",
                PayerKind.DEPARTMENT,
                "Sociale Forhold og Beskæftigelse 66,67 %, Resultatbetalingspuljen 33,33 %",
                True,
            ),
        ]
    )

    assert suggest_payers([says(with_fund(confirmed=True))], GOALS, 300_000_00) == {
        "goal_payers": Suggestion(payers, SOURCE),
        "outcome_fund_share": Suggestion("33.33", SOURCE),
    }


def _confirmed(promise: Promise, can_pay: CanPay = CanPay.YES) -> list[bool | None]:
    found = suggest_payers([says(promise, can_pay)], GOALS, 300_000_00)["goal_payers"].value
    assert isinstance(found, list)
    return [goal["confirmed"] for goal in found]


def test_a_payer_counts_as_confirmed_only_when_each_has_said_yes() -> None:
    assert _confirmed(with_fund(confirmed=True)) == [True, True]
    assert _confirmed(with_fund(confirmed=False)) == [True, False]
    assert _confirmed(WHOLE) == [True, None]
    assert _confirmed(with_fund(confirmed=True), CanPay.PARTLY) == [None, None]


@pytest.mark.parametrize(
    ("paid", "sought", "share"),
    [
        (0, 300_000_00, "0"),
        (30_000_00, 300_000_00, "10"),
        (200_000_00, 300_000_00, "66.67"),
        (300_000_00, 300_000_00, "100"),
        (300_001_00, 300_000_00, None),
        (1_00, None, None),
    ],
)
def test_the_funds_share_is_of_the_amount_sought(paid: int, sought: int | None, share: str | None) -> None:
    promise = with_fund(confirmed=True, ore=paid) if paid else WHOLE
    found = suggest_payers([says(promise)], GOALS, sought).get("outcome_fund_share")
    assert (found.value if found else None) == share


@pytest.mark.parametrize("said", [says(can_pay=CanPay.NO), says(None), says(Promise()), says(None, None)])
def test_without_a_promise_nothing_is_suggested(said: DepartmentSays) -> None:
    assert suggest_payers([said], GOALS, 300_000_00) == {}
    second = says(department="Børn og Unge", promise=replace(WHOLE, shares=()), is_lead=False)
    found = suggest_payers([said, second], ("Job",), 300_000_00)["goal_payers"]
    assert found == Suggestion(as_stored([GoalPayer("Job", PayerKind.DEPARTMENT, "Børn og Unge", True)]), second.source)


def test_each_department_is_told_with_what_it_has_not_answered() -> None:
    name = "Sociale Forhold og Beskæftigelse"
    lines: list[tuple[DepartmentSays, str]] = [
        (says(None, None), f"{name} har ikke svaret endnu."),
        (says(None, None, is_exempt=True), f"{name} er fritaget for at svare."),
        (
            says(Promise(reason="Bundet."), CanPay.NO),
            f"{name} svarer nej: der er ikke et budget, der kan og vil betale. Begrundelse: Bundet.",
        ),
        (
            says(None),
            f"{name} svarer ja: der er et budget, der kan og vil betale. "
            "Svaret siger ikke, hvor meget der kan betales hvert år.",
        ),
        (
            says(replace(WHOLE, reason="Kun unge."), CanPay.PARTLY),
            f"{name} svarer, at budgettet kun kan betale en del. "
            "Beløbene er fordelt på 2027-2028. Begrundelse: Kun unge.",
        ),
    ]
    assert list(payer_notes(said for said, _ in lines)) == [line for _, line in lines]


def test_a_percentage_is_the_same_answer_however_many_zeros_it_has() -> None:
    same: Callable[..., bool] = is_same_answer
    assert same(QUESTION_OF["outcome_fund_share"], "33.3", "33.30")
    assert not same(QUESTION_OF["outcome_fund_share"], "33.3", "33.31")
    assert not same(QUESTION_OF["outcome_fund_share"], None, "0")
