"""Which fields are there to confirm a sorting, to renew it, and to sort otherwise than the rules?"""

from wtforms import HiddenField
from wtforms.validators import Optional

from foundation.errors import ChangedMeanwhile
from foundation.fields import ChoiceField, DanishForm, ProseField, choice, required
from intake.rules.track import Track
from intake.wording import words as intake_words
from scoring.rules.resorting import Seen


class SeenForm(DanishForm):
    """A decision that rests on what the page shows: `version` carries all of it, to be compared."""

    version = HiddenField(validators=[required("Siden er for gammel. Åbn den igen, og se sagen, som den er nu.")])

    def to_seen(self) -> Seen:
        """What the page showed. Raises ChangedMeanwhile for a page that carries nothing we know."""
        try:
            return Seen.from_text(self.version.data or "")
        except ValueError as fault:
            raise ChangedMeanwhile from fault


class SortingForm(SeenForm):
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
