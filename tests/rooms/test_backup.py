"""Does a copy of everything come back as everything, into an empty place alone, and without a letter leaving?"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine
from sqlmodel import Session, SQLModel, col, select

from app.backup.archive import new_archive
from app.backup.manifest import BackupFault, Manifest
from app.backup.restoring import Restored, restore_backup
from app.backup.taking import take_backup
from app.commands.setting import sqlite_file
from app.file_check import BadFile, FileCheck, check_files
from app.migrate import upgrade
from app.schema import is_current
from app.worker import _say_if_held, work_once
from foundation import mail
from foundation.audit import AuditEvent
from foundation.db import make_engine
from foundation.errors import Refused
from foundation.file_types import FileType
from foundation.identity.actions import open_session, send_sign_in_link
from foundation.identity.models import Person, SignInLink, WebSession
from foundation.mail import MailHold, OutgoingMail
from foundation.mail_hold import Released, discard_old_mail, release_mail
from foundation.settings import Settings
from foundation.storage import FileState, Storage
from foundation.uploads import Received
from intake import actions
from intake.models import Attachment
from tests.builders import BASE_URL, World
from tests.conftest import NOON, settings_in, worker
from tests.fingerprint import fingerprint
from tools.postgres import new_database

LATER = NOON + timedelta(hours=6)
CHANGED = ("mail_hold", "audit_event", "web_session", "sign_in_link", "outgoing_mail")
"""What a restore writes in by itself, looked at one by one."""


@dataclass(frozen=True)
class Installation:
    """A database and a storage folder, with the settings that name them."""

    settings: Settings
    engine: Engine

    @property
    def storage(self) -> Storage:
        return Storage(self.settings.attachments_folder)

    def session(self) -> Session:
        return Session(self.engine, expire_on_commit=False)

    def rows(self, *without: str) -> dict[str, list[str]]:
        with self.session() as session:
            return fingerprint(session, without=without)

    def back_up(self, file: Path) -> Manifest:
        return take_backup(self.settings, file, sqlite=sqlite_file(self.settings), at=NOON)

    def restore(self, file: Path) -> Restored:
        return restore_backup(self.settings, file, sqlite=sqlite_file(self.settings), at=LATER)


def installation(folder: Path, url: str) -> Installation:
    return Installation(replace(settings_in(folder), database_url=url), make_engine(url))


def url_of(engine: Engine) -> str:
    return engine.url.render_as_string(hide_password=False)


@pytest.fixture
def busy(committed: Engine, tmp_path: Path) -> Iterator[Installation]:
    """An installation in which people work: cases, two files, a session, links and letters."""
    made = installation(tmp_path / "busy", url_of(committed))
    with made.session() as session:
        world = World.build(session, at=NOON)
        for name in ("budget.pdf", "plan.pdf"):
            stored = made.storage.keep(BytesIO(f"%PDF {name}".encode() * 9000))
            received = [Received(name, FileType.PDF, stored)]
            actions.attach_files(session, world.draft(), received, actor=world.people["AO"], at=NOON)
        open_session(session, session.exec(select(Person)).first(), (world.people["SE"].role, None), at=NOON)  # type: ignore[arg-type]
        send_sign_in_link(session, "ny@x.example", next_path="", at=NOON, base_url=BASE_URL)
        put(session, "old")
        session.commit()
    (made.settings.storage_folder / "word-templates").mkdir()
    (made.settings.storage_folder / "word-templates" / "indstilling ø.docx").write_bytes(b"PK office")
    yield made
    made.engine.dispose()


@pytest.fixture(scope="session")
def spare_postgres(request: pytest.FixtureRequest) -> str:
    """A database beside the committed one; to make it anew for each test takes longer than to empty it."""
    return new_database(request.getfixturevalue("postgres_server"), f"spare_{worker()}")


@pytest.fixture
def empty(request: pytest.FixtureRequest, committed: Engine, tmp_path: Path) -> Iterator[Installation]:
    """Nothing: no schema, no files."""
    url = f"sqlite:///{tmp_path / 'empty' / 'new.sqlite'}"
    if committed.dialect.name == "postgresql":
        url = request.getfixturevalue("spare_postgres")
    made = installation(tmp_path / "empty", url)
    if committed.dialect.name == "postgresql":
        with made.engine.begin() as connection:
            connection.execute(sa.text("DROP SCHEMA public CASCADE"))
            connection.execute(sa.text("CREATE SCHEMA public"))
    yield made
    made.engine.dispose()


@pytest.fixture
def copy(busy: Installation, tmp_path: Path) -> Path:
    busy.back_up(tmp_path / "copy.tar")
    return tmp_path / "copy.tar"


def put(session: Session, key: str) -> None:
    mail.queue(session, dedup_key=key, to="ny@x.example", subject="Emne", body="Hej\n", at=NOON)


def files_of(folder: Path) -> dict[str, bytes]:
    found = sorted(place for place in folder.rglob("*") if place.is_file() and place.suffix != ".lock")
    return {place.relative_to(folder).as_posix(): place.read_bytes() for place in found}


def sent(settings: Settings) -> int:
    return len(list(settings.mail_folder.glob("*.eml"))) if settings.mail_folder.is_dir() else 0  # type: ignore[union-attr]


# ---- whole and back ------------------------------------------------------------------------------------------------


def test_everything_comes_back_and_nobody_is_signed_in(busy: Installation, empty: Installation, copy: Path) -> None:
    restored = empty.restore(copy)

    assert (restored.letters, restored.manifest.wanting) == (1, ())
    assert empty.rows(*CHANGED) == busy.rows(*CHANGED)
    assert files_of(empty.settings.storage_folder) == files_of(busy.settings.storage_folder)
    assert len(files_of(empty.settings.storage_folder)) == 3
    with empty.session() as session:
        assert is_current(session.connection())
        assert check_files(session, empty.storage) == FileCheck(2, (), 0)
        assert session.exec(select(WebSession.ended_at)).all() == [LATER]
        assert session.exec(select(SignInLink.used_at)).all() == [LATER]
        acts = session.exec(select(AuditEvent.kind, AuditEvent.sequence).order_by(col(AuditEvent.sequence))).all()
        with busy.session() as before:
            count = len(before.exec(select(AuditEvent.sequence)).all())
        assert (len(acts), acts[-1][0]) == (count + 1, "database_restored")


def test_copy_holds_no_secret_of_the_settings(busy: Installation, copy: Path) -> None:
    assert busy.settings.secret_key.encode() not in copy.read_bytes()


def test_copy_of_an_older_schema_comes_back_as_the_newest(empty: Installation, tmp_path: Path) -> None:
    old = replace(empty, settings=replace(empty.settings, storage_folder=tmp_path / "old"))
    (tmp_path / "empty").mkdir()
    upgrade(old.settings.database_url, "0004")
    with old.engine.begin() as connection:
        values = f"('{uuid4().hex}', 'a@x.example', 'A', '2027-03-01 11:00:00.000000')"
        connection.execute(sa.text(f"INSERT INTO person (id, email, name, created_at) VALUES {values}"))
    assert old.back_up(tmp_path / "old.tar").revision == "0004"
    with old.engine.begin() as connection:
        connection.execute(sa.text("DELETE FROM person"))
    old.engine.dispose()

    empty.restore(tmp_path / "old.tar")
    with empty.session() as session:
        assert is_current(session.connection())
        assert session.exec(select(Person.email)).all() == ["a@x.example"]
        assert session.exec(select(MailHold.held_at)).all() == [LATER]
        assert len(fingerprint(session)["legal_figure"]) == 4  # The rows of the copy alone, not those of a migration.


def test_missing_and_changed_files_are_told_and_the_rest_is_kept(
    busy: Installation, empty: Installation, tmp_path: Path
) -> None:
    with busy.session() as session:
        gone, changed = sorted(session.exec(select(Attachment.stored_name)).all())
    folder = busy.settings.attachments_folder
    (folder / gone[:2] / gone).unlink()
    (folder / changed[:2] / changed).write_bytes(b"other")

    assert busy.back_up(tmp_path / "copy.tar").wanting == (gone, changed)
    empty.restore(tmp_path / "copy.tar")
    with empty.session() as session:
        found = check_files(session, empty.storage)
    assert {(bad.stored_name, bad.state) for bad in found.bad} == {
        (gone, FileState.MISSING),
        (changed, FileState.CHANGED),
    }
    assert found.files == 2


def test_a_file_whose_row_goes_while_the_copy_is_taken_is_in_the_copy(busy: Installation, tmp_path: Path) -> None:
    """The snapshot names it, so the sweep must leave it until the copy has it."""
    swept: list[int] = []

    def sweep(_connection: object, _cursor: object, words: str, *_rest: object) -> None:
        if "SELECT stored_name" in words:
            swept.append(busy.storage.sweep(lambda _: False, at=NOON + timedelta(days=9999)))

    sa.event.listen(Engine, "after_cursor_execute", sweep)
    try:
        manifest = busy.back_up(tmp_path / "copy.tar")
    finally:
        sa.event.remove(Engine, "after_cursor_execute", sweep)
    assert (swept, manifest.wanting, len(manifest.attachments)) == ([0], (), 2)
    assert busy.storage.sweep(lambda _: False, at=NOON + timedelta(days=9999)) == 2


# ---- what is refused, before anything is touched -------------------------------------------------------------------


def spoil(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 3] ^= 1
    file.write_bytes(content)


def cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


@pytest.mark.parametrize("harm", [spoil, cut])
def test_damaged_copy_is_refused_and_touches_nothing(
    empty: Installation, copy: Path, harm: Callable[[Path], None]
) -> None:
    harm(copy)
    with pytest.raises(BackupFault):
        empty.restore(copy)
    assert_untouched(empty)


def assert_untouched(place: Installation) -> None:
    folder = place.settings.storage_folder
    assert not folder.exists() or files_of(folder) == {}
    file = sqlite_file(place.settings)
    if file is None:
        assert sa.inspect(place.engine).get_table_names() == []
    else:
        assert not file.exists()


def test_copy_of_a_later_release_or_another_database_is_refused(empty: Installation, tmp_path: Path) -> None:
    kind = "sqlite" if sqlite_file(empty.settings) else "postgresql"
    other = {"sqlite": "postgresql", "postgresql": "sqlite"}[kind]
    for database, revision, said in ((kind, "9999", "nyere udgave"), (other, "0006", "er af en")):
        file = tmp_path / f"{database}.tar"
        with new_archive(file) as archive:
            archive.close(Manifest(database, revision, NOON.isoformat(), "9", (), (), ()))
        with pytest.raises(BackupFault, match=said):
            empty.restore(file)
    assert_untouched(empty)


def test_restore_never_takes_the_place_of_an_installation(busy: Installation, empty: Installation, copy: Path) -> None:
    before = busy.rows(), files_of(busy.settings.storage_folder)
    with pytest.raises(BackupFault, match="er ikke tom"):
        busy.restore(copy)
    elsewhere = replace(busy, settings=replace(busy.settings, storage_folder=empty.settings.storage_folder))
    with pytest.raises(BackupFault, match="Databasen er ikke tom"):
        elsewhere.restore(copy)
    assert (busy.rows(), files_of(busy.settings.storage_folder)) == before
    assert files_of(empty.settings.storage_folder) == {}

    (empty.settings.attachments_folder / "ab").mkdir(parents=True)
    (empty.settings.attachments_folder / "ab" / "mine").write_bytes(b"x")
    with pytest.raises(BackupFault, match="er ikke tom"):
        empty.restore(copy)
    assert files_of(empty.settings.attachments_folder) == {"ab/mine": b"x"}


def test_a_database_that_only_has_the_schema_is_empty(busy: Installation, empty: Installation, copy: Path) -> None:
    folder = sqlite_file(empty.settings)
    if folder is not None:
        folder.parent.mkdir()
    upgrade(empty.settings.database_url)
    empty.restore(copy)
    empty.engine.dispose()
    assert empty.rows(*CHANGED) == busy.rows(*CHANGED)


# ---- letters -------------------------------------------------------------------------------------------------------


def sending(place: Installation) -> int:
    before = sent(place.settings)
    work_once(place.session, mail.make_transport(place.settings), place.settings, now=lambda: LATER)
    return sent(place.settings) - before


def test_no_letter_leaves_a_restored_copy_but_the_link_that_is_asked_for(
    empty: Installation, copy: Path, caplog: pytest.LogCaptureFixture
) -> None:
    empty.restore(copy)
    _say_if_held(empty.session)
    assert "raadslag db release-mail" in caplog.text
    assert sending(empty) == 0
    with empty.session() as session:
        put(session, "new")
        session.commit()
    assert sending(empty) == 0
    with empty.session() as session:
        send_sign_in_link(session, "ny@x.example", next_path="", at=LATER, base_url=BASE_URL)
        session.commit()
    assert sending(empty) == 1

    with empty.session() as session:
        assert release_mail(session, at=LATER) == Released(2, 0)
        session.commit()
    assert sending(empty) == 2
    with empty.session() as session, pytest.raises(Refused, match="ingen breve"):
        release_mail(session, at=LATER)


def test_letters_that_waited_in_the_copy_can_be_discarded(empty: Installation, copy: Path) -> None:
    empty.restore(copy)
    with empty.session() as session:
        mail.queue(session, dedup_key="new", to="ny@x.example", subject="Ny", body="Hej\n", at=LATER)
        session.commit()
        assert discard_old_mail(session, at=LATER) == Released(1, 1)
        session.commit()
        with pytest.raises(Refused, match="ingen breve"):
            discard_old_mail(session, at=LATER)
    assert sending(empty) == 1
    with empty.session() as session:
        old = session.exec(select(OutgoingMail).where(col(OutgoingMail.dedup_key) == "old")).one()
        assert (old.sent_at, old.failed_at, old.last_error) == (None, LATER, "discarded after restore")


# ---- files ---------------------------------------------------------------------------------------------------------


def test_check_names_each_file_that_a_download_would_refuse(busy: Installation) -> None:
    with busy.session() as session:
        named = session.exec(select(Attachment.stored_name, Attachment.proposal_id).order_by(Attachment.stored_name))
        (gone, gone_of), (changed, changed_of) = named.all()
        place = busy.settings.attachments_folder
        (place / gone[:2] / gone).unlink()
        other = place / changed[:2] / changed
        other.write_bytes(other.read_bytes()[:-1] + b"!")
        busy.storage.keep(BytesIO(b"nobody's"))
        found = check_files(session, busy.storage)
    assert (found.files, found.unknown) == (2, 1)
    assert set(found.bad) == {
        BadFile(f"kladde {gone_of}", gone, FileState.MISSING),
        BadFile(f"kladde {changed_of}", changed, FileState.CHANGED),
    }


def test_every_table_that_names_a_stored_file_gives_its_hash() -> None:
    """A backup and the sweep find files by these columns: a new table of files is told to the sweep too."""
    naming = [table for table in SQLModel.metadata.sorted_tables if "stored_name" in table.columns]
    assert [(table.name, "sha256" in table.columns) for table in naming] == [("attachment", True)]
