"""How do people meet calls, drafts, the formal check and routing in the browser?"""

from intake.views import (
    assignments,
    call_work,
    calls,
    case_work,
    changes,
    conflicts,
    departments,
    drafts,
    files,
    formal_check,
    imports,
    letters,
    notes,
    versions,
)
from intake.views.blueprint import intake

__all__ = [
    "assignments",
    "call_work",
    "calls",
    "case_work",
    "changes",
    "conflicts",
    "departments",
    "drafts",
    "files",
    "formal_check",
    "imports",
    "intake",
    "letters",
    "notes",
    "versions",
]
