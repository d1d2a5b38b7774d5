"""Which fields do people fill in for a call, a proposal, its formal check and its routing?"""

from intake.forms.calls import (
    ActOnCallForm,
    CallContactForm,
    CallForm,
    CallQuestionForm,
    CancelCallForm,
    EditCallForm,
    ExtendDeadlineForm,
    call_fields,
    moment_fields,
    question_fields,
)
from intake.forms.case_work import ConflictForm, FormalCheckForm, RouteForm
from intake.forms.proposal import SectionForm, WithdrawForm, section_form, shown_answers

__all__ = [
    "ActOnCallForm",
    "CallContactForm",
    "CallForm",
    "CallQuestionForm",
    "CancelCallForm",
    "ConflictForm",
    "EditCallForm",
    "ExtendDeadlineForm",
    "FormalCheckForm",
    "RouteForm",
    "SectionForm",
    "WithdrawForm",
    "call_fields",
    "moment_fields",
    "question_fields",
    "section_form",
    "shown_answers",
]
