"""Which answers does the case itself point at, before the secretariat has said anything?

A suggestion is shown with its source and never stored unasked. Sources: domain.md GATE10a, SORT11 and EL9.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from foundation.identity.organisation_rules import is_small
from foundation.money import NO_BREAK_SPACE, format_kroner, format_number
from scoring.rules.case_facts import FactValue


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An answer that the case points at, and the source it is taken from."""

    value: FactValue
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicantFacts:
    """What is known of who applies; `department` is the code of a department that applies itself."""

    department: str | None
    staff_years: int | None
    turnover_ore: int | None


def suggest_facts(applicant: ApplicantFacts, answers: Mapping[str, Any]) -> dict[str, Suggestion]:
    """The suggestions by the key of the fact; a fact that the case says nothing of is not there."""
    found = {
        "municipal": _municipal(applicant),
        "small_organisation": _small(applicant),
        "economic_activity": _activity(answers),
        "de_minimis_received": _received(answers),
    }
    return {key: one for key, one in found.items() if one is not None}


def _municipal(applicant: ApplicantFacts) -> Suggestion:
    if applicant.department is None:
        return Suggestion(False, "Ansøgeren er ikke en forvaltning")
    return Suggestion(True, f"Ansøgeren er en forvaltning ({applicant.department})")


def _small(applicant: ApplicantFacts) -> Suggestion | None:
    small = is_small(applicant.staff_years, applicant.turnover_ore)
    if small is None or applicant.department is not None:
        return None
    years, turnover = applicant.staff_years, applicant.turnover_ore
    told = (
        *((f"{format_number(years)} årsværk",) if years is not None else ()),
        *((f"{_plain_kroner(turnover)} i årlig omsætning",) if turnover is not None else ()),
    )
    return Suggestion(small, f"Organisationens egne oplysninger: {' og '.join(told)}")


def _plain_kroner(ore: int) -> str:
    """With a plain blank, as it would be typed: the source becomes an answer."""
    return format_kroner(ore).replace(NO_BREAK_SPACE, " ")


def _activity(answers: Mapping[str, Any]) -> Suggestion | None:
    said = answers.get("economic_activity")
    return Suggestion(said == "yes", "Ansøgerens erklæring i forslaget") if said in {"yes", "no"} else None


def _received(answers: Mapping[str, Any]) -> Suggestion | None:
    received = answers.get("de_minimis")
    if answers.get("economic_activity") != "yes" or not isinstance(received, int):
        return None
    return Suggestion(received, "Ansøgerens erklæring i forslaget")
