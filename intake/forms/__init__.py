"""Which fields do people fill in for a call, a proposal, its formal check and its routing?"""

from intake.forms.case_work import ConflictForm, FormalCheckForm, RouteForm
from intake.forms.proposal import SectionForm, StartProposalForm, section_form

__all__ = [
    "ConflictForm",
    "FormalCheckForm",
    "RouteForm",
    "SectionForm",
    "StartProposalForm",
    "section_form",
]
