"""Which fields are there for the departments' master data?"""

from wtforms.validators import Optional, Regexp

from foundation.fields import ChecksField, ChoiceField, DanishForm, DateField, LineField, ProseField, required
from foundation.fields import choice as option
from intake.rules.call import FocusArea
from intake.wording import words

_WHICH_DAY = "Skriv en dato, for eksempel 1.1.2028."


class AddDepartmentForm(DanishForm):
    code = LineField(
        "Forkortelse",
        description="To til otte store bogstaver, for eksempel MSB. Den kan ikke ændres senere.",
        validators=[
            required("Skriv forvaltningens forkortelse."),
            Regexp(r"\A[A-ZÆØÅ]{2,8}\Z", message="Skriv to til otte store bogstaver, for eksempel MSB."),
        ],
        max_characters=8,
    )
    name = LineField("Navn", validators=[required("Skriv forvaltningens navn.")], max_characters=200)
    valid_from = DateField("Fra hvilken dag?", validators=[required(_WHICH_DAY)])


class RenameDepartmentForm(DanishForm):
    department = ChoiceField("Hvilken forvaltning?", validators=[required("Vælg en forvaltning.")])
    name = LineField("Nyt navn", validators=[required("Skriv forvaltningens nye navn.")], max_characters=200)
    valid_from = DateField("Fra hvilken dag?", validators=[required(_WHICH_DAY)])


class AddCoordinatorForm(DanishForm):
    person = ChoiceField(
        "Hvem skal være koordinator?",
        description="En vurderer i forvaltningen.",
        validators=[required("Vælg en person.")],
    )
    valid_from = DateField("Fra hvilken dag?", validators=[required(_WHICH_DAY)])


class EndCoordinatorForm(DanishForm):
    coordinator = ChoiceField("Hvem skal ikke længere være koordinator?", validators=[required("Vælg en person.")])
    valid_to = DateField("Hvad er den sidste dag?", validators=[required(_WHICH_DAY)])


class FocusAreaForm(DanishForm):
    focus_area = ChoiceField(
        "Hvilket hovedområde?",
        choices=[option("", "Vælg et hovedområde"), *(option(one.value, words(one)) for one in FocusArea)],
        validators=[required("Vælg et hovedområde.")],
    )
    lead = ChoiceField("Hvilken forvaltning skal have hovedansvaret?", validators=[required("Vælg en forvaltning.")])
    ground = ProseField(
        "Hvorfor den?",
        validators=[required("Skriv kort hvorfor. Sekretariatet læser det, når et forslag skal sendes videre.")],
        max_characters=300,
    )
    others = ChecksField("Hvilke andre forvaltninger skal spørges?", validators=[Optional()])
    others_ground = ProseField(
        "Hvorfor de andre?",
        description="Skal udfyldes, hvis andre skal spørges.",
        validators=[Optional()],
        max_characters=300,
    )
    valid_from = DateField("Fra hvilken dag?", validators=[required(_WHICH_DAY)])
