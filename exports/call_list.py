"""How do lists look as a workbook that a spreadsheet opens: sheets, widths, Danish dates and kroner, cut cells?

Written row by row, so that a list of any length takes the same memory.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import IO, Any, Final

LONGEST_CELL: Final = 32_767
"""Letters that a cell can hold; the program that writes it would cut a longer text without a word."""
MOST_ROWS: Final = 1_048_575
"""Rows that a sheet can hold under its heading."""
CUT: Final = "… [afkortet]"
_LOOKS_LIKE_A_FORMULA: Final = tuple("=+-@\t\r|%＝＋－＠")


class Kind(Enum):
    """What a column holds, and so how a cell is shown."""

    TEXT = ""
    WHOLE = "#,##0"
    KRONER = '#,##0.00 "kr."'
    DECIMAL = "0.00"
    DAY = "dd-mm-yyyy"
    MOMENT = "dd-mm-yyyy hh:mm"


Value = str | int | Decimal | date | datetime | None


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its Danish heading, what it holds, and how many letters wide it is."""

    heading: str
    kind: Kind = Kind.TEXT
    width: int = 14


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet. The rows are read once, while they are written. Moments are those of the clock on the wall."""

    name: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Value]]


@dataclass(frozen=True, slots=True)
class Written:
    """How many rows each sheet got, and how many cells were cut."""

    rows: tuple[int, ...]
    cut_cells: int


def write_lists(file: IO[bytes], sheets: Sequence[Sheet], about: Sequence[tuple[str, str]]) -> Written:
    """Write the sheets, and one more that says what this is and how many cells were cut. The caller closes the file."""
    from xlsxwriter import Workbook

    book = Workbook(file, {"constant_memory": True, "default_date_format": Kind.DAY.value})
    writer = _Writer(book)
    counts = tuple(writer.write(sheet) for sheet in sheets)
    cut = ("Afkortede celler", str(writer.cut_cells))
    writer.write(Sheet("Om udtrækket", (Column("Hvad", width=24), Column("Svar", width=80)), [*about, cut]))
    book.close()
    return Written(counts, writer.cut_cells)


class _Writer:
    """One workbook while it is written, with the formats of its cells and the count of those that were cut."""

    def __init__(self, book: Any) -> None:
        self.book = book
        self.cut_cells = 0
        self.heading = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        self.formats = {kind: book.add_format({"num_format": kind.value, "valign": "top"}) for kind in Kind}
        self.formats[Kind.TEXT] = book.add_format({"valign": "top"})
        # The mark in front of a cell that a spreadsheet reads as "this is text", without being part of it.
        self.quoted = book.add_format({"valign": "top", "quote_prefix": True})

    def write(self, sheet: Sheet) -> int:
        page = self.book.add_worksheet(sheet.name)
        page.freeze_panes(1, 1)
        for place, column in enumerate(sheet.columns):
            page.set_column(place, place, column.width)
            page.write_string(0, place, column.heading, self.heading)
        count = 0
        for count, row in enumerate(sheet.rows, start=1):
            for place, (column, value) in enumerate(zip(sheet.columns, row, strict=True)):
                if value is not None and value != "":
                    self._cell(page, count, place, column.kind, value)
        page.autofilter(0, 0, count, len(sheet.columns) - 1)
        return count

    def _cell(self, page: Any, row: int, place: int, kind: Kind, value: Value) -> None:
        if isinstance(value, str):
            text = self._fitting(value)
            # Never `write`, which makes a formula, a link or a number of what looks like one.
            page.write_string(row, place, text, self.quoted if _is_formula_like(text) else self.formats[Kind.TEXT])
        elif isinstance(value, date):
            page.write_datetime(row, place, value, self.formats[kind])
        else:
            page.write_number(row, place, value, self.formats[kind])

    def _fitting(self, text: str) -> str:
        # Counted as the spreadsheet counts: a letter beyond U+FFFF is two.
        if len(text.encode("utf-16-le")) // 2 <= LONGEST_CELL:
            return text
        self.cut_cells += 1
        kept = text.encode("utf-16-le")[: 2 * (LONGEST_CELL - len(CUT))]
        return kept.decode("utf-16-le", errors="ignore") + CUT


def _is_formula_like(text: str) -> bool:
    return text.lstrip(" ").startswith(_LOOKS_LIKE_A_FORMULA)
