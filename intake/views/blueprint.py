"""Where do the pages of this room hang?"""

from collections.abc import Mapping

from flask import Blueprint, g

intake = Blueprint("intake", __name__)


def label_fields(labels: Mapping[str, str]) -> None:
    """Tell the error page which words stand over each field, should the typed text have to be shown there."""
    g.field_labels = dict(labels)
