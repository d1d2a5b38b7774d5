"""How are calls and proposals written, sent, checked and routed? Nothing here commits."""

from intake.actions.conflicts import declare_conflict
from intake.actions.drafts import save_draft, start_proposal
from intake.actions.formal_check import record_formal_check
from intake.actions.moves import move_proposal, record_on
from intake.actions.routing import Routing, note_department_answer, route_proposal
from intake.actions.submission import submit_proposal

__all__ = [
    "Routing",
    "declare_conflict",
    "move_proposal",
    "note_department_answer",
    "record_formal_check",
    "record_on",
    "route_proposal",
    "save_draft",
    "start_proposal",
    "submit_proposal",
]
