"""How much does Rådslag cost beside a bare page with 50 rows on the same machine?

    python -m tools.bench.run                                    1.000 proposals on SQLite
    python -m tools.bench.run --proposals 1000 10000 100000 --database sqlite postgres

Real servers (gunicorn) on loopback, one database for each size. Everything is measured in turn with the bare "floor"
page, so that whatever else the machine does meets both. Prints medians, 95 % points, CPU, bytes and queries, and of
each figure that is promised whether it is kept.
"""

from __future__ import annotations

import argparse
import os
import platform
import tempfile
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

from tools.bench.asking import Request, Result, Work, ask, count_queries
from tools.bench.bare import Bare, bare_papers, seconds
from tools.bench.calculation import calculation
from tools.bench.filling import fill
from tools.bench.goals import BARE_MEMO, BARE_WORKBOOK, FLOOR, goals_of, growth
from tools.bench.servers import Server, floor, make_floor, ours
from tools.bench.works import MOST_ON_ONE_PAGE, works
from tools.faults.databases import Database, Postgres, fresh

SLOW_TIMES = 2
WARMING = 5
SPARE = 4
"""Drafts beside those that are sent to the server: the questions of a sending are counted on some."""


def main() -> None:
    """Measure at each size on each database asked for."""
    chosen = _read_arguments()
    now = datetime.now(UTC)
    machine = f"Python {platform.python_version()} · {os.cpu_count()} cores · load {os.getloadavg()[0]:.1f}"
    print(f"{now:%Y-%m-%d %H:%M} UTC · {machine}")
    print(calculation())
    with tempfile.TemporaryDirectory(prefix="raadslag-bench-") as name:
        folder, postgres = Path(name), Postgres(Path(name))
        make_floor(folder)
        try:
            for kind in chosen.database:
                _measure_sizes(kind, folder, postgres, chosen)
        finally:
            postgres.stop()


def _read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Rådslag's own measurements, beside a bare page on this machine.")
    parser.add_argument("--proposals", type=int, nargs="+", default=[1_000], help="sizes, e.g. 1000 10000 100000")
    parser.add_argument("--database", nargs="+", choices=("sqlite", "postgres"), default=["sqlite"])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--requests", type=int, default=40, help="requests for each piece of work and round")
    return parser.parse_args()


def _measure_sizes(kind: str, folder: Path, postgres: Postgres, chosen: argparse.Namespace) -> None:
    by_size = {}
    for size in chosen.proposals:
        database = fresh(kind, f"bench_{size}", folder / f"{kind}-{size}", postgres)
        print(f"{size} proposals, {kind}:", flush=True)
        by_size[size], memory_mb = measure(size, database, folder, rounds=chosen.rounds, requests=chosen.requests)
        show(by_size[size])
        for goal in goals_of(by_size[size], memory_mb):
            print(goal, flush=True)
    for goal in growth(by_size):
        print(goal, flush=True)


def measure(
    size: int, database: Database, folder: Path, *, rounds: int, requests: int
) -> tuple[dict[str, Result], float]:
    """Everything at one size, in turn with the floor page and the bare writers; and the memory at the end."""
    with ExitStack() as opened:
        session = opened.enter_context(database.session())
        filled = fill(session, size, drafts=WARMING + rounds * requests + SPARE)
        measured = works(filled, size)
        bare = bare_papers(session, "nye-veje", whole_call=size <= MOST_ON_ONE_PAGE)
        session.close()
        _look_at_what_is_there(database)
        server = opened.enter_context(ours(database.environ()))
        beside = opened.enter_context(floor(folder))
        _warm(server, measured)
        results = {name: Result() for name in (FLOOR, *(work.name for work in measured), BARE_WORKBOOK, BARE_MEMO)}
        for _ in range(rounds):
            _one_round(server, beside, measured, results, requests)
            _measure_bare(bare, results, whole_call=size <= MOST_ON_ONE_PAGE)
        memory_mb = server.memory_mb()
    for name, queries in count_queries(database.environ(), measured).items():
        results[name].queries = queries
    return {name: result for name, result in results.items() if result.seconds}, memory_mb


def _look_at_what_is_there(database: Database) -> None:
    """What a database does by itself in its first night: count its rows, so that it plans well."""
    from foundation.db import make_engine

    engine = make_engine(database.url)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql("ANALYZE")
    engine.dispose()


def _warm(server: Server, measured: list[Work]) -> None:
    for work in measured:
        ask(server, work, 1 if work.slow else WARMING)
    server.settle()


def _one_round(server: Server, beside: Server, measured: list[Work], results: dict[str, Result], requests: int) -> None:
    bare_page = Work(FLOOR, lambda: Request("/"))
    for work in measured:
        ask(beside, bare_page, max(requests // 4, 1), results[FLOOR])
        ask(server, work, SLOW_TIMES if work.slow else requests, results[work.name])


def _measure_bare(bare: Bare, results: dict[str, Result], *, whole_call: bool) -> None:
    results[BARE_MEMO].seconds += [seconds(bare.memo) for _ in range(10)]
    if whole_call:
        results[BARE_WORKBOOK].seconds += [seconds(bare.workbook) for _ in range(SLOW_TIMES)]


def show(results: dict[str, Result]) -> None:
    """A plain table; the last columns are the ratios of medians and of CPU to the floor page beside it."""
    bare = results[FLOOR]
    head = f"{'median':>9} {'95 %':>9} {'CPU':>9} {'bytes':>8} {'queries':>7} {'x floor':>8} {'x CPU':>6}"
    print(f"  {'':34} {head}")
    for name, result in results.items():
        print(
            f"  {name:34} {result.median_ms:7.1f}ms {result.p95_ms:7.1f}ms {result.cpu_ms:7.1f}ms {result.size:8d} "
            f"{result.queries:7d} {result.median_ms / bare.median_ms:8.1f} {result.cpu_ms / bare.cpu_ms:6.1f}"
        )


if __name__ == "__main__":
    main()
