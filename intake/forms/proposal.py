"""Which fields do people fill in for a proposal?"""

import functools
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

from wtforms import HiddenField
from wtforms.validators import Optional

from foundation.fields import (
    CvrField,
    DanishForm,
    KronerField,
    LineField,
    ProseField,
    RadiosField,
    WholeNumberField,
    choice,
    required,
)
from intake.rules.call import FocusArea
from intake.rules.proposal import ProposalDraft, Wish
from intake.rules.questions import Kind, Question, Section
from intake.wording import words

LONGEST_PROSE = 20_000


class StartProposalForm(DanishForm):
    """Who applies. Somebody who is already a member of an organisation chooses it instead."""

    name = LineField(
        "Hvad hedder jeres forening eller organisation?",
        validators=[required("Skriv foreningens navn.")],
        max_characters=200,
    )
    cvr = CvrField(
        "CVR-nummer",
        description="Otte cifre. Foreningen skal have et CVR-nummer for at kunne få penge.",
        validators=[required("Skriv foreningens CVR-nummer, otte cifre.")],
    )


def _choices(members: Iterable[StrEnum]) -> list[Any]:
    return [choice(member.value, words(member)) for member in members]


def _field(question: Question, areas: tuple[FocusArea, ...]) -> Any:
    """The field of one kind of answer; every kind has its one entry here."""
    optional = [Optional()]
    match question.kind:
        case Kind.LINE:
            return LineField(question.label, description=question.hint, validators=optional, max_characters=100)
        case Kind.PROSE:
            return ProseField(
                question.label,
                description=_hint_with_limit(question),
                validators=optional,
                max_words=question.most_words,
                max_characters=LONGEST_PROSE,
            )
        case Kind.WHOLE_NUMBER:
            return WholeNumberField(question.label, description=question.hint, validators=optional, least=1)
        case Kind.KRONER:
            return KronerField(question.label, description=question.hint, validators=optional)
        case Kind.FOCUS_AREA:
            choices = _choices(areas)
            return RadiosField(question.label, description=question.hint, validators=optional, choices=choices)
        case Kind.WISH:
            choices = _choices(Wish)
            return RadiosField(question.label, description=question.hint, validators=optional, choices=choices)


def _hint_with_limit(question: Question) -> str:
    return f"{question.hint} Højst {question.most_words} ord." if question.most_words else question.hint


class SectionForm(DanishForm):
    """The base of a section's form: it knows which version of the draft was read."""

    version = HiddenField()

    def to_draft(self, earlier: Mapping[str, str | int | None]) -> ProposalDraft:
        """The earlier answers with this section's in their place."""
        answers = dict(earlier)
        for name, field in self._fields.items():
            if name not in ("version", "csrf_token"):
                answers[name] = field.data if field.data != "" else None
        return ProposalDraft(answers=answers)

    @property
    def read_version(self) -> int:
        """The version the person had on screen; anything but a number is a version nobody has."""
        value = str(self.version.data or "")
        return int(value) if value.isascii() and value.isdigit() and len(value) < 10 else 0


@functools.cache
def section_form(section: Section, areas: tuple[FocusArea, ...]) -> type[SectionForm]:
    """The form class of one section, made once for each question set and choice of focus areas."""
    fields = {question.key: _field(question, areas) for question in section.questions}
    return type("ProposalSectionForm", (SectionForm,), fields)
