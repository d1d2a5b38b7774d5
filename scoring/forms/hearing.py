"""Which fields are there to hear an applicant, to answer, and to end a hearing?"""

from wtforms import HiddenField
from wtforms.validators import Optional

from foundation.fields import DanishForm, DateField, ProseField, VersionField, required


class HearingForm(DanishForm):
    version = VersionField()
    facts = ProseField(
        "Hvad skal ansøgeren høres om?",
        description="Det, der taler imod forslaget, og som ansøgeren ikke kender. Ansøgeren læser det ord for ord.",
        validators=[required("Skriv, hvad ansøgeren skal høres om.")],
        max_characters=8000,
    )
    due_on = DateField(
        "Hvornår skal ansøgeren senest svare?",
        description="En arbejdsdag efter i dag. Ti arbejdsdage er det almindelige.",
        validators=[required("Skriv en dato, for eksempel 14.4.2027.")],
    )
    letter = ProseField(
        "Brevet",
        description="Lav et udkast, og ret det til. Brevet bliver sendt, som det står her.",
        validators=[Optional()],
        max_characters=12_000,
    )


class WaiverForm(DanishForm):
    version = VersionField()
    reason = ProseField(
        "Hvorfor er en høring ikke nødvendig?",
        description="For eksempel: Ansøgeren har selv skrevet det i forslaget. Teksten bliver stående i sagen.",
        validators=[required("Skriv, hvorfor ansøgeren ikke skal høres.")],
        max_characters=4000,
    )


class HearingAnswerForm(DanishForm):
    version = HiddenField(validators=[required("Siden er for gammel. Åbn den igen, og skriv svaret der.")])
    answer = ProseField(
        "Jeres svar",
        description="Skriv, hvad I mener om oplysningerne, og hvad der eventuelt er forkert.",
        validators=[required("Skriv jeres svar.")],
        max_characters=8000,
    )


class CloseHearingForm(DanishForm):
    version = VersionField()
    note = ProseField(
        "Hvad betyder svaret for sagen?",
        description="Et internt notat. Ansøgeren ser det ikke her, men kan bede om aktindsigt.",
        validators=[required("Skriv, hvad svaret betyder for sagen.")],
        max_characters=4000,
    )
