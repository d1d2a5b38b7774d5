"""Is a spreadsheet read as the person who typed it sees it, and what cannot be read so, refused in plain words?"""

import zipfile
from collections.abc import Callable
from datetime import date, datetime, time
from io import BytesIO
from typing import Any

import openpyxl
import pytest

from foundation.file_types import FileRefused
from foundation.sheet_cells import Cell, SheetRow, column_letters
from foundation.sheet_reading import MOST_COLUMNS, read_sheet
from foundation.sheet_writing import PlainSheet, write_sheets


def workbook(fill: Callable[[Any], None], name: str = "Forslag") -> bytes:
    book = openpyxl.Workbook()
    book.active.title = name
    fill(book.active)
    made = BytesIO()
    book.save(made)
    return made.getvalue()


def one_cell(value: object, number_format: str = "General") -> Cell:
    def fill(sheet: Any) -> None:
        sheet["A1"] = value
        sheet["A1"].number_format = number_format

    return read_sheet(workbook(fill), name="Forslag", most_rows=5)[0].cells[0]


@pytest.mark.parametrize(
    ("value", "number_format", "read"),
    [
        ("Æblegrød 🧪\nto linjer", "General", Cell("Æblegrød 🧪\nto linjer")),
        ("1.234,5", "General", Cell("1.234,5")),
        (85000, "#,##0", Cell("85000")),
        (85000.0, "General", Cell("85000")),
        (1234.5, "General", Cell("1234,5")),
        (0.35, "0%", Cell("35 %")),
        (0.1, "General", Cell("0,1")),
        (99999918, "General", Cell("99999918")),
        (True, "General", Cell("Ja")),
        (date(2027, 8, 1), "dd-mm-yyyy", Cell("1.8.2027")),
        (46600, "dd-mm-yyyy", Cell("1.8.2027")),
        (datetime.fromisoformat("2027-03-12T14:05"), "dd-mm-yyyy hh:mm", Cell("12.3.2027 kl. 14.05")),
        (
            time(14, 5),
            "hh:mm",
            Cell(fault="Cellen er et klokkeslæt eller en varighed. Skriv værdien som tekst."),
        ),
        ("=1+1", "General", Cell(fault="Cellen er en formel. Kopiér cellen, og sæt den ind igen som værdi.")),
        ("#N/A", "General", Cell(fault="Cellen viser fejlen #N/A. Skriv værdien i stedet.")),
        (
            1e16,
            "0",
            Cell(fault="Tallet er for stort til, at Excel gemmer alle dets cifre. Skriv det som tekst."),
        ),
    ],
)
def test_cell_is_read_as_a_dane_types_it(value: object, number_format: str, read: Cell) -> None:
    assert one_cell(value, number_format) == read


def test_rows_keep_their_numbers_and_blank_ones_are_left_out() -> None:
    def fill(sheet: Any) -> None:
        sheet["A1"], sheet["B4"], sheet["A9"] = "første", "  ", "sidste"

    found = read_sheet(workbook(fill), name="Forslag", most_rows=5)
    assert [(row.number, row.cells[0]) for row in found if row.cells[0].text.strip()] == [
        (1, Cell("første")),
        (9, Cell("sidste")),
    ]


def test_sheet_of_that_name_is_read_and_else_the_first() -> None:
    def fill(sheet: Any) -> None:
        sheet["A1"] = "forside"
        sheet.parent.create_sheet("Forslag")["A1"] = "forslag"

    assert read_sheet(workbook(fill, "Forside"), name="Forslag", most_rows=5) == (SheetRow(1, (Cell("forslag"),)),)
    assert read_sheet(workbook(fill, "Forside"), name="Andet", most_rows=5)[0].cells[0] == Cell("forside")


def _merged(sheet: Any) -> None:
    sheet["A1"] = "samme"
    sheet.merge_cells("A1:B3")


def _six_rows(sheet: Any) -> None:
    for number in range(1, 7):
        sheet.cell(number, 1).value = number


def _far_right(sheet: Any) -> None:
    sheet.cell(1, MOST_COLUMNS + 1).value = "langt ude"


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (workbook(_merged), "Cellerne A1:B3 er flettede."),
        (workbook(_six_rows), "Arket har mere end 5 rækker."),
        (workbook(_far_right), "Arket har mere end 1000 kolonner."),
        (b"PK\x03\x04 og mere ikke", "Filen er ikke hel"),
        (b"sag;titel", "indholdet er ikke et Excel-ark"),
        (b"", "Filen er tom."),
    ],
)
def test_what_cannot_be_read_is_refused(content: bytes, why: str) -> None:
    with pytest.raises(FileRefused, match=why):
        read_sheet(content, name="Forslag", most_rows=5)


def test_sheet_that_is_broken_inside_is_refused() -> None:
    whole = workbook(_six_rows)
    broken = BytesIO()
    with zipfile.ZipFile(BytesIO(whole)) as before, zipfile.ZipFile(broken, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            content = before.read(name)
            after.writestr(name, content.replace(b'r="A1"', b'r="?"') if "sheet1" in name else content)
    with pytest.raises(FileRefused, match="kan ikke læses som et regneark"):
        read_sheet(broken.getvalue(), name="Forslag", most_rows=5)


def test_written_sheet_comes_back_and_holds_no_formula() -> None:
    rows = (("Kode", "=1+1"), ("@SUM(A1)", "+45 12 34 56 78"))
    read = read_sheet(write_sheets([PlainSheet("Forslag", rows)]), name="Forslag", most_rows=5)
    assert tuple(tuple(cell.text for cell in row.cells) for row in read) == rows


def test_columns_are_called_as_in_excel() -> None:
    assert [column_letters(position) for position in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]
