"""May the council's money go to a proposal under the rules on tenders, state aid, long agreements and personal data?

Each answer is a reasoned value: it holds, fails, or is not settled, with a Danish sentence that has the figures in it.
Sources: domain.md L25, L26, L28, EL9 and GATE6. The limits on tenders bind from the very amount on, which is how the
act counts; the ceiling of state aid may be reached.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Final

from foundation.money import ORE_PER_KRONE, format_kroner, format_number
from scoring.rules.legal_figures import LegalFigures


class ProcurementRegime(StrEnum):
    """Which rules on tenders a purchase falls under; a grant is no purchase."""

    LIGHT = "light"
    SERVICES = "services"
    GRANT = "grant"


class ProcurementRoute(StrEnum):
    """How the supplier is found."""

    EU_TENDER = "eu_tender"
    LIGHT_PROCEDURE = "light_procedure"
    ADVERTISED = "advertised"
    QUOTES = "quotes"
    DIRECT = "direct"


class DataProtection(StrEnum):
    """How personal data are looked after."""

    NO_SHARING = "no_sharing"
    OWN_CONTROLLER = "own_controller"
    PROCESSOR = "processor"
    UNSETTLED = "unsettled"


LONG_YEARS: Final = 3
"""Longer than so many years, a lawyer looks at the agreement (domain.md L25)."""

REGISTER_FROM: Final = date(2026, 1, 1)
"""The day the central register of de minimis aid opens (domain.md L28)."""

_PUBLIC = frozenset({ProcurementRoute.EU_TENDER, ProcurementRoute.LIGHT_PROCEDURE, ProcurementRoute.ADVERTISED})
_TENDER = frozenset({ProcurementRoute.EU_TENDER, ProcurementRoute.LIGHT_PROCEDURE})


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalFacts:
    """What is known for the legal check; None and "" are "ikke oplyst"."""

    regime: ProcurementRegime | None = None
    regime_reason: str = ""
    contract_value_ore: int | None = None
    route: ProcurementRoute | None = None
    route_reason: str = ""
    cross_border: bool | None = None
    economic_activity: bool | None = None
    de_minimis_received_ore: int | None = None
    amount_ore: int | None = None
    register_checked: bool | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    lawyer_looked: bool | None = None
    data_protection: DataProtection | None = None
    data_protection_reason: str = ""


@dataclass(frozen=True, slots=True)
class LegalPart:
    """One part of the legal check: None is not settled; `text` is a Danish sentence."""

    holds: bool | None
    text: str


@dataclass(frozen=True, slots=True)
class LegalCheck:
    """The four parts of the legal check; `answer` is the fact `legal_checked` of the policy file."""

    procurement: LegalPart
    state_aid: LegalPart
    duration: LegalPart
    data_protection: LegalPart

    @property
    def answer(self) -> bool | None:
        """True when all four hold, False as soon as one fails, None while something is missing."""
        parts = (self.procurement.holds, self.state_aid.holds, self.duration.holds, self.data_protection.holds)
        if False in parts:
            return False
        return None if None in parts else True


def check_law(facts: LegalFacts, figures: LegalFigures) -> LegalCheck:
    """The legal check of one case by the figures of a day."""
    return LegalCheck(
        procurement=_procurement(facts, figures),
        state_aid=_state_aid(facts, figures),
        duration=_duration(facts),
        data_protection=_data_protection(facts),
    )


# ---- tenders --------------------------------------------------------------------------------------------------------


def _procurement(facts: LegalFacts, figures: LegalFigures) -> LegalPart:
    if facts.regime is None:
        return LegalPart(None, "Det er ikke oplyst, hvilke udbudsregler der gælder.")
    if not facts.regime_reason:
        return LegalPart(None, "Det er ikke begrundet, hvilke udbudsregler der gælder.")
    if facts.regime is ProcurementRegime.GRANT:
        return LegalPart(True, "Pengene er et tilskud og ikke et køb. Derfor gælder udbudsreglerne ikke.")
    if facts.route is None or not facts.route_reason:
        return LegalPart(None, "Det er ikke valgt og begrundet, hvordan leverandøren bliver fundet.")
    if facts.route is ProcurementRoute.LIGHT_PROCEDURE and facts.regime is not ProcurementRegime.LIGHT:
        return LegalPart(False, "Light-proceduren kan kun bruges til sociale tjenesteydelser. Vælg en anden vej.")
    if facts.route in _TENDER:
        return LegalPart(True, "Kontrakten bliver sendt i udbud. Det dækker, uanset hvad den er værd.")
    return _against_threshold(facts, figures)


def _against_threshold(facts: LegalFacts, figures: LegalFigures) -> LegalPart:
    light = facts.regime is ProcurementRegime.LIGHT
    threshold = figures.light_kroner if light else figures.services_kroner
    if threshold is None:
        return LegalPart(
            None,
            f"Tærsklen for {figures.on.year} er ikke skrevet ind. "
            "Derfor kan kontraktens værdi ikke holdes op imod den.",
        )
    if facts.contract_value_ore is None:
        return LegalPart(None, "Kontraktens værdi er ikke oplyst.")
    value, limit = format_kroner(facts.contract_value_ore), format_kroner(int(threshold * ORE_PER_KRONE))
    if facts.contract_value_ore >= threshold * ORE_PER_KRONE:
        return LegalPart(False, f"Kontrakten er på {value} og når tærsklen på {limit} Den skal sendes i udbud.")
    return _below_threshold(facts, f"Kontrakten er på {value} og ligger under tærsklen på {limit}")


def _below_threshold(facts: LegalFacts, below: str) -> LegalPart:
    if facts.cross_border is None:
        return LegalPart(None, f"{below} Det er ikke oplyst, om der er en klar grænseoverskridende interesse.")
    if not facts.cross_border:
        return LegalPart(True, f"{below} Der er ingen klar grænseoverskridende interesse.")
    if facts.route in _PUBLIC:
        return LegalPart(
            True, f"{below} Der er en klar grænseoverskridende interesse, og kontrakten bliver annonceret."
        )
    return LegalPart(False, f"{below} Der er en klar grænseoverskridende interesse. Derfor skal kontrakten annonceres.")


# ---- state aid ------------------------------------------------------------------------------------------------------


def _state_aid(facts: LegalFacts, figures: LegalFigures) -> LegalPart:
    if facts.economic_activity is None:
        return LegalPart(None, "Det er ikke oplyst, om indsatsen er økonomisk aktivitet.")
    if not facts.economic_activity:
        return LegalPart(True, "Indsatsen er ikke økonomisk aktivitet. Derfor gælder reglerne om statsstøtte ikke.")
    if facts.de_minimis_received_ore is None:
        return LegalPart(None, "Det er ikke oplyst, hvor meget de minimis-støtte ansøgeren har fået i tre år.")
    if facts.amount_ore is None:
        return LegalPart(None, "Det er ikke oplyst, hvor meget ansøgeren søger om.")
    if figures.de_minimis_euro is None or figures.kroner_per_100_euro is None:
        what = "Loftet for de minimis-støtte" if figures.de_minimis_euro is None else "Kursen på euro"
        return LegalPart(None, f"{what} for {figures.on.year} er ikke skrevet ind.")
    ceiling = _ceiling_ore(figures.de_minimis_euro, figures.kroner_per_100_euro)
    return _against_ceiling(facts, figures, facts.de_minimis_received_ore + facts.amount_ore, ceiling)


def _ceiling_ore(euro: Decimal, kroner_per_100_euro: Decimal) -> Fraction:
    return Fraction(euro) * Fraction(kroner_per_100_euro) / 100 * ORE_PER_KRONE


def _against_ceiling(facts: LegalFacts, figures: LegalFigures, total_ore: int, ceiling_ore: Fraction) -> LegalPart:
    # Rounded down: a sum above the ceiling is never shown as the ceiling itself.
    limit = f"{format_number(figures.de_minimis_euro or 0)} euro ({format_kroner(int(ceiling_ore))})"
    if total_ore > ceiling_ore:
        return LegalPart(
            False, f"De minimis-støtten over tre år bliver {format_kroner(total_ore)} og går over loftet på {limit}."
        )
    within = f"De minimis-støtten over tre år bliver {format_kroner(total_ore)} og holder sig inden for {limit}."
    if figures.on < REGISTER_FROM or facts.register_checked:
        return LegalPart(True, within)
    if facts.register_checked is None:
        return LegalPart(None, f"{within} Det er ikke oplyst, om den er slået op i registeret.")
    return LegalPart(False, f"{within} Den er ikke slået op i registeret.")


# ---- long agreements and personal data ------------------------------------------------------------------------------


def _duration(facts: LegalFacts) -> LegalPart:
    if facts.starts_on is None or facts.ends_on is None:
        if facts.lawyer_looked:
            return LegalPart(True, "Det er ikke oplyst, hvor længe indsatsen varer, men en jurist har set på aftalen.")
        return LegalPart(None, "Det er ikke oplyst, hvor længe indsatsen varer, eller om en jurist har set på aftalen.")
    if not is_long(facts.starts_on, facts.ends_on):
        return LegalPart(True, "Indsatsen varer højst tre år.")
    if facts.lawyer_looked is None:
        return LegalPart(None, "Indsatsen varer mere end tre år. Det er ikke oplyst, om en jurist har set på aftalen.")
    if not facts.lawyer_looked:
        return LegalPart(False, "Indsatsen varer mere end tre år, og en jurist har ikke set på aftalen.")
    return LegalPart(True, "Indsatsen varer mere end tre år, og en jurist har set på aftalen.")


def is_long(starts_on: date, ends_on: date) -> bool:
    """Does it last longer than three years, its last day counted?"""
    day = 28 if (starts_on.month, starts_on.day) == (2, 29) else starts_on.day
    return ends_on >= starts_on.replace(year=starts_on.year + LONG_YEARS, day=day)


_PROTECTED: Final = {
    DataProtection.NO_SHARING: "Kommunen og ansøgeren deler ingen personoplysninger.",
    DataProtection.OWN_CONTROLLER: "Ansøgeren er selv dataansvarlig for personoplysningerne.",
    DataProtection.PROCESSOR: "Der bliver lavet en databehandleraftale om personoplysningerne.",
}


def _data_protection(facts: LegalFacts) -> LegalPart:
    if facts.data_protection is None:
        return LegalPart(None, "Det er ikke oplyst, hvordan databeskyttelsen er på plads.")
    if facts.data_protection is DataProtection.UNSETTLED:
        return LegalPart(False, "Databeskyttelsen er ikke afklaret.")
    if not facts.data_protection_reason:
        return LegalPart(None, "Det er ikke begrundet, hvordan databeskyttelsen er på plads.")
    return LegalPart(True, _PROTECTED[facts.data_protection])
