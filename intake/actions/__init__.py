"""How are calls and proposals written, sent, checked and routed? Nothing here commits."""

from intake.actions.call_questions import (
    add_call_question,
    edit_call_question,
    move_call_question,
    remove_call_question,
)
from intake.actions.calls import (
    cancel_call,
    change_contact,
    create_call,
    edit_call,
    extend_deadline,
    need_cancellable,
    need_draft,
    need_open,
    publish_call,
)
from intake.actions.conflicts import declare_conflict
from intake.actions.drafts import (
    delete_draft,
    reopen_proposal,
    restore_after_deadline,
    restore_proposal,
    save_draft,
    save_section,
    start_proposal,
    withdraw_proposal,
)
from intake.actions.files import attach_files, remove_file
from intake.actions.formal_check import record_formal_check
from intake.actions.moves import move_proposal, record_on
from intake.actions.routing import Routing, note_department_answer, route_proposal
from intake.actions.submission import submit_proposal

__all__ = [
    "Routing",
    "add_call_question",
    "attach_files",
    "cancel_call",
    "change_contact",
    "create_call",
    "declare_conflict",
    "delete_draft",
    "edit_call",
    "edit_call_question",
    "extend_deadline",
    "move_call_question",
    "move_proposal",
    "need_cancellable",
    "need_draft",
    "need_open",
    "note_department_answer",
    "publish_call",
    "record_formal_check",
    "record_on",
    "remove_call_question",
    "remove_file",
    "reopen_proposal",
    "restore_after_deadline",
    "restore_proposal",
    "route_proposal",
    "save_draft",
    "save_section",
    "start_proposal",
    "submit_proposal",
    "withdraw_proposal",
]
