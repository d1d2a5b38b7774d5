"""Which fields are there for giving a case to people, handing it back, and reviewing a conflict of interest?"""

from wtforms.validators import Optional

from foundation.fields import ChoiceField, DanishForm, ProseField, RadiosField, VersionField, choice, required
from intake.rules.assignment import DeclineReason
from intake.wording import words


class AssignForm(DanishForm):
    person = ChoiceField("Hvem skal have sagen?", validators=[required("Vælg en person.")])


class EndAssignmentForm(DanishForm):
    person = ChoiceField("Hvem skal ikke længere have sagen?", validators=[required("Vælg en person.")])
    substitute = ChoiceField("Hvem skal tage over?", validators=[Optional()])
    reason = ProseField(
        "Hvorfor?",
        description="Begrundelsen står i sagens historik.",
        validators=[required("Skriv, hvorfor personen ikke længere skal have sagen.")],
        max_characters=2000,
    )


class DeclineForm(DanishForm):
    reason = RadiosField(
        "Hvorfor kan du ikke tage sagen?",
        choices=[choice(one.value, words(one)) for one in DeclineReason],
        validators=[required("Vælg en grund.")],
    )
    text = ProseField(
        "Skriv kort hvorfor",
        description="Skal udfyldes, hvis du er inhabil eller har valgt noget andet.",
        validators=[Optional()],
        max_characters=2000,
    )


class PassOnForm(DanishForm):
    colleague = ChoiceField("Hvem skal have sagen?", validators=[required("Vælg en kollega.")])
    reason = ProseField(
        "Hvorfor giver du sagen videre?",
        validators=[required("Skriv kort hvorfor.")],
        max_characters=2000,
    )


class ReviewConflictForm(DanishForm):
    version = VersionField()
    declaration = ChoiceField("Hvis svar afgør du?", validators=[required("Vælg et svar.")])
    outcome = RadiosField(
        "Er personen inhabil?",
        choices=[
            choice("upheld", "Ja, personen er inhabil og må ikke se sagen"),
            choice("lifted", "Nej, personen er ikke inhabil og må arbejde med sagen igen"),
        ],
        validators=[required("Vælg, om personen er inhabil.")],
    )
    note = ProseField(
        "Hvorfor?",
        description="Begrundelsen står i sagens historik.",
        validators=[required("Skriv, hvorfor I afgør det sådan.")],
        max_characters=2000,
    )
    substitute = ChoiceField(
        "Hvem skal tage over?",
        description="Den nye får personens arbejde med sagen med det samme, og får en mail om det.",
        validators=[Optional()],
    )
