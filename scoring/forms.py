"""Which fields do people fill in to answer for a department, to score, and to sort?"""

import functools
from collections.abc import Mapping
from typing import Any

from wtforms import HiddenField
from wtforms.validators import Optional

from foundation.fields import (
    ChoiceField,
    DanishForm,
    DecimalNumberField,
    LineField,
    ProseField,
    RadiosField,
    VersionField,
    choice,
    required,
)
from intake.rules.track import Track
from intake.wording import words as intake_words
from scoring.rules.case_facts import FACT_QUESTIONS, FactKind, FactQuestion, FactValue
from scoring.rules.dimensions import Criterion, Dimension, Scale
from scoring.rules.drafts import AnswerDraft, ScoreDraft
from scoring.rules.payer import CanPay
from scoring.wording import words

YES_NO = [
    choice("yes", "Ja"),
    choice("no", "Nej"),
    choice("unknown", "Ikke oplyst"),
]
_YES_NO_VALUES = {"yes": True, "no": False}


class AnswerForm(DanishForm):
    version = VersionField()
    statement = ProseField(
        "Hvad siger forvaltningen om forslaget?",
        description="Skriv fagligt og kort. Teksten kommer med i indstillingen til Rådet.",
        validators=[required("Skriv forvaltningens udtalelse.")],
        max_characters=8000,
    )
    confirms_gap = RadiosField(
        "Er der et hul i kommunens tilbud, som forslaget fylder?",
        choices=YES_NO,
        default="unknown",
        validators=[required("Vælg ja, nej eller ikke oplyst.")],
    )
    can_pay = RadiosField(
        "Er der et budget, der kan og vil betale, hvis indsatsen virker?",
        choices=[choice(answer.value, words(answer)) for answer in CanPay],
        validators=[required("Vælg, om der er et budget, der kan og vil betale.")],
    )
    budget_line = LineField(
        "Hvilket budget?",
        description="Konto eller bevilling, beløb og antal år. Skal udfyldes ved ja og delvist.",
        validators=[Optional()],
    )
    backed_by = LineField("Hvem i ledelsen bakker op?", description="Titel, ikke navn.", validators=[Optional()])

    def to_draft(self) -> AnswerDraft:
        return AnswerDraft(
            statement=self.statement.data,
            confirms_gap=_YES_NO_VALUES.get(self.confirms_gap.data or ""),
            can_pay=CanPay(self.can_pay.data),
            budget_line=self.budget_line.data,
            backed_by=self.backed_by.data,
        )


class ScoreSheetForm(DanishForm):
    """The base of the score sheet; its fields are made from the scale."""

    scale: Scale

    version = VersionField()

    def to_drafts(self) -> dict[Dimension, ScoreDraft]:
        return {
            dimension: ScoreDraft(
                score=int(score) if (score := self[f"{dimension.value}_score"].data) else None,
                reason=self[f"{dimension.value}_reason"].data,
                evidence=self[f"{dimension.value}_evidence"].data,
            )
            for dimension in Dimension
        }

    def demand_all(self) -> bool:
        """Hang a message on every score and reason that a finished sheet lacks; True when nothing is missing."""
        complete = True
        for criterion in self.scale.criteria:
            name = criterion.dimension.value
            for part, text in (
                ("score", f"Vælg et niveau for {criterion.name.lower()}."),
                ("reason", f"Skriv en begrundelse for {criterion.name.lower()}."),
            ):
                field = self[f"{name}_{part}"]
                if not field.data:
                    field.errors = [*field.errors, text]
                    complete = False
        return complete


@functools.cache
def score_sheet_form(scale: Scale) -> type[ScoreSheetForm]:
    """The form class with three fields for each dimension of a scale; no level is chosen beforehand."""
    fields: dict[str, object] = {"scale": scale}
    for criterion in scale.criteria:
        name = criterion.dimension.value
        fields[f"{name}_score"] = RadiosField(
            criterion.name,
            description=criterion.question,
            choices=_levels(criterion),
            validators=[Optional()],
        )
        fields[f"{name}_reason"] = ProseField(
            f"Begrundelse for {criterion.name.lower()}", validators=[Optional()], max_characters=4000
        )
        fields[f"{name}_evidence"] = LineField(
            f"Hvor står det? ({criterion.name.lower()})",
            description="Side, afsnit eller kilde, som du bygger på.",
            validators=[Optional()],
            max_characters=500,
        )
    return type("FullScoreSheetForm", (ScoreSheetForm,), fields)


def _levels(criterion: Criterion) -> list[Any]:
    return [choice(str(level), f"{level} · {text}") for level, text in enumerate(criterion.levels)]


class CaseFactsBase(DanishForm):
    """The base of the facts form; its fields are made from the catalogue."""

    version = HiddenField()

    def to_facts(self) -> dict[str, FactValue]:
        return {question.key: _fact_value(question, self[question.key].data) for question in FACT_QUESTIONS}

    @property
    def read_version(self) -> int:
        value = str(self.version.data or "")
        return int(value) if value.isascii() and value.isdigit() and len(value) < 10 else 0


def _fact_value(question: FactQuestion, data: object) -> FactValue:
    match question.kind:
        case FactKind.YES_NO:
            return _YES_NO_VALUES.get(str(data))
        case FactKind.REASON:
            return str(data) or None
        case FactKind.MONTHS | FactKind.PERCENT:
            return None if data is None else format(data, "f")


@functools.cache
def case_facts_form() -> type[CaseFactsBase]:
    """The form class with one field for each fact of the catalogue."""
    return type("CaseFactsForm", (CaseFactsBase,), {one.key: _fact_field(one) for one in FACT_QUESTIONS})


def _fact_field(question: FactQuestion) -> object:
    words: dict[str, Any] = {"description": question.hint, "validators": [Optional()]}
    match question.kind:
        case FactKind.YES_NO:
            return RadiosField(question.label, choices=YES_NO, default="unknown", **words)
        case FactKind.MONTHS:
            return DecimalNumberField(question.label, most=1200, **words)
        case FactKind.PERCENT:
            return DecimalNumberField(question.label, most=100, **words)
        case FactKind.REASON:
            return ProseField(question.label, max_characters=4000, **words)


def shown_facts(facts: Mapping[str, FactValue]) -> dict[str, object]:
    """The stored facts as the form shows them."""
    from decimal import Decimal

    shown: dict[str, object] = {}
    for question in FACT_QUESTIONS:
        value = facts.get(question.key)
        if question.kind is FactKind.YES_NO:
            shown[question.key] = {True: "yes", False: "no"}.get(value, "unknown")  # type: ignore[call-overload]
        elif question.kind is FactKind.REASON:
            shown[question.key] = value or ""
        else:
            shown[question.key] = Decimal(value) if isinstance(value, str) else None
    return shown


class SortingForm(DanishForm):
    track = ChoiceField(
        "Hvilket spor?",
        choices=[
            choice("", "Vælg et spor"),
            *(choice(track.value, intake_words(track)) for track in Track if track is not Track.UNDETERMINED),
        ],
        validators=[Optional()],
    )
    reason = ProseField(
        "Begrundelse",
        description="Skal udfyldes, hvis du sorterer anderledes. Den kommer med i indstillingen.",
        validators=[Optional()],
        max_characters=4000,
    )
