"""What can happen when people ask for what is kept of them?"""

from dataclasses import dataclass

from foundation.audit import Event, event


@event("own_data_exported")
@dataclass(frozen=True, slots=True)
class OwnDataExported(Event):
    pass


@event("audit_exported")
@dataclass(frozen=True, slots=True)
class AuditExported(Event):
    """`asked` is the search in words, empty for the whole log; `rows` how many lines were taken."""

    asked: str
    rows: int
