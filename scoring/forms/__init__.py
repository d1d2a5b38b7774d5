"""Which fields do people fill in to answer for a department, to score, to agree, to hear and be heard, and to sort?"""

from scoring.forms.answers import AnswerForm
from scoring.forms.consensus import ConsensusForm, consensus_form
from scoring.forms.facts import case_facts_form, shown_facts
from scoring.forms.hearing import CloseHearingForm, HearingAnswerForm, HearingForm, WaiverForm
from scoring.forms.sheets import ReopenForm, ScoreSheetForm, score_sheet_form
from scoring.forms.sorting import SeenForm, SortingForm

__all__ = [
    "AnswerForm",
    "CloseHearingForm",
    "ConsensusForm",
    "HearingAnswerForm",
    "HearingForm",
    "ReopenForm",
    "ScoreSheetForm",
    "SeenForm",
    "SortingForm",
    "WaiverForm",
    "case_facts_form",
    "consensus_form",
    "score_sheet_form",
    "shown_facts",
]
