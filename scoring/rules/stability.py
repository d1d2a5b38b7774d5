"""How sure is the track: would it change if a score, an assessor, the amount or the success share were a little other?

A track is on the edge when a single small change gives another one: any of the eight scores up or down by one, one
assessor left out, or the amount or the success share a tenth up or down. Each is tried by sorting the changed facts: no
rule is told twice.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any, Final

from intake.rules.track import Track
from scoring.rules import figures
from scoring.rules.business_case import BusinessCase, calculate
from scoring.rules.consensus import proposed_consensus
from scoring.rules.dimensions import Dimension, Scale
from scoring.rules.discounting import RateTable
from scoring.rules.facts import ProposalFacts
from scoring.rules.maturity import Scores
from scoring.rules.policies import Policy
from scoring.rules.resorting import SortingBasis
from scoring.rules.sorting import sort_proposal
from scoring.rules.what_if import Change, ChangeKind

TENTH: Final = Fraction(1, 10)
_MONTHS: Final = 12


class Verdict(StrEnum):
    """Whether the track holds under every small change that was tried."""

    SURE = "sure"
    ON_EDGE = "on_edge"


class TipKind(StrEnum):
    """What was changed a little."""

    SCORE = "score"
    ASSESSOR = "assessor"
    AMOUNT = "amount"
    SUCCESS_SHARE = "success_share"


@dataclass(frozen=True, slots=True)
class Tip:
    """One small change that gives another track.

    `subject` is the slug of a dimension, else empty; `sentence` a Danish clause without the track, such as "Hvis
    Evidens var 1 i stedet for 2".
    """

    kind: TipKind
    subject: str
    sentence: str
    track: Track
    rule: str | None


@dataclass(frozen=True, slots=True)
class Stability:
    """The verdict, every change that tips the track, and in Danish sentences what could not be tried."""

    verdict: Verdict
    tips: tuple[Tip, ...]
    untested: tuple[str, ...]

    @property
    def tipping_scores(self) -> tuple[str, ...]:
        """The slugs of the dimensions whose score tips the track, each once."""
        return tuple(dict.fromkeys(tip.subject for tip in self.tips if tip.kind is TipKind.SCORE))


@dataclass(frozen=True, slots=True)
class CaseFigures:
    """The business case that was chosen, and the rates that it is calculated by."""

    case: BusinessCase
    rates: RateTable


@dataclass(frozen=True, slots=True)
class Witnesses:
    """What a sorting does not hold itself: each finished sheet with whose it is in a sentence, and the business case.

    `no_case` says in a Danish clause why there is no business case to calculate again.
    """

    sheets: tuple[tuple[str, Scores], ...]
    figures: CaseFigures | None
    no_case: str = "der er ikke valgt en business case"


def stability(basis: SortingBasis, policy: Policy, changes: Iterable[Change], witnesses: Witnesses) -> Stability | None:
    """How sure the rules' answer is; None while they have none.

    `changes` are those that `what_would_change` gives for the same basis: the scores among them have been tried there.
    """
    present = sort_proposal(basis.facts, basis.call, basis.fund, policy).track
    if present is Track.UNDETERMINED:
        return None
    tips, untested = list(_score_tips(basis.facts, policy.scale, changes)), list[str]()
    for attempt in _attempts(basis.facts, policy.scale, witnesses):
        if isinstance(attempt, str):
            untested.append(attempt)
            continue
        sorting = sort_proposal(attempt.facts, basis.call, basis.fund, policy)
        if sorting.track is Track.UNDETERMINED:
            untested.append(f"{attempt.sentence}, kan reglerne ikke svare: ikke alle otte dimensioner har et niveau.")
        elif sorting.track is not present:
            tips.append(Tip(attempt.kind, "", attempt.sentence, sorting.track, sorting.rule))
    return Stability(Verdict.ON_EDGE if tips else Verdict.SURE, tuple(tips), tuple(untested))


@dataclass(frozen=True, slots=True)
class _Attempt:
    kind: TipKind
    sentence: str
    facts: ProposalFacts


def _score_tips(facts: ProposalFacts, scale: Scale, changes: Iterable[Change]) -> Iterator[Tip]:
    for change in changes:
        if change.kind is not ChangeKind.SCORE:
            continue
        dimension = Dimension(change.subject)
        # With a score missing a track rests on none of them, so what is moved here was given.
        other, score = change.facts.scores[dimension], facts.scores[dimension]
        said = f"Hvis {scale.of(dimension).name} var {other} i stedet for {score}"
        yield Tip(TipKind.SCORE, change.subject, said, change.track, change.rule)


def _attempts(facts: ProposalFacts, scale: Scale, witnesses: Witnesses) -> Iterator[_Attempt | str]:
    """The changes to try, and a sentence in place of one that cannot be."""
    yield from _without_an_assessor(facts, scale, witnesses.sheets)
    yield from _amounts(facts)
    yield from _success_shares(facts, witnesses)


def _without_an_assessor(
    facts: ProposalFacts, scale: Scale, sheets: Sequence[tuple[str, Scores]]
) -> Iterator[_Attempt | str]:
    """What the others' sheets say together; of two assessors that is the other's sheet alone."""
    if len(sheets) < 2:
        yield "Det er ikke prøvet at lade en vurderer ude: der er ikke to afsluttede vurderinger."
        return
    for number, (whose, _) in enumerate(sheets):
        others = [scores for place, (_, scores) in enumerate(sheets) if place != number]
        agreed: dict[Dimension, int | None] = {
            line.dimension: line.proposed for line in proposed_consensus(others, scale)
        }
        yield _Attempt(TipKind.ASSESSOR, f"Hvis vurderingen fra {whose} ikke var med", replace(facts, scores=agreed))


def _amounts(facts: ProposalFacts) -> Iterator[_Attempt]:
    for step, said in ((TENTH, "højere"), (-TENTH, "lavere")):
        amount = max(1, int(facts.amount * (1 + step) + Fraction(1, 2)))
        yield _Attempt(
            TipKind.AMOUNT,
            f"Hvis beløbet var 10 % {said} ({figures.kroner(amount)})",
            replace(facts, amount=amount),
        )


def _success_shares(facts: ProposalFacts, witnesses: Witnesses) -> Iterator[_Attempt | str]:
    """Through the business case: another success share pays back in another year."""
    chosen = witnesses.figures
    if chosen is None:
        yield f"Det er ikke prøvet at ændre andelen, der lykkes: {witnesses.no_case}."
        return
    if payback_months(chosen) != facts.payback_months:
        yield (
            "Det er ikke prøvet at ændre andelen, der lykkes: "
            "sagsgrundlaget har en anden tilbagebetaling end den valgte business case."
        )
        return
    for step, said in ((TENTH, "højere"), (-TENTH, "lavere")):
        moved = replace(chosen, case=_moved(chosen.case, 1 + step))
        yield _Attempt(
            TipKind.SUCCESS_SHARE,
            f"Hvis andelen, der lykkes, var 10 % {said}",
            replace(facts, payback_months=payback_months(moved)),
        )


def payback_months(chosen: CaseFigures) -> Decimal | None:
    """After how many months the case is earned back; None for never."""
    year = calculate(chosen.case, chosen.rates).payback_year
    return None if year is None else Decimal(year * _MONTHS)


def _moved(case: BusinessCase, factor: Fraction) -> BusinessCase:
    return replace(
        case,
        goals=tuple(replace(goal, success_share=min(Fraction(1), goal.success_share * factor)) for goal in case.goals),
    )


# ---- kept with a sorting --------------------------------------------------------------------------------------------


def plain_stability(found: Stability | None) -> dict[str, Any] | None:
    """In the types that JSON holds."""
    if found is None:
        return None
    tips = [{**asdict(tip), "kind": tip.kind.value, "track": tip.track.value} for tip in found.tips]
    return {"verdict": found.verdict.value, "tips": tips, "untested": list(found.untested)}


def read_stability(kept: Mapping[str, Any] | None) -> Stability | None:
    """As a sorting kept it; None for one of before it was kept."""
    if kept is None:
        return None
    tips = tuple(Tip(**{**tip, "kind": TipKind(tip["kind"]), "track": Track(tip["track"])}) for tip in kept["tips"])
    return Stability(Verdict(kept["verdict"]), tips, tuple(kept["untested"]))
