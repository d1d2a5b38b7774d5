"""F34, F38: does a server refuse to start on settings that are not safe, and a second writer beside the first?"""

from __future__ import annotations

import subprocess
import sys

from tools.faults import Drill, Outcome
from tools.faults.databases import Database
from tools.faults.ledger import Ledger
from tools.faults.scene import Scene
from tools.faults.servers import serving
from tools.faults.submit_drill import send_draft
from tools.faults.visitor import Visitor
from tools.loopback import PROJECT, free_port

_KEY = "RAADSLAG_SECRET_KEY"
_NAMES = ("DATABASE_URL", "SECRET_KEY", "BASE_URL", "MAIL_URL", "STORAGE_URL", "MAIL_FROM")
_UNSAFE = (
    *((f"RAADSLAG_{name}", "") for name in _NAMES),
    (_KEY, "a" * 64),
    (_KEY, "short"),
    ("RAADSLAG_BASE_URL", "http://raadslag.kommune.example"),
    ("RAADSLAG_BASE_URL", "https://raadslag.kommune.example/under"),
    ("RAADSLAG_DATABASE_URL", "sqlite:///raadslag.sqlite"),
    ("RAADSLAG_DATABASE_URL", "sqlite://"),
    ("RAADSLAG_MAIL_URL", "file:mail"),
    ("RAADSLAG_STORAGE_URL", "s3://bucket"),
    ("RAADSLAG_MAIL_FROM", "raadslag"),
    ("RAADSLAG_PROXY_HOPS", "many"),
)
_OTHER_SECRET = "another-secret-0123456789-ABCDEFGHIJ-klmnop"  # noqa: S105


# ---- F34 ------------------------------------------------------------------------------------------------------------


def start_unsafely(database: Database, rounds: int, seed: int) -> Outcome:  # noqa: ARG001 - every case is taken in turn
    """Start a production server with one setting missing or unsafe, then with all of them, then with another key."""
    safe = _production(database)
    cases = [_UNSAFE[number % len(_UNSAFE)] for number in range(rounds)]
    faults = [fault for name, value in cases if (fault := _start_is_taken({**safe, name: value}, {name}))]
    everything = {f"RAADSLAG_{name}" for name in _NAMES}
    if fault := _start_is_taken({**safe, **dict.fromkeys(everything, "")}, everything):
        faults.append(fault)
    faults += _new_secret(database)
    note = f"{rounds} starts with one gap, one with all; a new key signs everybody out"
    return Outcome(rounds, rounds + 1 - len(faults), wrong=len(faults), note=note, faults=tuple(faults))


def _production(database: Database) -> dict[str, str]:
    own = {"RAADSLAG_ENV": "production", "RAADSLAG_BASE_URL": "https://raadslag.kommune.example"}
    own |= {"RAADSLAG_MAIL_FROM": "raadslag@kommune.example", "RAADSLAG_PROXY_HOPS": "1"}
    return database.environ(**own)


def _start_is_taken(environ: dict[str, str], gaps: set[str]) -> str:
    """A line unless the start ends with 2 and names exactly the gaps, one line each."""
    ended = _command(environ, "serve", "--port", str(free_port()))
    named = {line.split()[0] for line in ended.stderr.splitlines()}
    if (ended.returncode, named) == (2, gaps) and len(ended.stderr.splitlines()) == len(gaps):
        return ""
    return f"wrong: {sorted(gaps)} ended with {ended.returncode}, naming {sorted(named)}"


def _command(environ: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "app.cli", *words],
        cwd=PROJECT,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def _new_secret(database: Database) -> list[str]:
    """A browser that signed in under the old key is asked to sign in again, without a fault."""
    with database.session() as session:
        token = Scene(session).sessions("AO")[0]
    with serving(database, **{_KEY: _OTHER_SECRET}) as server:
        browser = Visitor.signed_in(server.port, token)
        answers = [browser.get("/my-tasks").status, browser.get("/sign-in").status]
    return [] if answers == [302, 200] else [f"wrong: an old session under a new key answers {answers}"]


# ---- F38 ------------------------------------------------------------------------------------------------------------


def write_beside_the_server(database: Database, rounds: int, seed: int) -> Outcome:  # noqa: ARG001 - every case in turn
    """Each round tries to write beside the server on its SQLite file, while an applicant goes on sending."""
    with database.session() as session:
        scene = Scene(session)
        drafts, token = scene.drafts(rounds), scene.sessions("AO")[0]
    ledger, faults = Ledger(), list[str]()
    with serving(database) as server:
        browser = Visitor.signed_in(server.port, token)
        for number, draft in enumerate(drafts):
            words = _WRITERS[number % len(_WRITERS)]
            ended = _command(database.environ(), *words)
            if ended.returncode != 2 or len(ended.stderr.splitlines()) != 1:
                faults.append(f"wrong: {' '.join(words)} ended with {ended.returncode}: {ended.stderr[-200:]}")
            send_draft(browser, draft, ledger, number.to_bytes(12, "big"))
    lost = 3 * rounds - len(ledger)
    note = f"{rounds} other writers refused, while one applicant sent {rounds} proposals"
    return Outcome(rounds, len(ledger), wrong=len(faults) + lost, note=note, faults=tuple(faults))


_WRITERS = (
    ("serve", "--port", str(free_port())),
    ("serve", "--port", str(free_port()), "--processes", "2"),
    ("worker",),
    ("db", "upgrade"),
    ("db", "release-mail"),
    ("user", "add", "--email", "ny@x.example", "--name", "Ny", "--role", "secretariat"),
)

DRILLS = (
    Drill("F34", "settings missing, weak or changed", start_unsafely, rounds=16, full=32, databases=("sqlite",)),
    Drill("F38", "another writer beside the server", write_beside_the_server, rounds=6, full=30, databases=("sqlite",)),
)
