"""Which business case stands in an uploaded workbook, and at which cell is something wrong?

The cells are read by the forms of the pages, so that what is typed in Excel meets the same bounds and the same words.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from werkzeug.datastructures import MultiDict

from foundation.file_types import FileRefused
from foundation.money import format_number
from foundation.sheet_cells import Cell, SheetRow, column_letters
from foundation.sheet_forms import CellKind
from foundation.sheet_reading import read_sheets
from foundation.text import clean_line
from scoring.forms.business_case import BusinessCaseForm, SomForm
from scoring.forms.business_case_layout import (
    ABOUT,
    SHEET_NAMES,
    SOM,
    TABLES,
    LayoutColumn,
    LayoutList,
    LayoutTable,
)
from scoring.rules.business_case_origins import BusinessCaseOrigin
from scoring.rules.business_case_reading import ReadCase, ReadSom, SheetFault, WorkbookReading

LARGEST_FILE: Final = 2 * 1024 * 1024
"""Bytes of a workbook; one of ours, filled in, is about 20 kB."""
_MOST_ROWS: Final = 200
_IN_ROW: Final = re.compile(r"(?P<part>[a-z]+)-(?P<index>[0-9]{1,3})-(?P<field>\w+)")
_CELL: Final = re.compile(r"(?P<sheet>.+) (?P<column>[A-Z]+)(?P<row>[0-9]+)")
_PERCENT: Final = re.compile(r"(?P<number>.*?)\s*%")
_MAY_BE_A_SHARE: Final = re.compile(r"0?[.,][0-9]+|1(?:[.,]0+)?")


def read_workbook(content: bytes) -> WorkbookReading:
    """Read an uploaded workbook. Everything that is wrong is told at once, cell by cell."""
    if len(content) > LARGEST_FILE:
        return _refused(f"Filen fylder mere end {LARGEST_FILE // 1024**2} MB. Skriv tallene i skemaet, og vælg det.")
    try:
        sheets = read_sheets(content, SHEET_NAMES, most_rows=_MOST_ROWS)
    except FileRefused as refused:
        return _refused(refused.text)
    wrong = tuple(_faults_of_layout(sheets))
    return WorkbookReading(faults=wrong) if wrong else _Reader(sheets).read()


def _refused(text: str) -> WorkbookReading:
    return WorkbookReading(faults=(SheetFault("Filen", text),))


# ---- the layout -----------------------------------------------------------------------------------------------------


def _faults_of_layout(sheets: dict[str, tuple[SheetRow, ...]]) -> Iterator[SheetFault]:
    for table in TABLES:
        yield from _faults_of_headings(table, sheets[table.name])
    for lines in (ABOUT, SOM):
        yield from _faults_of_lines(lines, sheets[lines.name])


def _faults_of_headings(table: LayoutTable, rows: Sequence[SheetRow]) -> Iterator[SheetFault]:
    head = rows[0].cells if rows and rows[0].number == 1 else ()
    found = [_heading(cell) for cell in head]
    for column in table.columns:
        if found.count(column.heading) != 1:
            how = "mangler i række 1" if column.heading not in found else "står der flere gange"
            yield SheetFault(table.name, f"Overskriften »{column.heading}« {how}. Hent skemaet igen, og brug det.")
    known = {column.heading for column in table.columns}
    for place, text in enumerate(found):
        if text and text not in known:
            yield SheetFault(
                f"{table.name} {column_letters(place)}1", f"Kolonnen »{text[:60]}« hører ikke til i arket."
            )
    outside = {place for place, text in enumerate(found) if not text}
    for row in rows[1:]:
        for place, cell in enumerate(row.cells):
            if (place in outside or place >= len(found)) and (cell.text.strip() or cell.fault):
                yield SheetFault(_at(table.name, place, row.number), "Her er ingen overskrift. Slet det, der står.")


def _faults_of_lines(lines: LayoutList, rows: Sequence[SheetRow]) -> Iterator[SheetFault]:
    found = [_heading(row.cells[0]) for row in rows]
    for line in lines.lines:
        if found.count(line.heading) != 1:
            how = "mangler i kolonne A" if line.heading not in found else "står der flere gange"
            yield SheetFault(lines.name, f"Linjen »{line.heading}« {how}. Hent skemaet igen, og brug det.")
    known = {line.heading for line in lines.lines}
    for row, text in zip(rows, found, strict=True):
        if text not in known:
            yield SheetFault(f"{lines.name} A{row.number}", "Linjen hører ikke til i arket. Slet den.")


def _heading(cell: Cell) -> str:
    return clean_line(cell.text)


def _at(sheet: str, place: int, row: int) -> str:
    return f"{sheet} {column_letters(place)}{row}"


# ---- the cells ------------------------------------------------------------------------------------------------------


@dataclass
class _Reader:
    """Reads the cells into what a browser would have sent, and collects what is wrong: the first of each cell."""

    sheets: dict[str, tuple[SheetRow, ...]]
    faults: dict[str, SheetFault] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    """Where the text of a form's field stands, "Udgifter C4"."""

    def read(self) -> WorkbookReading:
        case, som = self._case_texts(), self._list_texts(SOM)
        if not (case or som or self.faults):
            return _refused("Skemaet er tomt. Skriv tallene i det, gem det, og vælg det igen.")
        read_case = self._read_case(case) if case else None
        read_som = self._read_som(som) if som else None
        if self.faults:
            return WorkbookReading(faults=tuple(sorted(self.faults.values(), key=_order)))
        return WorkbookReading(read_case, read_som)

    def _read_case(self, texts: dict[str, str]) -> ReadCase | None:
        sent = {"version": "0", "origin": BusinessCaseOrigin.DEPARTMENT.value, **texts}
        form = BusinessCaseForm(formdata=MultiDict(sent), meta={"csrf": False})
        self._check(form, ABOUT)
        if self.faults:
            return None
        return ReadCase(form.to_draft(), form.source.data, form.reason.data or "")

    def _read_som(self, texts: dict[str, str]) -> ReadSom | None:
        form = SomForm(formdata=MultiDict({"version": "0", **texts}), meta={"csrf": False})
        self._check(form, SOM)
        return None if self.faults else ReadSom(form.to_result(), form.source.data)

    def _check(self, form: Any, alone: LayoutList) -> None:
        form.validate()
        for one in form:
            if one.short_name in {table.part for table in TABLES}:
                for entry in one.entries:
                    for cell in entry.form:
                        self._say(cell.name, cell.errors)
            elif one.errors:
                self._say(f"{alone.name}:{one.short_name}", one.errors)

    def _say(self, name: str, errors: Sequence[str]) -> None:
        if errors:
            self._fault(self.places.get(name) or _place_of(name), " ".join(errors))

    def _fault(self, place: str, text: str) -> None:
        self.faults.setdefault(place, SheetFault(place, text))

    def _case_texts(self) -> dict[str, str]:
        texts = self._list_texts(ABOUT)
        for table in TABLES:
            texts |= self._table_texts(table)
        return texts

    def _list_texts(self, lines: LayoutList) -> dict[str, str]:
        texts = {}
        by_heading = {line.heading: line for line in lines.lines}
        for row in self.sheets[lines.name]:
            line = by_heading[_heading(row.cells[0])]
            place = _at(lines.name, 1, row.number)
            self.places[f"{lines.name}:{line.field}"] = place
            text = self._text(line, row.cells[1] if len(row.cells) > 1 else Cell(), place)
            if text:
                texts[line.field] = text
        return texts

    def _table_texts(self, table: LayoutTable) -> dict[str, str]:
        head, *rows = self.sheets[table.name]
        columns = {_heading(cell): place for place, cell in enumerate(head.cells)}
        if len(rows) > table.most:
            text = f"Der er plads til {table.most} rækker, og der er {len(rows)}."
            self._fault(f"{table.name} A{rows[table.most].number}", text)
        texts = {}
        for index, row in enumerate(rows[: table.most]):
            for column in table.columns:
                at = columns[column.heading]
                name, place = f"{table.part}-{index}-{column.field}", _at(table.name, at, row.number)
                self.places[name] = place
                text = self._text(column, row.cells[at] if at < len(row.cells) else Cell(), place)
                if text:
                    texts[name] = text
        return texts

    def _text(self, column: LayoutColumn, cell: Cell, place: str) -> str:
        """What stands in the cell as its field takes it; "" for nothing, and for what was told as a fault."""
        text = cell.text.strip()
        fault = cell.fault
        if text and column.values:
            text, fault = _chosen(column, text)
        elif text and column.cell.kind is CellKind.PERCENT:
            text, fault = _percent(text)
        if fault:
            self._fault(place, fault)
            return ""
        return text


def _order(fault: SheetFault) -> tuple[int, int, str]:
    """By sheet, row and column."""
    found = _CELL.fullmatch(fault.place)
    return (SHEET_NAMES.index(found["sheet"]), int(found["row"]), found["column"]) if found else (-1, 0, "")


def _place_of(name: str) -> str:
    """Where something is missing that has no row yet: the first empty row of its sheet."""
    found = _IN_ROW.fullmatch(name)
    if found is None:
        return "Filen"
    table = next(table for table in TABLES if table.part == found["part"])
    place = next(n for n, column in enumerate(table.columns) if column.field == found["field"])
    return _at(table.name, place, int(found["index"]) + 2)


def _chosen(column: LayoutColumn, text: str) -> tuple[str, str]:
    typed = clean_line(text).casefold()
    for shown, value in zip(column.cell.choices, column.values, strict=True):
        if typed == shown.casefold():
            return value, ""
    return "", f"Svaret kan ikke vælges. Skriv et af disse: {', '.join(column.cell.choices)}."


def _percent(text: str) -> tuple[str, str]:
    """A percentage without its sign. 0,35 may be meant as 35 % or as a third of one, and is not guessed at."""
    found = _PERCENT.fullmatch(text)
    if found is None and _MAY_BE_A_SHARE.fullmatch(text):
        return "", f"Skriv procenten med procenttegn: {text} kan både være {text} % og {_hundredfold(text)} %."
    return (found["number"] if found else text), ""


def _hundredfold(text: str) -> str:
    return format_number(Decimal(text.replace(",", ".")) * 100)
