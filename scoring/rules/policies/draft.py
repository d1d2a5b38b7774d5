"""What is written of a policy in the browser, and what must hold before it may be adopted?"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from foundation.formats import day
from scoring.rules.policies.catalogue import CatalogueEntry, PolicyState
from scoring.rules.policies.numbers import PolicyNumbers


@dataclass(frozen=True, slots=True)
class PolicyDraft:
    """A policy as the form gives it."""

    title: str
    valid_from: date
    numbers: PolicyNumbers


@dataclass(frozen=True, slots=True)
class DraftFault:
    """What stands in the way, in Danish, and the field where it can be mended."""

    field: str
    text: str


def fault_of_first_day(valid_from: date, entries: Iterable[CatalogueEntry], *, today: date) -> DraftFault | None:
    """A policy holds from a day that has not passed, and from a day on which no other adopted policy begins."""
    if valid_from < today:
        return DraftFault("valid_from", f"Dagen er gået. Vælg {day(today)} eller en senere dag.")
    for entry in entries:
        if entry.state is PolicyState.ADOPTED and entry.valid_from == valid_from:
            return DraftFault("valid_from", f"»{entry.title}« gælder allerede fra den dag. Vælg en anden dag.")
    return None


def slug_for(valid_from: date, taken: Sequence[str]) -> str:
    """The id of a new policy: the year it begins and a running number, as "2028-1"; never that of another."""
    number = 1
    while (slug := f"{valid_from.year}-{number}") in taken:
        number += 1
    return slug
