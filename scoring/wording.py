"""Which Danish words does a person read for the enum members of scoring?"""

from decimal import Decimal
from enum import StrEnum
from typing import Final

from foundation.money import format_kroner, format_number
from scoring.rules.case_facts import QUESTION_OF, FactGroup, FactKind, RiskLevel
from scoring.rules.dimensions import SCALE_2026, Dimension
from scoring.rules.goal_payers import PayerKind
from scoring.rules.grounds import Section
from scoring.rules.legal import DataProtection, ProcurementRegime, ProcurementRoute
from scoring.rules.legal_figures import LegalFigureKind
from scoring.rules.maturity import Level
from scoring.rules.payer import CanPay
from scoring.rules.ranking import Standing

WORDS: Final[dict[type[StrEnum], dict[StrEnum, str]]] = {
    Level: {
        Level.IDEA: "Idé",
        Level.MATURING: "Under modning",
        Level.NEARLY_MATURE: "Næsten moden",
        Level.MATURE: "Moden",
    },
    Section: {
        Section.FORMAL: "Formalia",
        Section.STOP: "Stop",
        Section.READY: "Klar til sortering",
        Section.OWN_DRIFT: "Kan forvaltningen selv?",
        Section.INVESTMENT: "Social investering",
        Section.AMOUNT: "Beløb og puljer",
        Section.DONATION: "Donation",
        Section.DIALOGUE: "Modningsdialog",
    },
    Standing: {
        Standing.RECOMMENDED: "Indstilles",
        Standing.RESERVE: "Reserve",
        Standing.NOT_RECOMMENDED: "Indstilles ikke",
    },
    CanPay: {
        CanPay.YES: "Ja, der er et budget, der kan og vil betale",
        CanPay.PARTLY: "Delvist",
        CanPay.NO: "Nej",
    },
    FactGroup: {
        FactGroup.STOP: "Stop",
        FactGroup.OWN_DRIFT: "Kan forvaltningen selv?",
        FactGroup.TARGET_GROUP: "Målgruppe",
        FactGroup.PAYERS: "Betalere",
        FactGroup.LEGAL: "Jura",
        FactGroup.RISK: "Risiko",
        FactGroup.DONATION: "Donation",
    },
    RiskLevel: {
        RiskLevel.LOW: "Lille",
        RiskLevel.MEDIUM: "Middel",
        RiskLevel.HIGH: "Stor",
        RiskLevel.NOT_ASSESSED: "Risikoen er ikke vurderet",
    },
    PayerKind: {
        PayerKind.DEPARTMENT: "En forvaltning",
        PayerKind.OUTCOME_FUND: "Resultatbetalingspuljen",
        PayerKind.OTHER: "En anden",
    },
    ProcurementRegime: {
        ProcurementRegime.LIGHT: "Reglerne for sociale tjenesteydelser (light-regimet)",
        ProcurementRegime.SERVICES: "Reglerne for øvrige tjenesteydelser",
        ProcurementRegime.GRANT: "Ingen, for pengene er et tilskud",
    },
    ProcurementRoute: {
        ProcurementRoute.EU_TENDER: "EU-udbud",
        ProcurementRoute.LIGHT_PROCEDURE: "Light-procedure",
        ProcurementRoute.ADVERTISED: "Annoncering uden EU-udbud",
        ProcurementRoute.QUOTES: "Tilbud fra flere",
        ProcurementRoute.DIRECT: "Direkte aftale på markedsvilkår",
    },
    DataProtection: {
        DataProtection.NO_SHARING: "Kommunen og ansøgeren deler ingen personoplysninger",
        DataProtection.OWN_CONTROLLER: "Ansøgeren er selv dataansvarlig",
        DataProtection.PROCESSOR: "Der bliver lavet en databehandleraftale",
        DataProtection.UNSETTLED: "Det er ikke afklaret",
    },
    LegalFigureKind: {
        LegalFigureKind.LIGHT_REGIME_KRONER: "Tærskel for sociale tjenesteydelser (light-regimet)",
        LegalFigureKind.SERVICES_KRONER: "Tærskel for øvrige tjenesteydelser",
        LegalFigureKind.DE_MINIMIS_EURO: "Loft for de minimis-støtte over tre år",
        LegalFigureKind.KRONER_PER_100_EURO: "Kurs, kroner for 100 euro",
    },
    Dimension: {criterion.dimension: criterion.name for criterion in SCALE_2026.criteria},
}
"""By type first: members of two enums with one value are the same dictionary key."""


def words(member: StrEnum) -> str:
    """The Danish words of an enum member of this room. Raises KeyError for one that has none."""
    return WORDS[type(member)][member]


_YES_NO: Final = {"yes": "ja", "no": "nej", "unknown": "ikke oplyst"}


def fact_words(key: str, slug: str) -> str:
    """The Danish words of a fact's answer, as the history holds it; the slug itself for a fact that is gone."""
    if slug in _YES_NO or key not in QUESTION_OF:
        return _YES_NO.get(slug, slug)
    question = QUESTION_OF[key]
    if question.options is not None:
        return words(question.options(slug))
    match question.kind:
        case FactKind.KRONER:
            return format_kroner(int(slug))
        case FactKind.GOALS:
            confirmed, _, goals = slug.partition("/")
            return f"{confirmed} af {goals} bekræftet"
        case FactKind.PERCENT:
            return f"{format_number(Decimal(slug))} %"
        case _:
            return format_number(Decimal(slug))
