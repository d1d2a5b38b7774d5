"""How are calls and proposals written, sent, checked and routed? Nothing here commits."""

from intake.actions.assignments import (
    assign_reviewer,
    end_assignment,
    note_finished,
    note_reopened,
    substitute_reviewer,
)
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
from intake.actions.conflicts import declare_conflict, replaceable_part, review_conflict
from intake.actions.departments import (
    FocusDraft,
    add_coordinator,
    add_department,
    end_coordinator,
    rename_department,
    set_default_departments,
    withdraw_coordinator,
    withdraw_default_departments,
    withdraw_department_name,
)
from intake.actions.drafts import (
    delete_draft,
    need_opened,
    reopen_proposal,
    restore_after_deadline,
    restore_proposal,
    save_draft,
    save_section,
    start_proposal,
    withdraw_proposal,
)
from intake.actions.files import attach_files, remove_file
from intake.actions.formal_check import pass_formal_check, record_items
from intake.actions.handing_back import decline_assignment, pass_on_assignment
from intake.actions.moves import move_proposal, record_on
from intake.actions.notes import assign_case_worker, write_note
from intake.actions.notices import case_address, secretariat_address, tell
from intake.actions.reminders import answer_reminders_due, send_answer_reminders
from intake.actions.returns import reject_formally, rejection_letter, return_letter, return_proposal
from intake.actions.routing import (
    Rerouting,
    Routing,
    exempt_department,
    note_department_answer,
    reroute_proposal,
    route_proposal,
)
from intake.actions.submission import submit_proposal

__all__ = [
    "FocusDraft",
    "Rerouting",
    "Routing",
    "add_call_question",
    "add_coordinator",
    "add_department",
    "answer_reminders_due",
    "assign_case_worker",
    "assign_reviewer",
    "attach_files",
    "cancel_call",
    "case_address",
    "change_contact",
    "create_call",
    "declare_conflict",
    "decline_assignment",
    "delete_draft",
    "edit_call",
    "edit_call_question",
    "end_assignment",
    "end_coordinator",
    "exempt_department",
    "extend_deadline",
    "move_call_question",
    "move_proposal",
    "need_cancellable",
    "need_draft",
    "need_open",
    "need_opened",
    "note_department_answer",
    "note_finished",
    "note_reopened",
    "pass_formal_check",
    "pass_on_assignment",
    "publish_call",
    "record_items",
    "record_on",
    "reject_formally",
    "rejection_letter",
    "remove_call_question",
    "remove_file",
    "rename_department",
    "reopen_proposal",
    "replaceable_part",
    "reroute_proposal",
    "restore_after_deadline",
    "restore_proposal",
    "return_letter",
    "return_proposal",
    "review_conflict",
    "route_proposal",
    "save_draft",
    "save_section",
    "secretariat_address",
    "send_answer_reminders",
    "set_default_departments",
    "start_proposal",
    "submit_proposal",
    "substitute_reviewer",
    "tell",
    "withdraw_coordinator",
    "withdraw_default_departments",
    "withdraw_department_name",
    "withdraw_proposal",
    "write_note",
]
