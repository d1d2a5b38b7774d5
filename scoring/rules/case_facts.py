"""Which facts does the secretariat record about a case, because nobody else gives them?

The catalogue drives the form, the stored rows and the sorting's input. An unanswered fact is "ikke oplyst" and counts
as not met. Three facts of the policy file are not asked but follow from others: `payers_confirmed`, `legal_checked` and
`risk_assessed` (`DERIVED`). Sources: contract 4 and domain.md G3.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

from scoring.rules.goal_payers import all_confirmed, paired
from scoring.rules.legal import DataProtection, ProcurementRegime, ProcurementRoute

FactValue = bool | int | str | list[dict[str, Any]] | None


class FactKind(StrEnum):
    """How a fact is answered.

    Stored as: YES_NO as true or false; MONTHS and PERCENT as decimal text; KRONER as øre; CHOICE as the slug; REASON as
    text; GOALS as a list with one object for each goal of the proposal.
    """

    YES_NO = "yes_no"
    MONTHS = "months"
    PERCENT = "percent"
    KRONER = "kroner"
    CHOICE = "choice"
    REASON = "reason"
    GOALS = "goals"


class FactGroup(StrEnum):
    """What a fact is about: the headings of the page."""

    STOP = "stop"
    OWN_DRIFT = "own_drift"
    TARGET_GROUP = "target_group"
    PAYERS = "payers"
    LEGAL = "legal"
    RISK = "risk"
    DONATION = "donation"


class RiskLevel(StrEnum):
    """How large the risk is; that it is not assessed is an answer, too."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    NOT_ASSESSED = "not_assessed"


DERIVED: Final = ("payers_confirmed", "legal_checked", "risk_assessed")
"""The facts of the policy file that follow from other facts and are never recorded themselves."""

ANY: Final = "any"


@dataclass(frozen=True, slots=True)
class FactQuestion:
    """One fact as the secretariat is asked for it.

    `name` is what it is called in a sentence; `rule` says which gate rests on it; `reasoned` are the answers, as slugs,
    that need a reason (ANY for all).
    """

    key: str
    kind: FactKind
    group: FactGroup
    label: str
    hint: str
    rule: str
    name: str
    options: type[StrEnum] | None = None
    reasoned: tuple[str, ...] = ()
    reason_label: str = "Begrundelse"


@dataclass(frozen=True, slots=True)
class FactDraft:
    """One fact as it was filled in; `source` is a short line, `reason` a longer text."""

    value: FactValue
    source: str = ""
    reason: str = ""


FACT_QUESTIONS: Final[tuple[FactQuestion, ...]] = (
    FactQuestion(
        "stop",
        FactKind.YES_NO,
        FactGroup.STOP,
        "Er der tegn på skade, brud på loven eller alvorlige etiske problemer?",
        "Et ja giver afslag, uanset alt andet.",
        "GATE4",
        "tegn på skade",
        reasoned=("yes",),
    ),
    FactQuestion(
        "payback_months",
        FactKind.MONTHS,
        FactGroup.OWN_DRIFT,
        "Efter hvor mange måneder er udgiften sparet ind?",
        "Kun hvis det er beregnet. Ellers tomt.",
        "SORT3",
        "tilbagebetaling",
    ),
    FactQuestion(
        "department_funds_itself",
        FactKind.YES_NO,
        FactGroup.OWN_DRIFT,
        "Har forvaltningen bekræftet, at den selv kan finansiere indsatsen?",
        "Gælder indsatser, der sparer sig selv ind inden for to år.",
        "SORT3",
        "forvaltningens egen finansiering",
    ),
    FactQuestion(
        "small_group_reason",
        FactKind.REASON,
        FactGroup.TARGET_GROUP,
        "Er der færre end 25 deltagere, hvorfor kan det så alligevel være en investering?",
        "Kun hvis der er en særlig grund.",
        "GATE3",
        "den lille målgruppe",
    ),
    FactQuestion(
        "goal_payers",
        FactKind.GOALS,
        FactGroup.PAYERS,
        "Hvem betaler for hvert mål, når det er nået?",
        "En social investering kræver, at hvert mål har en betaler, som har bekræftet det.",
        "GATE5",
        "betalere",
    ),
    FactQuestion(
        "outcome_fund_share",
        FactKind.PERCENT,
        FactGroup.PAYERS,
        "Hvor mange procent af beløbet skal resultatbetalingspuljen betale?",
        "0, hvis puljen ikke skal bruges.",
        "MON8",
        "puljens andel",
    ),
    FactQuestion(
        "procurement_regime",
        FactKind.CHOICE,
        FactGroup.LEGAL,
        "Hvilke udbudsregler gælder?",
        "Et tilskud er ikke et køb. Får kommunen en ydelse for pengene, er det som regel et køb.",
        "GATE6",
        "udbudsregler",
        options=ProcurementRegime,
        reasoned=(ANY,),
    ),
    FactQuestion(
        "contract_value",
        FactKind.KRONER,
        FactGroup.LEGAL,
        "Hvor meget er kontrakten værd?",
        "Uden moms, for hele perioden og med alle muligheder for at forlænge. Kun ved et køb.",
        "GATE6",
        "kontraktens værdi",
    ),
    FactQuestion(
        "procurement_route",
        FactKind.CHOICE,
        FactGroup.LEGAL,
        "Hvordan bliver leverandøren fundet?",
        "Kun ved et køb.",
        "GATE6",
        "vejen til leverandøren",
        options=ProcurementRoute,
        reasoned=(ANY,),
    ),
    FactQuestion(
        "cross_border",
        FactKind.YES_NO,
        FactGroup.LEGAL,
        "Er der en klar grænseoverskridende interesse?",
        "Ja, hvis virksomheder i andre lande må ventes at ville byde. Kun ved et køb under tærsklen.",
        "GATE6",
        "grænseoverskridende interesse",
        reasoned=(ANY,),
    ),
    FactQuestion(
        "economic_activity",
        FactKind.YES_NO,
        FactGroup.LEGAL,
        "Er indsatsen økonomisk aktivitet?",
        "Ja, hvis ansøgeren sælger varer eller ydelser på et marked.",
        "EL9",
        "økonomisk aktivitet",
    ),
    FactQuestion(
        "de_minimis_received",
        FactKind.KRONER,
        FactGroup.LEGAL,
        "Hvor meget de minimis-støtte har ansøgeren fået i de seneste tre år?",
        "Skriv 0, hvis det er ingenting. Kun ved økonomisk aktivitet.",
        "EL9",
        "de minimis-støtte",
    ),
    FactQuestion(
        "de_minimis_register",
        FactKind.YES_NO,
        FactGroup.LEGAL,
        "Er støtten slået op i det centrale register for de minimis-støtte?",
        "Registeret begynder 1. januar 2026. Kun ved økonomisk aktivitet.",
        "EL9",
        "opslag i registeret",
    ),
    FactQuestion(
        "lawyer_looked",
        FactKind.YES_NO,
        FactGroup.LEGAL,
        "Har en jurist set på aftalen?",
        "Kun hvis indsatsen varer mere end tre år.",
        "GATE6",
        "juristens gennemsyn",
    ),
    FactQuestion(
        "data_protection",
        FactKind.CHOICE,
        FactGroup.LEGAL,
        "Hvordan er databeskyttelsen på plads?",
        "",
        "GATE6",
        "databeskyttelse",
        options=DataProtection,
        reasoned=(ANY,),
    ),
    FactQuestion(
        "risk_level",
        FactKind.CHOICE,
        FactGroup.RISK,
        "Hvor stor er risikoen?",
        "",
        "GATE7",
        "risiko",
        options=RiskLevel,
        reasoned=(RiskLevel.LOW, RiskLevel.MEDIUM, RiskLevel.HIGH),
        reason_label="Risikovurdering: hvad kan gå galt, og hvad sker der så?",
    ),
    FactQuestion(
        "municipal",
        FactKind.YES_NO,
        FactGroup.DONATION,
        "Er ansøgeren en del af kommunen?",
        "",
        "GATE10a",
        "ansøgerens plads i kommunen",
    ),
    FactQuestion(
        "small_organisation",
        FactKind.YES_NO,
        FactGroup.DONATION,
        "Er ansøgeren en mindre organisation?",
        "Højst 10 årsværk eller højst 5 mio. kr. i årlig omsætning.",
        "GATE10a",
        "ansøgerens størrelse",
    ),
    FactQuestion(
        "small_organisation_waiver",
        FactKind.REASON,
        FactGroup.DONATION,
        "Er ansøgeren ikke lille, hvorfor kan den så alligevel få en donation?",
        "Kun hvis der er en særlig grund.",
        "GATE10a",
        "undtagelsen for størrelse",
    ),
    FactQuestion(
        "innovative",
        FactKind.YES_NO,
        FactGroup.DONATION,
        "Afprøver indsatsen en ny og uprøvet løsning?",
        "",
        "GATE10b",
        "den nye løsning",
        reasoned=("yes",),
    ),
    FactQuestion(
        "innovative_waiver",
        FactKind.REASON,
        FactGroup.DONATION,
        "Er løsningen ikke ny, hvorfor kan den så alligevel få en donation?",
        "Kun hvis der er en særlig grund.",
        "GATE10b",
        "undtagelsen for nyhed",
    ),
    FactQuestion(
        "needs_fund",
        FactKind.YES_NO,
        FactGroup.DONATION,
        "Vil indsatsen ikke kunne begynde uden fonden?",
        "Og bør den ikke mere naturligt betales af andre budgetter?",
        "GATE10c",
        "behovet for fonden",
        reasoned=("yes",),
    ),
    FactQuestion(
        "assessment_written",
        FactKind.YES_NO,
        FactGroup.DONATION,
        "Er der skrevet en konkret vurdering?",
        "",
        "GATE10e",
        "den konkrete vurdering",
        reasoned=("yes",),
        reason_label="Den konkrete vurdering",
    ),
    FactQuestion(
        "learning_purpose",
        FactKind.YES_NO,
        FactGroup.DONATION,
        "Er det skrevet ned, hvad der skal læres?",
        "",
        "GATE10f",
        "det, der skal læres",
        reasoned=("yes",),
        reason_label="Hvad skal indsatsen lære os?",
    ),
)

QUESTION_OF: Final[Mapping[str, FactQuestion]] = {question.key: question for question in FACT_QUESTIONS}


# ---- reading ------------------------------------------------------------------------------------------------------


def decimal_fact(facts: Mapping[str, FactValue], key: str) -> Decimal | None:
    """A months or percent fact, kept as text so that it stays exact; None where nobody gave it."""
    value = facts.get(key)
    return Decimal(value) if isinstance(value, str) and value else None


def yes_no_fact(facts: Mapping[str, FactValue], key: str) -> bool | None:
    """A yes-or-no fact; None is "ikke oplyst"."""
    value = facts.get(key)
    return value if isinstance(value, bool) else None


def ore_fact(facts: Mapping[str, FactValue], key: str) -> int | None:
    """An amount in øre, or None."""
    value = facts.get(key)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def reason_fact(facts: Mapping[str, FactValue], key: str) -> str | None:
    """A written text, or the slug of a choice, or None."""
    value = facts.get(key)
    return value if isinstance(value, str) and value else None


def risk_assessed(level: str | None, reason: str) -> bool | None:
    """The fact `risk_assessed`: a level with its text; None where nobody answered."""
    if level is None:
        return None
    return level != RiskLevel.NOT_ASSESSED and bool(reason)


def answer_slug(question: FactQuestion, value: FactValue) -> str:
    """A short name of an answer that holds no free text; "unknown" where nobody answered."""
    if value is None:
        return "unknown"
    if question.kind is FactKind.GOALS and isinstance(value, list):
        return f"{sum(goal['confirmed'] is True for goal in value)}/{len(value)}"
    if question.kind is FactKind.REASON:
        return "given"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def without_bearing(facts: Mapping[str, FactValue], *, is_long: bool | None) -> frozenset[str]:
    """The facts that no rule asks for, as the others stand: of a purchase where it is a grant, and the like.

    `is_long` says whether it lasts longer than three years; None where that is not known.
    """
    tender = facts.get("procurement_route") in {ProcurementRoute.EU_TENDER, ProcurementRoute.LIGHT_PROCEDURE}
    grant = facts.get("procurement_regime") == ProcurementRegime.GRANT
    return frozenset(
        {
            *(("contract_value", "procurement_route", "cross_border") if grant else ()),
            *(("contract_value", "cross_border") if tender else ()),
            *(("de_minimis_received", "de_minimis_register") if facts.get("economic_activity") is False else ()),
            *(("lawyer_looked",) if is_long is False else ()),
        }
    )


# ---- what a public defence needs ------------------------------------------------------------------------------------


def gaps_of_fact(question: FactQuestion, draft: FactDraft, pointed_at: FactValue) -> Iterator[tuple[str, str]]:
    """Part ("source", "reason") and Danish text of all that an answer lacks.

    `pointed_at` is the answer that the case itself suggests: another one needs a reason.
    """
    if draft.value is None or question.kind is FactKind.REASON:
        return
    if not draft.source:
        yield "source", f"Skriv, hvor du ved det fra ({question.name})."
    if draft.reason:
        return
    if question.reasoned and {ANY, answer_slug(question, draft.value)} & set(question.reasoned):
        yield "reason", f"Skriv en begrundelse for svaret ({question.name})."
    elif pointed_at is not None and not is_same_answer(question, draft.value, pointed_at):
        yield "reason", f"Svaret er et andet, end sagen peger på. Skriv hvorfor ({question.name})."


def is_same_answer(question: FactQuestion, one: FactValue, other: FactValue) -> bool:
    """Do two stored answers say the same? 33,3 and 33,30 do."""
    if question.kind in {FactKind.MONTHS, FactKind.PERCENT} and isinstance(one, str) and isinstance(other, str):
        return Decimal(one) == Decimal(other)
    return one == other


def payers_confirmed(goals: tuple[str, ...], stored: FactValue) -> bool | None:
    """The fact `payers_confirmed` for the goals that the proposal has now."""
    return all_confirmed(paired(goals, stored))
