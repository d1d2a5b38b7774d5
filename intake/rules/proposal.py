"""What has an applicant answered, and what is still missing before the proposal can be sent?"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from foundation.text import is_blank
from intake.rules.call import FocusArea
from intake.rules.questions import Question, QuestionSet


class Wish(StrEnum):
    """What the applicant hopes for. It is shown beside the track and never decides it (contract section 7)."""

    SOCIAL_INVESTMENT = "social_investment"
    DONATION = "donation"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class ProposalDraft:
    """The answers by question key: text, whole numbers, and enum slugs; None where nothing was answered.

    Amounts are int øre.
    """

    answers: Mapping[str, str | int | None]

    def text(self, key: str) -> str:
        value = self.answers.get(key)
        return "" if value is None else str(value)

    def whole(self, key: str) -> int | None:
        value = self.answers.get(key)
        return value if isinstance(value, int) else None

    @property
    def title(self) -> str:
        return self.text("title")

    @property
    def focus_area(self) -> FocusArea | None:
        value = self.text("focus_area")
        return FocusArea(value) if value else None

    @property
    def wish(self) -> Wish | None:
        value = self.text("wish")
        return Wish(value) if value else None

    @property
    def amount_sought_ore(self) -> int | None:
        return self.whole("amount_sought")

    @property
    def participants(self) -> int | None:
        return self.whole("participants")


def is_answered(answers: Mapping[str, str | int | None], key: str) -> bool:
    """Has the question an answer that a person can see?"""
    value = answers.get(key)
    return value is not None and not (isinstance(value, str) and is_blank(value))


def missing_answers(questions: QuestionSet, answers: Mapping[str, str | int | None]) -> tuple[Question, ...]:
    """The required questions without an answer, in the order of the form."""
    return tuple(
        question for question in questions.questions if question.required and not is_answered(answers, question.key)
    )
