"""What can happen when papers leave the system?"""

from dataclasses import dataclass

from foundation.audit import Event, event


@event("paper_exported")
@dataclass(frozen=True, slots=True)
class PaperExported(Event):
    paper: str
