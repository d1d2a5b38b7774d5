"""Which fields do people fill in for a call, a proposal, its formal check and its routing?"""

from intake.forms.assignments import AssignForm, DeclineForm, EndAssignmentForm, PassOnForm, ReviewConflictForm
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
from intake.forms.case_work import ConflictForm, ExemptForm, RouteForm, reroute_form
from intake.forms.departments import (
    AddCoordinatorForm,
    AddDepartmentForm,
    EndCoordinatorForm,
    FocusAreaForm,
    RenameDepartmentForm,
)
from intake.forms.formal_check import (
    CaseWorkerForm,
    FormalCheckForm,
    NoteForm,
    RejectForm,
    ReturnForm,
    VerifyForm,
    shown_items,
)
from intake.forms.proposal import SectionForm, WithdrawForm, section_form, shown_answers

__all__ = [
    "ActOnCallForm",
    "AddCoordinatorForm",
    "AddDepartmentForm",
    "AssignForm",
    "CallContactForm",
    "CallForm",
    "CallQuestionForm",
    "CancelCallForm",
    "CaseWorkerForm",
    "ConflictForm",
    "DeclineForm",
    "EditCallForm",
    "EndAssignmentForm",
    "EndCoordinatorForm",
    "ExemptForm",
    "ExtendDeadlineForm",
    "FocusAreaForm",
    "FormalCheckForm",
    "NoteForm",
    "PassOnForm",
    "RejectForm",
    "RenameDepartmentForm",
    "ReturnForm",
    "ReviewConflictForm",
    "RouteForm",
    "SectionForm",
    "VerifyForm",
    "WithdrawForm",
    "call_fields",
    "moment_fields",
    "question_fields",
    "reroute_form",
    "section_form",
    "shown_answers",
    "shown_items",
]
