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
    """`ends_on` is the role's last day as an ISO text, or empty."""

    role: str
    department: str | None
    reason: str = ""
    ends_on: str = ""


@event("role_revoked")
@dataclass(frozen=True, slots=True)
class RoleRevoked(Event):
    role: str
    department: str | None
    reason: str


@event("role_ran_out")
@dataclass(frozen=True, slots=True)
class RoleRanOut(Event):
    """The last day that was agreed for the role has passed."""

    role: str
    department: str | None


@event("person_corrected")
@dataclass(frozen=True, slots=True)
class PersonCorrected(Event):
    name_before: str
    name: str
    email_before: str
    email: str


@event("account_closed")
@dataclass(frozen=True, slots=True)
class AccountClosed(Event):
    reason: str


@event("account_reopened")
@dataclass(frozen=True, slots=True)
class AccountReopened(Event):
    reason: str


@event("sessions_ended")
@dataclass(frozen=True, slots=True)
class SessionsEnded(Event):
    """All sessions of a person, by an administrator."""

    count: int


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


@event("database_restored")
@dataclass(frozen=True, slots=True)
class DatabaseRestored(Event):
    """The copy of a moment took the place of what was lost; everybody's sessions and links ended with it."""

    copied_at: str
    sessions: int
    links: int


@event("mail_released")
@dataclass(frozen=True, slots=True)
class MailReleased(Event):
    """Letters held since a copy was restored may leave; those that waited in the copy itself may be discarded."""

    letters: int
    discarded: int
