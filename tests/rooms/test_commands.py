"""Do the commands do what they say, refuse in one plain line each, and end with the promised code?"""

import io
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import docx
import pytest
from openpyxl import load_workbook
from sqlalchemy import Engine, text
from sqlmodel import Session, SQLModel, col, select

from app.cli import main
from app.commands.export import whole_or_none
from app.commands.setting import writers_place
from app.demo.year import load_demo
from app.migrate import downgrade
from app.web_app import create_app
from foundation.audit import AuditEvent
from foundation.clock import FixedClock
from foundation.db import make_engine, sqlite_module, transaction
from foundation.file_types import FileType
from foundation.identity.actions import open_session
from foundation.identity.models import Organisation, Person, RoleGrant
from foundation.identity.roles import Role
from foundation.settings import PROJECT, Settings
from foundation.storage import StoredFile
from foundation.uploads import Received
from intake.actions import attach_files
from intake.models import Proposal
from intake.rules.lifecycle import State
from tests.builders import BASE_URL, World
from tests.conftest import NOON
from tests.fingerprint import fingerprint


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    faults: list[str]


Run = Callable[..., Ended]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """`raadslag …` in this process, with the settings of a test and an SQLite database in the test's folder."""
    for name in [name for name in os.environ if name.startswith("RAADSLAG_")] + ["PORT"]:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("RAADSLAG_ENV", "test")
    monkeypatch.setenv("RAADSLAG_DATABASE_URL", f"sqlite:///{tmp_path / 'test.sqlite'}")
    monkeypatch.setenv("RAADSLAG_SECRET_KEY", "only-for-tests-0123456789-abcdefghij")
    monkeypatch.setenv("RAADSLAG_BASE_URL", BASE_URL)
    monkeypatch.setenv("RAADSLAG_STORAGE_URL", f"file:{tmp_path / 'storage'}")
    monkeypatch.setenv("RAADSLAG_MAIL_URL", f"file:{tmp_path / 'mail'}")

    def call(*words: str, **environ: str) -> Ended:
        with monkeypatch.context() as given:
            for name, value in environ.items():
                given.setenv(name, value)
            given.setattr(sys, "argv", ["raadslag", *words])
            capsys.readouterr()
            code = 0
            try:
                main()
            except SystemExit as ended:
                code = ended.code if isinstance(ended.code, int) else (0 if ended.code is None else 1)
            said = capsys.readouterr()
        return Ended(code, said.out, said.err.splitlines())

    return call


@pytest.fixture
def database(tmp_path: Path, migrated_sqlite: Path) -> Path:
    """A migrated SQLite file at the place that the commands look."""
    return shutil.copyfile(migrated_sqlite, tmp_path / "test.sqlite")


DEMO_STATES = {*list(State)[:9], State.WITHDRAWN, State.FORMALLY_REJECTED}
"""From draft to the council's table, and the two other ways for a case to end early."""
PAST_CALL = (
    *("import", "past-call", "--title", "Et gammelt call", "--opened", "1.11.2021", "--closed", "1.2.2022"),
    *("--area", "mental_illness", "--frame", "9000000", "--by", "se@raadslag.example"),
)
ADD = ("user", "add", "--email", "ny@x.example", "--name", "Ny", "--role", "secretariat")


def assert_refused(ended: Ended, *words: str, lines: int = 1) -> None:
    """Code 2, nothing on standard output, and one plain line for each fault."""
    assert (ended.code, ended.out, len(ended.faults)) == (2, "", lines), ended
    for word in words:
        assert word in "\n".join(ended.faults)
    assert "Traceback" not in "".join(ended.faults)


# ---- words of help, and what cannot be understood -------------------------------------------------------------------

COMMANDS = [
    (),
    ("serve",),
    ("worker",),
    ("db",),
    ("db", "upgrade"),
    ("db", "check"),
    ("db", "backup"),
    ("db", "restore"),
    ("db", "check-files"),
    ("db", "release-mail"),
    ("demo",),
    ("demo", "load"),
    ("demo", "run"),
    ("user",),
    ("user", "add"),
    ("policy",),
    ("policy", "run"),
    ("business-case",),
    ("business-case", "run"),
    ("export",),
    ("export", "decision-memo"),
    ("export", "call"),
    ("import",),
    ("import", "proposals"),
    ("import", "past-call"),
]


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_command_explains_itself(run: Run, tmp_path: Path, words: tuple[str, ...]) -> None:
    ended = run(*words, "--help")
    assert (ended.code, ended.faults) == (0, [])
    assert re.search(r"\b(og|til|en|som|i)\b", ended.out)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("nothing",), "nothing"),
        (("db", "nothing"), "nothing"),
        (("db", "backup"), "FILE"),
        (("db", "restore"), "FILE"),
        (("db", "restore", "no-such-file.tar"), "no-such-file.tar"),
        (("db", "upgrade", "extra"), "extra"),
        (("policy", "run"), "FILE"),
        (("business-case", "run"), "FILE"),
        (("export", "decision-memo"), "REFERENCE"),
        (("export", "call"), "SLUG"),
        (("export", "call", "nye-veje"), "-o"),
        (("export", "decision-memo", "2027-01-001"), "-o"),
        (("import", "proposals"), "FILE"),
        (("import", "proposals", "x.json"), "--call"),
        (("user", "add"), "--email"),
        (("user", "add", "--email", "a@b.example", "--name", "x"), "--role"),
        (("user", "add", "--email", "a@b.example", "--name", "x", "--role", "king"), "king"),
        (("user", "add", "--nothing"), "--nothing"),
        (("serve", "--port", "http"), "http"),
        (("serve", "--port", "0"), "0"),
        (("serve", "--port", "70000"), "70000"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_words_that_are_not_understood_give_one_line(run: Run, words: tuple[str, ...], named: str) -> None:
    assert_refused(run(*words), named)


@pytest.mark.parametrize(
    "words", [c for c in COMMANDS if len(c) == 2 and c[0] not in ("policy", "business-case", "demo")], ids=" ".join
)
def test_production_without_settings_names_every_gap(run: Run, tmp_path: Path, words: tuple[str, ...]) -> None:
    wanted = {"export": ("X", "-o", str(tmp_path / "x.docx")), "user": ADD[2:], "import": ("x.json", "--call", "x")}
    extra = PAST_CALL[2:] if words == PAST_CALL[:2] else wanted.get(words[0], ())
    if words == ("db", "backup"):
        extra = (str(tmp_path / "copy"),)
    if words == ("db", "restore"):
        extra = (__file__,)
    missing = {
        "RAADSLAG_ENV": "production",
        "RAADSLAG_DATABASE_URL": "",
        "RAADSLAG_SECRET_KEY": "",
        "RAADSLAG_BASE_URL": "",
        "RAADSLAG_STORAGE_URL": "",
        "RAADSLAG_MAIL_URL": "",
    }
    ended = run(*words, *extra, **missing)
    assert_refused(ended, *(name for name in missing if name != "RAADSLAG_ENV"), "RAADSLAG_MAIL_FROM", lines=6)
    assert list(tmp_path.iterdir()) == []


def test_what_nobody_expected_ends_with_one(tmp_path: Path) -> None:
    environ = {**os.environ, "RAADSLAG_ENV": "test", "RAADSLAG_SECRET_KEY": "x" * 40}
    environ["RAADSLAG_DATABASE_URL"] = "postgresql+psycopg://nobody@127.0.0.1:1/none?connect_timeout=2"
    command = [sys.executable, "-m", "app.cli", "db", "check"]
    ended = subprocess.run(command, cwd=PROJECT, env=environ, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout) == (1, "")


# ---- the database ---------------------------------------------------------------------------------------------------


def test_upgrade_makes_the_schema_and_check_knows_it(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "test.sqlite"
    asked = run("db", "check")
    assert (asked.code, asked.faults) == (2, ["Databasen skal opgraderes: raadslag db upgrade"])
    assert not file.exists()  # Asking makes no database.

    assert run("db", "upgrade").code == 0
    assert run("db", "upgrade").code == 0
    assert run("db", "check") == Ended(0, "Databasen har den nyeste form.\n", [])

    downgrade(f"sqlite:///{file}", "base")
    assert run("db", "check").code == 2


@pytest.mark.parametrize(
    "words",
    [ADD, ("demo", "load"), ("export", "decision-memo", "2027-01-001", "-o", "x.docx"), ("serve",)],
    ids=lambda words: " ".join(words[:2]),
)
def test_command_refuses_a_database_that_is_not_ready(run: Run, tmp_path: Path, words: tuple[str, ...]) -> None:
    assert_refused(run(*words), "raadslag db upgrade")
    assert not (tmp_path / "test.sqlite").exists()


@pytest.mark.parametrize("words", [ADD, ("db", "check"), ("db", "upgrade"), ("serve",)], ids=lambda words: words[-1])
def test_database_of_a_later_release_is_told_as_such_and_let_alone(
    run: Run, database: Path, words: tuple[str, ...]
) -> None:
    engine = make_engine(f"sqlite:///{database}")
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    assert_refused(run(*words), "nyere udgave")
    with engine.connect() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one() == "9999"
    engine.dispose()


@pytest.mark.parametrize(
    "words", [ADD, ("demo", "load"), ("db", "upgrade"), ("serve",)], ids=lambda words: " ".join(words[:2])
)
def test_command_that_writes_refuses_while_a_server_holds_the_lock(
    run: Run, database: Path, settings: Settings, words: tuple[str, ...]
) -> None:
    engine = make_engine(f"sqlite:///{database}")
    with Session(engine) as session:
        before = fingerprint(session)
    with writers_place(replace(settings, database_url=f"sqlite:///{database}")):
        assert_refused(run(*words), "bruger databasen")
    with Session(engine) as session:
        assert fingerprint(session) == before
    engine.dispose()


def test_worker_is_not_for_sqlite(run: Run, database: Path) -> None:
    assert_refused(run("worker"), "SQLite")


def test_demo_run_is_for_the_demo(run: Run, database: Path) -> None:
    assert_refused(run("demo", "run"), "RAADSLAG_ENV=demo")


def test_demo_is_loaded_into_an_empty_database_once(run: Run, database: Path) -> None:
    assert run("demo", "load") == Ended(0, "Prøveåret er lagt ind.\n", [])
    engine = make_engine(f"sqlite:///{database}")
    with Session(engine) as session:
        before = fingerprint(session)
        found = session.exec(select(Proposal.state, Proposal.is_history)).all()
        assert {state for state, is_past in found if not is_past} == DEMO_STATES
        assert len([state for state, is_past in found if is_past]) == 12
        session.rollback()
        assert_refused(run("demo", "load"), "ikke tom")
        assert fingerprint(session) == before
    engine.dispose()


def test_backup_is_whole_while_a_writer_writes(run: Run, database: Path, tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{database}")
    with Session(engine) as session:
        load_demo(session, base_url=BASE_URL, at=NOON)
        session.commit()
    acknowledged, stop, under_way = list[str](), threading.Event(), threading.Event()

    def write() -> None:
        while not stop.is_set():
            name = f"Forening {len(acknowledged)}"
            with transaction(lambda: Session(engine)) as session:
                session.add(Organisation(name=name, created_at=NOON))
            acknowledged.append(name)
            if len(acknowledged) == 20:
                under_way.set()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        assert under_way.wait(30)
        before = list(acknowledged)
        ended = run("db", "backup", str(tmp_path / "copy.sqlite"))
    finally:
        stop.set()
        writer.join()

    assert (ended.code, ended.faults) == (0, [])
    copy = sqlite_module().connect(str(tmp_path / "copy.sqlite"))
    try:
        assert copy.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert copy.execute("PRAGMA foreign_key_check").fetchall() == []
        found = {name for (name,) in copy.execute("SELECT name FROM organisation")}
    finally:
        copy.close()
    assert set(before) <= found
    assert {name for name in found if name.startswith("Forening ")} <= set(acknowledged)
    url = f"sqlite:///{tmp_path / 'copy.sqlite'}"
    assert run("db", "check", RAADSLAG_DATABASE_URL=url).code == 0
    engine.dispose()


def test_backup_overwrites_nothing_and_needs_a_folder(run: Run, database: Path, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("mine")
    assert_refused(run("db", "backup", str(tmp_path / "taken")), "findes allerede")
    assert (tmp_path / "taken").read_text() == "mine"
    assert_refused(run("db", "backup", str(tmp_path / "none" / "copy")), "Mappen")
    database.unlink()
    assert_refused(run("db", "backup", str(tmp_path / "copy")), "ingen database")
    assert not (tmp_path / "copy").exists()


# ---- on both databases ----------------------------------------------------------------------------------------------


def url_of(engine: Engine) -> str:
    return engine.url.render_as_string(hide_password=False)


def test_first_administrator_comes_from_the_command_line(run: Run, committed: Engine) -> None:
    words = ("user", "add", "--email", "Chef@X.Example", "--name", "Administrator Æ", "--role", "administrator")
    ended = run(*words, RAADSLAG_DATABASE_URL=url_of(committed))
    assert ended == Ended(0, "chef@x.example har nu rollen administrator.\n", [])
    second = ("user", "add", "--email", "chef@x.example", "--name", "x", "--role", "reviewer", "--department", "MSB")
    assert run(*second, RAADSLAG_DATABASE_URL=url_of(committed)).code == 0

    with Session(committed) as session:
        assert session.exec(select(Person.email, Person.name)).all() == [("chef@x.example", "Administrator Æ")]
        grants = session.exec(select(RoleGrant.role, RoleGrant.department_code).order_by(col(RoleGrant.role)))
        assert [tuple(grant) for grant in grants] == [(Role.ADMINISTRATOR, None), (Role.REVIEWER, "MSB")]
        assert session.exec(select(AuditEvent.kind)).all() == ["person_added", "person_added"]


@pytest.mark.parametrize(
    "changed",
    [
        {"--email": "ny"},
        {"--email": "ny@x.example\nBcc: z@y.example"},
        {"--email": ""},
        {"--name": ""},
        {"--name": "  "},
        {"--name": "Ny\nlinje"},
        {"--role": "reviewer"},
        {"--department": "MSB"},
    ],
    ids=str,
)
def test_person_that_makes_no_sense_is_refused(run: Run, committed: Engine, changed: dict[str, str]) -> None:
    options = {"--email": "ny@x.example", "--name": "Ny", "--role": "secretariat", **changed}
    words = [word for pair in options.items() for word in pair]
    assert_refused(run("user", "add", *words, RAADSLAG_DATABASE_URL=url_of(committed)))
    with Session(committed) as session:
        assert session.exec(select(Person)).all() == []


def test_role_that_is_held_already_is_refused(run: Run, committed: Engine) -> None:
    assert run(*ADD, RAADSLAG_DATABASE_URL=url_of(committed)).code == 0
    assert_refused(run(*ADD, RAADSLAG_DATABASE_URL=url_of(committed)), "allerede")


def _words(content: bytes) -> list[str]:
    document = docx.Document(io.BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return [paragraph.text for paragraph in document.paragraphs] + cells


def test_list_from_the_command_line_has_every_proposal_and_finished_assessment(
    run: Run, committed: Engine, tmp_path: Path
) -> None:
    with Session(committed, expire_on_commit=False) as session:
        world = World.build(session, at=NOON)
        sent = [world.submitted(), world.sorted()]
        world.draft()
        session.commit()
    target = tmp_path / "call.xlsx"
    url = url_of(committed)

    ended = run("export", "call", "nye-veje", "-o", str(target), RAADSLAG_DATABASE_URL=url)

    assert (ended.code, ended.faults) == (0, [])
    book = load_workbook(target)
    assert {row[0] for row in book["Forslag"].iter_rows(min_row=2, values_only=True)} == {one.reference for one in sent}
    assert [row[0] for row in book["Vurderinger"].iter_rows(min_row=2, values_only=True)] == [sent[1].reference] * 2
    assert_refused(run("export", "call", "no-such-call", "-o", str(target), RAADSLAG_DATABASE_URL=url), "no-such-call")
    assert_refused(run("export", "call", "nye-veje", "-o", str(tmp_path), RAADSLAG_DATABASE_URL=url), "-o")


def test_memo_from_the_command_line_is_the_one_of_the_page(
    run: Run, committed: Engine, settings: Settings, tmp_path: Path
) -> None:
    with Session(committed, expire_on_commit=False) as session:
        load_demo(session, base_url=BASE_URL, at=NOON)
        session.commit()
        # A draft carries the day it is made, and the command has a clock of its own.
        proposal = session.exec(select(Proposal).where(Proposal.state == State.MEMO_READY)).first()
        assert proposal is not None
        officer = session.exec(select(Person).where(Person.name == "Sagsbehandler i sekretariatet")).one()
        token = open_session(session, officer, (Role.SECRETARIAT, None), at=NOON)
        session.commit()
    target = tmp_path / "memo.docx"

    ended = run(
        "export", "decision-memo", proposal.reference or "", "-o", str(target), RAADSLAG_DATABASE_URL=url_of(committed)
    )

    assert (ended.code, ended.faults) == (0, [])
    app = create_app(settings, clock=FixedClock(NOON), sessions=lambda: Session(committed, expire_on_commit=False))
    browser = app.test_client()
    with browser.session_transaction() as cookie:
        cookie["sid"] = token
    page = browser.get(f"/exports/decision-memo/{proposal.reference}")
    assert page.status_code == 200
    words = _words(target.read_bytes())
    assert words == _words(page.data)
    assert any(proposal.title in word for word in words)
    with Session(committed) as session:
        rows = session.exec(
            select(AuditEvent.person_id).where(AuditEvent.kind == "paper_exported").order_by(col(AuditEvent.sequence))
        ).all()
        assert rows == [None, officer.id]


def test_memo_that_cannot_be_made_is_refused_and_writes_no_file(run: Run, committed: Engine, tmp_path: Path) -> None:
    with Session(committed, expire_on_commit=False) as session:
        load_demo(session, base_url=BASE_URL, at=NOON)
        session.commit()
        submitted = session.exec(
            select(Proposal).where(Proposal.state == State.SUBMITTED, col(Proposal.reference).is_not(None))
        ).first()
        sorted_one = session.exec(select(Proposal).where(Proposal.state == State.SORTED)).first()
        assert submitted is not None
        assert sorted_one is not None
        without_score, good = submitted.reference or "", sorted_one.reference or ""
        before = fingerprint(session)
    target, url = tmp_path / "memo.docx", url_of(committed)
    for reference in ("2099-01-001", "x", "", "../../etc/passwd", "' OR 1=1 --", without_score):
        assert_refused(run("export", "decision-memo", reference, "-o", str(target), RAADSLAG_DATABASE_URL=url))
    assert not target.exists()
    nowhere = str(tmp_path / "none" / "memo.docx")
    assert_refused(run("export", "decision-memo", good, "-o", nowhere, RAADSLAG_DATABASE_URL=url), "-o")
    assert_refused(run("export", "decision-memo", good, "-o", str(tmp_path), RAADSLAG_DATABASE_URL=url), "-o")
    with Session(committed) as session:
        assert fingerprint(session) == before


def test_check_and_upgrade_work_on_both_databases(run: Run, committed: Engine) -> None:
    url = url_of(committed)
    assert run("db", "check", RAADSLAG_DATABASE_URL=url).code == 0
    assert run("db", "upgrade", RAADSLAG_DATABASE_URL=url).code == 0
    with committed.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM alembic_version")).scalar_one() == 1


def test_installation_is_copied_and_comes_back_by_command(run: Run, committed: Engine, tmp_path: Path) -> None:
    url, copy = url_of(committed), str(tmp_path / "copy.tar")
    assert run(*ADD, RAADSLAG_DATABASE_URL=url).code == 0
    taken = run("db", "backup", copy, RAADSLAG_DATABASE_URL=url)
    assert (taken.code, taken.faults) == (0, [])
    assert "rækker og 0 filer" in taken.out
    assert_refused(run("db", "restore", copy, RAADSLAG_DATABASE_URL=url), "Databasen er ikke tom")

    with committed.begin() as connection:
        connection.execution_options(sqlite_begin="IMMEDIATE")
        for table in reversed(SQLModel.metadata.sorted_tables):
            connection.execute(table.delete())
    committed.dispose()
    back = run("db", "restore", copy, RAADSLAG_DATABASE_URL=url)
    assert (back.code, back.faults) == (0, [])
    assert "raadslag db release-mail" in back.out
    with Session(committed) as session:
        assert session.exec(select(Person.email)).all() == ["ny@x.example"]
    assert run("db", "check-files", RAADSLAG_DATABASE_URL=url).out.startswith("0 filer er, som de blev gemt.")
    assert run("db", "release-mail", RAADSLAG_DATABASE_URL=url).code == 0
    assert_refused(run("db", "release-mail", RAADSLAG_DATABASE_URL=url), "ingen breve")
    committed.dispose()


def test_copy_that_cannot_be_used_is_refused_in_one_line(run: Run, tmp_path: Path) -> None:
    (tmp_path / "copy.tar").write_text("not an archive")
    assert_refused(run("db", "restore", str(tmp_path / "copy.tar")), "ikke en hel kopi")
    assert not (tmp_path / "test.sqlite").exists()


def test_database_of_postgres_is_not_copied_as_a_file(run: Run, tmp_path: Path) -> None:
    url = "postgresql+psycopg://x@127.0.0.1:1/x"
    assert_refused(run("db", "backup", str(tmp_path / "copy.sqlite"), RAADSLAG_DATABASE_URL=url), ".tar")
    assert_refused(run("db", "backup", str(tmp_path / "copy.tar"), RAADSLAG_DATABASE_URL=url), "kan ikke nås")
    assert list(tmp_path.iterdir()) == [tmp_path / "storage"]


def test_file_that_is_gone_is_named_and_the_command_ends_with_two(run: Run, database: Path, tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{database}")
    with Session(engine) as session:
        world = World.build(session, at=NOON)
        stored = StoredFile("ab" * 16, 4, "cd" * 32)
        received = [Received("plan.pdf", FileType.PDF, stored)]
        attach_files(session, world.draft(), received, actor=world.people["AO"], at=NOON)
        session.commit()
    engine.dispose()
    assert_refused(run("db", "check-files"), f"{'ab' * 16} mangler")
    ended = run("db", "backup", str(tmp_path / "copy.tar"))
    assert (ended.code, len(ended.faults)) == (2, 2)
    assert (tmp_path / "copy.tar").exists()


def test_file_that_could_not_be_written_whole_leaves_the_one_before_as_it_was(tmp_path: Path) -> None:
    target = tmp_path / "list.xlsx"
    target.write_bytes(b"before")

    def fill_the_disk() -> None:
        with whole_or_none(target) as unfinished:
            unfinished.write_bytes(b"ha")
            raise OSError("the disk is full")

    with pytest.raises(OSError, match="full"):
        fill_the_disk()
    assert {one.name: one.read_bytes() for one in tmp_path.iterdir()} == {"list.xlsx": b"before"}

    with whole_or_none(target) as unfinished:
        unfinished.write_bytes(b"after")
    assert {one.name: one.read_bytes() for one in tmp_path.iterdir()} == {"list.xlsx": b"after"}


def test_what_is_no_ordinary_file_is_written_to_as_it_is() -> None:
    with whole_or_none(Path("/dev/null")) as written:
        assert written == Path("/dev/null")
