"""F8, F9: is there never a row without its file, nor a file served that is not what was stored?"""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from sqlmodel import Session, select

from app.file_check import check_files
from app.worker import sweep_files
from foundation.db import SessionMaker, make_engine
from foundation.settings import Settings
from foundation.storage import FileState, Storage
from intake.models import Attachment
from tools.faults import Drill, Outcome
from tools.faults.backup_drill import fetched
from tools.faults.databases import Database
from tools.faults.ledger import Ledger
from tools.faults.scene import Scene
from tools.faults.servers import wired
from tools.faults.submit_drill import a_picture
from tools.faults.visitor import Visitor

HOUR = timedelta(hours=1)


# ---- F8 -------------------------------------------------------------------------------------------------------------


def kill_between_file_and_row(database: Database, rounds: int, seed: int) -> Outcome:
    """Each round kills the server at the next step of a request that brings a file, and sweeps afterwards."""
    chance, ledger = random.Random(seed), Ledger()  # noqa: S311 - a drill is run again with its seed
    with database.session() as session:
        scene = Scene(session)
        drafts, token = scene.drafts(rounds + 1), scene.sessions("AO")[0]
    with wired(database) as (server, wires):
        browser = Visitor.signed_in(server.port, token)
        paths = [f"/drafts/{draft}/files/add" for draft in drafts]
        wires.set(path=paths[0])
        if browser.post_file(paths[0], "billede.png", a_picture(chance.randbytes(12))).is_ack:
            ledger.note("file", drafts[0], "")
        steps = len(wires.steps())
        for number, (draft, path) in enumerate(zip(drafts[1:], paths[1:], strict=True)):
            wires.set(path=path, die_at=str(number % steps + 1))
            dead = server.workers()
            if browser.post_file(path, "billede.png", a_picture(chance.randbytes(12))).is_ack:
                ledger.note("file", draft, "")
            server.wait_for_change(dead)
    return _after_the_sweep(database, ledger, rounds, steps)


def _after_the_sweep(database: Database, ledger: Ledger, rounds: int, steps: int) -> Outcome:
    """Rows and files as they are left, then a sweep too early, and one in time."""
    storage = Storage(database.storage)
    with database.session() as session:
        of_drafts = {row.proposal_id: row.stored_name for row in session.exec(select(Attachment))}
        found = check_files(session, storage)
    lost = [f"lost: the file of {draft}" for draft in ledger.of("file") if UUID(str(draft)) not in of_drafts]
    half = [f"half: {bad}" for bad in found.bad]
    wrong = _swept(database, set(of_drafts.values()), found.unknown)
    note = f"{steps} steps; {found.unknown} files without a row, gone a day later"
    return Outcome(
        rounds, len(ledger), len(lost), len(half), wrong=len(wrong), note=note, faults=(*lost, *half, *wrong)
    )


def _swept(database: Database, known: set[str], orphans: int) -> list[str]:
    """What a sweep took too early, left too long, or should never have taken."""
    settings, storage = Settings.from_env(database.environ()), Storage(database.storage)
    engine = make_engine(database.url)
    sessions: SessionMaker = lambda: Session(engine)  # noqa: E731 - as the worker is given it
    written = datetime.now(UTC)
    early = sweep_files(sessions, settings, at=written + 23 * HOUR)
    late = sweep_files(sessions, settings, at=written + 25 * HOUR)
    engine.dispose()
    faults = [f"wrong: {early} files were taken before a day had passed"] if early else []
    # Half-written files are swept too, and are not among the names.
    faults += [] if late >= orphans else [f"wrong: {late} of {orphans} files without a row were taken"]
    return faults + ([] if set(storage.names()) == known else ["wrong: the sweep left other files than rows name"])


# ---- F9 -------------------------------------------------------------------------------------------------------------


def lose_and_change_files(database: Database, rounds: int, seed: int) -> Outcome:
    """Each round takes a stored file away or changes one bit; the check names it, and no byte of it is served."""
    chance, faults = random.Random(seed), list[str]()  # noqa: S311 - a drill is run again with its seed
    with database.session() as session:
        scene = Scene(session)
        draft, token = scene.drafts(1)[0], scene.sessions("AO")[0]
    refused = 0
    with wired(database) as (server, _):
        browser = Visitor.signed_in(server.port, token)
        for number in range(rounds):
            harm = (_lose, _change)[number % 2]
            if not browser.post_file(f"/drafts/{draft}/files/add", f"billede-{number}.png", _noise(chance)).is_ack:
                faults.append("wrong: the file was not taken")
                continue
            said = _harmed(database, browser, harm(database, chance))
            refused += not said
            faults += said
    note = f"{refused} downloads refused, each named by the check"
    return Outcome(rounds, refused, wrong=len(faults), note=note, faults=tuple(faults))


def _noise(chance: random.Random) -> bytes:
    return a_picture(chance.randbytes(12))


def _harmed(database: Database, browser: Visitor, harmed: tuple[Attachment, FileState]) -> list[str]:
    """What the check and a download say of the file that was harmed, where it is not what they should."""
    row, state = harmed
    storage = Storage(database.storage)
    with database.session() as session:
        bad = {(one.stored_name, one.state) for one in check_files(session, storage).bad}
    status, content = fetched(browser, f"/drafts/{row.proposal_id}/files/{row.id}")
    faults = [] if (row.stored_name, state) in bad else [f"wrong: the check does not name {row.stored_name} {state}"]
    faults += [] if status == 410 else [f"wrong: a file that is {state} answers {status}"]
    return faults + (["wrong: bytes of it were served"] if b"IHDR" in content else [])


def _lose(database: Database, _chance: random.Random) -> tuple[Attachment, FileState]:
    row = _newest(database)
    _place(database, row).unlink()
    return row, FileState.MISSING


def _change(database: Database, chance: random.Random) -> tuple[Attachment, FileState]:
    row = _newest(database)
    place = _place(database, row)
    content = bytearray(place.read_bytes())
    content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    place.write_bytes(content)
    return row, FileState.CHANGED


def _newest(database: Database) -> Attachment:
    with database.session() as session:
        return max(session.exec(select(Attachment)), key=lambda row: row.uploaded_at)


def _place(database: Database, row: Attachment) -> Path:
    return database.storage / row.stored_name[:2] / row.stored_name


DRILLS = (
    Drill("F8", "killed at each step between file and row", kill_between_file_and_row, rounds=12, full=200),
    Drill("F9", "stored files taken away or changed by a bit", lose_and_change_files, rounds=6, full=45),
)
