"""What is a question: how it is answered, when it must be, and what the applicant is told about it?"""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """How a question is answered; each kind has one field, one display and one check.

    Stored as: LINE and PROSE as text; WHOLE_NUMBER, YEAR and PERCENT as whole numbers; KRONER as øre; DATE as ISO
    text; YES_NO as "yes" or "no"; CHOICE, FOCUS_AREA and WISH as the slug; CVR as eight digits; ROWS as a list of
    objects, one key for each column.
    """

    LINE = "line"
    PROSE = "prose"
    WHOLE_NUMBER = "whole_number"
    KRONER = "kroner"
    FOCUS_AREA = "focus_area"
    WISH = "wish"
    PERCENT = "percent"
    DATE = "date"
    YES_NO = "yes_no"
    CHOICE = "choice"
    CVR = "cvr"
    YEAR = "year"
    ROWS = "rows"


@dataclass(frozen=True, slots=True)
class When:
    """Only where another question has one of these answers. In a row, the row's own columns are asked first."""

    key: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Option:
    """One thing to choose: what is stored, and its Danish words."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Question:
    """One question as the applicant meets it. `missing` says what to do when there is no answer.

    `when` narrows `required`: the answer is asked of everybody, but missed only there. `needed_answer` is the one
    answer without which nothing can be sent. Numbers and whole kroner lie between `least` and `most`. A ROWS question
    has `columns`, which are questions themselves, room for `most_rows`, and `row_name` for one of them ("Mål").
    """

    key: str
    label: str
    kind: Kind
    hint: str
    missing: str
    why: str = ""
    example: str = ""
    most_words: int | None = None
    most_characters: int = 100
    least: int = 1
    most: int | None = None
    required: bool = True
    needed_answer: str = ""
    when: When | None = None
    options: tuple[Option, ...] = ()
    columns: tuple["Question", ...] = ()
    most_rows: int = 0
    row_name: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A page of the form: few questions under one heading."""

    key: str
    title: str
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """The sections of a call's form, in order."""

    id: str
    sections: tuple[Section, ...]

    @property
    def questions(self) -> tuple[Question, ...]:
        return tuple(question for section in self.sections for question in section.questions)
