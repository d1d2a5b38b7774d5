"""How does a drill start the real server and worker, kill them, and have them come back?"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from tools.faults.databases import Database
from tools.loopback import PROJECT, family, free_port, is_taken, wait_until_alive


@dataclass
class Process:
    """A process of its own group, with its words in a file."""

    words: list[str]
    environ: dict[str, str]
    log: Path
    running: subprocess.Popen[bytes] = field(init=False)

    def __post_init__(self) -> None:
        self.start()

    def start(self) -> None:
        with self.log.open("ab") as said:
            self.running = _started(self.words, self.environ, said)

    def kill(self) -> None:
        """SIGKILL for the process and all that descend from it, at once."""
        for pid in family(self.running.pid):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.running.wait()

    def stop(self) -> None:
        """The way a service manager stops it; killed when that takes too long."""
        self.running.send_signal(signal.SIGTERM)
        try:
            self.running.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self.kill()


def _started(words: list[str], environ: dict[str, str], said: BinaryIO) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", *words]
    return subprocess.Popen(command, cwd=PROJECT, env=environ, stdout=said, stderr=said, start_new_session=True)


@dataclass
class Server(Process):
    """A web server on loopback: a gunicorn that forks the processes which do the work."""

    port: int = 0
    processes: int = 1

    def start(self) -> None:
        """Back when the port takes connections, and as many processes answer as there should be."""
        super().start()
        wait_until_alive(self.running, self.port)
        self._wait_until(lambda now: len(now) == self.processes)

    def kill(self) -> None:
        """As any process; back when the last thread of the dead has let go of the port."""
        super().kill()
        while is_taken(self.port):
            time.sleep(0.01)

    def workers(self) -> list[int]:
        """The processes that answer requests; the first process only watches over them."""
        return family(self.running.pid)[1:]

    def kill_workers(self) -> None:
        """SIGKILL for every process that answers requests; gunicorn starts new ones."""
        for pid in self.workers():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def wait_for_new(self, dead: list[int]) -> None:
        """Back when other processes than these answer requests."""
        self._wait_until(lambda now: bool(now) and not set(now) & set(dead))

    def wait_for_change(self, before: list[int]) -> None:
        """Back when one of these processes is gone and there are as many again."""
        self._wait_until(lambda now: len(now) == self.processes and set(now) != set(before))

    def _wait_until(self, is_well: Callable[[list[int]], bool]) -> None:
        for _ in range(600):
            if is_well(self.workers()):
                return
            time.sleep(0.05)
        raise SystemExit("gunicorn started no new process")


def _processes(database: Database) -> int:
    """SQLite has one process, PostgreSQL two (contract section 2)."""
    return 1 if database.kind == "sqlite" else 2


@contextmanager
def serving(database: Database, **environ: str) -> Iterator[Server]:
    """`raadslag serve`, as it runs anywhere."""
    port = free_port()
    words = ["app.cli", "serve", "--port", str(port)]
    server = Server(words, database.environ(**environ), database.folder / "server.log", port, _processes(database))
    try:
        yield server
    finally:
        server.stop()


@contextmanager
def wired(database: Database, **environ: str) -> Iterator[tuple[Server, Wires]]:
    """The same gunicorn and application, with a clock and a point of death that the drill sets from outside."""
    port, wires = free_port(), Wires(database.folder / "wires.json")
    wires.set()
    words = ["tools.faults.wired_server", str(port), str(wires.file)]
    server = Server(words, database.environ(**environ), database.folder / "server.log", port, _processes(database))
    try:
        yield server, wires
    finally:
        server.stop()


@dataclass(frozen=True, slots=True)
class Wires:
    """What the drill tells a wired server, through a file that it reads at each request."""

    file: Path

    def set(self, *, now: str = "", path: str = "", die_at: str = "") -> None:
        """`now`: the server's moment, as ISO text; `die_at`: the step of a POST to `path` at which it is killed.

        A step is a number, COMMIT (nothing is committed yet), COMMITTED, or ANSWER (all is committed, nobody knows it).
        """
        waiting = self.file.with_suffix(".part")
        waiting.write_text(json.dumps({"now": now, "path": path, "die_at": die_at}))
        waiting.rename(self.file)

    def steps(self) -> list[str]:
        """The steps of the last POST to `path` that was not killed."""
        told = self.file.with_suffix(".steps")
        return told.read_text().splitlines() if told.exists() else []


@contextmanager
def working(database: Database, **environ: str) -> Iterator[Process]:
    """`raadslag worker`, beside a server on PostgreSQL."""
    worker = Process(["app.cli", "worker"], database.environ(**environ), database.folder / "worker.log")
    try:
        yield worker
    finally:
        worker.stop()
