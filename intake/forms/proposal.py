"""Which fields do people fill in for a proposal?"""

import functools
from collections.abc import Callable, Iterable
from datetime import date
from enum import StrEnum
from typing import Any

from wtforms.validators import Optional

from foundation.fields import (
    ChoiceField,
    CvrField,
    DanishForm,
    DanishPart,
    DateField,
    KronerField,
    LineField,
    PercentField,
    ProseField,
    RadiosField,
    RowsField,
    VersionField,
    WholeNumberField,
    YearField,
    choice,
    required,
)
from intake.rules.call import FocusArea
from intake.rules.proposal import Answers, Wish
from intake.rules.questions import Kind, Question, Section
from intake.wording import words

LONGEST_PROSE = 20_000
MOST = 10**9
EARLIEST, LATEST = date(2020, 1, 1), date(2099, 12, 31)
"""The days between which an intervention may lie."""


class WithdrawForm(DanishForm):
    reason = ProseField(
        "Hvorfor trækker I forslaget tilbage?",
        description="Sekretariatet og forvaltningerne kan læse det.",
        validators=[required("Skriv kort, hvorfor I trækker forslaget tilbage.")],
        max_characters=2000,
    )


def _choices(members: Iterable[StrEnum]) -> list[Any]:
    return [choice(member.value, words(member)) for member in members]


Areas = tuple[FocusArea, ...]
_Options = Callable[[Question, Areas], dict[str, Any]]

_FIELDS: dict[Kind, tuple[Any, _Options]] = {
    Kind.LINE: (LineField, lambda asked, _: {"max_characters": asked.most_characters}),
    Kind.PROSE: (ProseField, lambda asked, _: {"max_words": asked.most_words, "max_characters": LONGEST_PROSE}),
    Kind.WHOLE_NUMBER: (WholeNumberField, lambda asked, _: {"least": asked.least, "most": asked.most or MOST}),
    Kind.YEAR: (YearField, lambda asked, _: {"least": asked.least, "most": asked.most}),
    Kind.PERCENT: (PercentField, lambda _asked, _: {}),
    Kind.KRONER: (KronerField, lambda asked, _: {"least": asked.least}),
    Kind.DATE: (DateField, lambda _asked, _: {"earliest": EARLIEST, "latest": LATEST}),
    Kind.CVR: (CvrField, lambda _asked, _: {}),
    Kind.FOCUS_AREA: (RadiosField, lambda _asked, areas: {"choices": _choices(areas)}),
    Kind.WISH: (RadiosField, lambda _asked, _: {"choices": _choices(Wish)}),
    Kind.YES_NO: (RadiosField, lambda _asked, _: {"choices": [choice("yes", "Ja"), choice("no", "Nej")]}),
    Kind.CHOICE: (RadiosField, lambda asked, _: {"choices": _options(asked)}),
}
"""One entry for each kind of answer; rows are made of the others."""


def _options(question: Question) -> list[Any]:
    return [choice(option.value, option.label) for option in question.options]


def _field(question: Question, areas: Areas) -> Any:
    if question.kind is Kind.ROWS:
        return RowsField(
            question.label,
            description=question.hint,
            part=_part(question),
            most_rows=question.most_rows,
            row_name=question.row_name,
        )
    made, options = _FIELDS[question.kind]
    hint = _hint_with_limit(question)
    return made(question.label, description=hint, validators=[Optional()], **options(question, areas))


def _part(question: Question) -> type[DanishPart]:
    """The form of one row. A choice is a list that folds out, so that a row stays short."""
    fields = {column.key: _cell(column) for column in question.columns}
    return type("RowForm", (DanishPart,), fields)


def _cell(column: Question) -> Any:
    if column.kind is not Kind.CHOICE:
        return _field(column, ())
    choices = [choice("", "Vælg"), *_options(column)]
    return ChoiceField(column.label, description=column.hint, validators=[Optional()], choices=choices)


def _hint_with_limit(question: Question) -> str:
    return f"{question.hint} Højst {question.most_words} ord.".strip() if question.most_words else question.hint


def shown_answers(questions: Iterable[Question], answers: Answers) -> dict[str, Any]:
    """Stored answers as the fields take them: days are dates."""
    shown = dict(answers)
    for question in questions:
        if question.kind is Kind.DATE and answers.get(question.key):
            shown[question.key] = date.fromisoformat(answers[question.key])
    return shown


class SectionForm(DanishForm):
    """The base of a section's form: it knows which revision of the section was read."""

    revision = VersionField()

    def answers(self) -> dict[str, Any]:
        """This section's answers as they are stored; None where nothing was answered."""
        own = [field for name, field in self._fields.items() if name not in ("revision", "csrf_token")]
        return {field.short_name: _stored(field) for field in own}


def _stored(field: Any) -> Any:
    if isinstance(field, RowsField):
        rows = [{cell.short_name: _stored(cell) for cell in entry.form} for entry in field.entries]
        return [{key: value for key, value in row.items() if value is not None} for row in rows] or None
    if isinstance(field.data, date):
        return field.data.isoformat()
    return field.data if field.data != "" else None


@functools.lru_cache(maxsize=256)
def section_form(section: Section, areas: Areas) -> type[SectionForm]:
    """The form class of one section, made once for each set of questions and choice of focus areas."""
    fields = {question.key: _field(question, areas) for question in section.questions}
    return type("ProposalSectionForm", (SectionForm,), fields)
