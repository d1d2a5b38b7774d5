"""Does every fact demand its source and reason, and do payers, risk and suggestions follow from what is known?"""

from typing import Any

import pytest

from scoring.rules.case_facts import (
    DERIVED,
    FACT_QUESTIONS,
    QUESTION_OF,
    FactDraft,
    FactGroup,
    FactKind,
    FactValue,
    answer_slug,
    gaps_of_fact,
    payers_confirmed,
    risk_assessed,
    without_bearing,
)
from scoring.rules.fund import running_costs
from scoring.rules.goal_payers import GoalPayer, PayerKind, as_stored, gaps_of_goals, goals_of, paired
from scoring.rules.suggestions import ApplicantFacts, Suggestion, suggest_facts

DEPARTMENT = PayerKind.DEPARTMENT


def parts(key: str, draft: FactDraft, pointed_at: FactValue = None) -> list[str]:
    return [part for part, _ in gaps_of_fact(QUESTION_OF[key], draft, pointed_at)]


def test_keys_are_unique_and_short_enough_and_every_group_is_asked() -> None:
    keys = [question.key for question in FACT_QUESTIONS]
    assert len(set(keys)) == len(keys)
    assert not set(keys) & set(DERIVED)
    assert max(map(len, keys)) <= 40
    assert {question.group for question in FACT_QUESTIONS} == set(FactGroup)
    assert all((question.options is not None) == (question.kind is FactKind.CHOICE) for question in FACT_QUESTIONS)


@pytest.mark.parametrize(
    ("key", "draft", "missing"),
    [
        ("stop", FactDraft(None), []),
        ("stop", FactDraft(None, "", "En tanke"), []),
        ("stop", FactDraft(False), ["source"]),
        ("stop", FactDraft(False, "Notat"), []),
        ("stop", FactDraft(True, "Notat"), ["reason"]),
        ("stop", FactDraft(True), ["source", "reason"]),
        ("stop", FactDraft(True, "Notat", "Derfor"), []),
        ("payback_months", FactDraft("24", "Regneark"), []),
        ("small_group_reason", FactDraft("Den er særlig."), []),
        ("procurement_regime", FactDraft("grant", "Jurist"), ["reason"]),
        ("risk_level", FactDraft("not_assessed", "Sagen"), []),
        ("risk_level", FactDraft("low", "Sagen"), ["reason"]),
        ("innovative", FactDraft(False, "Sagen"), []),
        ("innovative", FactDraft(True, "Sagen"), ["reason"]),
        ("assessment_written", FactDraft(True, "Sagen"), ["reason"]),
        ("learning_purpose", FactDraft(True, "Sagen"), ["reason"]),
        ("cross_border", FactDraft(False, "Jurist"), ["reason"]),
    ],
)
def test_an_answer_needs_its_source_and_where_it_decides_a_reason(
    key: str, draft: FactDraft, missing: list[str]
) -> None:
    assert parts(key, draft) == missing


def test_another_answer_than_the_case_points_at_needs_a_reason() -> None:
    assert parts("municipal", FactDraft(True, "Notat"), True) == []
    assert parts("municipal", FactDraft(False, "Notat"), True) == ["reason"]
    assert parts("municipal", FactDraft(False, "Notat", "Selvstændig nu"), True) == []
    assert parts("municipal", FactDraft(None), True) == []


def test_every_gap_says_which_fact_lacks_what() -> None:
    assert [text for _, text in gaps_of_fact(QUESTION_OF["stop"], FactDraft(True), None)] == [
        "Skriv, hvor du ved det fra (tegn på skade).",
        "Skriv en begrundelse for svaret (tegn på skade).",
    ]


@pytest.mark.parametrize(
    ("key", "value", "slug"),
    [
        ("stop", None, "unknown"),
        ("stop", False, "no"),
        ("payback_months", "24.5", "24.5"),
        ("de_minimis_received", 0, "0"),
        ("data_protection", "processor", "processor"),
        ("small_group_reason", "Fri tekst", "given"),
        ("goal_payers", as_stored([GoalPayer("a", None, "", True), GoalPayer("b")]), "1/2"),
    ],
)
def test_a_slug_holds_no_free_text(key: str, value: FactValue, slug: str) -> None:
    assert answer_slug(QUESTION_OF[key], value) == slug


# ---- payers ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answers", "goals"),
    [
        ({"result_goals": [{"indicator": "A"}, {"indicator": "B"}]}, ("A", "B")),
        ({"result_goals": "Flere i job"}, ("Forslagets mål",)),
        ({"result_goals": "  "}, ()),
        ({"result_goals": []}, ()),
        ({}, ()),
    ],
)
def test_goals_are_rows_or_one_text(answers: dict[str, Any], goals: tuple[str, ...]) -> None:
    assert goals_of(answers) == goals


@pytest.mark.parametrize(
    ("confirmed", "answer"),
    [
        ((), None),
        ((True,), True),
        ((True, True), True),
        ((True, None), None),
        ((True, False), False),
        ((None, False), False),
    ],
)
def test_payers_are_confirmed_when_every_goal_has_one(confirmed: tuple[bool | None, ...], answer: bool | None) -> None:
    goals = [GoalPayer(str(number), DEPARTMENT, "MSB", one) for number, one in enumerate(confirmed)]
    assert payers_confirmed(tuple(goal.goal for goal in goals), as_stored(goals)) is answer


def test_a_goal_that_came_later_has_no_payer_yet_and_one_that_moved_keeps_its_own() -> None:
    stored = as_stored([GoalPayer("A", DEPARTMENT, "MSB", True), GoalPayer("B", None, "", False)])
    assert paired(("B", "A"), stored) == (GoalPayer("B", None, "", False), GoalPayer("A", DEPARTMENT, "MSB", True))
    assert paired(("A", "C"), stored) == (GoalPayer("A", DEPARTMENT, "MSB", True), GoalPayer("C"))
    assert payers_confirmed(("A", "C"), stored) is None
    assert payers_confirmed((), stored) is None


def test_two_goals_with_the_same_words_keep_a_payer_each() -> None:
    twins = (GoalPayer("A", DEPARTMENT, "MSB", True), GoalPayer("A", PayerKind.OTHER, "En fond", False))
    assert paired(("A", "A"), as_stored(twins)) == twins


def test_a_confirmed_payer_is_named() -> None:
    assert list(gaps_of_goals([GoalPayer("A", None, "", None), GoalPayer("B", None, "", False)])) == []
    assert list(gaps_of_goals([GoalPayer("A", PayerKind.OUTCOME_FUND, "", True)])) == []
    assert list(gaps_of_goals([GoalPayer("A", None, "", True), GoalPayer("B", DEPARTMENT, "", True)])) == [
        (0, "payer", "Vælg, hvem der betaler for målet »A«."),
        (1, "name", "Skriv, hvem der betaler for målet »B«."),
    ]


@pytest.mark.parametrize(
    ("level", "reason", "answer"),
    [
        (None, "", None),
        (None, "Tekst", None),
        ("low", "", False),
        ("high", "Tekst", True),
        ("not_assessed", "Tekst", False),
    ],
)
def test_risk_is_assessed_with_a_level_and_a_text(level: str | None, reason: str, answer: bool | None) -> None:
    assert risk_assessed(level, reason) is answer


@pytest.mark.parametrize(
    ("facts", "is_long", "idle"),
    [
        ({}, None, set()),
        ({}, True, set()),
        ({}, False, {"lawyer_looked"}),
        ({"procurement_regime": "grant"}, None, {"contract_value", "procurement_route", "cross_border"}),
        ({"procurement_regime": "light"}, None, set()),
        ({"procurement_route": "eu_tender"}, None, {"contract_value", "cross_border"}),
        ({"procurement_route": "direct"}, None, set()),
        ({"economic_activity": False}, None, {"de_minimis_received", "de_minimis_register"}),
        ({"economic_activity": True}, None, set()),
    ],
)
def test_what_no_rule_asks_for_is_not_missing(
    facts: dict[str, FactValue], is_long: bool | None, idle: set[str]
) -> None:
    assert without_bearing(facts, is_long=is_long) == idle


# ---- suggestions and running costs ----------------------------------------------------------------------------------


def plain(found: dict[str, Suggestion]) -> dict[str, tuple[FactValue, str]]:
    return {key: (one.value, one.source) for key, one in found.items()}


def test_what_the_case_points_at() -> None:
    small = ApplicantFacts(department=None, staff_years=0, turnover_ore=240_000_00)
    assert plain(suggest_facts(small, {"economic_activity": "yes", "de_minimis": 0})) == {
        "municipal": (False, "Ansøgeren er ikke en forvaltning"),
        "small_organisation": (
            True,
            "Organisationens egne oplysninger: 0 årsværk og 240.000 kr. i årlig omsætning",
        ),
        "economic_activity": (True, "Ansøgerens erklæring i forslaget"),
        "de_minimis_received": (0, "Ansøgerens erklæring i forslaget"),
    }


def test_a_department_is_municipal_and_of_no_size() -> None:
    department = ApplicantFacts(department="MSB", staff_years=3, turnover_ore=None)
    assert plain(suggest_facts(department, {"economic_activity": "no", "de_minimis": 5_00})) == {
        "municipal": (True, "Ansøgeren er en forvaltning (MSB)"),
        "economic_activity": (False, "Ansøgerens erklæring i forslaget"),
    }


def test_an_older_question_set_points_at_less() -> None:
    unknown = ApplicantFacts(department=None, staff_years=None, turnover_ore=None)
    assert set(suggest_facts(unknown, {})) == {"municipal"}


def test_running_costs_are_450000_a_year() -> None:
    assert [(cost.years, cost.total_ore) for cost in running_costs()][:2] == [(1, 450_000_00), (2, 900_000_00)]
    assert len(running_costs()) == 10
