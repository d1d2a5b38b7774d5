"""Which fields does the secretariat fill in about the facts of a case?"""

import functools
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from wtforms.validators import Optional

from foundation.fields import DanishForm, DecimalNumberField, ProseField, RadiosField, VersionField
from scoring.forms.choices import YES_NO, YES_NO_VALUES
from scoring.rules.case_facts import FACT_QUESTIONS, FactKind, FactQuestion, FactValue


class CaseFactsBase(DanishForm):
    """The base of the facts form; its fields are made from the catalogue."""

    version = VersionField()

    def to_facts(self) -> dict[str, FactValue]:
        return {question.key: _fact_value(question, self[question.key].data) for question in FACT_QUESTIONS}


def _fact_value(question: FactQuestion, data: object) -> FactValue:
    match question.kind:
        case FactKind.YES_NO:
            return YES_NO_VALUES.get(str(data))
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
