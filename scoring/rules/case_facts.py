"""Which facts does the secretariat record about a case, because nobody else gives them?

The catalogue drives the form, the stored rows and the sorting's input. An unanswered fact is "ikke oplyst" and counts
as not met. Sources: contract 4 and domain.md G3.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final

FactValue = bool | int | str | None


class FactKind(StrEnum):
    """How a fact is answered."""

    YES_NO = "yes_no"
    MONTHS = "months"
    PERCENT = "percent"
    REASON = "reason"


@dataclass(frozen=True, slots=True)
class FactQuestion:
    """One fact as the secretariat is asked for it; `rule` says which gate rests on it."""

    key: str
    kind: FactKind
    label: str
    hint: str
    rule: str


FACT_QUESTIONS: Final[tuple[FactQuestion, ...]] = (
    FactQuestion(
        "stop",
        FactKind.YES_NO,
        "Er der tegn på skade, brud på loven eller alvorlige etiske problemer?",
        "Et ja giver afslag, uanset alt andet.",
        "GATE4",
    ),
    FactQuestion(
        "payback_months",
        FactKind.MONTHS,
        "Efter hvor mange måneder er udgiften sparet ind?",
        "Kun hvis det er beregnet. Ellers tomt.",
        "SORT3",
    ),
    FactQuestion(
        "department_funds_itself",
        FactKind.YES_NO,
        "Har forvaltningen bekræftet, at den selv kan finansiere indsatsen?",
        "Gælder indsatser, der sparer sig selv ind inden for to år.",
        "SORT3",
    ),
    FactQuestion(
        "small_group_reason",
        FactKind.REASON,
        "Er der færre end 25 deltagere, hvorfor kan det så alligevel være en investering?",
        "Kun hvis der er en særlig grund.",
        "GATE3",
    ),
    FactQuestion(
        "payers_confirmed",
        FactKind.YES_NO,
        "Er der en betaler, som kan og vil betale, for hvert mål?",
        "Forvaltning, resultatbetalingspulje eller andre.",
        "GATE5",
    ),
    FactQuestion(
        "legal_checked",
        FactKind.YES_NO,
        "Er udbud, statsstøtte og databeskyttelse tjekket?",
        "Vej til udbud er valgt og begrundet.",
        "GATE6",
    ),
    FactQuestion("risk_assessed", FactKind.YES_NO, "Er der lavet en risikovurdering?", "", "GATE7"),
    FactQuestion(
        "outcome_fund_share",
        FactKind.PERCENT,
        "Hvor mange procent af beløbet skal resultatbetalingspuljen betale?",
        "0, hvis puljen ikke skal bruges.",
        "MON8",
    ),
    FactQuestion("municipal", FactKind.YES_NO, "Er ansøgeren en del af kommunen?", "", "GATE10a"),
    FactQuestion(
        "small_organisation",
        FactKind.YES_NO,
        "Er ansøgeren en mindre organisation?",
        "Højst 10 årsværk eller højst 5 mio. kr. i årlig omsætning.",
        "GATE10a",
    ),
    FactQuestion(
        "small_organisation_waiver",
        FactKind.REASON,
        "Er ansøgeren ikke lille, hvorfor kan den så alligevel få en donation?",
        "Kun hvis der er en særlig grund.",
        "GATE10a",
    ),
    FactQuestion("innovative", FactKind.YES_NO, "Afprøver indsatsen en ny og uprøvet løsning?", "", "GATE10b"),
    FactQuestion(
        "innovative_waiver",
        FactKind.REASON,
        "Er løsningen ikke ny, hvorfor kan den så alligevel få en donation?",
        "Kun hvis der er en særlig grund.",
        "GATE10b",
    ),
    FactQuestion(
        "needs_fund",
        FactKind.YES_NO,
        "Vil indsatsen ikke kunne begynde uden fonden?",
        "Og bør den ikke mere naturligt betales af andre budgetter?",
        "GATE10c",
    ),
    FactQuestion("assessment_written", FactKind.YES_NO, "Er der skrevet en konkret vurdering?", "", "GATE10e"),
    FactQuestion("learning_purpose", FactKind.YES_NO, "Er det skrevet ned, hvad der skal læres?", "", "GATE10f"),
)


def decimal_fact(facts: Mapping[str, FactValue], key: str) -> Decimal | None:
    """A months or percent fact, kept as text so that it stays exact; None where nobody gave it."""
    value = facts.get(key)
    return Decimal(value) if isinstance(value, str) and value else None


def yes_no_fact(facts: Mapping[str, FactValue], key: str) -> bool | None:
    """A yes-or-no fact; None is "ikke oplyst"."""
    value = facts.get(key)
    return value if isinstance(value, bool) else None


def reason_fact(facts: Mapping[str, FactValue], key: str) -> str | None:
    """A written reason, or None."""
    value = facts.get(key)
    return value if isinstance(value, str) and value else None
