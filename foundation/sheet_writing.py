"""How is a plain spreadsheet written that somebody fills in and sends back?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any, Final

_TEXT_FORMAT: Final = "@"
_MADE: Final = datetime(2026, 1, 1)  # noqa: DTZ001 - the same file is the same bytes' worth whenever it is made


@dataclass(frozen=True, slots=True)
class PlainSheet:
    """A sheet of texts: `headings` rows stay in view, and every column is `width` characters wide."""

    name: str
    rows: Sequence[Sequence[str]]
    headings: int = 1
    width: int = 24


def write_sheets(sheets: Sequence[PlainSheet]) -> bytes:
    """An .xlsx file. Every cell is a text, so that nothing in it is ever calculated or followed."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    for one in sheets:
        _fill(book.create_sheet(one.name), one)
    book.properties.creator = "Rådslag"
    book.properties.created = book.properties.modified = _MADE
    made = BytesIO()
    book.save(made)
    return made.getvalue()


def _fill(sheet: Any, plain: PlainSheet) -> None:
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    for number, row in enumerate(plain.rows, start=1):
        for position, text in enumerate(row, start=1):
            cell = sheet.cell(number, position)
            cell.value = text
            cell.data_type = "s"
            cell.number_format = _TEXT_FORMAT
            cell.quotePrefix = True
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            if number <= plain.headings:
                cell.font = Font(bold=True)
    for position in range(1, max(map(len, plain.rows), default=0) + 1):
        sheet.column_dimensions[get_column_letter(position)].width = plain.width
    sheet.freeze_panes = sheet.cell(plain.headings + 1, 1)
