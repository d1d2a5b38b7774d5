"""How are answers, scores, consensus, hearings, facts and sortings recorded? Nothing here commits."""

from scoring.actions.answers import answer_for_department
from scoring.actions.business_case import (
    choose_business_case,
    may_correct,
    need_right_to_correct,
    save_business_case,
    save_som_result,
)
from scoring.actions.consensus import need_no_own_sheet, record_consensus
from scoring.actions.facts import record_case_facts
from scoring.actions.figures import enter_fund_figures, enter_legal_figure
from scoring.actions.hearing import (
    answer_hearing,
    close_hearing,
    hearing_letter,
    need_open_hearing,
    send_hearing,
    waive_hearing,
)
from scoring.actions.reminders import assessment_reminders_due, send_assessment_reminders
from scoring.actions.sheets import (
    finalise_assessment,
    need_newest_read,
    reopen_assessment,
    save_assessment,
    scoring_assignment,
)
from scoring.actions.sorting import (
    changed_since,
    confirm_sorting,
    override_sorting,
    renew_sorting,
    run_sorting,
    seen_now,
)

__all__ = [
    "answer_for_department",
    "answer_hearing",
    "assessment_reminders_due",
    "changed_since",
    "choose_business_case",
    "close_hearing",
    "confirm_sorting",
    "enter_fund_figures",
    "enter_legal_figure",
    "finalise_assessment",
    "hearing_letter",
    "may_correct",
    "need_newest_read",
    "need_no_own_sheet",
    "need_open_hearing",
    "need_right_to_correct",
    "override_sorting",
    "record_case_facts",
    "record_consensus",
    "renew_sorting",
    "reopen_assessment",
    "run_sorting",
    "save_assessment",
    "save_business_case",
    "save_som_result",
    "scoring_assignment",
    "seen_now",
    "send_assessment_reminders",
    "send_hearing",
    "waive_hearing",
]
