"""What is asked of whoever saves a shortlist?"""

import functools
from collections.abc import Mapping, Sequence

from wtforms import HiddenField

from foundation.fields import DanishForm, ProseField, VersionField, required
from portfolio.rules.shortlist_lines import NEEDS_REASON

_LONGEST_REASON = 2000
_REASON = "reason_"


class ShortlistForm(DanishForm):
    """A reason for each case that was moved; `version` is the number of the newest list, `seen` marks the ranking."""

    version = VersionField()
    seen = HiddenField()

    def reasons(self) -> dict[str, str]:
        """What was written, by the name of the field."""
        return {field.name: field.data or "" for field in self if field.name.startswith(_REASON)}


def reason_field(choice: str) -> str:
    """The name of the reason for a choice, "v007": "reason_v007"."""
    return f"{_REASON}{choice}"


def shortlist_form(moved: Mapping[str, str], *, version: int, seen: str) -> ShortlistForm:
    """A form that asks for the reason of each choice that was moved; `moved` holds the case's reference by choice."""
    return _form_for(tuple(moved.items()))(data={"version": version, "seen": seen})


@functools.lru_cache(maxsize=64)
def _form_for(moved: Sequence[tuple[str, str]]) -> type[ShortlistForm]:
    fields = {
        reason_field(choice): ProseField(
            f"Hvorfor flyttes {reference}?",
            validators=[required(NEEDS_REASON)],
            max_characters=_LONGEST_REASON,
        )
        for choice, reference in moved
    }
    return type("ShortlistForm", (ShortlistForm,), fields)
