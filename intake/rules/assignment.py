"""Why may somebody hand an assignment back?"""

from enum import StrEnum


class DeclineReason(StrEnum):
    """The grounds of features.md B3; `OTHER` needs a text."""

    CONFLICT = "conflict"
    NOT_OUR_FIELD = "not_our_field"
    NO_CAPACITY = "no_capacity"
    OTHER = "other"
