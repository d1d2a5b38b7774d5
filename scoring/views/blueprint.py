"""On which blueprint do the views of scoring stand, and what do they share?"""

from fractions import Fraction

from flask import Blueprint, g

from foundation.fields import DanishForm
from scoring.rules.maturity import Level, level_of
from scoring.rules.policies import get_policy

scoring = Blueprint("scoring", __name__)


def label_fields(form: DanishForm) -> None:
    """Tell the error page under which labels the text was typed."""
    g.field_labels = {field.name: field.label.text for field in form}


def known_maturity(maturity_e4: int | None) -> Fraction | None:
    return None if maturity_e4 is None else Fraction(maturity_e4, 10_000)


def level_of_call(maturity: Fraction | None, policy_id: str) -> Level | None:
    return None if maturity is None else level_of(maturity, get_policy(policy_id).level_bounds)
