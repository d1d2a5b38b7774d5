"""How is a workbook made that somebody fills in, with cells that say what belongs in them?

Numbers are cells of numbers, percentages of percentages, and what is chosen is chosen from a list: so Excel itself
stops most of what would be refused when the workbook is read.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from io import BytesIO
from typing import Any, Final

_MADE: Final = datetime(2026, 1, 1)  # noqa: DTZ001 - the same workbook is the same bytes' worth whenever it is made
_INK: Final = "#1a1a1a"
_HEAD: Final = "#1d5b66"
_FIELD: Final = "#f2f6f7"
_LINE: Final = "#a9b8bb"
_LONGEST_HINT: Final = 255
_LONGEST_TITLE: Final = 32


class CellKind(Enum):
    """What a cell takes, with the way that Excel shows it."""

    TEXT = "@"
    WHOLE = "0"
    AMOUNT = "#,##0"
    PERCENT = "0.##%"
    DAY = "d/m/yyyy"
    CHOICE = "General"


@dataclass(frozen=True, slots=True)
class FillIn:
    """Something to fill in. `hint` is shown when the cell is chosen; `choices` stand in a list."""

    heading: str
    kind: CellKind
    hint: str = ""
    choices: tuple[str, ...] = ()
    width: int = 24


@dataclass(frozen=True, slots=True)
class FillInTable:
    """A sheet with a heading for each column, and `rows` empty rows under them."""

    name: str
    columns: tuple[FillIn, ...]
    rows: int


@dataclass(frozen=True, slots=True)
class FillInList:
    """A sheet with a heading and one cell on each line."""

    name: str
    lines: tuple[FillIn, ...]


def write_fill_in(guide: Sequence[str], sheets: Sequence[FillInTable | FillInList]) -> bytes:
    """An .xlsx file: a first sheet "Vejledning" with these lines, the first a title, and the sheets to fill in."""
    from xlsxwriter import Workbook

    made = BytesIO()
    book = Workbook(made, {"in_memory": True, "default_date_format": CellKind.DAY.value})
    book.set_properties({"author": "Rådslag", "created": _MADE})
    _write_guide(book, guide)
    for one in sheets:
        if isinstance(one, FillInTable):
            _write_table(book, one)
        else:
            _write_list(book, one)
    book.close()
    return made.getvalue()


def _write_guide(book: Any, guide: Sequence[str]) -> None:
    sheet = book.add_worksheet("Vejledning")
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 100)
    title = book.add_format({"bold": True, "font_size": 16, "font_color": _HEAD})
    plain = book.add_format({"text_wrap": True, "valign": "top", "font_color": _INK})
    for number, line in enumerate(guide):
        sheet.write_string(number, 0, line, plain if number else title)


def _write_table(book: Any, table: FillInTable) -> None:
    sheet = book.add_worksheet(table.name)
    head = _heading(book)
    for place, column in enumerate(table.columns):
        sheet.set_column(place, place, column.width)
        sheet.write_string(0, place, column.heading, head)
        field = _field(book, column.kind)
        for row in range(1, table.rows + 1):
            sheet.write_blank(row, place, None, field)
        _validate(sheet, (1, place, table.rows, place), column)
    sheet.set_row(0, 45)
    sheet.freeze_panes(1, 0)


def _write_list(book: Any, lines: FillInList) -> None:
    sheet = book.add_worksheet(lines.name)
    head = _heading(book)
    sheet.set_column(0, 0, 50)
    sheet.set_column(1, 1, 50)
    for row, line in enumerate(lines.lines):
        sheet.write_string(row, 0, line.heading, head)
        sheet.write_blank(row, 1, None, _field(book, line.kind))
        _validate(sheet, (row, 1, row, 1), line)


def _heading(book: Any) -> Any:
    return book.add_format(
        {"bold": True, "font_color": "#ffffff", "bg_color": _HEAD, "text_wrap": True, "valign": "top", "border": 1}
    )


def _field(book: Any, kind: CellKind) -> Any:
    shown = {"num_format": kind.value, "bg_color": _FIELD, "border": 1, "border_color": _LINE}
    return book.add_format(shown | {"text_wrap": kind is CellKind.TEXT, "valign": "top"})


def _validate(sheet: Any, place: tuple[int, int, int, int], column: FillIn) -> None:
    rule: dict[str, Any] = {"validate": "any"}
    if column.choices:
        rule = {"validate": "list", "source": list(column.choices), "error_message": "Vælg et af svarene i listen."}
    if column.hint:
        rule |= {"input_title": column.heading[:_LONGEST_TITLE], "input_message": column.hint[:_LONGEST_HINT]}
    if len(rule) > 1:
        sheet.data_validation(*place, rule)
