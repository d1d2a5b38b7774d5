"""What can happen when papers leave the system?"""

from dataclasses import dataclass

from foundation.audit import Event, event


@event("paper_exported")
@dataclass(frozen=True, slots=True)
class PaperExported(Event):
    paper: str


@event("list_exported")
@dataclass(frozen=True, slots=True)
class ListExported(Event):
    """`asked_for` is what stood in the address: what the list was narrowed down by, and its order."""

    asked_for: str
    proposals: int
    assessments: int
