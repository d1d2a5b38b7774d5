"""Does the workbook of a list hold what it was given: no formula, no silent cut, Danish dates and kroner?"""

from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook

from exports.call_list import CUT, LONGEST_CELL, Column, Kind, Sheet, Written, write_lists

COLUMNS = (
    Column("Tekst", width=30),
    Column("Beløb", Kind.KRONER),
    Column("Dag", Kind.DAY),
    Column("Tid", Kind.MOMENT),
    Column("Modenhed", Kind.DECIMAL),
)


NOON = datetime(2027, 3, 1, 12, 0)  # noqa: DTZ001 - spreadsheets know no zone


def written(*texts: str) -> tuple[Written, Any]:
    file = BytesIO()
    rows = [(text, Decimal("100000.50"), date(2027, 3, 1), NOON, Decimal("2.75")) for text in texts]
    told = write_lists(file, [Sheet("Forslag", COLUMNS, rows), Sheet("Vurderinger", COLUMNS, [])], [("Call", "=1+1")])
    return told, load_workbook(BytesIO(file.getvalue()))


HOSTILE = (
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    " =1+1",
    "＝1+1",
    "|cmd",
    "%0A",
    '=HYPERLINK("x.example";"y")',
    '=WEBSERVICE("x.example")',
    "=cmd|'/c calc'!A0",
    "https://x.example",
    "mailto:a@b.example",
    "007",
    "æøå 漢 😀",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_text_of_people_is_text_with_the_same_letters(text: str) -> None:
    cell = written(text)[1]["Forslag"]["A2"]

    assert (cell.value, cell.data_type, cell.hyperlink) == (text, "s", None)


def test_what_looks_like_a_formula_is_marked_as_text() -> None:
    page = written("=1+1", "byhave")[1]["Forslag"]

    assert (page["A2"].quotePrefix, page["A3"].quotePrefix) == (True, False)


def test_long_cells_are_cut_so_that_it_shows_and_are_counted() -> None:
    fits, over, emoji = "a" * LONGEST_CELL, "b" * 40_000, "😀" * 20_000
    told, book = written(fits, over, emoji)
    cells = [book["Forslag"].cell(row, 1).value for row in (2, 3, 4)]

    assert cells[0] == fits
    assert [cell.endswith(CUT) for cell in cells] == [False, True, True]
    assert [len(cell.encode("utf-16-le")) // 2 <= LONGEST_CELL for cell in cells] == [True] * 3
    assert told == Written((3, 0), 2)
    assert [[cell.value for cell in row] for row in book["Om udtrækket"].iter_rows(min_row=2)] == [
        ["Call", "=1+1"],
        ["Afkortede celler", "2"],
    ]


def test_sheets_have_a_frozen_head_filters_widths_and_danish_formats() -> None:
    page = written("byhave")[1]["Forslag"]

    assert [cell.value for cell in page[1]] == [column.heading for column in COLUMNS]
    assert (page.freeze_panes, page.auto_filter.ref) == ("B2", "A1:E2")
    assert page.column_dimensions["A"].width > page.column_dimensions["B"].width
    assert [(cell.value, cell.number_format) for cell in page[2]][1:] == [
        (100_000.5, '#,##0.00 "kr."'),
        (datetime(2027, 3, 1), "dd-mm-yyyy"),  # noqa: DTZ001
        (datetime(2027, 3, 1, 12), "dd-mm-yyyy hh:mm"),  # noqa: DTZ001
        (2.75, "0.00"),
    ]
