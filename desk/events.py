"""What can happen when people ask for what is kept of them?"""

from dataclasses import dataclass

from foundation.audit import Event, event


@event("own_data_exported")
@dataclass(frozen=True, slots=True)
class OwnDataExported(Event):
    pass
