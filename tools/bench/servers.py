"""Which servers are measured, ours and the bare page beside it, and what do their processes use?"""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tools.loopback import PROJECT, family, free_port, wait_until_alive

CLOCK_TICKS = os.sysconf("SC_CLK_TCK")
MEGABYTE = 1024 * 1024
LONGEST_SETTLING_SECONDS = 60

FLOOR = """
import sqlite3, sys
from flask import Flask, g, render_template_string
app = Flask("floor")
PAGE = '''<!doctype html><html lang="da"><title>Bund</title><table>{% for r in rows %}<tr>
<td>{{ r[0] }}</td><td>{{ r[1] }}</td><td>{{ r[2] }}</td><td>{{ r[3] }}</td><td>{{ r[4] }}</td><td>{{ r[5] }}</td>
<td>{{ r[6] }}</td><td>{{ r[7] }}</td><td>{{ r[8] }}</td><td>{{ r[9] }}</td><td>{{ r[10] }}</td></tr>{% endfor %}
</table></html>'''
compiled = app.jinja_env.from_string(PAGE)
@app.get("/")
def page():
    db = sqlite3.connect(app.config["DB"])
    rows = db.execute("SELECT a,b,c,d,e,f,g,h,i,j,k FROM t ORDER BY a LIMIT 50").fetchall()
    db.close()
    return compiled.render(rows=rows)
"""


@dataclass
class Server:
    """A running server: where it listens and which process began it."""

    process: subprocess.Popen[bytes]
    port: int

    def cpu_seconds(self) -> float:
        """CPU of the whole process family, from the kernel's counters."""
        return sum(_cpu(pid) for pid in family(self.process.pid))

    def memory_mb(self) -> float:
        """Resident memory of the largest process of the family."""
        return max(_resident(pid) for pid in family(self.process.pid)) / MEGABYTE

    def settle(self) -> None:
        """Back when the process has nothing left to do of what it found at its start, such as letters to send."""
        for _ in range(LONGEST_SETTLING_SECONDS):
            before = self.cpu_seconds()
            time.sleep(1)
            if self.cpu_seconds() - before <= 2 / CLOCK_TICKS:
                return


def _cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / CLOCK_TICKS


def _resident(pid: int) -> int:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


@contextmanager
def ours(environ: dict[str, str]) -> Iterator[Server]:
    """Rådslag as it is served: one process on SQLite, two on PostgreSQL."""
    port = free_port()
    with _running([sys.executable, "-m", "app.cli", "serve", "--port", str(port)], port, environ) as server:
        yield server


@contextmanager
def floor(folder: Path) -> Iterator[Server]:
    """The bare page in `folder`, under the same gunicorn."""
    port = free_port()
    bare = [
        *(sys.executable, "-m", "gunicorn", "--chdir", str(folder), "--no-control-socket"),
        *("--workers", "1", "--threads", "8", "--log-level", "warning", "--bind", f"127.0.0.1:{port}"),
        "floor_app:app",
    ]
    with _running(bare, port, dict(os.environ)) as server:
        yield server


@contextmanager
def _running(command: list[str], port: int, environ: dict[str, str]) -> Iterator[Server]:
    """A server process of its own group, stopped by its process id at the end."""
    process = subprocess.Popen(command, cwd=PROJECT, env=environ, start_new_session=True)
    try:
        wait_until_alive(process, port)
        yield Server(process, port)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)


def make_floor(folder: Path) -> None:
    """The bare page: 10.000 rows of eleven columns, 50 of them shown from an index."""
    (folder / "floor_app.py").write_text(FLOOR + f'app.config["DB"] = {str(folder / "floor.sqlite")!r}\n')
    with sqlite3.connect(folder / "floor.sqlite") as db:
        db.execute("CREATE TABLE t (a INTEGER PRIMARY KEY, " + ", ".join(f"{c} TEXT" for c in "bcdefghijk") + ")")
        rows = ((n, *[f"celle {n} {c}" for c in "bcdefghijk"]) for n in range(10_000))
        db.executemany("INSERT INTO t VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
