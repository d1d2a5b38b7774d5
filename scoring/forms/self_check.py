"""Which eight questions does the self-check ask somebody with an idea?"""

from enum import StrEnum
from typing import Final, TypeVar

from foundation.fields import DanishForm, KronerField, RadiosField, ReadField, WholeNumberField, choice, required
from foundation.money import ORE_PER_KRONE
from scoring.rules.self_check import (
    Applicant,
    Described,
    Municipality,
    Planned,
    Purpose,
    SelfCheckAnswers,
    Tried,
)
from scoring.wording import words

MOST_PARTICIPANTS: Final = 100_000
ValueT = TypeVar("ValueT")


def _given(field: ReadField[ValueT]) -> ValueT:
    """The answer of a required field, once the form is found to be in order."""
    if field.data is None:
        raise ValueError(f"{field.name} is not given")
    return field.data


def _radios(label: str, kind: type[StrEnum]) -> RadiosField:
    return RadiosField(
        label,
        validators=[required(f"Spørgsmål {label[0]}: Vælg det, der passer bedst.")],
        choices=[choice(member, words(member)) for member in kind],
        coerce=kind,
    )


class SelfCheckForm(DanishForm):
    applicant = _radios("1. Hvem har idéen?", Applicant)
    purpose = _radios("2. Hvad skal pengene bruges til?", Purpose)
    tried = _radios("3. Er idéen prøvet af?", Tried)
    described = _radios("4. Hvad kan I fortælle om idéen?", Described)
    planned = _radios("5. Har I en plan og et regnestykke?", Planned)
    municipality = _radios("6. Er kommunen med?", Municipality)
    participants = WholeNumberField(
        "7. Hvor mange borgere skal idéen hjælpe?",
        description="Et cirka-tal er fint.",
        validators=[required("Spørgsmål 7: Skriv et tal. Et cirka-tal er fint.")],
        least=1,
        most=MOST_PARTICIPANTS,
    )
    amount = KronerField(
        "8. Hvor mange penge vil I søge?",
        description="Hele kroner, for eksempel 85.000. Et cirka-tal er fint.",
        validators=[required("Spørgsmål 8: Skriv et beløb i kroner. Et cirka-tal er fint.")],
    )

    def to_answers(self) -> SelfCheckAnswers:
        """The answers. Raises ValueError before the form has been validated."""
        return SelfCheckAnswers(
            applicant=self.applicant.data,
            purpose=self.purpose.data,
            tried=self.tried.data,
            described=self.described.data,
            planned=self.planned.data,
            municipality=self.municipality.data,
            participants=_given(self.participants),
            amount=_given(self.amount) // ORE_PER_KRONE,
        )
