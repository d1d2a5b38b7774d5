"""Which proposals does an import file hold, where in it does each answer stand, and what is wrong with its shape?"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from foundation.identity.organisation_rules import OrganisationDraft
from foundation.sheet_cells import Cell, SheetRow, column_letters
from foundation.strict_json import JsonObject, JsonValue, NotJson, read_json
from foundation.text import clean_line
from intake.rules.import_columns import MOST_PROPOSALS, Column
from intake.rules.lifecycle import State
from intake.rules.track import Track

_LONGEST_QUOTE: Final = 40
THE_FILE: Final = "Filen"


@dataclass(frozen=True, slots=True)
class ImportFault:
    """One thing to mend: the row, the column, and a Danish sentence that says what is wrong and what to write."""

    row: str
    column: str
    text: str

    @property
    def line(self) -> str:
        place = f"{self.row}, {self.column}" if self.column else self.row
        return f"{place}: {self.text}"


@dataclass(frozen=True, slots=True)
class ImportRow:
    """One proposal as it stands in the file: `place` is what a person finds it by, `texts` are its answers by code.

    `names` say where an answer stands, by code: "kolonne F (amount_sought)".
    """

    place: str
    texts: Mapping[str, str]
    names: Mapping[str, str]

    def fault(self, code: str, text: str) -> ImportFault:
        return ImportFault(self.place, self.names.get(code, code), text)


@dataclass(frozen=True, slots=True)
class PastDraft:
    """How a case of before Rådslag ended. Levels by dimension are examples."""

    state: State
    track: Track | None = None
    granted_ore: int | None = None
    decided_on: date | None = None
    source: str = ""
    example_scores: Mapping[str, int] | None = None


@dataclass(frozen=True, slots=True)
class ImportDraft:
    """A proposal that can be entered: who sent it, when it came, and the answers by question key.

    `received_at` is None, and the organisation has no contact, only where `past` tells how the case ended.
    """

    row: ImportRow
    received_at: datetime | None
    organisation: OrganisationDraft
    answers: Mapping[str, Any]
    past: PastDraft | None = None

    @property
    def title(self) -> str:
        return str(self.answers.get("title") or "")

    @property
    def same_as(self) -> tuple[str, str]:
        """Equal for two proposals of one organisation under one title (domain.md EL4)."""
        who = self.organisation.cvr or clean_line(self.organisation.name).casefold()
        return who, clean_line(self.title).casefold()


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read of a file; nothing may be entered while there are faults."""

    rows: tuple[ImportRow, ...]
    faults: tuple[ImportFault, ...]


def faults_of_file(text: str) -> Reading:
    """A reading that stopped at the file itself."""
    return Reading((), (ImportFault(THE_FILE, "", text),))


# ---- a spreadsheet ------------------------------------------------------------------------------------------------


def rows_of_sheet(sheet: Sequence[SheetRow], columns: Iterable[Column]) -> Reading:
    """The proposals of a sheet whose first row holds the codes; a second row with the headings is passed over."""
    known = {column.code: column for column in columns}
    if not sheet:
        return faults_of_file("Arket er tomt. Hent skabelonen, og skriv ét forslag på hver række.")
    head, *body = sheet
    codes, faults = _codes(head, known)
    faults += _missing_columns(head, codes.values(), known.values())
    if faults:
        return Reading((), tuple(faults))
    if body and _is_headings(body[0], codes, known):
        body = body[1:]
    if not body:
        return faults_of_file("Der står ingen forslag under overskrifterne. Skriv ét forslag på hver række.")
    made = [_row_of(one, codes, known) for one in body]
    return Reading(tuple(row for row, _ in made), tuple(fault for _, found in made for fault in found))


def _codes(head: SheetRow, known: Mapping[str, Column]) -> tuple[dict[int, str], list[ImportFault]]:
    """The code of each column by position, and what is wrong in the row of codes."""
    codes: dict[int, str] = {}
    faults: list[ImportFault] = []
    for position, cell in enumerate(head.cells):
        code = cell.text.strip()
        if not code:
            continue
        where = f"kolonne {column_letters(position)}"
        if code not in known:
            text = f"»{_short(code)}« er ikke en kode i dette call. Brug koderne fra skabelonen, eller slet kolonnen."
            faults.append(ImportFault(_place(head), where, text))
        elif code in codes.values():
            faults.append(ImportFault(_place(head), where, f"Koden {code} står to gange. Slet den ene kolonne."))
        else:
            codes[position] = code
    return codes, faults


def _missing_columns(head: SheetRow, codes: Iterable[str], known: Iterable[Column]) -> list[ImportFault]:
    there = set(codes)
    return [
        ImportFault(_place(head), column.code, f"Kolonnen »{column.heading}« mangler. Hent skabelonen, og brug den.")
        for column in known
        if column.needed and column.code not in there
    ]


def _is_headings(row: SheetRow, codes: Mapping[int, str], known: Mapping[str, Column]) -> bool:
    told = [(codes[at], cell.text.strip()) for at, cell in enumerate(row.cells) if at in codes and cell.text.strip()]
    return bool(told) and all(text == known[code].heading for code, text in told)


def _row_of(
    row: SheetRow, codes: Mapping[int, str], known: Mapping[str, Column]
) -> tuple[ImportRow, list[ImportFault]]:
    names = {
        code: f"kolonne {column_letters(position)} ({code}, »{known[code].heading}«)"
        for position, code in codes.items()
    }
    cells = {codes[at]: cell for at, cell in enumerate(row.cells) if at in codes}
    made = ImportRow(_place(row), {code: cell.text for code, cell in cells.items() if cell.text.strip()}, names)
    faults = [made.fault(code, cell.fault) for code, cell in cells.items() if cell.fault]
    astray = [column_letters(at) for at, cell in enumerate(row.cells) if at not in codes and _is_filled(cell)]
    faults += [
        ImportFault(made.place, f"kolonne {letters}", "Kolonnen har ingen kode i første række. Skriv den, eller slet.")
        for letters in astray
    ]
    return made, faults


def _is_filled(cell: Cell) -> bool:
    return bool(cell.text.strip() or cell.fault)


def _place(row: SheetRow) -> str:
    return f"Række {row.number}"


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST_QUOTE else f"{text[:_LONGEST_QUOTE]} …"


# ---- JSON ---------------------------------------------------------------------------------------------------------


def rows_of_json(text: str | bytes, columns: Iterable[Column]) -> Reading:
    """The proposals of a JSON file: {"proposals": [{code: answer, …}, …]}; several rows may stand as a list."""
    try:
        document = read_json(text)
    except NotJson as fault:
        return faults_of_file(str(fault))
    if not isinstance(document, JsonObject) or set(document.values) != {"proposals"} or document.repeated:
        return faults_of_file('Filen skal være et JSON-objekt med én nøgle, "proposals", og en liste af forslag.')
    listed = document.values["proposals"]
    if not isinstance(listed, list) or not listed:
        return faults_of_file("proposals skal være en liste med mindst ét forslag.")
    if len(listed) > MOST_PROPOSALS:
        return faults_of_file(f"Filen har mere end {MOST_PROPOSALS} forslag. Del den i flere filer.")
    known = {column.code for column in columns}
    made = [_row_of_json(one, f"Forslag {number}", known) for number, one in enumerate(listed, start=1)]
    return Reading(tuple(row for row, _ in made), tuple(fault for _, found in made for fault in found))


def _row_of_json(value: JsonValue, place: str, known: set[str]) -> tuple[ImportRow, list[ImportFault]]:
    empty = ImportRow(place, {}, {})
    if not isinstance(value, JsonObject):
        return empty, [ImportFault(place, "", "Et forslag skal være et objekt med koder og svar.")]
    texts: dict[str, str] = {}
    faults = [ImportFault(place, key, "Koden står to gange. Slet den ene.") for key in value.repeated]
    for code, answer in _flat(value, place, faults):
        if code not in known:
            faults.append(ImportFault(place, _short(code), "Koden findes ikke i dette call. Brug skabelonens koder."))
            continue
        text = _text_of(answer)
        if text is None:
            faults.append(ImportFault(place, code, "Svaret skal være tekst, et tal, true, false eller null."))
        elif text.strip():
            texts[code] = text
    return ImportRow(place, texts, {}), faults


def _flat(value: JsonObject, place: str, faults: list[ImportFault]) -> Iterable[tuple[str, JsonValue]]:
    """Every answer under its code; a list of objects becomes `key.1.part`, `key.2.part` …"""
    for key, answer in value.values.items():
        if not isinstance(answer, list):
            yield key, answer
            continue
        for number, row in enumerate(answer, start=1):
            if not isinstance(row, JsonObject):
                faults.append(ImportFault(place, f"{_short(key)}.{number}", "En række skal være et objekt."))
                continue
            faults += [ImportFault(place, f"{key}.{number}.{part}", "Koden står to gange.") for part in row.repeated]
            for part, cell in row.values.items():
                yield f"{key}.{number}.{part}", cell


def _text_of(answer: JsonValue) -> str | None:
    """The answer as a Dane types it; None for what is no single answer."""
    if answer is None:
        return ""
    if isinstance(answer, bool):
        return "Ja" if answer else "Nej"
    if isinstance(answer, str):
        return answer
    if isinstance(answer, int):
        return str(answer)
    if isinstance(answer, Decimal):
        return f"{answer:f}".replace(".", ",") if abs(answer.adjusted()) < _LONGEST_QUOTE else None
    return None
