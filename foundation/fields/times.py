"""How are times of day read?"""

import re
from collections.abc import Sequence
from datetime import time
from typing import Any, Final

from foundation.fields.answers import ReadField

_TIME = re.compile(r"(?:(?:kl\.?|klokken) ?)?([0-9]{1,2})(?:[.:]([0-9]{2}))?", re.IGNORECASE)
_ASK_TIME: Final = "Skriv klokkeslættet som timer og minutter, for eksempel 12.00."


class TimeField(ReadField[time]):
    """A time of day to the minute as "12.00", "9:05" or "kl. 12"; the day ends at 23.59."""

    def __init__(self, label: str | None = None, validators: Sequence[Any] | None = None, **kwargs: Any) -> None:
        render_kw = {"autocomplete": "off", **(kwargs.pop("render_kw", None) or {})}
        super().__init__(label, list(validators or ()), render_kw=render_kw, **kwargs)

    def read(self, text: str) -> time:
        found = _TIME.fullmatch(text)
        if not found:
            raise ValueError(_ASK_TIME)
        hour, minute = int(found[1]), int(found[2] or 0)
        if (hour, minute) == (24, 0):
            raise ValueError("Døgnet slutter kl. 23.59. Skriv 23.59, eller vælg dagen efter kl. 00.00.")
        if hour > 23 or minute > 59:
            raise ValueError(f"Det klokkeslæt findes ikke. {_ASK_TIME}")
        return time(hour, minute)

    def write(self, value: time) -> str:
        return f"{value:%H.%M}"
