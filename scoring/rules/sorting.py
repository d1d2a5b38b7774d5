"""Which track does a proposal belong on, and why?

The table of domain.md G4 with the order of contract 4: the first row that matches wins. A row is a function
that asks its conditions and either answers or lets the next row ask.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final

from intake.rules.track import Track
from scoring.rules import gates
from scoring.rules.facts import CallLimits, FundFigures, ProposalFacts
from scoring.rules.grounds import Ground
from scoring.rules.maturity import Level, is_final, level_of, maturity_of
from scoring.rules.policies import Policy


@dataclass(frozen=True, slots=True)
class Sorting:
    """The machine's answer: a recommendation, never a decision.

    `rule` is SORT1 to SORT10, None where the track is undetermined. `grounds` begins with eligibility and
    holds every condition that was asked. `maturity` is provisional until `final`, None with no score at all.
    """

    track: Track
    rule: str | None
    grounds: tuple[Ground, ...]
    maturity: Fraction | None
    level: Level | None
    final: bool

    @property
    def deciding(self) -> tuple[Ground, ...]:
        """The grounds that carried the result, for memo and letter."""
        return tuple(ground for ground in self.grounds if ground.decides)


@dataclass(frozen=True, slots=True)
class _Case:
    facts: ProposalFacts
    call: CallLimits
    fund: FundFigures
    policy: Policy


@dataclass(frozen=True, slots=True)
class _Row:
    """What a row asked, and its answer; `track` None lets the next row ask."""

    asked: tuple[Ground, ...]
    track: Track | None = None
    rule: str | None = None


def sort_proposal(facts: ProposalFacts, call: CallLimits, fund: FundFigures, policy: Policy) -> Sorting:
    """Sort one proposal, judged alone against the amounts of call and fund (contract 4)."""
    case, grounds = _Case(facts, call, fund, policy), tuple[Ground, ...]()
    for ask in _TABLE:
        row = ask(case)
        grounds += row.asked
        if row.track is not None:
            return _sorting(case, row.track, row.rule, grounds)
    raise AssertionError("the last row of the table always answers")


def _sorting(case: _Case, track: Track, rule: str | None, grounds: tuple[Ground, ...]) -> Sorting:
    scores, policy = case.facts.scores, case.policy
    maturity = maturity_of(scores, policy.scale)
    return Sorting(
        track=track,
        rule=rule,
        grounds=grounds,
        maturity=maturity,
        level=None if maturity is None else level_of(maturity, policy.level_bounds),
        final=is_final(scores, policy.scale),
    )


def _formal_row(case: _Case) -> _Row:
    return _turned_away(gates.eligibility(case.facts), Track.INELIGIBLE, "SORT1")


def _stop_row(case: _Case) -> _Row:
    return _turned_away(gates.no_stop(case.facts), Track.REFUSED, "SORT2")


def _turned_away(ground: Ground, track: Track, rule: str) -> _Row:
    """Nobody is turned away on an answer that nobody has given: without it there is no answer yet."""
    if ground.holds:
        return _Row((ground,))
    if not ground.known:
        return _Row((_deciding(ground),), Track.UNDETERMINED)
    return _Row((_deciding(ground),), track, rule)


def _ready_row(case: _Case) -> _Row:
    asked = gates.readiness(case.facts, case.policy)
    return _Row(asked) if _all_hold(asked) else _Row(_failing_decide(asked), Track.UNDETERMINED)


def _own_drift_row(case: _Case) -> _Row:
    asked = gates.own_drift(case.facts, case.policy)
    if not _all_hold(asked):
        return _Row(asked)
    return _Row(_all_decide(asked), Track.REFERRED_TO_DEPARTMENT, "SORT3")


def _investment_row(case: _Case) -> _Row:
    asked = gates.investment_gates(case.facts, case.policy)
    if not _all_hold(asked):
        # What is missing here is part of every answer that can still come, SORT7 to SORT10.
        return _Row(_failing_decide(asked))
    limits = gates.amount_limits(case.facts, case.call, case.fund)
    if not _all_hold(limits):
        return _Row((*asked, *_failing_decide(limits)), Track.MATURING_DIALOGUE, "SORT6")
    grounds = _all_decide((*asked, *limits))
    if case.facts.outcome_fund_share > 0:
        return _Row(grounds, Track.SOCIAL_INVESTMENT_WITH_OUTCOME_FUND, "SORT5")
    return _Row(grounds, Track.SOCIAL_INVESTMENT, "SORT4")


def _donation_row(case: _Case) -> _Row:
    asked = gates.donation_gates(case.facts, case.fund, case.policy)
    if _all_hold(asked):
        return _Row(_all_decide(asked), Track.DONATION, "SORT7")
    if all(ground.holds for ground in asked if ground.rule != "GATE10d"):
        return _Row(_failing_decide(asked), Track.MATURING_DIALOGUE, "SORT8")
    dialogue = gates.mature_enough_for_dialogue(case.facts, case.policy)
    grounds = (*_failing_decide(asked), _deciding(dialogue))
    if dialogue.holds:
        return _Row(grounds, Track.MATURING_DIALOGUE, "SORT9")
    return _Row(grounds, Track.REFUSED, "SORT10")


_TABLE: Final[tuple[Callable[[_Case], _Row], ...]] = (
    _formal_row,
    _stop_row,
    _ready_row,
    _own_drift_row,
    _investment_row,
    _donation_row,
)


def _all_hold(grounds: tuple[Ground, ...]) -> bool:
    return all(ground.holds for ground in grounds)


def _deciding(ground: Ground) -> Ground:
    return replace(ground, decides=True)


def _all_decide(grounds: tuple[Ground, ...]) -> tuple[Ground, ...]:
    return tuple(_deciding(ground) for ground in grounds)


def _failing_decide(grounds: tuple[Ground, ...]) -> tuple[Ground, ...]:
    return tuple(ground if ground.holds else _deciding(ground) for ground in grounds)
