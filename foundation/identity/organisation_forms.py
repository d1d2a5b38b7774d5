"""What do people fill in about their organisation, and to invite a member?"""

import re

from wtforms.validators import ValidationError

from foundation.fields import (
    CvrField,
    DanishForm,
    EmailField,
    KronerField,
    LineField,
    RadiosField,
    VersionField,
    WholeNumberField,
    choice,
    required,
)
from foundation.identity.organisation_kinds import KIND_WORDS, OrganisationKind
from foundation.identity.organisation_rules import OrganisationDraft

MOST_STAFF_YEARS = 100_000

_KINDS = [choice(kind.value, words) for kind, words in KIND_WORDS.items()]
_NAME = "Skriv, hvad jeres forening eller organisation hedder."
_CVR_HINT = "Otte cifre. En kommunal forvaltning kan lade feltet stå tomt."


class NewOrganisationForm(DanishForm):
    """What is asked when a person starts the first proposal of an organisation; the rest is asked later."""

    name = LineField("Hvad hedder jeres forening eller organisation?", validators=[required(_NAME)])
    kind = RadiosField(
        "Hvilken slags organisation er I?",
        description="Private personer kan ikke søge.",
        choices=_KINDS,
        validators=[required("Vælg, hvilken slags organisation I er.")],
    )
    cvr = CvrField("CVR-nummer", description=_CVR_HINT)

    def validate_cvr(self, field: CvrField) -> None:
        if not field.data and self.kind.data != OrganisationKind.MUNICIPAL_DEPARTMENT.value:
            raise ValidationError("Skriv jeres CVR-nummer, otte cifre.")

    def to_draft(self) -> OrganisationDraft:
        return OrganisationDraft(name=self.name.data, kind=OrganisationKind(self.kind.data), cvr=self.cvr.data)


class OrganisationForm(DanishForm):
    """All that is known of an organisation. Only the name is demanded to save; a proposal demands more."""

    version = VersionField()
    name = LineField("Navn", validators=[required(_NAME)])
    kind = RadiosField("Hvilken slags organisation er I?", choices=_KINDS)
    cvr = CvrField("CVR-nummer", description=_CVR_HINT)
    staff_years = WholeNumberField(
        "Årsværk",
        description="Så mange fuldtidsstillinger har I lønnet arbejde til på et år. To, der arbejder halvt, er ét "
        "årsværk. Rund af til et helt tal. Har I kun frivillige, så skriv 0.",
        most=MOST_STAFF_YEARS,
    )
    turnover = KronerField(
        "Omsætning på et år",
        description="Alle jeres indtægter i det seneste regnskab, i hele kroner. Nye foreninger skriver, hvad de "
        "regner med.",
        least=0,
    )
    address = LineField("Adresse", description="Vej og nummer, postnummer og by.", max_characters=300)
    contact_name = LineField("Kontaktperson", description="Den, vi skal ringe til eller skrive til.")
    contact_email = EmailField("Kontaktpersonens mailadresse")
    contact_phone = LineField("Kontaktpersonens telefonnummer", max_characters=40)

    def validate_contact_phone(self, field: LineField) -> None:
        """A number as people write it, with +, blanks and words such as "lok. 12" (reliability B40)."""
        if field.data and not re.search("[0-9]", field.data):
            raise ValidationError("Skriv telefonnummeret med tal, for eksempel 12 34 56 78.")

    def to_draft(self) -> OrganisationDraft:
        return OrganisationDraft(
            name=self.name.data,
            kind=OrganisationKind(self.kind.data) if self.kind.data else None,
            cvr=self.cvr.data,
            staff_years=self.staff_years.data,
            turnover_ore=self.turnover.data,
            address=self.address.data,
            contact_name=self.contact_name.data,
            contact_email=self.contact_email.data or "",
            contact_phone=self.contact_phone.data,
        )


class InviteForm(DanishForm):
    email = EmailField(
        "Mailadresse på den, du vil invitere",
        description="Personen skal selv logge ind med netop den adresse og sige ja. Mailen viser også din mailadresse.",
        validators=[required("Skriv en mailadresse, for eksempel navn@forening.dk.")],
    )
