"""What may an administrator write about a person and a role?"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from foundation.errors import Refused
from foundation.identity.roles import Role


@dataclass(frozen=True, slots=True)
class PersonDraft:
    """What an administrator wrote about a person."""

    name: str
    email: str


@dataclass(frozen=True, slots=True)
class RoleDraft:
    """A role as it is to be given; `ends_on` is its last day, None where it has none."""

    role: Role
    department: str | None
    ends_on: date | None
    reason: str


def check_role(draft: RoleDraft, *, departments: Collection[str], today: date) -> None:
    """Raises Refused for a reviewer without a department of today, any other with one, and a day that has passed."""
    if draft.role is Role.REVIEWER and draft.department not in departments:
        raise Refused("En vurderer skal have en forvaltning. Vælg en.", field="department")
    if draft.role is not Role.REVIEWER and draft.department is not None:
        raise Refused("Kun en vurderer har en forvaltning. Vælg »Ingen«.", field="department")
    if draft.ends_on is not None and draft.ends_on < today:
        raise Refused("Den sidste dag er gået. Skriv en dag fra i dag, eller lad feltet stå tomt.", field="ends_on")
