"""How are dates read?"""

import re
from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from foundation.fields.answers import ReadField, first_text
from foundation.formats import day
from foundation.text import clean_line

_DATE = re.compile(r"([0-9]{1,2})([./-])([0-9]{1,2})\2([0-9]{4})")
_DATE_PARTS = ("day", "month", "year")
FIRST_DATE: Final = date(1900, 1, 1)
LAST_DATE: Final = date(2199, 12, 31)
_ASK_DATE = "Skriv datoen som dag.måned.år, for eksempel 1.3.2027."


class DateField(ReadField[date]):
    """A date as d.m.åååå, with points, slashes or dashes; or as three controls.

    The controls are called NAME-day, NAME-month and NAME-year; `parts` is what they show.
    """

    def __init__(
        self,
        label: str | None = None,
        validators: Sequence[Any] | None = None,
        *,
        earliest: date = FIRST_DATE,
        latest: date = LAST_DATE,
        **kwargs: Any,
    ) -> None:
        super().__init__(label, list(validators or ()), **kwargs)
        self.earliest = earliest
        self.latest = latest
        self._sent_parts: tuple[str, ...] = ()

    def process(self, formdata: Any, *args: Any, **kwargs: Any) -> None:
        names = [f"{self.name}-{part}" for part in _DATE_PARTS]
        if formdata is not None and any(name in formdata for name in names):
            self._sent_parts = tuple(clean_line(first_text(formdata.getlist(name))) for name in names)
        super().process(formdata, *args, **kwargs)

    def process_formdata(self, valuelist: list[Any]) -> None:
        if not valuelist and any(self._sent_parts):
            valuelist = [".".join(self._sent_parts)]
        super().process_formdata(valuelist)

    @property
    def parts(self) -> tuple[str, str, str]:
        """Day, month and year as they are to be shown: as typed, else from the date, else blank."""
        if self._sent_parts:
            sent_day, sent_month, sent_year = self._sent_parts
            return sent_day, sent_month, sent_year
        if self.data is None:
            return "", "", ""
        return str(self.data.day), str(self.data.month), str(self.data.year)

    def read(self, text: str) -> date:
        if self._sent_parts and not all(self._sent_parts):
            raise ValueError("Skriv både dag, måned og år, for eksempel 1, 3 og 2027.")
        found = _DATE.fullmatch(text)
        if not found:
            raise ValueError(_ASK_DATE)
        try:
            on = date(int(found[4]), int(found[3]), int(found[1]))
        except ValueError as error:
            raise ValueError(f"Den dato findes ikke. {_ASK_DATE}") from error
        if on < self.earliest:
            raise ValueError(f"Datoen skal være {day(self.earliest)} eller senere.")
        if on > self.latest:
            raise ValueError(f"Datoen skal være {day(self.latest)} eller tidligere.")
        return on

    def write(self, value: date) -> str:
        return f"{value.day}.{value.month}.{value.year}"
