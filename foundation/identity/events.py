"""What can happen to people, their roles and their sessions?"""

from dataclasses import dataclass

from foundation.audit import Event, event


@event("person_signed_in")
@dataclass(frozen=True, slots=True)
class PersonSignedIn(Event):
    role: str


@event("person_signed_out")
@dataclass(frozen=True, slots=True)
class PersonSignedOut(Event):
    pass


@event("session_ended")
@dataclass(frozen=True, slots=True)
class SessionEnded(Event):
    session: str


@event("person_added")
@dataclass(frozen=True, slots=True)
class PersonAdded(Event):
    role: str
    department: str | None
