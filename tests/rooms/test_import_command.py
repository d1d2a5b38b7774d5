"""Does `raadslag import proposals` enter all of a file or nothing, and say every fault on a line of its own?"""

import io
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlmodel import Session, select

from app.commands.setting import writers_place
from foundation.db import make_engine
from foundation.mail import OutgoingMail
from foundation.settings import Settings
from intake.models import Proposal
from tests.builders import World
from tests.import_files import json_file, proposal_row, sheet_file
from tests.rooms import test_commands as commands
from tests.rooms.test_commands import Run, assert_refused

run, database = commands.run, commands.database

THEN = datetime(2024, 3, 1, 11, 0, tzinfo=UTC)
"""Long ago: the call is closed by whatever clock the command reads."""
RECEIVED = "25.2.2024 kl. 10.30"


@pytest.fixture
def stored(database: Path) -> Iterator[Session]:
    """A world on the database of the command."""
    engine = make_engine(f"sqlite:///{database}")
    with Session(engine, expire_on_commit=False) as session:
        World.build(session, at=THEN)
        session.commit()
        yield session
    engine.dispose()


def references(session: Session) -> list[str | None]:
    session.rollback()
    return sorted(session.exec(select(Proposal.reference)))


def row(**own: object) -> dict[str, object]:
    return proposal_row(received_at=RECEIVED, **own)


def test_file_is_previewed_and_then_entered(run: Run, stored: Session, tmp_path: Path) -> None:
    path = tmp_path / "forslag.xlsx"
    path.write_bytes(sheet_file(row(), row(title="Et til")))
    ended = run("import", "proposals", str(path), "--call", "nye-veje", "--preview")
    assert (ended.code, ended.out.splitlines(), references(stored)) == (
        0,
        [
            "2 forslag kan indlæses. Intet er gemt.",
            "  Række 2: Byhaven på torvet, Havnens Kor",
            "  Række 3: Et til, Havnens Kor",
        ],
        [],
    )
    ended = run("import", "proposals", str(path), "--call", "nye-veje", "--by", "se@x.example")
    assert (ended.code, ended.faults, ended.out) == (0, [], "2 forslag er indlæst: 2027-01-001 til 2027-01-002.\n")
    assert references(stored) == ["2027-01-001", "2027-01-002"]
    assert len(stored.exec(select(OutgoingMail)).all()) == 2


def test_json_comes_from_standard_input_too(run: Run, stored: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(json_file(row()))))
    ended = run("import", "proposals", "-", "--call", "nye-veje")
    assert (ended.code, ended.out) == (0, "1 forslag er indlæst: 2027-01-001.\n")


def test_every_fault_has_its_line_and_nothing_is_entered(run: Run, stored: Session, tmp_path: Path) -> None:
    path = tmp_path / "forslag.json"
    path.write_bytes(json_file(row(), row(title=None, amount_sought="100.5"), row()))
    ended = run("import", "proposals", str(path), "--call", "nye-veje")
    assert_refused(
        ended, "Forslag 2, title:", "Forslag 2, amount_sought:", "Forslag 3, title: Samme organisation", lines=3
    )
    assert references(stored) == []


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("no-such-file.json", "--call", "nye-veje"), "no-such-file.json: Filen findes ikke."),
        (("{folder}", "--call", "nye-veje"), "Det er en mappe."),
        (("{file}", "--call", "ukendt"), "--call: der er ikke noget call ukendt."),
        (("{file}", "--call", "nye-veje", "--by", "ra@x.example"), "--by: adressen hører ikke til nogen"),
    ],
)
def test_what_cannot_be_done_is_refused_in_one_line(
    run: Run, stored: Session, tmp_path: Path, words: tuple[str, ...], told: str
) -> None:
    path = tmp_path / "forslag.json"
    path.write_bytes(json_file(row()))
    assert_refused(run("import", "proposals", *(one.format(folder=tmp_path, file=path) for one in words)), told)
    assert references(stored) == []


def test_import_waits_for_no_server_and_a_preview_needs_none_to_stop(
    run: Run, stored: Session, tmp_path: Path, settings: Settings, database: Path
) -> None:
    path = tmp_path / "forslag.json"
    path.write_bytes(json_file(row()))
    with writers_place(replace(settings, database_url=f"sqlite:///{database}")):
        assert_refused(run("import", "proposals", str(path), "--call", "nye-veje"), "Stop den først.")
        assert run("import", "proposals", str(path), "--call", "nye-veje", "--preview").code == 0
    assert references(stored) == []


PAST_CALL = ("import", "past-call", "--title", "Et gammelt call", "--area", "mental_illness", "--by", "se@x.example")


def test_call_of_the_past_is_entered_and_then_its_cases(run: Run, stored: Session, tmp_path: Path) -> None:
    ended = run(*PAST_CALL, "--opened", "1.11.2021", "--closed", "1.2.2022")
    assert (ended.code, ended.faults) == (0, [])
    path = tmp_path / "sager.json"
    path.write_bytes(json_file({"title": "Gammel", "organisation.name": "Forening", "history.state": "refused"}))
    into = ("import", "proposals", str(path), "--call", "et-gammelt-call")
    assert_refused(run(*into), "--by: skriv, hvem i sekretariatet")
    assert run(*into, "--by", "se@x.example").out == "1 forslag er indlæst: 2021-01-001.\n"
    assert stored.exec(select(OutgoingMail)).all() == []


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--opened", "1.2.2022", "--closed", "1.2.2021"), "--closed: Fristen skal ligge efter åbningen."),
        (("--opened", "1.2.2024", "--closed", "1.4.2024"), "Et historisk call skal være lukket, før Rådslag"),
        (("--opened", "1.2.2021", "--closed", "1.4.2021", "--area", "haver"), "--area: skriv et af disse:"),
    ],
)
def test_call_that_is_not_of_the_past_is_refused(run: Run, stored: Session, words: tuple[str, ...], told: str) -> None:
    assert_refused(run(*PAST_CALL, *words), told)
