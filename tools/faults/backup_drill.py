"""F30, F31: does a backup under load hold everything that was acknowledged, and is a damaged one refused?"""

from __future__ import annotations

import hashlib
import http.client
import os
import random
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from uuid import UUID

from sqlalchemy import inspect, text
from sqlmodel import Session, select

from app.backup.archive import checked, members
from app.backup.manifest import BackupFault
from app.backup.restoring import restore_backup
from app.commands.setting import sqlite_file
from app.file_check import check_files
from app.worker import work_once
from foundation.db import make_engine
from foundation.file_types import FileType
from foundation.identity.actions import open_session
from foundation.identity.models import Person
from foundation.identity.roles import Role
from foundation.mail import OutgoingMail, make_transport
from foundation.settings import Settings
from foundation.storage import Storage
from intake.models import Attachment, Proposal
from tools.faults import Drill, Outcome
from tools.faults.databases import Database
from tools.faults.ledger import Ledger
from tools.faults.scene import Scene, visitors
from tools.faults.servers import serving
from tools.faults.stored import Stored, stored_proposals
from tools.faults.submit_drill import send_draft
from tools.faults.visitor import Visitor
from tools.loopback import PROJECT

BROWSERS = 4
DRAFTS_A_ROUND = 24
WRITES_A_SECOND = 20
KINDS = ("text", "file", "sent")


def back_up_under_load(database: Database, rounds: int, seed: int) -> Outcome:
    """Each round backs up while applicants write, file and send, restores it elsewhere, and compares."""
    chance, ledger, faults = random.Random(seed), Ledger(), list[str]()  # noqa: S311 - a drill is run again with its seed
    with database.session() as session:
        scene = Scene(session)
        drafts = scene.drafts(rounds * DRAFTS_A_ROUND)
        tokens, reader = scene.sessions("AO", BROWSERS), scene.sessions("SE")[0]
    seconds, meanwhile = list[float](), 0
    with serving(database) as server:
        for number in range(rounds):
            batch = drafts[number * DRAFTS_A_ROUND :][:DRAFTS_A_ROUND]
            copy = database.folder / f"copy-{number}.tar"
            with _writing(visitors(server.port, tokens), batch, ledger, chance):
                ledger.wait_for(len(ledger) + chance.randrange(1, 30))
                before = {kind: ledger.of(kind) for kind in KINDS}
                began = len(ledger)
                faults += _command(database, "db", "backup", str(copy))
                meanwhile += len(ledger) - began
            with _empty_beside(database, number) as restored:
                started = time.monotonic()
                faults += _command(restored, "db", "restore", str(copy))
                seconds.append(time.monotonic() - started)
                faults += _compare(restored, before, signed_in=reader)
            copy.unlink(missing_ok=True)
    lost = [fault for fault in faults if fault.startswith("lost")]
    half = [fault for fault in faults if fault.startswith("half")]
    note = f"{meanwhile} acts acknowledged during the backups; slowest restore {max(seconds):.1f} s"
    wrong = len(faults) - len(lost) - len(half)
    return Outcome(rounds, len(ledger), len(lost), len(half), wrong=wrong, note=note, faults=tuple(faults))


@contextmanager
def _writing(browsers: list[Visitor], drafts: list[UUID], ledger: Ledger, chance: random.Random) -> Iterator[None]:
    """Applicants at work, about twenty writes a second, until the drafts are sent or the block ends."""
    stop = threading.Event()

    def work(browser: Visitor, own: list[UUID]) -> None:
        for draft in own:
            if stop.is_set():
                return
            send_draft(browser, draft, ledger, chance.randbytes(12))
            stop.wait(BROWSERS * len(KINDS) / WRITES_A_SECOND)

    with ThreadPoolExecutor(len(browsers)) as pool:
        for number, browser in enumerate(browsers):
            pool.submit(work, browser, drafts[number :: len(browsers)])
        try:
            yield
        finally:
            stop.set()


def _command(database: Database, *words: str) -> list[str]:
    """Run a command of ours; a line when it does not end with 0."""
    ended = subprocess.run(
        [sys.executable, "-m", "app.cli", *words],
        cwd=PROJECT,
        env=database.environ(),
        capture_output=True,
        text=True,
        check=False,
    )
    return [] if ended.returncode == 0 else [f"wrong: {words[1]} ended with {ended.returncode}: {ended.stderr[-300:]}"]


@contextmanager
def _empty_beside(database: Database, number: int) -> Iterator[Database]:
    """A database of the same kind without a schema, and a folder of its own; both go afterwards."""
    folder = database.folder / f"restored-{number}"
    folder.mkdir()
    url = f"sqlite:///{folder / 'drill.sqlite'}"
    try:
        if database.kind == "sqlite":
            yield Database(database.kind, url, folder)
        else:
            with _another_postgres(database.url) as url:
                yield Database(database.kind, url, folder)
    finally:
        shutil.rmtree(folder)


@contextmanager
def _another_postgres(url: str) -> Iterator[str]:
    engine = make_engine(url)
    name = f"{engine.url.database}_restored"
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
        try:
            yield engine.url.set(database=name).render_as_string(hide_password=False)
        finally:
            connection.execute(text("SET statement_timeout = 0"))
            connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
    engine.dispose()


# ---- the ledger against what came back ------------------------------------------------------------------------------


def _compare(restored: Database, before: dict[str, dict[object, str]], *, signed_in: str) -> list[str]:
    """What is not as it was acknowledged before the backup began, what is not whole, and what should not happen."""
    faults: list[str] = []
    with restored.session() as session:
        stored = stored_proposals(session)
        faults += [f"lost: {kind} of {key}" for kind in KINDS for key in _missing(stored, kind, before[kind])]
        faults += [f"half: {key}" for key, one in stored.items() if not one.is_whole]
        faults += [f"half: {bad}" for bad in check_files(session, Storage(restored.storage)).bad]
        waiting = len(session.exec(select(OutgoingMail.id)).all())
        some = session.exec(select(Attachment).limit(1)).first()
    if waiting == 0 or _mails_sent(restored):
        faults.append("wrong: a letter left the copy, or none waited there")
    faults += _visited(restored, some, signed_in)
    return faults


def _missing(stored: dict[UUID, Stored], kind: str, acknowledged: dict[object, str]) -> Iterator[object]:
    for key, what in acknowledged.items():
        one = stored.get(UUID(str(key)))
        there = (
            one is not None
            and {
                "text": one.proposal.answers.get("target_group") == what,
                "file": what in {file.sha256 for file in one.files},
                "sent": one.proposal.reference == what,
            }[kind]
        )
        if not there:
            yield key


def _mails_sent(restored: Database) -> int:
    settings = Settings.from_env(restored.environ())
    engine = make_engine(restored.url)
    try:
        return work_once(
            lambda: Session(engine), make_transport(settings), settings, now=lambda: datetime.now(UTC)
        ) + len(list(restored.mail.glob("*")))
    finally:
        engine.dispose()


def _visited(restored: Database, some: Attachment | None, signed_in: str) -> list[str]:
    """A server on the copy: the old session has ended, and a new one opens a file as it was."""
    with restored.session() as session:
        person = session.exec(select(Person).where(Person.email == "ao@x.example")).one()
        token = open_session(session, person, (Role.APPLICANT, None), at=datetime.now(UTC))
        session.commit()
    with serving(restored) as server:
        old = Visitor.signed_in(server.port, signed_in).get("/my-tasks")
        faults = [] if old.status == 302 else [f"wrong: an old session still opens a page ({old.status})"]
        if some is None:
            return faults
        status, content = fetched(Visitor.signed_in(server.port, token), f"/drafts/{some.proposal_id}/files/{some.id}")
        is_right = status == 200 and hashlib.sha256(content).hexdigest() == some.sha256
        return faults + ([] if is_right else [f"wrong: a file of the copy answers {status}"])


def fetched(browser: Visitor, path: str) -> tuple[int, bytes]:
    """Status and bytes of a download, wherever the address has moved to since the draft was sent."""
    connection = http.client.HTTPConnection("127.0.0.1", browser.port, timeout=60)
    try:
        connection.request("GET", path, headers={"Cookie": browser.cookie})
        answer = connection.getresponse()
        content, moved = answer.read(), answer.getheader("Location")
    finally:
        connection.close()
    return fetched(browser, moved) if moved and answer.status in (301, 302, 308) else (answer.status, content)


# ---- a copy that is not what it was ---------------------------------------------------------------------------------


def restore_damaged(database: Database, rounds: int, seed: int) -> Outcome:
    """Each round harms a good copy in one place; it is refused and touches nothing, or says exactly the same."""
    chance, faults = random.Random(seed), list[str]()  # noqa: S311 - a drill is run again with its seed
    with database.session() as session:
        scene = Scene(session)
        for draft in scene.drafts(3):
            _attach(session, database, draft)
        session.commit()
    copy = database.folder / "copy.tar"
    faults += _command(database, "db", "backup", str(copy))
    whole = copy.read_bytes()
    refused = 0
    with _empty_beside(database, 0) as target:
        for number in range(rounds):
            harm = _HARMS[number % len(_HARMS)]
            copy.write_bytes(harm(whole, chance))
            is_refused = _is_refused(target, copy)
            refused += is_refused
            if not is_refused and _told(copy) != _told_of(whole, database.folder):
                faults.append(f"wrong: a copy after {harm.__name__} was taken for whole")
            faults += [f"wrong: {thing} was touched" for thing in _touched(target)]
    note = f"{refused} of {rounds} harmed copies refused; the others were harmed in filling between two files"
    return Outcome(rounds, refused, wrong=len(faults), note=note, faults=tuple(faults))


def _attach(session: Session, database: Database, draft: UUID) -> None:
    stored = Storage(database.storage).keep(BytesIO(os.urandom(20_000)))
    proposal = session.get_one(Proposal, draft)
    by = session.exec(select(Person.id).limit(1)).one()
    session.add(
        Attachment(
            proposal_id=proposal.id,
            file_name="bilag.pdf",
            file_type=FileType.PDF,
            stored_name=stored.name,
            size_bytes=stored.size,
            sha256=stored.sha256,
            uploaded_by=by,
            uploaded_at=datetime.now(UTC),
        )
    )


def _cut(whole: bytes, chance: random.Random) -> bytes:
    return whole[: chance.randrange(len(whole) - 11_000)]  # The last part of a tar file is filling.


def _flip(whole: bytes, chance: random.Random) -> bytes:
    place = chance.randrange(len(whole))
    return whole[:place] + bytes([whole[place] ^ (1 << chance.randrange(8))]) + whole[place + 1 :]


def _blank(whole: bytes, chance: random.Random) -> bytes:
    place = chance.randrange(len(whole) - 20_000)
    return whole[:place] + bytes(4096) + whole[place + 4096 :]


def _shift(whole: bytes, chance: random.Random) -> bytes:
    place = chance.randrange(len(whole) - 20_000)
    return whole[:place] + whole[place + 512 :]


_HARMS = (_cut, _flip, _blank, _shift)


def _is_refused(target: Database, copy: Path) -> bool:
    """Does the check see the harm? Then the restore must too."""
    try:
        checked(copy)
    except BackupFault:
        return _restore_is_refused(target, copy)
    return False


def _restore_is_refused(target: Database, copy: Path) -> bool:
    settings = Settings.from_env(target.environ())
    try:
        restore_backup(settings, copy, sqlite=sqlite_file(settings), at=datetime.now(UTC))
    except BackupFault:
        return True
    raise AssertionError("restored what the check refused")


def _told(copy: Path) -> dict[str, bytes]:
    return {name: stream.read() for name, stream in members(copy)}


def _told_of(whole: bytes, folder: Path) -> dict[str, bytes]:
    place = folder / "whole.tar"
    place.write_bytes(whole)
    return _told(place)


def _touched(target: Database) -> list[str]:
    """What stands in a place where nothing was restored."""
    found = [place.name for place in target.storage.parent.rglob("*") if place.is_file() and place.suffix != ".lock"]
    if target.kind == "sqlite":
        return found + [name for name in ("drill.sqlite",) if (target.folder / name).exists()]
    engine = make_engine(target.url)
    try:
        return found + inspect(engine).get_table_names()
    finally:
        engine.dispose()


DRILLS = (
    Drill("F30", "backup while people write, restored elsewhere", back_up_under_load, rounds=3, full=50),
    Drill("F31", "backup cut, changed, blanked or shifted", restore_damaged, rounds=40, full=400),
)
