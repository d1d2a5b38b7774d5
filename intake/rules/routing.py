"""Which departments should be asked about a proposal, and why?

Defaults of domain.md D ("Default routing"), from the council's real cases. The secretariat confirms or changes them.
"""

from dataclasses import dataclass

from intake.rules.call import FocusArea

ANSWER_WITHIN_WORKDAYS = 20
"""domain.md DL1."""


@dataclass(frozen=True, slots=True)
class DepartmentSuggestion:
    """The lead department and the others to ask, with the ground in Danish."""

    lead: str
    others: tuple[str, ...]
    ground: str


_DEFAULTS: dict[FocusArea, tuple[str, tuple[str, ...], str]] = {
    FocusArea.CHILDREN_SPECIAL_NEEDS: (
        "MBU",
        ("MSB",),
        "Børn og Unge har børnenes hverdag i skole og dagtilbud.",
    ),
    FocusArea.YOUTH_JOBS_EDUCATION: (
        "MSB",
        ("MBU",),
        "Sociale Forhold og Beskæftigelse har indsatserne for unges vej i job.",
    ),
    FocusArea.MENTAL_ILLNESS: ("MSB", ("MSO",), "Sociale Forhold og Beskæftigelse har socialpsykiatrien."),
    FocusArea.HOMELESSNESS: (
        "MSB",
        ("MTM", "BA"),
        "Sociale Forhold og Beskæftigelse har indsatsen mod hjemløshed.",
    ),
    FocusArea.DEPRIVED_AREAS: (
        "MSB",
        ("MBU", "MKB", "MTM", "BA"),
        "Sociale Forhold og Beskæftigelse leder arbejdet i de udsatte boligområder.",
    ),
}


def suggest_departments(focus_area: FocusArea) -> DepartmentSuggestion:
    """The departments that usually answer for a focus area."""
    lead, others, ground = _DEFAULTS[focus_area]
    return DepartmentSuggestion(lead=lead, others=others, ground=ground)
