"""How is an answer of several rows read: a budget, a list of goals?"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import FieldList, Form, FormField

from foundation.fields.answers import unread_question
from foundation.text import is_blank

_INDEX = re.compile(r"[0-9]{1,3}")


class RowsField(FieldList):  # type: ignore[type-arg]  # It is generic in the stubs alone.
    """Rows of one part form each; `data` is a list of mappings, blank rows left out.

    Shows `blank` empty rows after those that are there, never more than `most_rows` in all. Rows sent beyond that
    are not read.
    """

    def __init__(
        self, label: str | None = None, *, part: type[Form], most_rows: int, row_name: str, **kwargs: Any
    ) -> None:
        super().__init__(FormField(part), label, max_entries=most_rows, **kwargs)
        self.most_rows = most_rows
        self.row_name = row_name

    def _extract_indices(self, prefix: str, formdata: Any) -> Iterator[int]:
        """The numbers of the rows that were sent: ASCII digits, and few of them."""
        offset = len(prefix) + 1
        for name in formdata:
            if name.startswith(f"{prefix}-"):
                number = name[offset:].partition("-")[0]
                if _INDEX.fullmatch(number):
                    yield int(number)

    def process(self, formdata: Any, *args: Any, **kwargs: Any) -> None:
        super().process(formdata, *args, **kwargs)
        if formdata is not None:
            self._leave_out_blank_rows()

    def _leave_out_blank_rows(self) -> None:
        """A row in which nothing was typed is no row: clearing all of it removes it."""
        for number in reversed(range(len(self.entries))):
            if not _is_typed(self.entries[number]):
                self.pop_entry(number)  # type: ignore[call-arg]  # The stubs lack the index.

    def show_blank(self, count: int) -> None:
        """Add empty rows to be filled in, as far as there is room."""
        for _ in range(min(count, self.most_rows - len(self.entries))):
            self.append_entry()

    @property
    def faults(self) -> list[tuple[str, str]]:
        """(id of the control, text) of everything that is wrong in the rows, for the summary above the form."""
        return [
            (field.id, f"{self.row_name} {number}{f', {asked}' if (asked := unread_question(field)) else ':'} {text}")
            for number, entry in enumerate(self.entries, start=1)
            for field in entry.form
            for text in field.errors
        ]


def _is_typed(entry: Any) -> bool:
    return any(_is_something(field) for field in entry.form)


def _is_something(field: Any) -> bool:
    values = field.raw_data if field.raw_data is not None else [field.data]
    return any(value is not None and not is_blank(str(value)) for value in values)


@dataclass(frozen=True, slots=True)
class Pressed:
    """The button that was pressed: what it does, to the rows of which field, and to which of them."""

    act: str
    part: str = ""
    row: int | None = None


def pressed(sent: Mapping[str, str]) -> Pressed:
    """Which button sent a form: "next", "add:FIELD", "remove:FIELD:ROW"; a row that is no number is none."""
    act, _, rest = sent.get("action", "").partition(":")
    part, _, number = rest.partition(":")
    return Pressed(act, part, int(number) if _INDEX.fullmatch(number) else None)


def without_row(sent: MultiDict[str, Any], key: str, number: int) -> MultiDict[str, Any]:
    """What was sent, without one row."""
    kept = [(name, value) for name, value in sent.items(multi=True) if not name.startswith(f"{key}-{number}-")]
    return MultiDict(kept)
