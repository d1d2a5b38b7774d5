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


@event("organisation_founded")
@dataclass(frozen=True, slots=True)
class OrganisationFounded(Event):
    pass


@event("organisation_edited")
@dataclass(frozen=True, slots=True)
class OrganisationEdited(Event):
    """`fields` are names of columns; what stood there and what stands there now is not kept in the log."""

    fields: tuple[str, ...]


@event("member_invited")
@dataclass(frozen=True, slots=True)
class MemberInvited(Event):
    invitation: str


@event("invitation_answered")
@dataclass(frozen=True, slots=True)
class InvitationAnswered(Event):
    invitation: str
    accepted: bool


@event("invitation_withdrawn")
@dataclass(frozen=True, slots=True)
class InvitationWithdrawn(Event):
    invitation: str


@event("member_removed")
@dataclass(frozen=True, slots=True)
class MemberRemoved(Event):
    """`by_own_wish`: the member left; else another member did it."""

    person: str
    by_own_wish: bool
