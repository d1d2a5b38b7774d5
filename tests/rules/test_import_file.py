"""Is a file with proposals read by the call's own form, and is every fault named with its row and column?"""

from typing import Any

import pytest

from foundation.identity.organisation_kinds import OrganisationKind
from foundation.identity.organisation_rules import OrganisationDraft
from foundation.sheet_writing import PlainSheet, write_sheets
from intake.forms.imports import columns_for, draft_of, read_file, template_sheets
from intake.rules.call import FocusArea
from intake.rules.import_rows import ImportDraft
from intake.rules.questions import NEWEST_SET
from tests.builders import ANSWERS
from tests.import_files import json_file, proposal_row, sheet_file

AREAS = tuple(FocusArea)
COLUMNS = columns_for(NEWEST_SET, AREAS)
HEADINGS = {column.code: column.heading for column in COLUMNS}


def read(content: bytes) -> tuple[list[ImportDraft], list[str]]:
    """The drafts of a file, and every fault as the line that a person reads."""
    reading = read_file(content, COLUMNS)
    made = [draft_of(row, COLUMNS, NEWEST_SET, AREAS) for row in reading.rows]
    faults = [*reading.faults, *(fault for _, found in made for fault in found)]
    return [draft for draft, _ in made], [fault.line for fault in faults]


@pytest.mark.parametrize("made", [json_file, sheet_file, lambda row: sheet_file(row, headings=HEADINGS)])
def test_faultless_proposal_is_read_as_the_form_reads_it(made: Any) -> None:
    (draft,), faults = read(made(proposal_row()))
    assert faults == []
    assert dict(draft.answers) == ANSWERS
    assert draft.organisation == OrganisationDraft(
        name="Havnens Kor",
        kind=OrganisationKind.ASSOCIATION,
        cvr="99999942",
        staff_years=0,
        contact_name="Korets formand",
        contact_email="formand@havnens-kor.example",
    )
    assert str(draft.received_at) == "2027-02-25 09:30:00+00:00"


@pytest.mark.parametrize(
    ("own", "fault"),
    [
        ({"received_at": "i går"}, "received_at: Skriv dag og klokkeslæt, for eksempel 12.3.2027 kl. 14.05."),
        ({"received_at": "31.2.2027 kl. 10.00"}, "received_at: Dagen eller klokkeslættet findes ikke."),
        ({"received_at": "1.1.0001 kl. 0.00"}, "received_at: Se efter, om årstallet er rigtigt."),
        ({"received_at": "28.3.2027 kl. 2.30"}, "received_at: Klokken 02.30 den 28.3.2027 findes ikke"),
        ({"organisation__cvr": "12345678"}, "organisation.cvr: CVR-nummeret er ikke skrevet rigtigt."),
        ({"organisation__cvr": None}, "organisation.cvr: Skriv organisationens CVR-nummer, otte cifre."),
        ({"organisation__kind": "Privatperson"}, "organisation.kind: Svaret er ikke et af dem, der kan vælges."),
        ({"organisation__contact_email": "formand"}, "organisation.contact_email: Skriv én mailadresse"),
        ({"organisation__staff_years": None}, "organisation.staff_years: Skriv, hvor mange årsværk"),
        ({"title": None}, "title: Giv forslaget et navn."),
        ({"title": "Hjælp 010190-1234"}, "title: Teksten ser ud til at rumme et CPR-nummer."),
        ({"focus_area": "haver"}, "focus_area: Svaret er ikke et af dem, der kan vælges. Skriv et af disse:"),
        ({"amount_sought": "100.50"}, "amount_sought: Punktum deler tusinder, ikke decimaler."),
        ({"amount_sought": "1.234,5"}, "amount_sought: Der må ikke være decimaler."),
        ({"amount_sought": "=1+1"}, "amount_sought: Det kan ikke læses som et tal."),
        ({"amount_sought": "86.000"}, "amount_sought: Budgettet går ikke op:"),
        ({"starts_on": "46600"}, "starts_on: Skriv datoen som dag.måned.år, for eksempel 1.3.2027."),
        ({"ends_on": "1.7.2027"}, "ends_on: Indsatsen kan ikke slutte, før den begynder."),
        ({"budget.2.amount": "mange"}, "budget.2.amount: Det kan ikke læses som et tal."),
        ({"budget.7.year": "2027"}, "budget.7.kind: "),
        ({"result_goals.1.success_share": "135"}, "result_goals.1.success_share: Tallet må højst være 100."),
        ({"farve": "blå"}, "farve: Koden findes ikke i dette call. Brug skabelonens koder."),
        ({"title": ["en", "to"]}, "title.1: En række skal være et objekt."),
        ({"title": {"en": 1}}, "title: Svaret skal være tekst, et tal, true, false eller null."),
    ],
)
def test_fault_is_named_by_row_and_column_with_what_to_write(own: dict[str, Any], fault: str) -> None:
    _, faults = read(json_file(proposal_row(), proposal_row(**own)))
    assert [line for line in faults if line.startswith(f"Forslag 2, {fault}")], faults
    assert not [line for line in faults if line.startswith("Forslag 1")]


def test_fault_in_a_sheet_is_named_by_the_row_and_letters_of_excel() -> None:
    _, faults = read(sheet_file(proposal_row(), proposal_row(organisation__cvr="1"), headings=HEADINGS))
    assert faults == [
        "Række 4, kolonne D (organisation.cvr, »CVR-nummer«): Et CVR-nummer har 8 cifre. Skriv det for eksempel som "
        "55133018."
    ]


@pytest.mark.parametrize(
    ("rows", "fault"),
    [
        ([], "Filen: Arket er tomt."),
        ([["titel"], ["x"]], "Række 1, kolonne A: »titel« er ikke en kode i dette call."),
        ([["title", "title"], ["x", "y"]], "Række 1, kolonne B: Koden title står to gange."),
        ([["title"], ["x"]], "Række 1, received_at: Kolonnen »Modtaget« mangler."),
        (
            [[column.code for column in COLUMNS if column.needed]],
            "Filen: Der står ingen forslag under overskrifterne.",
        ),
    ],
)
def test_sheet_of_the_wrong_shape_is_refused(rows: list[list[str]], fault: str) -> None:
    _, faults = read(write_sheets([PlainSheet("Forslag", rows)]))
    assert any(line.startswith(fault) for line in faults), faults


def test_answer_without_a_code_above_it_is_not_lost_in_silence() -> None:
    needed = [column.code for column in COLUMNS if column.needed]
    _, faults = read(write_sheets([PlainSheet("Forslag", [needed, [*[""] * len(needed), "her"]])]))
    assert any("Kolonnen har ingen kode i første række." in line for line in faults)


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", "Filen: Filen er tom. Skriv et JSON-objekt."),
        (b"[]", 'Filen: Filen skal være et JSON-objekt med én nøgle, "proposals", og en liste af forslag.'),
        (b'{"proposals": []}', "Filen: proposals skal være en liste med mindst ét forslag."),
        (b'{"proposals": [1]}', "Forslag 1: Et forslag skal være et objekt med koder og svar."),
        (b'{"proposals": [{"title": "a", "title": "b"}]}', "Forslag 1, title: Koden står to gange. Slet den ene."),
        (b'{"proposals": [{"participants": NaN}]}', "Forslag 1, participants: Svaret skal være tekst, et tal"),
        (b'{"proposals": [' + b"{}," * 2000 + b"{}]}", "Filen: Filen har mere end 2000 forslag."),
        (b"PK\x03\x04", "Filen: Filen er ikke hel"),
    ],
)
def test_file_of_the_wrong_shape_is_refused(content: bytes, fault: str) -> None:
    reading = read_file(content, COLUMNS)
    assert any(one.line.startswith(fault) for one in reading.faults), reading.faults


def test_template_holds_what_is_needed_and_is_itself_a_file_without_proposals() -> None:
    sheets = template_sheets(COLUMNS)
    assert {column.code for column in COLUMNS if column.needed} <= set(sheets[0].rows[0])
    assert [fault.text for fault in read_file(write_sheets(sheets), COLUMNS).faults] == [
        "Der står ingen forslag under overskrifterne. Skriv ét forslag på hver række."
    ]
