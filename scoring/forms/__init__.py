"""Which fields do people fill in to answer for a department, to score, to agree, to hear and be heard, and to sort?"""

from scoring.forms.answers import AnswerForm, StatementForm
from scoring.forms.business_case import BusinessCaseForm, ChooseBusinessCaseForm, SomForm, shown_case
from scoring.forms.commitments import FullAnswerForm, first_shares, full_answer_form, shown_promise
from scoring.forms.consensus import ConsensusForm, consensus_form
from scoring.forms.facts import case_facts_form, shown_facts
from scoring.forms.hearing import CloseHearingForm, HearingAnswerForm, HearingForm, WaiverForm
from scoring.forms.sheets import ReopenForm, ScoreSheetForm, score_sheet_form
from scoring.forms.sorting import SeenForm, SortingForm

__all__ = [
    "AnswerForm",
    "BusinessCaseForm",
    "ChooseBusinessCaseForm",
    "CloseHearingForm",
    "ConsensusForm",
    "FullAnswerForm",
    "HearingAnswerForm",
    "HearingForm",
    "ReopenForm",
    "ScoreSheetForm",
    "SeenForm",
    "SomForm",
    "SortingForm",
    "StatementForm",
    "WaiverForm",
    "case_facts_form",
    "consensus_form",
    "first_shares",
    "full_answer_form",
    "score_sheet_form",
    "shown_case",
    "shown_facts",
    "shown_promise",
]
