"""Which fields does the secretariat fill in about the facts of a case?"""

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Any, ClassVar

from wtforms import Field
from wtforms.validators import Optional

from foundation.fields import (
    ChoiceField,
    DanishForm,
    DecimalNumberField,
    KronerField,
    LineField,
    ProseField,
    RadiosField,
    VersionField,
    choice,
)
from scoring.forms.choices import YES_NO, YES_NO_VALUES
from scoring.rules.case_facts import (
    FACT_QUESTIONS,
    QUESTION_OF,
    FactDraft,
    FactKind,
    FactQuestion,
    FactValue,
    gaps_of_fact,
    is_same_answer,
)
from scoring.rules.goal_payers import GoalPayer, PayerKind, as_stored, gaps_of_goals, paired
from scoring.rules.suggestions import Suggestion
from scoring.wording import words


class CaseFactsBase(DanishForm):
    """The base of the facts form; its fields are made from the catalogue and the goals of the proposal."""

    goals: ClassVar[tuple[str, ...]]

    version = VersionField()

    def to_drafts(self) -> dict[str, FactDraft]:
        return {question.key: self._draft(question) for question in FACT_QUESTIONS}

    def _draft(self, question: FactQuestion) -> FactDraft:
        source = self[f"{question.key}_source"].data
        if question.kind is FactKind.GOALS:
            return FactDraft(as_stored(self.to_goals()), source, self[f"{question.key}_reason"].data)
        reason = "" if question.kind is FactKind.REASON else self[f"{question.key}_reason"].data
        return FactDraft(_fact_value(question, self[question.key].data), source, reason)

    def to_goals(self) -> tuple[GoalPayer, ...]:
        return tuple(
            GoalPayer(
                goal,
                _payer(self[f"goal_{number}_payer"].data),
                self[f"goal_{number}_name"].data,
                YES_NO_VALUES.get(str(self[f"goal_{number}_confirmed"].data)),
            )
            for number, goal in enumerate(self.goals)
        )

    def demand_defence(self, suggested: Mapping[str, Suggestion]) -> bool:
        """Hang a message on every source and reason that an answer lacks; True when none does."""
        complete = True
        for name, text in self._gaps(suggested):
            self[name].errors = [*self[name].errors, text]
            complete = False
        return complete

    def _gaps(self, suggested: Mapping[str, Suggestion]) -> list[tuple[str, str]]:
        gaps = []
        for question in FACT_QUESTIONS:
            pointed_at = suggested[question.key].value if question.key in suggested else None
            for part, text in gaps_of_fact(question, self._draft(question), pointed_at):
                gaps.append((f"{question.key}_{part}", text))
        return [*gaps, *((f"goal_{number}_{part}", text) for number, part, text in gaps_of_goals(self.to_goals()))]

    def take(self, key: str, suggestion: Suggestion) -> None:
        """Fill one answer in with what the case points at; nothing is stored by that."""
        question = QUESTION_OF[key]
        if question.kind is FactKind.GOALS:
            answers = shown_goals(paired(self.goals, suggestion.value))
        else:
            answers = {key: shown_value(question, suggestion.value)}
        for name, value in {**answers, f"{key}_source": suggestion.source}.items():
            field: Field = self[name]
            field.data, field.raw_data, field.process_errors = value, None, []

    def holds(self, key: str, suggestion: Suggestion) -> bool:
        """Is the answer on the page the one that the case points at?"""
        return is_same_answer(QUESTION_OF[key], self._draft(QUESTION_OF[key]).value, suggestion.value)


def _payer(slug: str | None) -> PayerKind | None:
    """What was chosen; a word that nobody could choose is none, and the field itself refuses it."""
    return next((kind for kind in PayerKind if kind.value == slug), None)


def _fact_value(question: FactQuestion, data: object) -> FactValue:
    match question.kind:
        case FactKind.YES_NO:
            return YES_NO_VALUES.get(str(data))
        case FactKind.KRONER:
            return data if isinstance(data, int) else None
        case FactKind.MONTHS | FactKind.PERCENT:
            return None if data is None else format(data, "f")
        case _:
            return str(data) if data else None


def case_facts_form(goals: tuple[str, ...]) -> type[CaseFactsBase]:
    """The form class with fields for each fact of the catalogue, and for each goal of the proposal."""
    fields: dict[str, object] = {"goals": goals}
    for question in FACT_QUESTIONS:
        if question.kind is not FactKind.GOALS:
            fields[question.key] = _fact_field(question)
        fields[f"{question.key}_source"] = LineField(
            f"Kilde ({question.name})", validators=[Optional()], max_characters=300
        )
        if question.kind is not FactKind.REASON:
            fields[f"{question.key}_reason"] = ProseField(
                f"{question.reason_label} ({question.name})", validators=[Optional()], max_characters=10_000
            )
    for number in range(len(goals)):
        fields |= _goal_fields(number)
    return type("CaseFactsForm", (CaseFactsBase,), fields)


def _fact_field(question: FactQuestion) -> object:
    said: dict[str, Any] = {"description": question.hint, "validators": [Optional()]}
    match question.kind:
        case FactKind.YES_NO:
            return RadiosField(question.label, choices=YES_NO, default="unknown", **said)
        case FactKind.CHOICE:
            return ChoiceField(question.label, choices=_options(question.options), **said)
        case FactKind.KRONER:
            return KronerField(question.label, least=0, **said)
        case FactKind.MONTHS:
            return DecimalNumberField(question.label, most=1200, **said)
        case FactKind.PERCENT:
            return DecimalNumberField(question.label, most=100, **said)
        case _:
            return ProseField(question.label, max_characters=4000, **said)


def _options(members: type[StrEnum] | None) -> list[Any]:
    return [choice("", "Ikke oplyst"), *(choice(member.value, words(member)) for member in members or ())]


def _goal_fields(number: int) -> dict[str, object]:
    return {
        f"goal_{number}_payer": ChoiceField(
            f"Hvem betaler? (mål {number + 1})", choices=_options(PayerKind), validators=[Optional()]
        ),
        f"goal_{number}_name": LineField(
            f"Hvilken forvaltning og hvilket budget, eller hvem? (mål {number + 1})",
            description="Skal udfyldes, når betaleren er en forvaltning eller en anden.",
            validators=[Optional()],
        ),
        f"goal_{number}_confirmed": RadiosField(
            f"Har betaleren bekræftet, at den kan og vil betale? (mål {number + 1})",
            choices=YES_NO,
            default="unknown",
            validators=[Optional()],
        ),
    }


def shown_facts(facts: Mapping[str, FactDraft], goals: tuple[GoalPayer, ...]) -> dict[str, object]:
    """The stored facts as the form shows them."""
    shown: dict[str, object] = {}
    for question in FACT_QUESTIONS:
        draft = facts.get(question.key, FactDraft(None))
        shown[question.key] = shown_value(question, draft.value)
        shown[f"{question.key}_source"], shown[f"{question.key}_reason"] = draft.source, draft.reason
    return shown | shown_goals(goals)


def shown_goals(goals: tuple[GoalPayer, ...]) -> dict[str, object]:
    """The goals with their payers as the form shows them."""
    shown: dict[str, object] = {}
    for number, goal in enumerate(goals):
        shown[f"goal_{number}_payer"] = goal.payer.value if goal.payer else ""
        shown[f"goal_{number}_name"] = goal.name
        shown[f"goal_{number}_confirmed"] = _yes_no(goal.confirmed)
    return shown


def shown_value(question: FactQuestion, value: FactValue) -> object:
    """One stored answer as its field holds it."""
    match question.kind:
        case FactKind.YES_NO:
            return _yes_no(value)
        case FactKind.KRONER:
            return value
        case FactKind.MONTHS | FactKind.PERCENT:
            return Decimal(value) if isinstance(value, str) else None
        case _:
            return value or ""


def _yes_no(value: FactValue) -> str:
    return "unknown" if value is None else "yes" if value else "no"
