"""What stands in the cells of a spreadsheet that somebody sent us, as the person who typed it sees it?

Every cell becomes a text, so that one rule reads what was typed in Excel, in a form, and in a file of another kind.
What is shown by Excel and stands nowhere, is not taken: a formula, or a value that a merged cell only seems to have.
"""

import re
import warnings
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time
from decimal import Decimal
from io import BytesIO
from typing import Any, Final
from xml.etree.ElementTree import ParseError

from foundation.file_types import FileRefused, check_file
from foundation.sheet_cells import Cell, SheetRow

MOST_COLUMNS: Final = 1_000

_NOT_WHOLE: Final = "Filen kan ikke læses som et regneark. Gem den igen som .xlsx i Excel, og vælg den nye fil."
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]{1,3}[0-9]{1,7}:[A-Z]{1,3}[0-9]{1,7})"')
_CHUNK: Final = 64 * 1024
_OVERLAP: Final = 200
_LARGEST_EXACT: Final = 10**15
_CANNOT_BE_READ = (
    AttributeError,
    IndexError,
    KeyError,
    OSError,
    OverflowError,
    ParseError,
    TypeError,
    ValueError,
    zipfile.BadZipFile,
)
"""What the reader of spreadsheets raises when a part of the file is not as it should be."""


def read_sheet(content: bytes, *, name: str, most_rows: int) -> tuple[SheetRow, ...]:
    """The rows of the sheet called `name`, or of the first one; blank rows are left out.

    Raises FileRefused for what is no spreadsheet, could harm, has merged cells, or has more than `most_rows` rows.
    """
    with _opened(content) as book:
        return tuple(_rows(content, book[name] if name in book.sheetnames else book.worksheets[0], most_rows))


def read_sheets(content: bytes, names: Sequence[str], *, most_rows: int) -> dict[str, tuple[SheetRow, ...]]:
    """The rows of each of these sheets by its name; other sheets are not looked at.

    Raises FileRefused as `read_sheet` does, and when one of the sheets is not there.
    """
    with _opened(content) as book:
        missing = [name for name in names if name not in book.sheetnames]
        if missing:
            raise FileRefused(
                f"Filen mangler {'arket' if len(missing) == 1 else 'arkene'} {', '.join(missing)}. Hent skemaet igen, "
                "og skriv tallene i det."
            )
        return {name: tuple(_rows(content, book[name], most_rows, said=f"Arket {name}: ")) for name in names}


@contextmanager
def _opened(content: bytes) -> Iterator[Any]:
    """The workbook, while it is read; whatever the reader trips over is told as one sentence."""
    import openpyxl

    check_file(BytesIO(content), "import.xlsx")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # It warns of charts and styles that it leaves out.
        try:
            yield openpyxl.load_workbook(BytesIO(content), read_only=True)
        except FileRefused:
            raise
        except _CANNOT_BE_READ as fault:
            raise FileRefused(_NOT_WHOLE) from fault


def _rows(content: bytes, sheet: Any, most_rows: int, said: str = "") -> Iterator[SheetRow]:
    _refuse_merged(content, sheet._worksheet_path, said)
    sheet.reset_dimensions()  # What a file says of its own size is not always true.
    found = 0
    for number, row in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS + 1), start=1):
        cells = _filled(row)
        if not cells:
            continue
        found += 1
        if found > most_rows:
            raise FileRefused(f"{said}Arket har mere end {most_rows} rækker. Del det i flere filer.")
        if len(cells) > MOST_COLUMNS:
            raise FileRefused(f"{said}Arket har mere end {MOST_COLUMNS} kolonner. Slet dem, der ikke skal bruges.")
        yield SheetRow(number, cells)


def _filled(row: Iterable[Any]) -> tuple[Cell, ...]:
    """The cells of a row as far as something stands there; blanks alone are nothing."""
    cells = [_cell(one) for one in row]
    while cells and not (cells[-1].text.strip() or cells[-1].fault):
        cells.pop()
    return tuple(cells)


def _refuse_merged(content: bytes, path: str, said: str) -> None:
    """Only the first of merged cells has a value: the others look filled, and are empty."""
    with zipfile.ZipFile(BytesIO(content)) as packed, packed.open(path.lstrip("/")) as part:
        before = b""
        while chunk := part.read(_CHUNK):
            found = _MERGED.search(before + chunk)
            if found:
                raise FileRefused(
                    f"{said}Cellerne {found[1].decode()} er flettede. Ophæv fletningen i Excel, skriv værdien "
                    "i hver celle, og vælg filen igen."
                )
            before = chunk[-_OVERLAP:]


def _cell(cell: Any) -> Cell:
    value = cell.value
    if value is None:
        return Cell()
    if cell.data_type == "f":
        return Cell(fault="Cellen er en formel. Kopiér cellen, og sæt den ind igen som værdi.")
    if cell.data_type == "e":
        return Cell(fault=f"Cellen viser fejlen {value}. Skriv værdien i stedet.")
    if isinstance(value, bool):
        return Cell("Ja" if value else "Nej")
    if isinstance(value, int | float):
        return _number(value, cell.number_format)
    return _other(value)


def _number(value: float, number_format: str) -> Cell:
    exact = Decimal(repr(value))
    if not exact.is_finite() or abs(exact) >= _LARGEST_EXACT:
        return Cell(fault="Tallet er for stort til, at Excel gemmer alle dets cifre. Skriv det som tekst.")
    if "%" in number_format:
        return Cell(f"{_written(exact * 100)} %")
    return Cell(_written(exact))


def _written(number: Decimal) -> str:
    plain = f"{number:f}"
    if "." in plain:
        plain = plain.rstrip("0").rstrip(".")
    return plain.replace(".", ",")


def _other(value: Any) -> Cell:
    if isinstance(value, datetime):
        day = f"{value.day}.{value.month}.{value.year}"
        return Cell(day if value.time() == time() else f"{day} kl. {value:%H.%M}")
    if isinstance(value, date):
        return Cell(f"{value.day}.{value.month}.{value.year}")
    if isinstance(value, str):
        return Cell(value)
    return Cell(fault="Cellen er et klokkeslæt eller en varighed. Skriv værdien som tekst.")
