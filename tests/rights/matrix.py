"""What do the data files of this folder say: who may do what with a case in which state?"""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from intake.rules.lifecycle import State

FOLDER = Path(__file__).parent

VIEWS = ("AN", "AO", "AX", "RA", "RU", "RO", "RC", "IH", "SE", "CM", "MA", "AD", "AU", "DX")

STATES = {
    "a": State("draft"),
    "b": State("submitted"),
    "c": State("formal_check"),
    "d": State("returned"),
    "e": State("with_departments"),
    "f": State("maturity_assessment"),
    "g": State("sorted"),
    "h": State("memo_ready"),
    "i": State("at_council"),
    "j": State("refused"),
    "k": State("referred"),
    "l": State("maturing_dialogue"),
    "m": State("awaiting_mayor"),
    "n": State("approved"),
    "o": State("signed"),
    "p": State("running"),
    "q": State("closed"),
    "r": State("withdrawn"),
    "s": State("formally_rejected"),
}
"""Written out here, so that a state that moves to another letter in the application is seen."""


@dataclass(frozen=True, slots=True)
class CaseRight:
    """One row of cases.csv: an action on a case, and the states in which each view may take it."""

    action: str
    cells: Mapping[str, frozenset[State]]
    later: frozenset[State]

    def allows(self, view: str, state: State) -> bool:
        return state in self.cells[view]


@dataclass(frozen=True, slots=True)
class SiteRight:
    """One row of site.csv: a page without a case, and the call states in which each view may use it."""

    action: str
    cells: Mapping[str, str]


def letters(text: str) -> Iterator[str]:
    """The letters of a cell: "a-c", "bc" and "j-ln" mean abc, bc and jkln; "-" means none."""
    if text == "-":
        return
    position = 0
    while position < len(text):
        if text[position + 1 : position + 2] == "-":
            yield from (chr(one) for one in range(ord(text[position]), ord(text[position + 2]) + 1))
            position += 3
        else:
            yield text[position]
            position += 1


def _states(text: str) -> frozenset[State]:
    return frozenset(STATES[letter] for letter in letters(text))


def _rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened, strict=True))


def case_rights() -> dict[str, CaseRight]:
    """The rows of cases.csv by action."""
    rows = [
        CaseRight(row["action"], {view: _states(row[view]) for view in VIEWS}, _states(row["later"]))
        for row in _rows("cases.csv")
    ]
    assert len({row.action for row in rows}) == len(rows), "an action stands twice in cases.csv"
    return {row.action: row for row in rows}


def site_rights() -> dict[str, SiteRight]:
    """The rows of site.csv by action."""
    rows = [
        SiteRight(row["action"], {view: "".join(letters(row[view])) for view in VIEWS}) for row in _rows("site.csv")
    ]
    assert len({row.action for row in rows}) == len(rows), "an action stands twice in site.csv"
    return {row.action: row for row in rows}
