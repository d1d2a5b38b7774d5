"""F15, F18: is a letter lost or doubled when the worker is killed while it sends, or when several workers run?"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col, select

from foundation.db import begin_writing
from foundation.mail import OutgoingMail, queue
from tools.faults import Drill, Outcome
from tools.faults.databases import Database
from tools.faults.post_office import PostOffice
from tools.faults.servers import serving, working
from tools.loopback import PROJECT, free_port

LONGEST_SECONDS = 900


def _write_letters(database: Database, names: range) -> None:
    now = datetime.now(UTC)
    with database.session() as session:
        begin_writing(session)
        for name in names:
            queue(session, dedup_key=f"drill:{name}", to="ao@x.example", subject="Brev", body="Hej.\n", at=now)
        session.commit()


def _letters(session: Session) -> list[OutgoingMail]:
    return list(session.exec(select(OutgoingMail)))


def _unsent(database: Database) -> int:
    with database.session() as session:
        return len(session.exec(select(OutgoingMail.id).where(col(OutgoingMail.sent_at).is_(None))).all())


# ---- F15: killed around the 250 -------------------------------------------------------------------------------------


@dataclass
class Executioner:
    """Kills the worker by turns: before a letter is taken, when it is taken but not answered, and after the 250.

    `kill` ends the process; `dead` tells the drill to let ten minutes pass and start it again.
    """

    office: PostOffice
    most: int
    kill: Callable[[], None]
    kills: int = 0
    dead: list[bool] = field(default_factory=list)

    def watch(self) -> None:
        """From now on the post office's worst moments are ours."""
        self.office.before_letter = lambda: not self._strikes(turn=0)
        self.office.before_answer = lambda letter: not (self._is_new(letter) and self._strikes(turn=1))
        self.office.after_answer = lambda letter: self._is_new(letter) and self._strikes(turn=2)

    def _is_new(self, letter: str) -> bool:
        return self.office.taken[letter] == 1

    def _strikes(self, *, turn: int) -> bool:
        if self.dead or self.kills >= self.most or self.kills % 3 != turn:
            return False
        self.kill()
        self.kills += 1
        self.dead.append(True)
        return True


def killed_after_sending(database: Database, rounds: int, seed: int) -> Outcome:
    """Every letter arrives; one that was taken when the worker died may come once more, with the same Message-ID."""
    del seed
    _write_letters(database, range(2 * rounds))
    with PostOffice().open() as office, _mailing(database, office) as (kill, revive):
        executioner = Executioner(office, rounds, kill)
        executioner.watch()
        revive()
        _until_sent(database, executioner, revive)
    with database.session() as session:
        letters = {str(letter.id) for letter in _letters(session)}
    lost = [f"{one} never arrived" for one in letters if not office.taken[one]]
    wrong = [f"{one} is nobody's letter" for one in office.taken if one not in letters]
    again = sum(times - 1 for times in office.taken.values())
    doubled = max(0, again - executioner.kills)
    wrong += [] if executioner.kills == rounds else [f"only {executioner.kills} kills"]
    note = f"{executioner.kills} kills, {again} letters came twice with the same Message-ID"
    return Outcome(rounds, len(letters) - len(lost), len(lost), 0, doubled, len(wrong), note, (*lost, *wrong))


@contextmanager
def _mailing(database: Database, office: PostOffice) -> Iterator[tuple[Callable[[], None], Callable[[], None]]]:
    """How to kill what sends the mail, and how to have it again: the worker, or on SQLite the server it lives in."""
    if database.kind == "sqlite":
        with serving(database, RAADSLAG_MAIL_URL=office.url) as server:
            yield server.kill_workers, lambda: None
    else:
        with working(database, RAADSLAG_MAIL_URL=office.url) as worker:
            yield worker.kill, lambda: worker.start() if worker.running.poll() is not None else None


def _until_sent(database: Database, executioner: Executioner, revive: Callable[[], None]) -> None:
    """After each death the lease of the letter under way is let run out, as it does after ten minutes."""
    ends_at = time.monotonic() + LONGEST_SECONDS
    while _unsent(database):
        if time.monotonic() > ends_at:
            raise SystemExit("the outbox did not empty")
        if executioner.dead:
            let_leases_end(database)
            executioner.dead.clear()
            revive()
        time.sleep(0.1)


def let_leases_end(database: Database) -> None:
    """Ten minutes pass for the letters that a dead worker had claimed: then another takes them."""
    past = datetime.now(UTC) - timedelta(seconds=1)
    with database.session() as session:
        begin_writing(session)
        session.execute(
            sa.update(OutgoingMail)
            .where(col(OutgoingMail.sent_at).is_(None), col(OutgoingMail.lease_until).is_not(None))
            .values(lease_until=past)
        )
        session.commit()


# ---- F18: several workers -------------------------------------------------------------------------------------------

WORKERS = 3
BATCHES = 6


def several_workers(database: Database, rounds: int, seed: int) -> Outcome:
    """Three workers on PostgreSQL; on SQLite one server, and the second server and the workers are sent away."""
    del seed
    wrong = list[str]()
    with PostOffice().open() as office, ExitStack() as running:
        environ = {"RAADSLAG_MAIL_URL": office.url}
        if database.kind == "sqlite":
            running.enter_context(serving(database, **environ))
            wrong += _let_in_by_mistake(database)
        else:
            for _ in range(WORKERS):
                running.enter_context(working(database, **environ))
        for batch in range(BATCHES):
            _write_letters(database, range(batch * rounds // BATCHES, (batch + 1) * rounds // BATCHES))
            time.sleep(1)  # The pause of an idle worker: all three wake to the same letters.
        _wait(database)
    with database.session() as session:
        letters = {str(letter.id): letter.tries for letter in _letters(session)}
    lost = [f"{one} never arrived" for one in letters if not office.taken[one]]
    doubled = [f"{one} came {times} times" for one, times in office.taken.items() if times > 1]
    wrong += [f"{one} was claimed {tries} times" for one, tries in letters.items() if tries != 1]
    faults = (*lost, *doubled, *wrong)
    return Outcome(rounds, len(letters) - len(lost), len(lost), 0, len(doubled), len(wrong), "", faults)


def _let_in_by_mistake(database: Database) -> list[str]:
    """Which of the processes that must not run beside the server were let in."""
    tried = {
        "a worker": ["worker"],
        "a second server": ["serve", "--port", str(free_port())],
    }
    return [f"{name} was let in" for name, words in tried.items() if not _is_sent_away(database, words)]


def _is_sent_away(database: Database, words: list[str]) -> bool:
    command = [sys.executable, "-m", "app.cli", *words]
    try:
        ended = subprocess.run(command, cwd=PROJECT, env=database.environ(), capture_output=True, timeout=60)
    except subprocess.TimeoutExpired:
        return False
    return ended.returncode == 2 and bool(ended.stderr.strip())


def _wait(database: Database) -> None:
    ends_at = time.monotonic() + LONGEST_SECONDS
    while _unsent(database):
        if time.monotonic() > ends_at:
            raise SystemExit("the outbox did not empty")
        time.sleep(0.1)


DRILLS = (
    Drill("F15", "the worker killed around the mail server's 250", killed_after_sending, rounds=8, full=300),
    Drill("F18", "three workers, or on SQLite a second server and a worker", several_workers, rounds=60, full=1200),
)
