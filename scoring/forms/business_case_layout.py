"""How does the workbook look in which a department writes a business case or SØM's result?

The same fields as on the pages, sheet by sheet. What each sheet and column is called is told to departments in
docs/business-case-layout.md: a name that changes here makes every workbook out there unreadable.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from foundation.sheet_forms import CellKind, FillIn, FillInList, FillInTable, write_fill_in
from scoring.rules.business_case import CostKind, Sector
from scoring.rules.business_case_drafts import MOST_COSTS, MOST_GOALS, MOST_INTAKES, MOST_SAVINGS
from scoring.wording import words


@dataclass(frozen=True, slots=True)
class LayoutColumn:
    """A column, or a line of a list, and the field of the form that reads it; `values` are what its choices store."""

    field: str
    cell: FillIn
    values: tuple[str, ...] = ()

    @property
    def heading(self) -> str:
        return self.cell.heading


@dataclass(frozen=True, slots=True)
class LayoutTable:
    """A sheet of rows: `part` of the form, at most `most` of them."""

    name: str
    part: str
    columns: tuple[LayoutColumn, ...]
    most: int


@dataclass(frozen=True, slots=True)
class LayoutList:
    """A sheet of lines with one value each."""

    name: str
    lines: tuple[LayoutColumn, ...]


def _column(field: str, heading: str, kind: CellKind, hint: str = "", width: int = 18) -> LayoutColumn:
    return LayoutColumn(field, FillIn(heading, kind, hint, width=width))


def _choice(field: str, heading: str, members: Iterable[StrEnum]) -> LayoutColumn:
    offered = tuple(members)
    shown = tuple(words(member) for member in offered)
    return LayoutColumn(field, FillIn(heading, CellKind.CHOICE, choices=shown), tuple(one.value for one in offered))


_YEAR = _column("year", "År", CellKind.WHOLE, "Tal fra 0. År 0 er det første år med udgifter.", 10)
_PERCENT_HINT: Final = "Procent, for eksempel 35 %. Skriv procenttegnet med."

ABOUT: Final = LayoutList(
    "Om tallene",
    (
        _column("first_year", "Hvilket kalenderår er år 0?", CellKind.WHOLE, "For eksempel 2027."),
        _column("source", "Hvor er tallene fra?", CellKind.TEXT, "For eksempel forslagets budget og enhedspriser."),
        _column("reason", "Hvad er anderledes end i forslaget, og hvorfor?", CellKind.TEXT, "Må stå tomt."),
    ),
)
INTAKES: Final = LayoutTable(
    "Indtag",
    "intakes",
    (_YEAR, _column("participants", "Hvor mange begynder?", CellKind.WHOLE)),
    MOST_INTAKES,
)
COSTS: Final = LayoutTable(
    "Udgifter",
    "costs",
    (_YEAR, _choice("kind", "Slags", CostKind), _column("amount", "Beløb", CellKind.AMOUNT, "Hele kroner.")),
    MOST_COSTS,
)
GOALS: Final = LayoutTable(
    "Mål",
    "goals",
    (
        _column("name", "Hvad skal ændre sig?", CellKind.TEXT, width=40),
        _column("success", "Hvor mange når målet?", CellKind.PERCENT, _PERCENT_HINT),
        _column("deadweight", "Hvor mange ville nå det alligevel?", CellKind.PERCENT, _PERCENT_HINT),
        _column(
            "deadweight_reason",
            "Hvorfor ville ingen nå det alligevel?",
            CellKind.TEXT,
            "Skal kun udfyldes, når der står 0 % i kolonnen før.",
            40,
        ),
    ),
    MOST_GOALS,
)
SAVINGS: Final = LayoutTable(
    "Besparelser",
    "savings",
    (
        _column("goal", "Mål nr.", CellKind.WHOLE, "Målets nummer i arket Mål: det øverste er 1.", 10),
        _column("payer", "Hvem sparer pengene?", CellKind.TEXT, width=28),
        _choice("sector", "Sektor", Sector),
        _column("per_success", "Besparelse om året for hver borger", CellKind.AMOUNT, "Hele kroner, for ét år."),
        _column("starts_after", "Begynder så mange år efter start", CellKind.WHOLE),
        _column("years", "Varer så mange år", CellKind.WHOLE, width=12),
        _column(
            "drop_off", "Falder fra hvert år", CellKind.PERCENT, f"{_PERCENT_HINT} Er det ingenting, så skriv 0 %."
        ),
    ),
    MOST_SAVINGS,
)
SOM: Final = LayoutList(
    "SØM-resultat",
    (
        _column("npv", "Nettonutidsværdi", CellKind.AMOUNT, "Hele kroner, med minus, hvis den er negativ."),
        _column("cost", "Udgift i alt", CellKind.AMOUNT, "Hele kroner."),
        _column("saving", "Besparelse i alt", CellKind.AMOUNT, "Hele kroner."),
        _column("payback_year", "Tjent ind efter så mange år", CellKind.WHOLE, "Tomt, hvis det aldrig bliver det."),
        _column("model_version", "Udgave af SØM", CellKind.TEXT, "For eksempel SØM 3.1."),
        _column("calculated_on", "Beregnet den", CellKind.DAY, "Dag, måned og år."),
        _column("source", "Hvem har beregnet det, og med hvilke tal?", CellKind.TEXT),
    ),
)
TABLES: Final = (INTAKES, COSTS, GOALS, SAVINGS)
SHEET_NAMES: Final = (ABOUT.name, *(table.name for table in TABLES), SOM.name)
FILE_NAME: Final = "business-case.xlsx"

_GUIDE: Final = (
    "Business case til Rådslag",
    "Udfyld enten arkene Om tallene, Indtag, Udgifter, Mål og Besparelser, eller arket SØM-resultat, eller dem alle.",
    "Arkene og overskrifterne skal hedde det, de hedder nu. Tomme rækker gør ikke noget.",
    "Årene er tal fra 0. År 0 er det første år med udgifter; hvilket kalenderår det er, står i arket Om tallene.",
    "Beløb er hele kroner i faste priser. Procenter skrives med procenttegn: 35 % og ikke 0,35.",
    "Hvor mange ville nå målet alligevel? Det er dem, der ville have nået det uden indsatsen. Er det 0 %, så skriv "
    "hvorfor.",
    "Besparelsen er for ét år og én borger, der har nået målet. Falder nogle fra, bliver den mindre år for år.",
    "Formler bliver ikke læst: kopiér cellen, og sæt den ind igen som værdi. Flettede celler kan ikke bruges.",
    "Skriv ingen navne eller CPR-numre på borgere. Regnearket bliver gemt i sagen, som det er.",
)


def layout_workbook() -> bytes:
    """The empty workbook that a department downloads."""
    return write_fill_in(_GUIDE, (_shown(ABOUT), *(_shown(table) for table in TABLES), _shown(SOM)))


def _shown(sheet: LayoutTable | LayoutList) -> FillInTable | FillInList:
    if isinstance(sheet, LayoutTable):
        return FillInTable(sheet.name, tuple(column.cell for column in sheet.columns), sheet.most)
    return FillInList(sheet.name, tuple(line.cell for line in sheet.lines))
