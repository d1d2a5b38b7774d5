"""Which roles are there, and who is acting right now?"""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class Role(StrEnum):
    """The seven roles (contract section 7). A person acts in one of them per session."""

    APPLICANT = "applicant"
    REVIEWER = "reviewer"
    SECRETARIAT = "secretariat"
    COUNCIL_MEMBER = "council_member"
    MAYOR_APPROVER = "mayor_approver"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"


ROLE_WORDS = {
    Role.APPLICANT: "Ansøger",
    Role.REVIEWER: "Vurderer",
    Role.SECRETARIAT: "Sekretariat",
    Role.COUNCIL_MEMBER: "Rådsmedlem",
    Role.MAYOR_APPROVER: "Borgmesterens godkender",
    Role.ADMINISTRATOR: "Administrator",
    Role.AUDITOR: "Revisor",
}

ALL_ROLES = frozenset(Role)
STAFF = ALL_ROLES - {Role.APPLICANT}


@dataclass(frozen=True, slots=True)
class Actor:
    """The person of this request in the one role that the session was opened with."""

    person_id: UUID
    name: str
    email: str
    role: Role
    department: str | None
    organisation_ids: frozenset[UUID]
    session_id: UUID

    @property
    def role_word(self) -> str:
        return ROLE_WORDS[self.role]

    @property
    def department_word(self) -> str | None:
        return self.department
