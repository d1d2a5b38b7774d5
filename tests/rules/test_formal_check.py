"""What does the machine say of each of the 17 formal demands: good, bad, unanswered, and not asked?"""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from foundation.identity.organisation_kinds import OrganisationKind
from intake.rules.call import FocusArea
from intake.rules.formal_check import (
    DEMANDS,
    CheckOutcome,
    FormalFacts,
    needs_note,
    not_in_order,
    run_formal_check,
)
from intake.rules.formal_return import APPLICANT, FILES, due_fault, is_opened, parts_to_open
from intake.rules.proposal import Wish, gaps_of
from intake.rules.questions import QUESTION_SETS
from tests.builders import ANSWERS

OK, MISSING, NOT_ELIGIBLE, HUMAN = (
    CheckOutcome.OK,
    CheckOutcome.MISSING,
    CheckOutcome.NOT_ELIGIBLE,
    CheckOutcome.NEEDS_HUMAN,
)
NEWER = QUESTION_SETS["core-2027"]
OLDER = QUESTION_SETS["core-2026"]

GOOD = FormalFacts(
    received_at=datetime(2027, 3, 1, 12, tzinfo=UTC),
    opens_at=datetime(2027, 2, 1, 9, tzinfo=UTC),
    closes_at=datetime(2027, 3, 1, 12, tzinfo=UTC),
    call_areas=frozenset(FocusArea),
    focus_area=FocusArea.HOMELESSNESS,
    kind=OrganisationKind.ASSOCIATION,
    cvr="99999926",
    contact_name="Formanden",
    contact_email="formand@byhaven.example",
    same_cvr_in_call=(),
    amount_ore=85_000_00,
    wish=Wish.DONATION,
    per_project_cap_ore=3_000_000_00,
    asked=frozenset(question.key for question in NEWER.questions),
    answers=ANSWERS,
    gaps=(),
    files=0,
)


def told(**answers: Any) -> FormalFacts:
    """The good facts with other answers; None takes one away."""
    full = {key: value for key, value in {**ANSWERS, **answers}.items() if value is not None}
    return replace(GOOD, answers=full, gaps=gaps_of(NEWER, full))


def said(facts: FormalFacts, rule: str) -> tuple[CheckOutcome, str]:
    check = next(check for check in run_formal_check(facts) if check.rule == rule)
    return check.outcome, check.text.replace("\N{NO-BREAK SPACE}", " ")


def test_a_good_proposal_is_in_order_throughout() -> None:
    checks = run_formal_check(GOOD)
    assert [check.rule for check in checks] == list(DEMANDS)
    assert {check.outcome for check in checks} == {OK}


BAD: list[tuple[str, FormalFacts, CheckOutcome, str]] = [
    ("EL1", replace(GOOD, received_at=datetime(2027, 3, 1, 12, 1, tzinfo=UTC)), NOT_ELIGIBLE, "1.3.2027 kl. 12.01"),
    ("EL1", replace(GOOD, received_at=datetime(2027, 2, 1, 8, 59, tzinfo=UTC)), NOT_ELIGIBLE, "uden for fristen"),
    ("EL2", replace(GOOD, call_areas=frozenset({FocusArea.MENTAL_ILLNESS})), NOT_ELIGIBLE, "ikke et af callets 1"),
    ("EL3", replace(GOOD, cvr=None), MISSING, "ikke oplyst et CVR-nummer"),
    ("EL3", replace(GOOD, cvr="12345678"), MISSING, "12345678 kan ikke være rigtigt"),
    ("EL3", replace(GOOD, kind=None), MISSING, "hvilken slags organisation"),
    ("EL4", replace(GOOD, same_cvr_in_call=("2027-01-002", "2027-01-003")), HUMAN, "2027-01-002, 2027-01-003"),
    ("EL5", told(in_aarhus="no"), HUMAN, f"»{ANSWERS['target_group']}«"),
    ("EL5", told(in_aarhus=None), MISSING, "ikke svaret"),
    ("EL6", told(beyond_duty="no"), HUMAN, f"»{ANSWERS['supplement']}«"),
    ("EL6", told(beyond_duty=None), MISSING, "ikke svaret"),
    ("EL7", told(already_started="yes"), HUMAN, "allerede er begyndt. Den begynder 1.8.2027."),
    ("EL7", told(starts_on="2027-02-28"), HUMAN, "28.2.2027. Det er før, forslaget kom."),
    ("EL7", told(already_started=None), MISSING, "ikke svaret"),
    ("EL8", told(public_benefit="no"), HUMAN, "nej til, at formålet er almennyttigt"),
    ("EL8", told(profit_aim="yes", profit_explained="Ejeren får det."), HUMAN, "»Ejeren får det.«"),
    ("EL8", told(profit_aim="yes"), MISSING, "ikke skrevet hvem"),
    ("EL8", told(public_benefit=None), MISSING, "ikke svaret"),
    ("EL8", told(profit_aim=None), MISSING, "ikke svaret"),
    ("EL9", told(economic_activity="yes", de_minimis=200_000_00), HUMAN, "285.000 kr."),
    ("EL9", told(economic_activity="yes", de_minimis=0), HUMAN, "0 kr. i de minimis-støtte"),
    ("EL9", told(economic_activity="yes"), MISSING, "ikke oplyst"),
    ("EL9", told(economic_activity=None), MISSING, "ikke svaret"),
    ("EL10", replace(GOOD, amount_ore=0), MISSING, "ikke søgt et beløb"),
    ("EL10", told(budget=None), MISSING, "ikke noget budget"),
    ("EL10", told(amount_sought=84_999_99), MISSING, "Der mangler"),
    ("EL10", told(amount_sought=85_000_01), MISSING, "for meget"),
    ("EL11", replace(GOOD, amount_ore=100_000_01), HUMAN, "Det stopper ikke sagen."),
    ("EL12", replace(GOOD, per_project_cap_ore=84_999_99), HUMAN, "over callets grænse"),
    ("EL13", told(ends_on="2030-08-01"), HUMAN, "37 måneder"),
    ("EL13", told(one_off="no"), HUMAN, "nej til at søge ét beløb"),
    ("EL13", told(one_off=None), MISSING, "ikke oplyst"),
    ("EL13", told(starts_on=None), MISSING, "ikke oplyst"),
    ("EL14", told(problem="Kontakt 010203-1234"), HUMAN, "ligner et CPR-nummer. Det skal fjernes."),
    ("EL15", replace(GOOD, contact_name=""), MISSING, "kontaktperson"),
    ("EL15", replace(GOOD, contact_email=""), MISSING, "kontaktperson"),
    ("EL15", told(accepts_rules="no"), MISSING, "ikke svaret ja"),
    ("EL15", told(accepts_rules=None), MISSING, "ikke svaret ja"),
    ("EL16", told(summary=None, budget=None), MISSING, "Fortæl det kort: Hvad vil I, for hvem, og hvorfor?; Hvad ko"),
    ("EL17", told(ties="yes", ties_explained="Gift med en ansat."), HUMAN, "»Gift med en ansat.«"),
    ("EL17", told(ties="yes"), MISSING, "ikke skrevet hvilken"),
    ("EL17", told(ties=None), MISSING, "ikke svaret"),
]


@pytest.mark.parametrize(("rule", "facts", "outcome", "words"), BAD, ids=[f"{one[0]}-{one[3][:20]}" for one in BAD])
def test_what_is_not_in_order_is_told_in_words(
    rule: str, facts: FormalFacts, outcome: CheckOutcome, words: str
) -> None:
    found, text = said(facts, rule)
    assert found is outcome
    assert words in text


def test_every_demand_is_in_the_table() -> None:
    assert {rule for rule, *_ in BAD} == set(DEMANDS)


@pytest.mark.parametrize(
    ("rule", "facts", "words"),
    [
        ("EL1", replace(GOOD, received_at=GOOD.opens_at), "1.2.2027 kl. 09.00"),
        ("EL3", replace(GOOD, kind=OrganisationKind.MUNICIPAL_DEPARTMENT, cvr=None), "kommunal forvaltning"),
        ("EL10", GOOD, "koster 95.000 kr., andre betaler 10.000 kr., og der søges 85.000 kr."),
        ("EL11", replace(GOOD, amount_ore=100_000_00), "100.000 kr."),
        ("EL11", replace(GOOD, wish=Wish.UNSURE, amount_ore=100_000_01), "ikke om en donation"),
        ("EL12", replace(GOOD, per_project_cap_ore=85_000_00), "85.000 kr."),
        ("EL13", told(ends_on="2030-07-31"), "36 måneder"),
        ("EL13", replace(told(one_off="no"), wish=Wish.SOCIAL_INVESTMENT), "ikke om en donation"),
        ("EL14", GOOD, "ingen filer"),
        ("EL14", replace(GOOD, files=1), "én fil af en kendt type, ikke scannet for virus"),
        ("EL14", replace(GOOD, files=2), "2 filer af en kendt type, ikke scannet for virus"),
    ],
)
def test_what_is_in_order_is_told_with_its_figures(rule: str, facts: FormalFacts, words: str) -> None:
    found, text = said(facts, rule)
    assert found is OK
    assert words in text


def test_what_an_older_call_never_asked_is_for_a_person() -> None:
    answers = {"title": "A", "budget": "Løn 85.000 kr.", "amount_sought": 85_000_00, "supplement": "Nyt."}
    older = replace(GOOD, asked=frozenset(one.key for one in OLDER.questions), answers=answers)
    outcomes = {check.rule: check.outcome for check in run_formal_check(older)}
    human = {"EL5", "EL6", "EL7", "EL8", "EL9", "EL10", "EL13", "EL15", "EL17"}
    assert outcomes == {rule: HUMAN if rule in human else OK for rule in DEMANDS}
    assert "fordi callet ikke spurgte" in said(older, "EL5")[1]
    assert "skrevet som tekst" in said(older, "EL10")[1]


@pytest.mark.parametrize(
    ("machine", "found", "needed"),
    [
        (OK, OK, False),
        (OK, MISSING, True),
        (OK, NOT_ELIGIBLE, True),
        (OK, HUMAN, False),
        (MISSING, OK, True),
        (MISSING, MISSING, False),
        (NOT_ELIGIBLE, OK, True),
        (HUMAN, OK, False),
        (HUMAN, NOT_ELIGIBLE, False),
    ],
)
def test_note_is_needed_to_overrule_the_machine(machine: CheckOutcome, found: CheckOutcome, needed: bool) -> None:
    assert needs_note(machine, found) is needed


def test_not_in_order_is_all_that_nobody_found_to_be() -> None:
    assert not_in_order(dict.fromkeys(DEMANDS, OK)) == ()
    rest = {rule: OK for rule in DEMANDS if rule not in ("EL2", "EL9")}
    assert not_in_order({**rest, "EL9": HUMAN}) == ("EL2", "EL9")


# ---- the return -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("on", "words"),
    [
        (date(2027, 3, 1), "efter i dag"),
        (date(2027, 2, 26), "efter i dag"),
        (date(2027, 3, 6), "arbejdsdag"),
        (date(2027, 3, 25), "arbejdsdag"),
        (date(2027, 3, 2), ""),
    ],
)
def test_deadline_is_a_working_day_after_today(on: date, words: str) -> None:
    fault = due_fault(on, today=date(2027, 3, 1))
    assert words in fault
    assert bool(fault) is bool(words)


@pytest.mark.parametrize(
    ("rules", "parts"),
    [
        (("EL3",), (APPLICANT,)),
        (("EL10",), ("money",)),
        (("EL14",), (FILES,)),
        (("EL15",), (APPLICANT, "declarations")),
        (("EL16",), ("idea", "money")),
        (("EL7", "EL10"), ("intervention", "money", "declarations")),
        ((), ()),
    ],
)
def test_parts_to_open_follow_what_is_missing(rules: tuple[str, ...], parts: tuple[str, ...]) -> None:
    facts = told(summary=None, budget=None)
    assert parts_to_open(rules, facts, NEWER) == parts


def test_everything_is_open_but_in_a_returned_proposal() -> None:
    assert is_opened("money", None)
    assert is_opened("money", ["money"])
    assert not is_opened("money", [])
