"""Which Danish words does a person read for the enum members of scoring?"""

from decimal import Decimal
from enum import StrEnum
from typing import Final

from foundation.money import format_kroner, format_number
from scoring.rules.business_case import CostKind, Driver, ScenarioName, Sector
from scoring.rules.business_case_origins import BusinessCaseOrigin
from scoring.rules.case_facts import QUESTION_OF, FactGroup, FactKind, RiskLevel
from scoring.rules.charts import DRIVER_WORDS
from scoring.rules.dimensions import SCALE_2026, Dimension
from scoring.rules.gain_share import GainKind
from scoring.rules.goal_payers import PayerKind
from scoring.rules.grounds import Section
from scoring.rules.legal import DataProtection, ProcurementRegime, ProcurementRoute
from scoring.rules.legal_figures import LegalFigureKind
from scoring.rules.maturity import Level
from scoring.rules.payer import CanPay
from scoring.rules.policies.catalogue import PolicyState
from scoring.rules.ranking import Standing
from scoring.rules.self_check import Applicant, Described, Municipality, Planned, Purpose, Tried
from scoring.rules.shortlist import LimitName
from scoring.rules.stability import Verdict

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
    Applicant: {
        Applicant.SMALL: "En mindre forening eller organisation",
        Applicant.LARGE: "En større organisation eller en virksomhed",
        Applicant.MUNICIPAL: "En afdeling i kommunen",
        Applicant.PRIVATE: "En eller flere privatpersoner",
    },
    Purpose: {
        Purpose.NEEDS_MONEY: "Noget for borgere i Aarhus, som ikke kan gå i gang uden pengene",
        Purpose.OTHER_MONEY: "Noget for borgere i Aarhus, som også kan få penge et andet sted fra",
        Purpose.STATUTORY: "Noget, kommunen har pligt til at gøre",
        Purpose.ELSEWHERE: "Noget for mennesker, der ikke bor i Aarhus Kommune",
    },
    Tried: {
        Tried.NEW: "Nej, den er helt ny",
        Tried.STORIES: "Vi har gode erfaringer og historier, men ingen målinger",
        Tried.MEASURED: "Der er målt før og efter, hos os eller et sted, der ligner",
        Tried.COMPARED: "Den er undersøgt ved at sammenligne med nogle, der ikke var med",
    },
    Described: {
        Described.ACTIVITIES: "Hvad vi gerne vil gøre",
        Described.NUMBERS: "Hvem det hjælper, og hvordan, og vi har nogle tal, der viser, at der er brug for det",
        Described.WHOLE_CHAIN: "Det samme, og vi har skrevet ned, hvordan hvert skridt fører til det næste",
    },
    Planned: {
        Planned.NOTHING: "Nej, ikke endnu",
        Planned.BUDGET: "Vi har et budget, nogle mål og en plan for, hvem der gør hvad",
        Planned.BUSINESS_CASE: "Det samme, og vi har regnet ud, hvad idéen kan spare, og hvordan målene bliver målt",
    },
    Municipality: {
        Municipality.NOBODY: "Nej, vi har ikke talt med nogen",
        Municipality.TALKED: "Vi har talt med nogen",
        Municipality.PAYS: "En forvaltning vil betale for det, idéen opnår",
        Municipality.STARTS_ITSELF: "En forvaltning kan selv betale det hele og sparer pengene igen på højst to år",
    },
    PolicyState: {
        PolicyState.DRAFT: "Kladde",
        PolicyState.ADOPTED: "Vedtaget",
        PolicyState.WITHDRAWN: "Trukket tilbage",
    },
    Standing: {
        Standing.RECOMMENDED: "Indstilles",
        Standing.RESERVE: "Reserve",
        Standing.NOT_RECOMMENDED: "Indstilles ikke",
    },
    LimitName: {
        LimitName.FRAME: "Callets ramme",
        LimitName.PROJECTS: "Pladser til sociale investeringer",
        LimitName.FREE_CAPITAL: "Fondens frie kapital",
        LimitName.OUTCOME_FUND: "Resultatbetalingspuljen",
        LimitName.DONATION_POOL: "Årets donationspulje",
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
    GainKind: {
        GainKind.LONG_TERM: "Langsigtet eller svær at måle",
        GainKind.IMMEDIATE: "Konkret og viser sig med det samme",
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
    BusinessCaseOrigin: {
        BusinessCaseOrigin.APPLICANT: "Ansøgerens tal",
        BusinessCaseOrigin.DEPARTMENT: "Forvaltningens tal",
        BusinessCaseOrigin.SOM: "Resultatet fra SØM",
    },
    CostKind: {
        CostKind.SETUP: "Opstart",
        CostKind.DELIVERY: "Drift",
        CostKind.EVALUATION: "Evaluering",
        CostKind.ADMINISTRATION: "Administration",
    },
    Sector: {
        Sector.MUNICIPALITY: "Kommunen",
        Sector.REGION: "Regionen",
        Sector.STATE: "Staten",
    },
    ScenarioName: {
        ScenarioName.PESSIMISTIC: "Pessimistisk",
        ScenarioName.EXPECTED: "Forventet",
        ScenarioName.OPTIMISTIC: "Optimistisk",
    },
    Driver: {**DRIVER_WORDS},
    Verdict: {
        Verdict.SURE: "Sikker",
        Verdict.ON_EDGE: "På vippen",
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
