"""Does the sorting say every single change that gives another track, and none that does not?"""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.rules.track import Track
from scoring.rules.dimensions import Dimension
from scoring.rules.fact_words import FACT_LABELS, YES_NO_FACTS, shown_fact
from scoring.rules.facts import CallLimits, FundFigures, ProposalFacts
from scoring.rules.sorting import sort_proposal
from scoring.rules.what_if import Change, ChangeKind, what_would_change
from tests.rules.policy_builders import CALL, DONATION, FUND, INVESTMENT, POLICY, sort, with_score
from tests.rules.test_policy_properties import CALLS, FUNDS, PROPOSALS, policy_settings


def changes(facts: ProposalFacts, *, call: CallLimits = CALL, fund: FundFigures = FUND) -> tuple[Change, ...]:
    return what_would_change(facts, call, fund, POLICY)


def told(found: tuple[Change, ...], kind: ChangeKind) -> dict[str, tuple[Track, str | None]]:
    return {one.sentence.replace("\u00a0", " "): (one.track, one.rule) for one in found if one.kind is kind}


def single_changes(facts: ProposalFacts) -> dict[tuple[str, str, Any], ProposalFacts]:
    """Every single change but those of the amount, made once more by hand: by kind, subject and new value."""
    made: dict[tuple[str, str, Any], ProposalFacts] = {}
    for dimension in Dimension:
        score = facts.scores.get(dimension)
        for other in range(5):
            if score is None or abs(score - other) == 1:
                made["score", dimension.value, other] = with_score(facts, dimension, other)
    for name in YES_NO_FACTS:
        for answer in {True, False} - {getattr(facts, name)}:
            made["fact", name, answer] = replace(facts, **{name: answer})
    for name in ("small_group_reason", "small_organisation_waiver", "innovative_waiver"):
        reason = getattr(facts, name)
        other_reason = None if reason and reason.strip() else "En grund"
        made["exception", name, other_reason is None] = replace(facts, **{name: other_reason})
    made["participants", "participants", ...] = replace(facts, participants=25 if facts.participants < 25 else 24)
    late = facts.payback_months is None or facts.payback_months > 24
    made["payback", "payback_months", ...] = replace(facts, payback_months=Decimal(24 if late else 25))
    if facts.outcome_fund_share:
        made["outcome_share", "outcome_fund_share", ...] = replace(facts, outcome_fund_share=Decimal(0))
    return made


def as_made(change: Change) -> tuple[str, str, Any]:
    match change.kind:
        case ChangeKind.SCORE:
            return "score", change.subject, change.facts.scores[Dimension(change.subject)]
        case ChangeKind.FACT:
            return "fact", change.subject, getattr(change.facts, change.subject)
        case ChangeKind.EXCEPTION:
            return "exception", change.subject, getattr(change.facts, change.subject) is None
    return change.kind.value, change.subject, ...


@settings(policy_settings)
@given(PROPOSALS, CALLS, FUNDS)
def test_every_change_gives_the_track_it_names_when_it_is_sorted(facts, call, fund):
    present = sort_proposal(facts, call, fund, POLICY)
    for change in changes(facts, call=call, fund=fund):
        anew = sort_proposal(change.facts, call, fund, POLICY)

        assert (change.track, change.rule) == (anew.track, anew.rule)
        assert change.track not in (present.track, Track.UNDETERMINED)


@settings(policy_settings)
@given(PROPOSALS, CALLS, FUNDS)
def test_no_single_change_is_missing(facts, call, fund):
    present = sort_proposal(facts, call, fund, POLICY).track
    others = {what: sort_proposal(new, call, fund, POLICY).track for what, new in single_changes(facts).items()}
    expected = {what: track for what, track in others.items() if track not in (present, Track.UNDETERMINED)}
    found = [change for change in changes(facts, call=call, fund=fund) if change.kind is not ChangeKind.AMOUNT]

    assert {as_made(change): change.track for change in found} == expected
    assert len(found) == len(expected)


@settings(policy_settings)
@given(PROPOSALS, CALLS, FUNDS, st.one_of(st.integers(1, 4_000_000), st.integers(1, 30_000_000)))
def test_no_amount_gives_a_track_that_is_not_told(facts, call, fund, amount):
    """Any amount at all: what it gives is told, at an amount that is no further away."""
    other = sort_proposal(replace(facts, amount=amount), call, fund, POLICY).track
    if other in (sort_proposal(facts, call, fund, POLICY).track, Track.UNDETERMINED):
        return
    found = [change for change in changes(facts, call=call, fund=fund) if change.kind is ChangeKind.AMOUNT]
    nearest = [
        change.facts.amount
        for change in found
        if change.track is other and (change.facts.amount > facts.amount) == (amount > facts.amount)
    ]

    assert len(nearest) == 1
    assert abs(nearest[0] - facts.amount) <= abs(amount - facts.amount)


@settings(policy_settings)
@given(PROPOSALS, CALLS, FUNDS)
def test_one_thing_is_changed_at_a_time_and_told_in_whole_sentences(facts, call, fund):
    found = changes(facts, call=call, fund=fund)

    for change in found:
        changed = {name for name in ProposalFacts.__slots__ if getattr(change.facts, name) != getattr(facts, name)}
        assert changed == ({"scores"} if change.kind is ChangeKind.SCORE else {change.subject})
        assert change.sentence[:1].isupper()
        assert change.because.endswith(".")
    assert len({change.sentence for change in found}) == len(found)
    assert [change.kind for change in found] == sorted((change.kind for change in found), key=list(ChangeKind).index)


def test_a_donation_that_would_be_too_large_or_fail_a_gate():
    found = changes(DONATION)

    assert told(found, ChangeKind.AMOUNT) == {"Beløbet er over 100.000 kr.": (Track.MATURING_DIALOGUE, "SORT8")}
    facts = told(found, ChangeKind.FACT)
    assert facts["Ansøgeren er ikke en mindre organisation"] == (Track.REFUSED, "SORT10")
    (small,) = [one for one in found if one.subject == "small_organisation"]
    assert small.because == "Modenheden er 1,42. En modningsdialog kræver mindst 2,00."


def test_a_donation_over_the_ceiling_is_told_how_far_down():
    found = changes(replace(DONATION, amount=140_000))

    assert told(found, ChangeKind.AMOUNT) == {"Beløbet er 100.000 kr.": (Track.DONATION, "SORT7")}


def test_what_is_left_of_the_pool_is_nearer_than_the_ceiling():
    found = changes(replace(DONATION, amount=90_000), fund=replace(FUND, donation_pool_left=60_000))

    assert told(found, ChangeKind.AMOUNT) == {"Beløbet er 60.000 kr.": (Track.DONATION, "SORT7")}


def test_an_investment_beyond_the_outcome_fund_fits_at_the_present_share():
    facts = replace(INVESTMENT, outcome_fund_share=Decimal(60))
    found = changes(facts)

    assert sort(facts).rule == "SORT6"
    assert told(found, ChangeKind.AMOUNT)["Beløbet er 1.666.666 kr."] == (
        Track.SOCIAL_INVESTMENT_WITH_OUTCOME_FUND,
        "SORT5",
    )
    assert told(found, ChangeKind.OUTCOME_SHARE) == {
        "Resultatbetalingspuljen skal ikke betale noget": (Track.SOCIAL_INVESTMENT, "SORT4")
    }


def test_one_score_too_few_names_the_level_that_is_missing():
    found = changes(with_score(INVESTMENT, Dimension.ECONOMY, 2))

    assert told(found, ChangeKind.SCORE)["Økonomi 3 i stedet for 2"] == (Track.SOCIAL_INVESTMENT, "SORT4")


def test_one_dimension_without_a_score_tells_what_each_level_gives():
    found = changes(with_score(INVESTMENT, Dimension.EVIDENCE, None))

    # An open answer is no track, so every level that settles it is another answer.
    assert told(found, ChangeKind.SCORE) == {
        "Evidens 0": (Track.MATURING_DIALOGUE, "SORT9"),
        "Evidens 1": (Track.MATURING_DIALOGUE, "SORT9"),
        "Evidens 2": (Track.SOCIAL_INVESTMENT, "SORT4"),
        "Evidens 3": (Track.SOCIAL_INVESTMENT, "SORT4"),
        "Evidens 4": (Track.SOCIAL_INVESTMENT, "SORT4"),
    }


def test_two_dimensions_without_a_score_leave_only_what_turns_away():
    facts = with_score(with_score(INVESTMENT, Dimension.EVIDENCE, None), Dimension.NEED, None)

    assert [(one.subject, one.track) for one in changes(facts)] == [
        ("eligible", Track.INELIGIBLE),
        ("stop", Track.REFUSED),
    ]


def test_a_fact_that_nobody_gave_is_tried_both_ways():
    facts = replace(INVESTMENT, stop=None)

    assert told(changes(facts), ChangeKind.FACT) == {
        "Forslaget opfylder ikke callets formelle krav": (Track.INELIGIBLE, "SORT1"),
        "Der er tegn på skade, lovbrud eller alvorlig etisk tvivl": (Track.REFUSED, "SORT2"),
        "Der er ikke tegn på skade, lovbrud eller alvorlig etisk tvivl": (Track.SOCIAL_INVESTMENT, "SORT4"),
    }


def test_every_yes_or_no_fact_has_words_and_every_other_a_label():
    truths = {name for name in ProposalFacts.__slots__ if ProposalFacts.__annotations__[name] == bool | None}

    assert set(YES_NO_FACTS) == truths
    figures = {*CallLimits.__slots__, *FundFigures.__slots__}
    assert set(FACT_LABELS) == {*ProposalFacts.__slots__, *figures} - {"scores"}


@pytest.mark.parametrize(
    ("key", "value", "shown"),
    [
        ("stop", None, "ikke oplyst"),
        ("stop", False, "nej"),
        ("stop", True, "ja"),
        ("amount", 85_000, "85.000 kr."),
        ("participants", 1200, "1.200"),
        ("payback_months", Decimal("24.5"), "24,5"),
        ("outcome_fund_share", "33.3", "33,3 %"),
        ("innovative_waiver", " \u00a0", "ikke oplyst"),
        ("innovative_waiver", "Kendt andetsteds.", "Kendt andetsteds."),
        ("evidence", 2, "2"),
    ],
)
def test_a_fact_reads_as_a_person_writes_it(key, value, shown):
    assert shown_fact(key, value).replace("\u00a0", " ") == shown


def test_the_limit_of_the_outcome_fund_is_the_whole_kroner_that_still_fit():
    facts = replace(INVESTMENT, amount=3_000_000, outcome_fund_share=Decimal("33.4"))
    (change,) = [one for one in changes(facts) if one.kind is ChangeKind.AMOUNT and one.facts.amount < facts.amount]
    share = Fraction("33.4") / 100

    assert change.facts.amount * share <= FUND.outcome_fund_balance < (change.facts.amount + 1) * share
