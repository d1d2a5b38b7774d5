"""Which fields are there for the formal check, routing and conflicts of interest?"""

from collections.abc import Mapping
from typing import Any

from wtforms.validators import Optional

from foundation.fields import (
    ChecksField,
    ChoiceField,
    DanishForm,
    DateField,
    ProseField,
    RadiosField,
    VersionField,
    choice,
    required,
)


class RouteForm(DanishForm):
    lead = ChoiceField("Hvilken forvaltning skal have hovedansvaret?", validators=[required("Vælg en forvaltning.")])
    others = ChecksField(
        "Hvilke andre forvaltninger skal spørges?",
        validators=[Optional()],
    )
    reviewer = ChoiceField(
        "Hvem skal vurdere modenheden i forvaltningen?",
        description="En vurderer fra den forvaltning, der har hovedansvaret. Du kan lade koordinatoren vælge.",
        validators=[Optional()],
    )
    assessor = ChoiceField(
        "Hvem skal vurdere modenheden i sekretariatet?",
        description="En anden end sagsbehandleren. Du kan også vælge senere.",
        validators=[Optional()],
    )
    due_on = DateField(
        "Hvornår skal forvaltningerne senest svare?",
        description="En arbejdsdag. Forvaltningerne plejer at få 20 arbejdsdage.",
        validators=[required("Skriv en dato, for eksempel 14.4.2027.")],
    )


class _RerouteForm(DanishForm):
    lead = ChoiceField("Hvilken forvaltning skal have hovedansvaret?", validators=[required("Vælg en forvaltning.")])
    asked = ChecksField(
        "Hvilke forvaltninger skal svare?",
        description="Fjerner du en, bliver dens vurderere fri for sagen og får besked.",
        validators=[Optional()],
    )
    reason = ProseField(
        "Hvorfor ændrer I det?",
        description="Begrundelsen står i sagens historik.",
        validators=[required("Skriv, hvorfor I ændrer, hvem der er spurgt.")],
        max_characters=2000,
    )
    version = VersionField()


def reroute_form(departments: Mapping[str, str], **options: Any) -> DanishForm:
    """The form with a deadline for each department (code -> name) that can still be asked; fields `due_CODE`."""
    made = type(
        "RerouteForm",
        (_RerouteForm,),
        {
            f"due_{code}": DateField(
                f"Frist for {name}", validators=[required("Skriv en dato, for eksempel 14.4.2027.")]
            )
            for code, name in departments.items()
        },
    )
    form: DanishForm = made(**options)
    return form


class ExemptForm(DanishForm):
    department = ChoiceField("Hvilken forvaltning skal ikke svare?", validators=[required("Vælg en forvaltning.")])
    reason = ProseField(
        "Hvorfor skal den ikke svare?",
        description="Begrundelsen står i sagens historik.",
        validators=[required("Skriv, hvorfor forvaltningen ikke skal svare.")],
        max_characters=2000,
    )
    version = VersionField()


class ConflictForm(DanishForm):
    has_conflict = RadiosField(
        "Er du inhabil i denne sag?",
        choices=[
            choice("no", "Nej, jeg er ikke inhabil"),
            choice("yes", "Ja, jeg er eller kan være inhabil"),
        ],
        validators=[required("Svar ja eller nej, før du åbner sagen.")],
    )
    ground = ProseField(
        "Hvorfor er du inhabil?",
        description="Skal udfyldes, hvis du svarer ja. Skriv kort, for eksempel: Jeg sidder i foreningens bestyrelse.",
        validators=[Optional()],
        max_characters=2000,
    )
