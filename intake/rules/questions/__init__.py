"""Which questions does a call ask?

A question set is a catalogue entry: once a call has used it, it never changes. Form, check page, case page and memo
loop over the set, so a new question needs no template and no migration.
"""

from intake.rules.questions.core_2026 import CORE_2026
from intake.rules.questions.core_2027 import CORE_2027
from intake.rules.questions.grammar import Kind, Option, Question, QuestionSet, Section, When

__all__ = [
    "NEWEST_SET",
    "OLDEST_SET",
    "QUESTION_SETS",
    "Kind",
    "Option",
    "Question",
    "QuestionSet",
    "Section",
    "When",
    "question_set",
    "with_call_questions",
]

QUESTION_SETS = {CORE_2026.id: CORE_2026, CORE_2027.id: CORE_2027}

NEWEST_SET = CORE_2027
"""What a new call asks."""

OLDEST_SET = CORE_2026
"""What a call of before Rådslag is shown by: the shortest set, with its budget in words."""

CALL_SECTION = "call"
"""The key of the section with a call's own questions."""


def question_set(set_id: str) -> QuestionSet:
    """A published question set; raises KeyError for an id that was never published."""
    return QUESTION_SETS[set_id]


def with_call_questions(questions: QuestionSet, own: tuple[Question, ...]) -> QuestionSet:
    """The set with a call's own questions as a section of their own, before the last one (the declarations)."""
    if not own:
        return questions
    *first, last = questions.sections
    return QuestionSet(questions.id, (*first, Section(CALL_SECTION, "Callets egne spørgsmål", own), last))
