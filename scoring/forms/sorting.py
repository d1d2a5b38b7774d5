"""Which fields are there to sort otherwise than the rules?"""

from wtforms.validators import Optional

from foundation.fields import ChoiceField, DanishForm, ProseField, choice
from intake.rules.track import Track
from intake.wording import words as intake_words


class SortingForm(DanishForm):
    track = ChoiceField(
        "Hvilket spor?",
        choices=[
            choice("", "Vælg et spor"),
            *(choice(track.value, intake_words(track)) for track in Track if track is not Track.UNDETERMINED),
        ],
        validators=[Optional()],
    )
    reason = ProseField(
        "Begrundelse",
        description="Skal udfyldes, hvis du sorterer anderledes. Den kommer med i indstillingen.",
        validators=[Optional()],
        max_characters=4000,
    )
