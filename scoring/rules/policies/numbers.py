"""Which numbers of a policy may the office write itself, what is wrong with them, and what do they differ in?

A policy that is drafted in the browser is these numbers and the words of a published scale. The words stay: another
wording is a new release.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from foundation.money import format_number
from scoring.rules import figures
from scoring.rules.dimensions import HIGHEST_LEVEL, LOWEST_LEVEL, Dimension, Scale
from scoring.rules.maturity import Level
from scoring.rules.policies.policy import Floor, Policy

LEAST_WEIGHT: Final = 1
MOST_WEIGHT: Final = 9
MOST_PARTICIPANTS: Final = 10_000
MOST_PAYBACK_MONTHS: Final = 240
MOST_DONATION: Final = 10_000_000

_BOUNDS: Final = {
    Level.MATURING: "maturing_from",
    Level.NEARLY_MATURE: "nearly_mature_from",
    Level.MATURE: "mature_from",
}
_MATURITIES: Final = (*_BOUNDS.values(), "investment_maturity", "dialogue_maturity")
_WHOLE: Final = ("investment_participants", "own_drift_payback_months", "donation_cap")
_BY_DIMENSION: Final = ("weights", "investment_floors", "donation_floors")


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyNumbers:
    """Every number of a policy. A floor of 0 asks for nothing; `donation_cap` is whole kroner."""

    weights: Mapping[Dimension, int]
    investment_floors: Mapping[Dimension, int]
    donation_floors: Mapping[Dimension, int]
    maturing_from: Decimal
    nearly_mature_from: Decimal
    mature_from: Decimal
    investment_maturity: Decimal
    dialogue_maturity: Decimal
    investment_participants: int
    own_drift_payback_months: int
    donation_cap: int


@dataclass(frozen=True, slots=True)
class NumberFault:
    """What is wrong, in Danish, and the field where it can be mended."""

    field: str
    text: str


@dataclass(frozen=True, slots=True)
class NumberLine:
    """One number as a page shows it: in this policy, and in the one that it is based on; both in Danish."""

    key: str
    label: str
    value: str
    before: str

    @property
    def differs(self) -> bool:
        return self.value != self.before


def numbers_of(policy: Policy) -> PolicyNumbers:
    """The numbers of any policy, published or drafted."""
    bounds = {_BOUNDS[level]: _decimal(bound) for level, bound in policy.level_bounds if level in _BOUNDS}
    return PolicyNumbers(
        weights={criterion.dimension: criterion.weight for criterion in policy.scale.criteria},
        investment_floors=_floors(policy.investment_floors),
        donation_floors=_floors(policy.donation_floors),
        investment_maturity=_decimal(policy.investment_maturity),
        dialogue_maturity=_decimal(policy.dialogue_maturity),
        investment_participants=policy.investment_participants,
        own_drift_payback_months=policy.own_drift_payback_months,
        donation_cap=policy.donation_cap,
        **bounds,
    )


def policy_with(policy_id: str, numbers: PolicyNumbers, words: Scale) -> Policy:
    """The frozen policy of these numbers, in the words of a published scale; other weights make a scale of its own."""
    return Policy(
        id=policy_id,
        scale=_weighed(words, numbers.weights, scale_id=policy_id),
        level_bounds=(
            (Level.IDEA, Fraction(0)),
            *((level, Fraction(getattr(numbers, field))) for level, field in _BOUNDS.items()),
        ),
        investment_floors=_asked(numbers.investment_floors),
        investment_maturity=Fraction(numbers.investment_maturity),
        investment_participants=numbers.investment_participants,
        own_drift_payback_months=numbers.own_drift_payback_months,
        donation_cap=numbers.donation_cap,
        donation_floors=_asked(numbers.donation_floors),
        dialogue_maturity=Fraction(numbers.dialogue_maturity),
    )


def _weighed(words: Scale, weights: Mapping[Dimension, int], *, scale_id: str) -> Scale:
    criteria = tuple(replace(one, weight=weights[one.dimension]) for one in words.criteria)
    return words if criteria == words.criteria else Scale(scale_id, criteria)


def _floors(floors: tuple[Floor, ...]) -> dict[Dimension, int]:
    asked = {floor.dimension: floor.at_least for floor in floors}
    return {dimension: asked.get(dimension, 0) for dimension in Dimension}


def _asked(floors: Mapping[Dimension, int]) -> tuple[Floor, ...]:
    return tuple(Floor(dimension, floors[dimension]) for dimension in Dimension if floors[dimension] > 0)


def _decimal(value: Fraction) -> Decimal:
    return Decimal(value.numerator) / Decimal(value.denominator)


# ---- kept as JSON -------------------------------------------------------------------------------------------------


def numbers_to_json(numbers: PolicyNumbers) -> dict[str, Any]:
    """The numbers in the types that JSON holds; decimals stay exact as text."""
    return {
        **{name: {key.value: value for key, value in getattr(numbers, name).items()} for name in _BY_DIMENSION},
        **{name: format(getattr(numbers, name), "f") for name in _MATURITIES},
        **{name: getattr(numbers, name) for name in _WHOLE},
    }


def numbers_from_json(kept: Mapping[str, Any]) -> PolicyNumbers:
    """The numbers as they were kept. Raises KeyError where one is missing: a row holds all of them."""
    read: dict[str, Any] = {
        **{name: {dimension: int(kept[name][dimension.value]) for dimension in Dimension} for name in _BY_DIMENSION},
        **{name: Decimal(kept[name]) for name in _MATURITIES},
        **{name: int(kept[name]) for name in _WHOLE},
    }
    return PolicyNumbers(**read)


# ---- judged -------------------------------------------------------------------------------------------------------


def faults_of(numbers: PolicyNumbers) -> tuple[NumberFault, ...]:
    """What makes no sense, in the order of the form; the least and the most of each number are the form's to see to."""
    return tuple(_faults(numbers))


def _faults(numbers: PolicyNumbers) -> Iterator[NumberFault]:
    for name in _BY_DIMENSION:
        least, most = (LEAST_WEIGHT, MOST_WEIGHT) if name == "weights" else (LOWEST_LEVEL, HIGHEST_LEVEL)
        for dimension, value in getattr(numbers, name).items():
            if not least <= value <= most:
                yield NumberFault(f"{name}_{dimension.value}", f"Skriv et helt tal fra {least} til {most}.")
    for name in _MATURITIES:
        if not 0 <= getattr(numbers, name) <= HIGHEST_LEVEL:
            yield NumberFault(name, f"Modenheden går fra 0 til {HIGHEST_LEVEL}.")
    yield from _steps(numbers)
    if numbers.dialogue_maturity > numbers.investment_maturity:
        yield NumberFault(
            "dialogue_maturity",
            "Modningsdialogen kan ikke kræve mere end en social investering. Skriv det samme tal eller et lavere.",
        )


def _steps(numbers: PolicyNumbers) -> Iterator[NumberFault]:
    if numbers.maturing_from <= 0:
        yield NumberFault("maturing_from", "Niveauet skal begynde over 0, for ellers er intet forslag en idé.")
    for lower, higher in (("maturing_from", "nearly_mature_from"), ("nearly_mature_from", "mature_from")):
        if getattr(numbers, higher) <= getattr(numbers, lower):
            yield NumberFault(higher, "Niveauet skal begynde højere end det før.")


# ---- shown --------------------------------------------------------------------------------------------------------

_SINGLE_LABELS: Final = {
    "maturing_from": "Under modning fra modenhed",
    "nearly_mature_from": "Næsten moden fra modenhed",
    "mature_from": "Moden fra modenhed",
    "investment_maturity": "Modenhed, som en social investering kræver",
    "dialogue_maturity": "Modenhed, som en modningsdialog kræver",
    "investment_participants": "Borgere, som en social investering mindst er for",
    "own_drift_payback_months": "Måneder, som et forslag til egen drift højst er om at tjene sig hjem",
    "donation_cap": "Kroner, som en donation højst kan være",
}
_GROUP_LABELS: Final = {
    "weights": "Vægt",
    "investment_floors": "Mindste point til social investering",
    "donation_floors": "Mindste point til donation",
}


def compared(numbers: PolicyNumbers, before: PolicyNumbers, words: Scale) -> tuple[NumberLine, ...]:
    """Every number beside that of the policy it is based on, in the order of the form."""
    return (*_compared_by_dimension(numbers, before, words), *_compared_single(numbers, before))


def _compared_by_dimension(numbers: PolicyNumbers, before: PolicyNumbers, words: Scale) -> Iterator[NumberLine]:
    for name, label in _GROUP_LABELS.items():
        for criterion in words.criteria:
            own, other = getattr(numbers, name)[criterion.dimension], getattr(before, name)[criterion.dimension]
            asks = (lambda value: str(value)) if name == "weights" else _shown_floor
            key = f"{name}_{criterion.dimension.value}"
            yield NumberLine(key, f"{label}: {criterion.name}", asks(own), asks(other))


def _shown_floor(value: int) -> str:
    return "Intet krav" if value == 0 else str(value)


def _compared_single(numbers: PolicyNumbers, before: PolicyNumbers) -> Iterator[NumberLine]:
    for name, label in _SINGLE_LABELS.items():
        yield NumberLine(name, label, _shown(name, getattr(numbers, name)), _shown(name, getattr(before, name)))


def _shown(name: str, value: Any) -> str:
    if name == "donation_cap":
        return figures.kroner(value)
    return format_number(value, 2) if name in _MATURITIES else format_number(value)
