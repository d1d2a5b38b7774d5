"""Which Danish words stand for the parts of a call, and for when each of its questions must be answered?"""

from collections.abc import Mapping
from typing import Final

from intake.rules.proposal import Wish
from intake.rules.questions import Kind, Question, QuestionSet
from intake.wording import answer_words

CALL_FIELDS: Final[dict[str, str]] = {
    "title": "Titel",
    "purpose": "Hvad Rådet søger",
    "who_can_apply": "Hvem der kan søge",
    "focus_areas": "Hovedområder",
    "opens_at": "Åbning",
    "closes_at": "Frist",
    "frame_ore": "Penge i alt",
    "per_project_cap_ore": "Højst til hvert projekt",
    "max_projects": "Højst så mange projekter",
    "policy_id": "Politik",
    "contact_name": "Kontaktens navn",
    "contact_email": "Kontaktens mailadresse",
}
"""What the history calls the parts of a call."""


def demands_of(questions: QuestionSet) -> dict[str, str]:
    """For the brackets behind each question: whether it must be answered, by key; a column is "key.column"."""
    by_key = {question.key: question for question in questions.questions}
    found = {}
    for question in questions.questions:
        found[question.key] = _demand(question, by_key)
        columns = {column.key: column for column in question.columns}
        for column in question.columns:
            found[f"{question.key}.{column.key}"] = _demand(column, {**by_key, **columns})
    return found


def _demand(question: Question, by_key: Mapping[str, Question]) -> str:
    if not question.required:
        return "frivilligt"
    if question.when is None:
        return ""
    other, values = by_key[question.when.key], question.when.values
    if other.kind is Kind.WISH:
        sure = [answer_words(other, value).lower() for value in values if value != Wish.UNSURE]
        in_doubt = ", eller hvis I er i tvivl om, hvad I søger" if Wish.UNSURE in values else ""
        return f"skal kun besvares ved {_either(sure)}{in_doubt}"
    answers = _either([answer_words(other, value).lower() for value in values])
    return f"skal kun besvares, hvis svaret er {answers} til »{other.label}«"


def _either(answers: list[str]) -> str:
    *first, last = answers
    return f"{', '.join(first)} eller {last}" if first else last
