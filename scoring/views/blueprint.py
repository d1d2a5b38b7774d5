"""On which blueprint do the views of scoring stand, and what do they share?"""

from fractions import Fraction

from flask import Blueprint, g

from foundation.db import current_session
from foundation.fields import DanishForm, RowsField
from scoring.policy_queries import level_of_maturity
from scoring.rules.maturity import Level

scoring = Blueprint("scoring", __name__)


def label_fields(form: DanishForm) -> None:
    """Tell the error page under which labels the text was typed."""
    g.field_labels = {field.name: field.label.text for field in form} | {
        cell.name: f"{field.row_name} {number}: {cell.label.text}"
        for field in form
        if isinstance(field, RowsField)
        for number, entry in enumerate(field.entries, start=1)
        for cell in entry.form
    }


def known_maturity(maturity_e4: int | None) -> Fraction | None:
    return None if maturity_e4 is None else Fraction(maturity_e4, 10_000)


def level_of_call(maturity: Fraction | None, policy_id: str) -> Level | None:
    return level_of_maturity(current_session(), maturity, policy_id)
