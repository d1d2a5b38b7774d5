"""What does an administrator fill in about people and their access?"""

from collections.abc import Mapping

from wtforms.validators import Optional

from foundation.fields import (
    ChoiceField,
    DanishForm,
    DateField,
    EmailField,
    LineField,
    ProseField,
    VersionField,
    choice,
    required,
)
from foundation.identity.admin_rules import PersonDraft, RoleDraft
from foundation.identity.roles import ROLE_WORDS, Role

_WHY = "Skriv kort hvorfor."
_LOGGED = "Det står i loggen."


class ReasonForm(DanishForm):
    """An act that needs a reason and nothing else."""

    reason = ProseField("Hvorfor?", validators=[required(_WHY)], description=_LOGGED, max_characters=300)


class AccountForm(ReasonForm):
    """An account that is closed or opened again."""

    version = VersionField()


class RoleForm(DanishForm):
    role = ChoiceField(
        "Hvilken rolle?",
        choices=[choice("", "Vælg en rolle"), *(choice(role.value, ROLE_WORDS[role]) for role in Role)],
        validators=[required("Vælg en rolle.")],
    )
    department = ChoiceField(
        "Hvilken forvaltning?", description="Kun for vurderere.", validators=[Optional()], choices=[choice("", "Ingen")]
    )
    ends_on = DateField(
        "Hvad er den sidste dag?",
        description="Lad feltet stå tomt, hvis rollen ikke har nogen slutdato.",
        validators=[Optional()],
    )
    reason = ProseField("Hvorfor?", validators=[required(_WHY)], description=_LOGGED, max_characters=300)

    def offer(self, departments: Mapping[str, str]) -> None:
        """The departments of today: code -> name."""
        self.department.choices = [
            choice("", "Ingen"),
            *(choice(code, f"{name} ({code})") for code, name in departments.items()),
        ]

    def to_draft(self) -> RoleDraft:
        return RoleDraft(Role(self.role.data), self.department.data or None, self.ends_on.data, self.reason.data)


class PersonForm(DanishForm):
    """Name and address of a person that is known."""

    version = VersionField()
    name = LineField("Navn", validators=[required("Skriv personens navn.")], max_characters=200)
    email = EmailField(
        "Mailadresse",
        description="Personen logger ind med den. Ændres den, bliver personen logget ud overalt.",
        validators=[required("Skriv mailadressen, for eksempel navn@kommune.dk.")],
    )

    def to_person(self) -> PersonDraft:
        return PersonDraft(self.name.data, self.email.data or "")


class AddPersonForm(RoleForm):
    """A person and the first role. Extends the form of a role, so that both ask the same."""

    name = LineField("Navn", validators=[required("Skriv personens navn.")], max_characters=200)
    email = EmailField(
        "Mailadresse",
        description="Findes adressen allerede, får personen en rolle mere og beholder sit navn.",
        validators=[required("Skriv mailadressen, for eksempel navn@kommune.dk.")],
    )

    def to_person(self) -> PersonDraft:
        return PersonDraft(self.name.data, (self.email.data or "").lower())
