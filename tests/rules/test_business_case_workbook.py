"""Is a business case read from a workbook exactly, and is everything that is wrong told at its cell?"""

import zipfile
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

import openpyxl
import pytest

from scoring.forms.business_case_layout import SHEET_NAMES, layout_workbook
from scoring.forms.business_case_workbook import LARGEST_FILE, read_workbook
from scoring.rules.business_case import CostKind, Sector
from scoring.rules.business_case_drafts import BusinessCaseDraft, CostLine, GoalLine, IntakeLine, SavingLine
from scoring.rules.business_case_reading import ReadCase, ReadSom
from scoring.rules.business_case_stored import SomResult

Fill = Callable[[Any], None]

DRAFT = BusinessCaseDraft(
    first_year=2027,
    intakes=(IntakeLine(year=0, participants=60),),
    costs=(
        CostLine(year=0, kind=CostKind.DELIVERY, amount_ore=150_000_000),
        CostLine(year=1, kind=CostKind.DELIVERY, amount_ore=150_000_000),
    ),
    goals=(GoalLine(name="Job", success_percent=Decimal("35"), deadweight_percent=Decimal("15.5")),),
    savings=(
        SavingLine(
            goal=1,
            payer="Beskæftigelse",
            sector=Sector.MUNICIPALITY,
            per_success_ore=13_000_000,
            starts_after=2,
            years=5,
            drop_off_percent=Decimal("20"),
        ),
    ),
)


def put(book: Any, sheet: str, *rows: tuple[Any, ...]) -> None:
    for number, row in enumerate(rows, start=2):
        for place, value in enumerate(row, start=1):
            book[sheet].cell(number, place).value = value


def with_case(book: Any) -> None:
    book["Om tallene"]["B1"], book["Om tallene"]["B2"] = 2027, "Enhedspriser"
    put(book, "Indtag", (0, 60))
    put(book, "Udgifter", (0, "Drift", 1_500_000), (1, " drift ", 1_500_000))
    put(book, "Mål", ("Job", 0.35, 0.155))
    put(book, "Besparelser", (1, "Beskæftigelse", "Kommunen", 130_000, 2, 5, 0.2))


def with_som(book: Any) -> None:
    values = (-250_000, 3_000_000, 2_750_000, 4, "SØM 3.1", date(2027, 3, 1), "Økonomiafdelingen")
    for number, value in enumerate(values, start=1):
        book["SØM-resultat"].cell(number, 2).value = value


def filled(*fills: Fill) -> bytes:
    book = openpyxl.load_workbook(BytesIO(layout_workbook()))
    for fill in fills:
        fill(book)
    made = BytesIO()
    book.save(made)
    return made.getvalue()


def told(content: bytes) -> list[str]:
    return [f"{fault.place}: {fault.text}" for fault in read_workbook(content).faults]


def test_filled_in_workbook_is_the_same_draft_as_the_form_gives() -> None:
    reading = read_workbook(filled(with_case))
    assert (reading.case, reading.som, reading.faults) == (ReadCase(DRAFT, "Enhedspriser", ""), None, ())


def test_soms_result_may_stand_alone_or_beside() -> None:
    result = SomResult(
        npv_ore=-25_000_000,
        cost_ore=300_000_000,
        saving_ore=275_000_000,
        payback_year=4,
        model_version="SØM 3.1",
        calculated_on=date(2027, 3, 1),
    )
    alone, both = read_workbook(filled(with_som)), read_workbook(filled(with_som, with_case))
    assert (alone.case, alone.som, alone.faults) == (None, ReadSom(result, "Økonomiafdelingen"), ())
    assert (both.case, both.som, both.faults) == (ReadCase(DRAFT, "Enhedspriser", ""), alone.som, ())


def test_columns_may_stand_in_another_order_with_blank_rows_between() -> None:
    def turned(book: Any) -> None:
        with_case(book)
        book["Udgifter"].move_range("A1:A3", cols=5)
        book["Udgifter"].move_range("F3", rows=4)
        book["Udgifter"].move_range("B3:C3", rows=4)
        book["Udgifter"].move_range("F1:F7", cols=-5)

    reading = read_workbook(filled(turned))
    assert reading.case == ReadCase(DRAFT, "Enhedspriser", "")


def cell(place: str, value: Any, number_format: str = "") -> Fill:
    def fill(book: Any) -> None:
        sheet, _, where = place.rpartition(" ")
        book[sheet][where] = value
        if number_format:
            book[sheet][where].number_format = number_format

    return fill


def merged(book: Any) -> None:
    book["Mål"].merge_cells("B2:C2")


def without_sheet(book: Any) -> None:
    del book["Mål"]


def too_many(book: Any) -> None:
    put(book, "Udgifter", *[(0, "Drift", 1)] * 43)


@pytest.mark.parametrize(
    ("fill", "faults"),
    [
        (without_sheet, ["Filen: Filen mangler arket Mål. Hent skemaet igen, og skriv tallene i det."]),
        (merged, ["Filen: Arket Mål: Cellerne B2:C2 er flettede."]),
        (cell("Udgifter C1", "Kroner"), ["Udgifter: Overskriften »Beløb« mangler", "Udgifter C1: Kolonnen »Kroner«"]),
        (cell("Udgifter D1", "Beløb"), ["Udgifter: Overskriften »Beløb« står der flere gange."]),
        (cell("Udgifter E9", "Note"), ["Udgifter E9: Her er ingen overskrift."]),
        (cell("SØM-resultat A1", "NPV"), ["SØM-resultat: Linjen »Nettonutidsværdi«", "SØM-resultat A1: Linjen hører"]),
        (cell("Indtag B2", "tres"), ["Indtag B2: Det kan ikke læses som et tal."]),
        (cell("Indtag B2", 0.5), ["Indtag B2: "]),
        (cell("Indtag B2", 10**9), ["Indtag B2: "]),
        (cell("Indtag B2", "NaN"), ["Indtag B2: "]),
        (cell("Indtag A2", -1), ["Indtag A2: "]),
        (cell("Indtag A2", 101), ["Indtag A2: "]),
        (cell("Udgifter C2", "=1+1"), ["Udgifter C2: Cellen er en formel."]),
        (cell("Udgifter C2", -5), ["Udgifter C2: "]),
        (cell("Udgifter C2", 1e15), ["Udgifter C2: Tallet er for stort"]),
        (cell("Udgifter C2", 10**13), ["Udgifter C2: "]),
        (cell("Udgifter C2", 1.5), ["Udgifter C2: "]),
        (cell("Udgifter B2", "Løn"), ["Udgifter B2: Svaret kan ikke vælges. Skriv et af disse: Opstart, Drift,"]),
        (
            cell("Mål B2", 0.35, "General"),
            ["Mål B2: Skriv procenten med procenttegn: 0,35 kan både være 0,35 % og 35 %."],
        ),
        (cell("Mål B2", 1, "General"), ["Mål B2: Skriv procenten med procenttegn: 1 kan både være 1 % og 100 %."]),
        (cell("Mål B2", 1.2), ["Mål B2: "]),
        (cell("Mål C2", 0), ["Mål D2: Skriv, hvorfor ingen ville nå målet alligevel."]),
        (cell("Mål A2", None), ["Mål A2: Skriv, hvad målet er."]),
        (cell("Mål A3", "Bolig"), ["Mål A3: ", "Mål B3: ", "Mål C3: "]),
        (cell("Besparelser A2", 2), ["Mål A2: Målet har ingen besparelse.", "Besparelser A2: "]),
        (cell("Besparelser F2", 61), ["Besparelser F2: "]),
        (cell("Besparelser F2", None), ["Besparelser F2: Skriv, hvor mange år besparelsen varer, fra 1 til 60."]),
        (cell("Om tallene B2", None), ["Om tallene B2: Skriv, hvor tallene er fra."]),
        (cell("Om tallene B1", 27), ["Om tallene B1: Skriv årstallet med fire cifre"]),
        (cell("SØM-resultat B1", 5), [f"SØM-resultat B{row}: " for row in (2, 3, 5, 6, 7)]),
        (too_many, ["Udgifter A42: Der er plads til 40 rækker, og der er 43."]),
    ],
)
def test_everything_wrong_is_told_at_its_cell_and_nothing_is_taken(fill: Fill, faults: list[str]) -> None:
    content = filled(with_case, fill)
    found = told(content)
    assert [text.startswith(wanted) for text, wanted in zip(found, faults, strict=True)] == [True] * len(faults), found
    reading = read_workbook(content)
    assert (reading.case, reading.som) == (None, None)


def test_percent_without_its_sign_is_taken_where_it_can_mean_one_thing() -> None:
    reading = read_workbook(filled(with_case, cell("Mål B2", 35, "General"), cell("Mål C2", "15,5 %")))
    assert reading.case == ReadCase(DRAFT, "Enhedspriser", "")


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", "Filen: "),
        (b"PK\x03\x04", "Filen: "),
        (b"a;b\n1;2\n", "Filen: "),
        (bytes(LARGEST_FILE + 1), "Filen: Filen fylder mere end 2 MB."),
        (filled(), "Filen: Skemaet er tomt."),
    ],
    ids=["empty", "torn", "text", "large", "nothing in it"],
)
def test_file_that_is_no_filled_in_workbook_is_refused_in_one_sentence(content: bytes, fault: str) -> None:
    (only,) = told(content)
    assert only.startswith(fault), only


def test_bomb_is_refused_in_one_sentence() -> None:
    made = BytesIO()
    with zipfile.ZipFile(BytesIO(filled(with_case))) as whole, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as out:
        for part in whole.infolist():
            out.writestr(part, whole.read(part))
        out.writestr("xl/media/image1.png", bytes(200_000_000))
    (only,) = told(made.getvalue())
    assert only.startswith("Filen: "), only


def test_layout_has_the_sheets_that_are_read_and_a_guide() -> None:
    book = openpyxl.load_workbook(BytesIO(layout_workbook()))
    assert book.sheetnames == ["Vejledning", *SHEET_NAMES]
    assert [rule.formula1 for rule in book["Udgifter"].data_validations.dataValidation if rule.type == "list"] == [
        '"Opstart,Drift,Evaluering,Administration"'
    ]
    assert layout_workbook() == layout_workbook()
