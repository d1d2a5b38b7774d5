"""What would change the answer of a sorting: every single change that gives another track?

A change is one score up or down by one, one answer turned, one exception given or taken back, or one figure moved to
the limit that it is held against. Each is tried by sorting the changed facts: no rule is told twice.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any, Final

from foundation.text import is_blank
from intake.rules.track import Track
from scoring.rules import figures
from scoring.rules.dimensions import HIGHEST_LEVEL, LOWEST_LEVEL, Dimension
from scoring.rules.fact_words import YES_NO_FACTS
from scoring.rules.facts import CallLimits, FundFigures, ProposalFacts
from scoring.rules.grounds import Section
from scoring.rules.policies import Policy
from scoring.rules.sorting import Sorting, sort_proposal


class ChangeKind(StrEnum):
    """What is changed, the nearest to hand first: the order in which people read the changes."""

    SCORE = "score"
    FACT = "fact"
    EXCEPTION = "exception"
    PARTICIPANTS = "participants"
    PAYBACK = "payback"
    OUTCOME_SHARE = "outcome_share"
    AMOUNT = "amount"


@dataclass(frozen=True, slots=True)
class Change:
    """One change that gives another track.

    `subject` is the fact's name, for a score the dimension's. `sentence` is a Danish clause without a full stop,
    `because` says in whole sentences
    what decides then. `facts` are the facts with the change made.
    """

    kind: ChangeKind
    subject: str
    sentence: str
    track: Track
    rule: str | None
    because: str
    facts: ProposalFacts


@dataclass(frozen=True, slots=True)
class _Attempt:
    kind: ChangeKind
    subject: str
    sentence: str
    facts: ProposalFacts


def what_would_change(facts: ProposalFacts, call: CallLimits, fund: FundFigures, policy: Policy) -> tuple[Change, ...]:
    """Every single change that gives another track; of the amount the nearest on either side, once for each track.

    A change after which nothing could be said yet, such as a hearing that is opened, is no other answer.
    """
    present = sort_proposal(facts, call, fund, policy).track
    changes, amounts = [], set[tuple[bool, Track]]()
    for attempt in _attempts(facts, call, fund, policy):
        sorting = sort_proposal(attempt.facts, call, fund, policy)
        if sorting.track in (present, Track.UNDETERMINED):
            continue
        if attempt.kind is ChangeKind.AMOUNT:
            side = (attempt.facts.amount > facts.amount, sorting.track)
            if side in amounts:
                continue
            amounts.add(side)
        changes.append(
            Change(
                attempt.kind,
                attempt.subject,
                attempt.sentence,
                sorting.track,
                sorting.rule,
                _because(sorting),
                attempt.facts,
            )
        )
    return tuple(changes)


def _attempts(facts: ProposalFacts, call: CallLimits, fund: FundFigures, policy: Policy) -> Iterator[_Attempt]:
    yield from _scores(facts, policy)
    yield from _answers(facts)
    yield from _exceptions(facts)
    yield from _participants(facts, policy)
    yield from _payback(facts, policy)
    yield from _outcome_share(facts)
    yield from _amounts(facts, call, fund, policy)


def _scores(facts: ProposalFacts, policy: Policy) -> Iterator[_Attempt]:
    for criterion in policy.scale.criteria:
        dimension, score = criterion.dimension, facts.scores.get(criterion.dimension)
        for other in _neighbours(score):
            said = f"{criterion.name} {other}" + ("" if score is None else f" i stedet for {score}")
            yield _Attempt(ChangeKind.SCORE, dimension.value, said, _scored(facts, dimension, other))


def _neighbours(score: int | None) -> tuple[int, ...]:
    """One level up and one down; where nothing is given yet, every level."""
    if score is None:
        return tuple(range(LOWEST_LEVEL, HIGHEST_LEVEL + 1))
    return tuple(other for other in (score + 1, score - 1) if LOWEST_LEVEL <= other <= HIGHEST_LEVEL)


def _scored(facts: ProposalFacts, dimension: Dimension, score: int) -> ProposalFacts:
    return replace(facts, scores={**facts.scores, dimension: score})


def _answers(facts: ProposalFacts) -> Iterator[_Attempt]:
    for key, words in YES_NO_FACTS.items():
        for other in (True, False):
            if getattr(facts, key) is not other:
                yield _changed(ChangeKind.FACT, facts, key, other, words.yes if other else words.no)


_EXCEPTIONS: Final = {
    "small_group_reason": "at der er få deltagere",
    "small_organisation_waiver": "at ansøgeren ikke er lille",
    "innovative_waiver": "at løsningen ikke er ny",
}
_SOME_REASON: Final = "En særlig grund."


def _exceptions(facts: ProposalFacts) -> Iterator[_Attempt]:
    for key, what in _EXCEPTIONS.items():
        reason: str | None = getattr(facts, key)
        if reason is None or is_blank(reason):
            said = f"Sekretariatet begrunder en undtagelse for, {what}"
            yield _changed(ChangeKind.EXCEPTION, facts, key, _SOME_REASON, said)
        else:
            said = f"Der er ingen begrundet undtagelse for, {what}"
            yield _changed(ChangeKind.EXCEPTION, facts, key, None, said)


def _participants(facts: ProposalFacts, policy: Policy) -> Iterator[_Attempt]:
    least = policy.investment_participants
    if facts.participants < least:
        said = f"Indsatsen er for {figures.number(least)} borgere i stedet for {figures.number(facts.participants)}"
        yield _changed(ChangeKind.PARTICIPANTS, facts, "participants", least, said)
    elif least > 1:
        said = f"Indsatsen er for færre end {figures.number(least)} borgere"
        yield _changed(ChangeKind.PARTICIPANTS, facts, "participants", least - 1, said)


def _payback(facts: ProposalFacts, policy: Policy) -> Iterator[_Attempt]:
    months, limit = facts.payback_months, policy.own_drift_payback_months
    if months is None or months > limit:
        said = f"Besparelsen er tjent hjem efter {limit} måneder"
        yield _changed(ChangeKind.PAYBACK, facts, "payback_months", Decimal(limit), said)
    else:
        said = f"Besparelsen er først tjent hjem efter mere end {limit} måneder"
        yield _changed(ChangeKind.PAYBACK, facts, "payback_months", Decimal(limit + 1), said)


def _outcome_share(facts: ProposalFacts) -> Iterator[_Attempt]:
    if facts.outcome_fund_share > 0:
        said = "Resultatbetalingspuljen skal ikke betale noget"
        yield _changed(ChangeKind.OUTCOME_SHARE, facts, "outcome_fund_share", Decimal(0), said)


def _amounts(facts: ProposalFacts, call: CallLimits, fund: FundFigures, policy: Policy) -> Iterator[_Attempt]:
    """The amount down to each limit below it, then just over each limit that it keeps; the nearest first.

    An answer changes at a limit and nowhere between two of them, so no other amount need be tried.
    """
    limits = sorted(_limits(facts, call, fund, policy))
    for limit in reversed(limits):
        if 1 <= limit < facts.amount:
            yield _amount(facts, limit, f"Beløbet er {figures.kroner(limit)}")
    for limit in limits:
        if limit >= facts.amount:
            yield _amount(facts, limit + 1, f"Beløbet er over {figures.kroner(limit)}")


def _limits(facts: ProposalFacts, call: CallLimits, fund: FundFigures, policy: Policy) -> set[int]:
    limits = {policy.donation_cap, fund.donation_pool_left, call.per_project_cap, fund.free_capital}
    if facts.outcome_fund_share > 0:
        limits.add(int(Fraction(100 * fund.outcome_fund_balance) / Fraction(facts.outcome_fund_share)))
    return limits


def _amount(facts: ProposalFacts, amount: int, said: str) -> _Attempt:
    return _changed(ChangeKind.AMOUNT, facts, "amount", amount, said)


def _changed(kind: ChangeKind, facts: ProposalFacts, key: str, value: Any, said: str) -> _Attempt:
    return _Attempt(kind, key, said, replace(facts, **{key: value}))


_DECIDING_SECTION: Final = {
    "SORT3": Section.OWN_DRIFT,
    "SORT6": Section.AMOUNT,
    "SORT8": Section.DONATION,
    "SORT9": Section.DIALOGUE,
    "SORT10": Section.DIALOGUE,
}
_ALWAYS: Final = {
    "SORT1": "Rådet behandler kun forslag, der opfylder callets formelle krav.",
    "SORT2": "Det giver afslag, uanset alt andet.",
    "SORT4": "Alle krav til en social investering er opfyldt.",
    "SORT5": "Alle krav til en social investering er opfyldt, og resultatbetalingspuljen betaler en del.",
    "SORT7": "Alle krav til en donation er opfyldt.",
}


def _because(sorting: Sorting) -> str:
    """What tells most of why: not all that decides, which the sorting itself says."""
    rule = sorting.rule or ""
    if rule in _ALWAYS:
        return _ALWAYS[rule]
    section = _DECIDING_SECTION[rule]
    return next(ground.text for ground in sorting.deciding if ground.section is section)
