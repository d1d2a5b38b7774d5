"""Which fields does the office fill in to draft, adopt or withdraw a policy, and to try one?"""

import functools
from collections.abc import Iterator
from typing import Any, Final, TypeVar

from foundation.fields import (
    ChoiceField,
    DanishForm,
    DateField,
    DecimalNumberField,
    KronerField,
    LineField,
    ProseField,
    ReadField,
    VersionField,
    WholeNumberField,
    choice,
    required,
)
from foundation.money import ORE_PER_KRONE
from scoring.rules.dimensions import HIGHEST_LEVEL, LOWEST_LEVEL, Dimension, Scale
from scoring.rules.policies.draft import PolicyDraft
from scoring.rules.policies.numbers import (
    LEAST_WEIGHT,
    MOST_DONATION,
    MOST_PARTICIPANTS,
    MOST_PAYBACK_MONTHS,
    MOST_WEIGHT,
    PolicyNumbers,
)

LONGEST_REASON: Final = 2_000
ValueT = TypeVar("ValueT")


def _given(field: ReadField[ValueT]) -> ValueT:
    """The answer of a required field, once the form is found to be in order."""
    if field.data is None:
        raise ValueError(f"{field.name} is not given")
    return field.data


def _maturity_field(label: str, description: str = "") -> DecimalNumberField:
    return DecimalNumberField(
        label,
        description=description,
        validators=[required("Skriv et tal fra 0 til 4.")],
        places=2,
        least=LOWEST_LEVEL,
        most=HIGHEST_LEVEL,
    )


class PolicyForm(DanishForm):
    """The base of the form; the fields of each dimension are made from the scale."""

    words: Scale

    version = VersionField()
    title = LineField(
        "Hvad skal politikken hedde?",
        description="For eksempel: Politik 2028.",
        validators=[required("Skriv, hvad politikken skal hedde.")],
        max_characters=200,
    )
    valid_from = DateField(
        "Fra hvilken dag gælder den?",
        description="Calls, der åbner den dag eller senere, bliver sorteret efter den, når den er vedtaget.",
        validators=[required("Skriv den første dag.")],
    )
    maturing_from = _maturity_field("Under modning fra", "Et forslag under det tal er en idé.")
    nearly_mature_from = _maturity_field("Næsten moden fra")
    mature_from = _maturity_field("Moden fra")
    investment_maturity = _maturity_field("Hvilken modenhed kræver en social investering?")
    dialogue_maturity = _maturity_field(
        "Hvilken modenhed kræver en modningsdialog?", "Et forslag under det tal får afslag."
    )
    investment_participants = WholeNumberField(
        "Hvor mange borgere skal en social investering mindst være for?",
        description="Tallet 25 står også i teksten til målgruppens niveau 3. Den tekst bliver ikke ændret her.",
        validators=[required("Skriv, hvor mange borgere der mindst skal være.")],
        least=1,
        most=MOST_PARTICIPANTS,
    )
    own_drift_payback_months = WholeNumberField(
        "Hvor mange måneder må en besparelse højst være om at tjene sig hjem, når forvaltningen selv kan betale?",
        validators=[required("Skriv antallet af måneder.")],
        most=MOST_PAYBACK_MONTHS,
    )
    donation_cap = KronerField(
        "Hvor meget kan en donation højst være?",
        description="Sorteringen og siden om callet bruger tallet. I ansøgningen og i formalia står stadig 100.000 kr.",
        validators=[required("Skriv et beløb i hele kroner.")],
        most=MOST_DONATION,
    )

    def to_draft(self) -> PolicyDraft:
        """The policy as it was typed. Raises ValueError before the form has been validated."""
        return PolicyDraft(self.title.data, _given(self.valid_from), self._numbers())

    def _numbers(self) -> PolicyNumbers:
        return PolicyNumbers(
            weights={dimension: _given(self[f"weights_{dimension.value}"]) for dimension in Dimension},
            investment_floors=self._floors("investment_floors"),
            donation_floors=self._floors("donation_floors"),
            maturing_from=_given(self.maturing_from),
            nearly_mature_from=_given(self.nearly_mature_from),
            mature_from=_given(self.mature_from),
            investment_maturity=_given(self.investment_maturity),
            dialogue_maturity=_given(self.dialogue_maturity),
            investment_participants=_given(self.investment_participants),
            own_drift_payback_months=_given(self.own_drift_payback_months),
            donation_cap=_given(self.donation_cap) // ORE_PER_KRONE,
        )

    def _floors(self, name: str) -> dict[Dimension, int]:
        return {dimension: int(self[f"{name}_{dimension.value}"].data) for dimension in Dimension}

    def dimension_fields(self) -> Iterator[tuple[str, list[Any]]]:
        """The name of each dimension with its weight and its two floors, for the page."""
        for criterion in self.words.criteria:
            yield criterion.name, [self[f"{name}_{criterion.dimension.value}"] for name in ("weights", *_FLOOR_LABELS)]


@functools.cache
def policy_form(words: Scale) -> type[PolicyForm]:
    """The form class with a weight and two floors for each dimension of the scale."""
    fields: dict[str, object] = {"words": words}
    for criterion in words.criteria:
        key, name = criterion.dimension.value, criterion.name
        fields[f"weights_{key}"] = WholeNumberField(
            "Vægt",
            validators=[required(f"{name}: Skriv, hvor meget den tæller, fra {LEAST_WEIGHT} til {MOST_WEIGHT}.")],
            least=LEAST_WEIGHT,
            most=MOST_WEIGHT,
        )
        for floors, label in _FLOOR_LABELS.items():
            fields[f"{floors}_{key}"] = ChoiceField(
                label, choices=_FLOORS, validators=[required(f"{name}: Vælg, hvor mange point der mindst skal til.")]
            )
    return type("FullPolicyForm", (PolicyForm,), fields)


_FLOOR_LABELS: Final = {
    "investment_floors": "Mindst til social investering",
    "donation_floors": "Mindst til donation",
}
_FLOORS: Final = [
    choice("0", "Intet krav"),
    *(choice(str(score), str(score)) for score in range(LOWEST_LEVEL + 1, HIGHEST_LEVEL + 1)),
]


def policy_fields(title: str, numbers: PolicyNumbers) -> dict[str, Any]:
    """What the form of a policy is filled in with."""
    return {
        "title": title,
        **{f"weights_{dimension.value}": weight for dimension, weight in numbers.weights.items()},
        **{
            f"{name}_{dimension.value}": str(floor)
            for name in ("investment_floors", "donation_floors")
            for dimension, floor in getattr(numbers, name).items()
        },
        **{
            name: getattr(numbers, name)
            for name in (
                *("maturing_from", "nearly_mature_from", "mature_from", "investment_maturity", "dialogue_maturity"),
                *("investment_participants", "own_drift_payback_months"),
            )
        },
        "donation_cap": numbers.donation_cap * ORE_PER_KRONE,
    }


class AdoptPolicyForm(DanishForm):
    version = VersionField()
    reason = ProseField(
        "Hvorfor bliver politikken vedtaget?",
        description="For eksempel hvem der har besluttet det, og hvornår. Det står i loggen og på politikkens side.",
        validators=[required("Skriv, hvorfor politikken bliver vedtaget.")],
        max_characters=LONGEST_REASON,
    )


class WithdrawPolicyForm(DanishForm):
    version = VersionField()
    reason = ProseField(
        "Hvorfor bliver politikken trukket tilbage?",
        description="Det står i loggen og på politikkens side.",
        validators=[required("Skriv, hvorfor politikken bliver trukket tilbage.")],
        max_characters=LONGEST_REASON,
    )
