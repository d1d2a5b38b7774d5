"""How much does a page of Rådslag cost beside a bare page with 50 rows on the same machine?

Real servers (gunicorn) on loopback, one database for each size, the pages measured in turn with the bare "floor"
page, so that whatever else the machine does meets both. Prints medians, 95 % points, CPU and bytes.
"""

from __future__ import annotations

import argparse
import http.client
import os
import platform
import signal
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tools.loopback import PROJECT, cookie_for, environ_of, family, free_port, wait_until_alive

CLOCK_TICKS = os.sysconf("SC_CLK_TCK")
MOST_ON_ONE_PAGE = 10_000
"""Pages that hold a whole call are measured up to this size: no call has more."""
RELEASED = 14
"""The number of the demo's case whose memo is released."""


@dataclass(frozen=True)
class Page:
    """One address to measure and the cookie to ask with; `{case}` in it is a case, `{memo}` one with a memo.

    A `slow` page is asked for once a round.
    """

    name: str
    path: str
    cookie: str = ""
    slow: bool = False


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
        return max(_resident(pid) for pid in family(self.process.pid)) / 1024 / 1024


def _cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / CLOCK_TICKS


def _resident(pid: int) -> int:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


# ---- databases ----------------------------------------------------------------------------------------------------


def fill(url: str, proposals: int) -> tuple[str, str]:
    """Migrate and fill a database; returns the session tokens of a secretariat and of a reviewer."""
    from sqlmodel import Session

    from app.demo.year import load_demo
    from app.migrate import upgrade
    from foundation.db import make_engine

    upgrade(url)
    engine = make_engine(url)
    with Session(engine) as session:
        load_demo(session, base_url="http://127.0.0.1", at=datetime.now(UTC))
        session.commit()
        tokens = _copy_proposals(session, proposals)
        session.commit()
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("ANALYZE")
    engine.dispose()
    return tokens


def _copy_proposals(session, proposals: int) -> tuple[str, str]:  # noqa: ANN001
    from uuid import uuid4

    import sqlalchemy as sa
    from sqlmodel import col, select

    from foundation.identity.actions import open_session
    from foundation.identity.models import Person, RoleGrant
    from foundation.identity.roles import Role
    from intake.models import Call, Proposal, ProposalSearch
    from intake.rules.call import reference
    from intake.rules.danish_order import danish_key
    from intake.rules.lifecycle import State
    from intake.rules.search import search_words
    from intake.rules.track import Track

    of_today = col(Proposal.is_history).is_(False)
    sample = session.exec(select(Proposal).where(col(Proposal.track).is_not(None), of_today)).first()
    call = session.exec(select(Call).where(col(Call.published_at).is_not(None), col(Call.is_history).is_(False))).one()
    states = [state for state in State if state is not State.DRAFT]
    tracks = [None, Track.DONATION, Track.SOCIAL_INVESTMENT, Track.MATURING_DIALOGUE]
    table = Proposal.__table__
    base = {column.name: getattr(sample, column.name) for column in table.columns}
    start = call.last_number
    for chunk in range(0, proposals, 5000):
        rows = []
        for n in range(chunk, min(chunk + 5000, proposals)):
            number = start + 1 + n
            title = f"Indsats {number:06} for borgere i Aarhus"
            rows.append(
                {
                    **base,
                    "id": uuid4(),
                    "number": number,
                    "reference": reference(call.year, call.number, number),
                    "title": title,
                    "title_key": danish_key(title),
                    "state": states[n % len(states)],
                    "track": tracks[n % len(tracks)],
                    "maturity_e4": None if n % 4 == 0 else (n * 7919) % 40_001,
                    "amount_sought_ore": (20_000 + (n * 104_729) % 3_000_000) * 100,
                    "participants": 5 + n % 300,
                    "departments_asked": 2,
                    "departments_answered": n % 3,
                }
            )
        session.execute(sa.insert(table), rows)
        words = [
            {
                "proposal_id": row["id"],
                "words": search_words((row["reference"], row["organisation_name"], row["title"])),
            }
            for row in rows
        ]
        session.execute(sa.insert(ProposalSearch.__table__), words)
    call.last_number = start + proposals
    people = {
        role: session.exec(
            select(Person, RoleGrant.department_code).join(RoleGrant).where(RoleGrant.role == role)
        ).first()
        for role in (Role.SECRETARIAT, Role.REVIEWER)
    }
    secretariat, reviewer = (
        open_session(session, people[role][0], (role, people[role][1]), at=datetime.now(UTC)) for role in people
    )
    return secretariat, reviewer


# ---- servers ------------------------------------------------------------------------------------------------------


@contextmanager
def running(command: list[str], port: int, environ: dict[str, str]) -> Iterator[Server]:
    """A server process of its own group, stopped by its process id at the end."""
    process = subprocess.Popen(command, cwd=PROJECT, env=environ, start_new_session=True)
    try:
        wait_until_alive(process, port)
        yield Server(process, port)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)


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


def make_floor(folder: Path) -> None:
    """The bare page: 10.000 rows of eleven columns, 50 of them shown from an index."""
    (folder / "floor_app.py").write_text(FLOOR + f'app.config["DB"] = {str(folder / "floor.sqlite")!r}\n')
    with sqlite3.connect(folder / "floor.sqlite") as db:
        db.execute("CREATE TABLE t (a INTEGER PRIMARY KEY, " + ", ".join(f"{c} TEXT" for c in "bcdefghijk") + ")")
        rows = ((n, *[f"celle {n} {c}" for c in "bcdefghijk"]) for n in range(10_000))
        db.executemany("INSERT INTO t VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)


# ---- measuring ----------------------------------------------------------------------------------------------------


@dataclass
class Result:
    """What one page cost: seconds of each request, CPU seconds in all, bytes of one answer."""

    seconds: list[float]
    cpu: float
    size: int

    @property
    def median_ms(self) -> float:
        return statistics.median(self.seconds) * 1000

    @property
    def p95_ms(self) -> float:
        return sorted(self.seconds)[int(len(self.seconds) * 0.95)] * 1000

    @property
    def cpu_ms(self) -> float:
        return self.cpu / len(self.seconds) * 1000


def ask(server: Server, page: Page, times: int, result: Result | None = None) -> Result:
    """Ask for one page again and again over one connection, and add up what it cost."""
    result = result or Result([], 0.0, 0)
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    before = server.cpu_seconds()
    for _ in range(times):
        start = time.perf_counter()
        connection.request("GET", page.path, headers={"Cookie": page.cookie} if page.cookie else {})
        answer = connection.getresponse()
        body = answer.read()
        result.seconds.append(time.perf_counter() - start)
        if answer.status != 200:
            raise SystemExit(f"{page.name}: answered {answer.status} for {page.path}")
        result.size = len(body)
    result.cpu += server.cpu_seconds() - before
    connection.close()
    return result


def measure(size: int, folder: Path, *, rounds: int, requests: int, postgres: str | None) -> list[tuple[str, Result]]:
    """All pages at one size, in turn with the floor page."""
    url = postgres or f"sqlite:///{folder / f'bench-{size}.sqlite'}"
    secretariat, reviewer = fill(url, size)
    pages = [
        Page("list, first page, 50 rows", "/calls/nye-veje/proposals", cookie_for(secretariat)),
        Page("list by maturity, page 10", "/calls/nye-veje/proposals?sort=modenhed&page=10", cookie_for(secretariat)),
        Page("list of one state", "/calls/nye-veje/proposals?status=sorted", cookie_for(secretariat)),
        Page("list, a word that one case holds", "/calls/nye-veje/proposals?q=000123", cookie_for(secretariat)),
        Page("list, a word that all cases hold", "/calls/nye-veje/proposals?q=indsatser", cookie_for(secretariat)),
        Page("list across calls", "/proposals", cookie_for(secretariat)),
        Page("one case", "/proposals/{case}", cookie_for(secretariat)),
        Page("sorting of one case", "/proposals/{case}/sorting", cookie_for(secretariat)),
        Page("secretariat's tasks", "/my-tasks", cookie_for(secretariat)),
        Page("reviewer's tasks", "/my-tasks", cookie_for(reviewer)),
        Page("front page, nobody signed in", "/"),
        Page("decision memo, Word", "/exports/decision-memo/{memo}", cookie_for(secretariat)),
    ]
    if size <= MOST_ON_ONE_PAGE:
        pages += [
            Page("ranking of the call", "/calls/nye-veje/ranking", cookie_for(secretariat), slow=True),
            Page("figures of the call", "/calls/nye-veje/figures", cookie_for(secretariat), slow=True),
            Page("workbook of the call", "/calls/nye-veje/proposals.xlsx", cookie_for(secretariat), slow=True),
        ]
    environ = environ_of(url, folder)
    port, floor_port = free_port(), free_port()
    ours = [sys.executable, "-m", "app.cli", "serve", "--port", str(port)]
    bare = [
        *(sys.executable, "-m", "gunicorn", "--chdir", str(folder), "--no-control-socket"),
        *("--workers", "1", "--threads", "8", "--log-level", "warning", "--bind", f"127.0.0.1:{floor_port}"),
        "floor_app:app",
    ]
    with running(ours, port, environ) as server, running(bare, floor_port, dict(os.environ)) as floor:
        pages = [replace(page, path=_filled(page.path, server, pages[0])) for page in pages]
        for page in pages:
            ask(server, page, 1 if page.slow else 5)  # warm
        results = {page.name: Result([], 0.0, 0) for page in pages}
        base = Result([], 0.0, 0)
        for _ in range(rounds):
            for page in pages:
                ask(floor, Page("floor", "/"), requests // 4, base)
                ask(server, page, 1 if page.slow else requests, results[page.name])
        print(f"  memory of the largest process: {server.memory_mb():.0f} MB")
    return [("floor: bare page, 50 rows", base), *results.items()]


def _filled(path: str, server: Server, listing: Page) -> str:
    """The address with the references of the demo's call, whose year the first case on the list tells."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    connection.request("GET", listing.path, headers={"Cookie": listing.cookie})
    text = connection.getresponse().read().decode()
    reference = text.split("/proposals/", 1)[1].split('"', 1)[0]
    return path.format(case=reference, memo=f"{reference.rpartition('-')[0]}-{RELEASED:03}")


def show(results: list[tuple[str, Result]]) -> None:
    """A plain table; the last column is the ratio of medians to the floor page beside it."""
    floor = results[0][1]
    print(f"  {'page':34} {'median':>9} {'95 %':>9} {'CPU':>9} {'bytes':>8} {'x floor':>8} {'x CPU':>6}")
    for name, result in results:
        print(
            f"  {name:34} {result.median_ms:7.1f}ms {result.p95_ms:7.1f}ms {result.cpu_ms:7.1f}ms {result.size:8d} "
            f"{result.median_ms / floor.median_ms:8.1f} {result.cpu_ms / max(floor.cpu_ms, 0.01):6.1f}"
        )


def main() -> None:
    """Measure at each size asked for."""
    parser = argparse.ArgumentParser(description="Rådslag's own measurements, beside a bare page on this machine.")
    parser.add_argument("--proposals", type=int, nargs="+", default=[1_000], help="sizes, e.g. 1000 10000 100000")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--requests", type=int, default=40, help="requests for each page and round")
    parser.add_argument("--postgres", help="an empty PostgreSQL database to use instead of SQLite (one size)")
    chosen = parser.parse_args()
    now = datetime.now(UTC)
    machine = f"Python {platform.python_version()} · {os.cpu_count()} cores · load {os.getloadavg()[0]:.1f}"
    print(f"{now:%Y-%m-%d %H:%M} UTC · {machine}")
    with tempfile.TemporaryDirectory(prefix="raadslag-bench-") as name:
        folder = Path(name)
        make_floor(folder)
        for size in chosen.proposals:
            print(f"{size} proposals, {'PostgreSQL' if chosen.postgres else 'SQLite'}:")
            show(measure(size, folder, rounds=chosen.rounds, requests=chosen.requests, postgres=chosen.postgres))


if __name__ == "__main__":
    main()
