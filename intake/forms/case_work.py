"""Which fields are there for the formal check, routing and conflicts of interest?"""

from wtforms.validators import Optional

from foundation.fields import (
    ChecksField,
    ChoiceField,
    DanishForm,
    DateField,
    ProseField,
    RadiosField,
    choice,
    required,
)


class FormalCheckForm(DanishForm):
    outcome = RadiosField(
        "Er de formelle krav opfyldt?",
        choices=[
            choice("ok", "Ja, forslaget kan gå videre"),
            choice("not_eligible", "Nej, forslaget afvises på formalia"),
        ],
        validators=[required("Vælg, om de formelle krav er opfyldt.")],
    )
    note = ProseField(
        "Bemærkning",
        description="Skal udfyldes, hvis forslaget afvises: hvilket krav er ikke opfyldt, og hvorfor?",
        validators=[Optional()],
        max_characters=4000,
    )


class RouteForm(DanishForm):
    lead = ChoiceField("Hvilken forvaltning skal have hovedansvaret?", validators=[required("Vælg en forvaltning.")])
    others = ChecksField(
        "Hvilke andre forvaltninger skal spørges?",
        validators=[Optional()],
    )
    reviewer = ChoiceField(
        "Hvem skal vurdere modenheden?",
        description="En vurderer fra den forvaltning, der har hovedansvaret.",
        validators=[required("Vælg en vurderer.")],
    )
    due_on = DateField(
        "Hvornår skal forvaltningerne senest svare?",
        validators=[required("Skriv en dato, for eksempel 14.4.2027.")],
    )


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
