"""How do departments answer and score, and how does the secretariat agree, hear and sort, in the browser?"""

from scoring.views import (
    answers,
    assessments,
    business_case,
    business_case_workbook,
    consensus,
    facts,
    figures,
    hearing,
    policies,
    self_check,
    sorting,
)
from scoring.views.blueprint import scoring

__all__ = [
    "answers",
    "assessments",
    "business_case",
    "business_case_workbook",
    "consensus",
    "facts",
    "figures",
    "hearing",
    "policies",
    "scoring",
    "self_check",
    "sorting",
]
