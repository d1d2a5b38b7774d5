"""Which faults are survived? Runs the drills on both databases and prints what was counted.

    python -m tools.faults.run                      every drill, few rounds
    python -m tools.faults.run F1 F22 --rounds 50   two drills, 50 rounds each
    python -m tools.faults.run --full               the rounds that reliability asks for

Ends with 1 when a fault was not survived.
"""

from __future__ import annotations

import argparse
import importlib
import logging
import os
import pkgutil
import platform
import random
import sys
import tempfile
import time
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import tools.faults
from tools.faults import Drill, Outcome
from tools.faults.databases import Postgres, fresh

HEAD = f"{'fault':5} {'database':9} {'rounds':>6} {'acks':>6} {'lost':>5} {'half':>5} {'twice':>5} {'wrong':>5}"

LINES_OF_A_BREAKDOWN = 12


def main() -> None:
    """Run what was asked for, one drill after the other, so that each has the machine to itself."""
    chosen = _read_arguments()
    drills = [drill for drill in find_drills() if not chosen.faults or drill.fault in chosen.faults]
    unknown = set(chosen.faults) - {drill.fault for drill in drills}
    if unknown:
        raise SystemExit(f"no drill for {', '.join(sorted(unknown))}")
    logging.getLogger("raadslag").setLevel(logging.CRITICAL)
    with tempfile.TemporaryDirectory(prefix="raadslag-faults-") as name:
        postgres = Postgres(Path(name))
        try:
            missed = _run_all(drills, chosen, Path(name), postgres)
        finally:
            postgres.stop()
    print("All faults were survived." if not missed else f"Not survived: {', '.join(missed)}")
    sys.exit(1 if missed else 0)


def _read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Fault drills on real servers, with what was counted.")
    parser.add_argument("faults", nargs="*", help="e.g. F1 F22; without any, all of them")
    parser.add_argument("--rounds", type=int, help="rounds of each drill")
    parser.add_argument("--full", action="store_true", help="the rounds that reliability asks for")
    parser.add_argument("--database", choices=tools.faults.BOTH, help="one database alone")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1_000_000))
    return parser.parse_args()


def find_drills() -> list[Drill]:
    """Every drill of the modules in this folder, in the order of their numbers."""
    names = [module.name for module in pkgutil.iter_modules(tools.faults.__path__) if module.name.endswith("_drill")]
    found = [drill for name in names for drill in importlib.import_module(f"tools.faults.{name}").DRILLS]
    return sorted(found, key=lambda drill: int(drill.fault[1:]))


def _run_all(drills: list[Drill], chosen: argparse.Namespace, folder: Path, postgres: Postgres) -> list[str]:
    print(f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC · seed {chosen.seed} · {_machine(chosen, postgres)}")
    print(f"{HEAD} {'seconds':>7}")
    missed = []
    for drill, kind in _pairs(drills, chosen.database):
        rounds = chosen.rounds or (drill.full if chosen.full else drill.rounds)
        started = time.monotonic()
        outcome = _run_one(drill, kind, rounds, chosen.seed, folder, postgres)
        _show(drill, kind, outcome, time.monotonic() - started)
        if not outcome.held:
            missed.append(f"{drill.fault} on {kind}")
    return missed


def _pairs(drills: list[Drill], only: str | None) -> Iterator[tuple[Drill, str]]:
    for drill in drills:
        for kind in drill.databases:
            if only in (None, kind):
                yield drill, kind


def _run_one(drill: Drill, kind: str, rounds: int, seed: int, folder: Path, postgres: Postgres) -> Outcome:
    """A drill that breaks down itself has not shown anything: it counts as missed, and the others still run."""
    name = f"{drill.fault.lower()}_{kind}"
    try:
        return drill.run(fresh(kind, name, folder / name, postgres), rounds, seed)
    except (Exception, SystemExit):
        return Outcome(rounds, 0, wrong=1, faults=tuple(traceback.format_exc().splitlines()[-LINES_OF_A_BREAKDOWN:]))


def _show(drill: Drill, kind: str, outcome: Outcome, seconds: float) -> None:
    counted = (outcome.lost, outcome.half, outcome.doubled, outcome.wrong)
    cells = "".join(f" {count:>5}" for count in counted)
    verdict = "" if outcome.held else "  MISSED"
    print(f"{drill.fault:5} {kind:9} {outcome.rounds:>6} {outcome.acknowledged:>6}{cells} {seconds:>7.1f}{verdict}")
    print(f"      {drill.title}" + (f"; {outcome.note}" if outcome.note else ""))
    for line in outcome.faults[:40]:
        print(f"      ! {line}")
    sys.stdout.flush()


def _machine(chosen: argparse.Namespace, postgres: Postgres) -> str:
    from foundation.db import sqlite_module

    versions = [f"Python {platform.python_version()}", f"SQLite {sqlite_module().sqlite_version}"]
    if chosen.database != "sqlite":
        versions.append(f"PostgreSQL {postgres.version()}")
    return " · ".join([*versions, f"{os.cpu_count()} cores", f"load {os.getloadavg()[0]:.1f}"])


if __name__ == "__main__":
    main()
