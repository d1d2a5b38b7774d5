"""What is a fault drill, what is it given, and what does it hand back?

A drill starts the real server, harms it, and compares an outside ledger of what was acknowledged with what is in the
database, the files and the mail catcher afterwards (reliability section 4). "Acknowledged" means that the success
answer reached the client.

A module of this folder whose name ends in `_drill` holds one or more of them::

    DRILLS = (Drill("F1", "web process killed while submitting", run, rounds=10, full=250),)

    def run(database: Database, rounds: int, seed: int) -> Outcome: ...

`database` is fresh and migrated, in a folder of its own. People and cases come from `tests/builders.py` before the
server starts; what is stored is looked at when the server has stopped.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tools.faults.databases import Database

BOTH = ("sqlite", "postgres")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a drill counted: rounds of the fault, acknowledged acts, and how many of them came out badly.

    `lost`: acknowledged and not there. `half`: there in part. `doubled`: there more often than is allowed.
    `wrong`: any other break of what is expected; `faults` says which, one line each.
    """

    rounds: int
    acknowledged: int
    lost: int = 0
    half: int = 0
    doubled: int = 0
    wrong: int = 0
    note: str = ""
    faults: tuple[str, ...] = ()

    @property
    def held(self) -> bool:
        """Was the fault survived? A drill in which nothing was acknowledged has shown nothing."""
        return self.acknowledged > 0 and not (self.lost or self.half or self.doubled or self.wrong)


@dataclass(frozen=True, slots=True)
class Drill:
    """One fault of the list: how it is run, and how often by itself and in full."""

    fault: str
    title: str
    run: Callable[[Database, int, int], Outcome]
    rounds: int
    full: int
    databases: tuple[str, ...] = BOTH
