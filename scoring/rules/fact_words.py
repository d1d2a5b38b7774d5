"""How does each fact of a sorting read, by itself and in a sentence?"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from foundation.text import is_blank
from scoring.rules import figures

NOT_GIVEN: Final = "ikke oplyst"


@dataclass(frozen=True, slots=True)
class YesNoWords:
    """A yes-or-no fact: what is asked, and the sentence that a yes or a no makes."""

    label: str
    yes: str
    no: str


YES_NO_FACTS: Final[dict[str, YesNoWords]] = {
    "eligible": YesNoWords(
        "Formalia i orden", "Forslaget opfylder callets formelle krav", "Forslaget opfylder ikke callets formelle krav"
    ),
    "stop": YesNoWords(
        "Tegn på skade, lovbrud eller alvorlig etisk tvivl",
        "Der er tegn på skade, lovbrud eller alvorlig etisk tvivl",
        "Der er ikke tegn på skade, lovbrud eller alvorlig etisk tvivl",
    ),
    "hearing_open": YesNoWords("Åben partshøring", "Partshøringen er ikke slut", "Partshøringen er slut"),
    "department_funds_itself": YesNoWords(
        "Forvaltningen kan selv betale",
        "Forvaltningen bekræfter, at den selv kan betale",
        "Forvaltningen kan ikke selv betale",
    ),
    "payers_confirmed": YesNoWords(
        "Bekræftet betaler til hvert mål",
        "Der er en bekræftet betaler til hvert mål",
        "Der er ikke en bekræftet betaler til hvert mål",
    ),
    "legal_checked": YesNoWords(
        "Udbud, statsstøtte og databeskyttelse",
        "Udbud, statsstøtte og databeskyttelse er afklaret",
        "Udbud, statsstøtte og databeskyttelse er ikke på plads",
    ),
    "risk_assessed": YesNoWords("Risikovurdering", "Risikoen er vurderet", "Risikoen er ikke vurderet"),
    "municipal": YesNoWords(
        "Ansøgeren er en del af kommunen",
        "Ansøgeren er en kommunal forvaltning",
        "Ansøgeren er ikke en kommunal forvaltning",
    ),
    "small_organisation": YesNoWords(
        "Mindre organisation", "Ansøgeren er en mindre organisation", "Ansøgeren er ikke en mindre organisation"
    ),
    "innovative": YesNoWords("Ny og uprøvet løsning", "Indsatsen er ny og uprøvet", "Indsatsen er ikke ny og uprøvet"),
    "needs_fund": YesNoWords(
        "Kan kun begynde med penge fra fonden",
        "Indsatsen kan kun gå i gang med penge fra fonden",
        "Indsatsen kan gå i gang uden fonden",
    ),
    "assessment_written": YesNoWords(
        "Konkret vurdering", "Der er skrevet en konkret vurdering", "Der er ikke skrevet en konkret vurdering"
    ),
    "learning_purpose": YesNoWords(
        "Formål med at lære",
        "Det er beskrevet, hvad indsatsen skal lære os",
        "Det er ikke beskrevet, hvad indsatsen skal lære os",
    ),
    "lead_department_asked": YesNoWords(
        "Den ledende forvaltning er spurgt",
        "Den ledende forvaltning er spurgt",
        "Den ledende forvaltning er ikke spurgt",
    ),
}
"""Every yes-or-no fact of `ProposalFacts`, in its order."""

_REASONS: Final = {
    "small_group_reason": "Begrundelse for få deltagere",
    "small_organisation_waiver": "Begrundelse for, at ansøgeren ikke er lille",
    "innovative_waiver": "Begrundelse for, at løsningen ikke er ny",
}
_NUMBERS: Final = {"participants": "Borgere"}
_AMOUNTS: Final = {
    "amount": "Beløb",
    "per_project_cap": "Callets loft for et forslag",
    "free_capital": "Fri kapital",
    "outcome_fund_balance": "Rest i resultatbetalingspuljen",
    "donation_pool_left": "Rest i årets donationspulje",
}
_DECIMALS: Final = {
    "payback_months": "Måneder, til besparelsen er tjent hjem",
    "outcome_fund_share": "Resultatbetalingspuljens andel",
}
FACT_LABELS: Final[dict[str, str]] = {
    **{key: words.label for key, words in YES_NO_FACTS.items()},
    **_REASONS,
    **_NUMBERS,
    **_AMOUNTS,
    **_DECIMALS,
}
"""What every fact and figure of a sorting is called, the eight scores excepted."""


def shown_fact(key: str, value: object) -> str:
    """A fact as a person reads it: "ja", "85.000 kr.", "24,5", the reason itself, or "ikke oplyst"."""
    if value is None or (isinstance(value, str) and is_blank(value)):
        return NOT_GIVEN
    if isinstance(value, bool):
        return "ja" if value else "nej"
    if key in _AMOUNTS and isinstance(value, int):
        return figures.kroner(value)
    if key == "outcome_fund_share":
        return figures.percent(Decimal(str(value)))
    if key in _DECIMALS:
        return figures.number(Decimal(str(value)))
    return figures.number(value) if isinstance(value, int) else str(value)
