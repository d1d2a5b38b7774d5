"""Does every ground say where its answer comes from, and is everything missing named with its place?"""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given

from scoring.rules.case_facts import FACT_QUESTIONS
from scoring.rules.dimensions import Dimension
from scoring.rules.facts import ProposalFacts
from scoring.rules.gates import (
    amount_limits,
    donation_gates,
    eligibility,
    investment_gates,
    mature_enough_for_dialogue,
    no_stop,
    own_drift,
    readiness,
)
from scoring.rules.grounds import Ground
from scoring.rules.sorting import sort_proposal
from scoring.rules.sources import GROUND_RESTS_ON, Source, missing_facts, recorded_facts, rests_on
from tests.rules.policy_builders import CALL, DONATION, FUND, INVESTMENT, POLICY, sort, with_score
from tests.rules.test_policy_properties import CALLS, FUNDS, PROPOSALS, policy_settings

NOTHING_KNOWN = replace(
    INVESTMENT,
    **dict.fromkeys(
        [
            *("eligible", "stop", "hearing_open", "department_funds_itself", "payers_confirmed", "legal_checked"),
            *("risk_assessed", "municipal", "small_organisation", "innovative", "needs_fund", "assessment_written"),
            *("learning_purpose", "lead_department_asked"),
        ]
    ),
    scores={},
)


def every_ground(facts: ProposalFacts) -> tuple[Ground, ...]:
    """All that the rules can ask, whatever they would answer first."""
    return (
        eligibility(facts),
        no_stop(facts),
        *readiness(facts, POLICY),
        *own_drift(facts, POLICY),
        *investment_gates(facts, POLICY),
        *amount_limits(facts, CALL, FUND),
        *donation_gates(facts, FUND, POLICY),
        mature_enough_for_dialogue(facts, POLICY),
    )


@pytest.mark.parametrize("facts", [INVESTMENT, DONATION, NOTHING_KNOWN])
def test_every_rule_and_no_other_has_its_sources(facts):
    grounds = every_ground(facts)

    assert {(ground.rule, ground.section) for ground in grounds} == set(GROUND_RESTS_ON)
    assert all(rest.sources for rest in rests_on(grounds))


@policy_settings
@given(PROPOSALS, CALLS, FUNDS)
def test_the_grounds_of_any_sorting_have_sources(facts, call, fund):
    grounds = sort_proposal(facts, call, fund, POLICY).grounds

    assert len(rests_on(grounds)) == len(grounds)


def test_the_two_halves_of_own_drift_rest_on_a_fact_each():
    first, second = rests_on(own_drift(INVESTMENT, POLICY))

    assert (first.facts, second.facts) == (("payback_months",), ("department_funds_itself",))


def test_every_fact_of_the_case_leads_to_a_question_of_the_page():
    asked = {question.key for question in FACT_QUESTIONS}
    for entries in GROUND_RESTS_ON.values():
        for rest in entries:
            if rest.sources == (Source.CASE_FACTS,):
                for fact in rest.facts:
                    assert recorded_facts(fact), fact
                    assert set(recorded_facts(fact)) <= asked


def missing(facts: ProposalFacts) -> list[tuple[Source, str]]:
    grounds = sort_proposal(facts, CALL, FUND, POLICY).grounds
    found = missing_facts(facts, grounds, POLICY)
    return [(one.source, one.fact or str(one.dimension)) for one in found]


def test_nothing_is_missing_where_all_is_answered():
    assert missing(INVESTMENT) == []
    assert missing(DONATION) == []


def test_a_missing_score_leads_to_the_consensus_and_an_open_answer_to_the_facts():
    facts = with_score(replace(INVESTMENT, hearing_open=None), Dimension.ECONOMY, None)

    assert missing(facts) == [(Source.CONSENSUS, "economy"), (Source.HEARING, "hearing_open")]


def test_what_was_not_asked_is_not_missing():
    # An investment that holds asks nothing about a donation.
    assert missing(replace(INVESTMENT, needs_fund=None, innovative=None)) == []


def test_an_exception_stands_in_for_the_answer():
    facts = replace(DONATION, innovative=None)

    assert missing(facts) == [(Source.CASE_FACTS, "innovative")]
    assert missing(replace(facts, innovative_waiver="Ny i byen.")) == []


def test_payback_is_missing_only_where_the_department_can_pay():
    assert missing(replace(INVESTMENT, department_funds_itself=True)) == [(Source.CASE_FACTS, "payback_months")]
    soon = replace(INVESTMENT, payback_months=Decimal(24), department_funds_itself=None)
    assert missing(soon) == [(Source.CASE_FACTS, "department_funds_itself")]
    assert missing(replace(soon, payback_months=Decimal(25))) == []


def test_a_lead_department_that_was_not_asked_is_a_matter_of_the_routing():
    assert missing(replace(DONATION, lead_department_asked=None)) == [(Source.ROUTING, "lead_department_asked")]


@policy_settings
@given(PROPOSALS)
def test_what_is_missing_is_named_once_and_is_not_known(facts):
    found = missing(facts)

    assert len(found) == len(set(found))
    for source, name in found:
        value = facts.scores.get(Dimension(name)) if source is Source.CONSENSUS else getattr(facts, name)
        assert value is None
    assert sort(facts).grounds
