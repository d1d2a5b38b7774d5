"""Which fields does the secretariat fill in for a call and its own questions?"""

from datetime import date, datetime, time
from typing import Any

from wtforms.validators import Optional

from foundation.clock import COPENHAGEN, NoSuchMoment, Turn, TwoSuchMoments, copenhagen_moment, in_utc, turn_of
from foundation.fields import (
    ChecksField,
    ChoiceField,
    DanishForm,
    DateField,
    EmailField,
    KronerField,
    LineField,
    ProseField,
    RadiosField,
    TickField,
    TimeField,
    VersionField,
    WholeNumberField,
    choice,
    required,
)
from intake.rules.call import ExtraKind, FocusArea
from intake.rules.call_draft import CallDraft, QuestionDraft
from intake.wording import words

LONGEST_TEXT = 10_000
LONGEST_REASON = 2_000
MOST_PROJECTS = 999
MOST_WORDS = 2_000

_TURNS = [
    choice(Turn.SUMMER_TIME, "Sommertid: den første af de to timer"),
    choice(Turn.WINTER_TIME, "Vintertid: den anden af de to timer"),
]
_ASK_DATE = "Skriv en dato, for eksempel 1.3.2027."
_ASK_TIME = "Skriv et klokkeslæt, for eksempel 12.00."


def _turn_field(label: str) -> RadiosField:
    return RadiosField(label, validators=[Optional()], choices=_TURNS, coerce=Turn)


class _MomentForm(DanishForm):
    """What the forms with moments share: a date, a time of day, and the question about the hour that comes twice.

    The three fields are called NAME_on, NAME_time and NAME_turn.
    """

    moments: tuple[str, ...] = ()

    def validate(self, extra_validators: Any = None) -> bool:
        """All fields, and then whether each date and time is one moment."""
        is_valid: bool = super().validate(extra_validators)
        found = [self.moment(name) is not None for name in self.moments]
        return is_valid and all(found)

    def is_double(self, name: str) -> bool:
        """Whether the hour comes twice, so that the page has to ask which one is meant."""
        try:
            copenhagen_moment(*self._typed(name))
        except TwoSuchMoments:
            return True
        except ValueError:
            return False
        return False

    def moment(self, name: str) -> datetime | None:
        """The moment that was typed; None where it is none, with the message at the field that can mend it."""
        turn = self[f"{name}_turn"]
        try:
            on, at = self._typed(name)
        except ValueError:
            return None
        try:
            return copenhagen_moment(on, at, turn.data)
        except TwoSuchMoments as double:
            turn.errors = [str(double)]
        except NoSuchMoment as missing:
            self[f"{name}_time"].errors = [str(missing)]
        return None

    def _typed(self, name: str) -> tuple[date, time]:
        on, at = self[f"{name}_on"].data, self[f"{name}_time"].data
        if on is None or at is None:
            raise ValueError("a date or a time of day is missing, and its own field says so")
        return on, at


def moment_fields(name: str, at: datetime) -> dict[str, Any]:
    """What the three fields of a moment are filled in with."""
    local = in_utc(at).astimezone(COPENHAGEN)
    return {f"{name}_on": local.date(), f"{name}_time": local.time(), f"{name}_turn": turn_of(at)}


class CallForm(_MomentForm):
    """A new call. Only title, opening and deadline must be there before the call is published."""

    moments = ("opens", "closes")

    title = LineField("Titel", validators=[required("Giv callet en titel.")], max_characters=200)
    purpose = ProseField(
        "Hvad søger Rådet?",
        description="Skriv, hvilke indsatser Rådet gerne vil have forslag til.",
        validators=[Optional()],
        max_characters=LONGEST_TEXT,
    )
    who_can_apply = ProseField(
        "Hvem kan søge?",
        description="Skriv også, hvem der ikke kan.",
        validators=[Optional()],
        max_characters=LONGEST_TEXT,
    )
    focus_areas = ChecksField(
        "Hvilke hovedområder gælder callet?",
        description="Ansøgeren vælger ét af dem.",
        validators=[Optional()],
        choices=[choice(area, words(area)) for area in FocusArea],
        coerce=FocusArea,
    )
    opens_on = DateField("Åbner den", description="For eksempel 1.3.2027.", validators=[required(_ASK_DATE)])
    opens_time = TimeField("Klokken", description="For eksempel 9.00.", validators=[required(_ASK_TIME)])
    opens_turn = _turn_field("Hvilken af de to timer åbner callet i?")
    closes_on = DateField("Frist den", description="For eksempel 14.4.2027.", validators=[required(_ASK_DATE)])
    closes_time = TimeField(
        "Klokken", description="Forslag, der er modtaget kl. 12.00, er i tide.", validators=[required(_ASK_TIME)]
    )
    closes_turn = _turn_field("Hvilken af de to timer er fristen i?")
    frame = KronerField(
        "Hvor mange penge er der i alt?", description="Hele kroner, for eksempel 9.000.000.", validators=[Optional()]
    )
    per_project_cap = KronerField("Hvor meget kan hvert projekt højst få?", validators=[Optional()])
    max_projects = WholeNumberField(
        "Hvor mange projekter kan højst få penge?", validators=[Optional()], least=1, most=MOST_PROJECTS
    )
    policy = ChoiceField(
        "Hvilken politik sorteres forslagene efter?",
        description="Politikken er de regler og tal, som alle forslag i callet bliver bedømt efter.",
        validators=[Optional()],
    )
    contact_name = LineField("Hvem kan ansøgerne kontakte?", validators=[Optional()], max_characters=200)
    contact_email = EmailField("Mailadresse til kontakten", validators=[Optional()])

    def to_draft(self) -> CallDraft:
        """The call as it was typed. Raises ValueError before the form has been validated."""
        opens_at, closes_at = self.moment("opens"), self.moment("closes")
        if opens_at is None or closes_at is None:
            raise ValueError("a form that was validated has both moments")
        return CallDraft(
            title=self.title.data,
            opens_at=opens_at,
            closes_at=closes_at,
            purpose=self.purpose.data,
            who_can_apply=self.who_can_apply.data,
            focus_areas=tuple(area for area in FocusArea if area in (self.focus_areas.data or ())),
            frame_ore=self.frame.data or 0,
            per_project_cap_ore=self.per_project_cap.data or 0,
            max_projects=self.max_projects.data or 0,
            policy_id=self.policy.data or "",
            contact_name=self.contact_name.data,
            contact_email=self.contact_email.data or "",
        )


class EditCallForm(CallForm):
    """A call that is a draft."""

    version = VersionField()


def call_fields(draft: CallDraft) -> dict[str, Any]:
    """What the form of a call is filled in with."""
    return {
        "title": draft.title,
        "purpose": draft.purpose,
        "who_can_apply": draft.who_can_apply,
        "focus_areas": list(draft.focus_areas),
        **moment_fields("opens", draft.opens_at),
        **moment_fields("closes", draft.closes_at),
        "frame": draft.frame_ore or None,
        "per_project_cap": draft.per_project_cap_ore or None,
        "max_projects": draft.max_projects or None,
        "policy": draft.policy_id,
        "contact_name": draft.contact_name,
        "contact_email": draft.contact_email or None,
    }


class CallContactForm(DanishForm):
    """The one thing that may be changed of a published call."""

    version = VersionField()
    contact_name = LineField(
        "Hvem kan ansøgerne kontakte?",
        validators=[required("Skriv, hvem ansøgerne kan kontakte.")],
        max_characters=200,
    )
    contact_email = EmailField(
        "Mailadresse til kontakten",
        validators=[required("Skriv en mailadresse, som ansøgerne kan skrive til.")],
    )


class CallQuestionForm(DanishForm):
    """One of the call's own questions; the version is that of the call."""

    version = VersionField()
    label = LineField(
        "Spørgsmålet",
        description="For eksempel: Hvordan har borgerne selv været med?",
        validators=[required("Skriv spørgsmålet.")],
        max_characters=200,
    )
    kind = RadiosField(
        "Hvordan skal man svare?",
        choices=[choice(kind, words(kind)) for kind in ExtraKind],
        coerce=ExtraKind,
        validators=[required("Vælg, hvordan man skal svare.")],
    )
    hint = LineField(
        "Hjælp til ansøgeren",
        description="Står under spørgsmålet.",
        validators=[Optional()],
        max_characters=500,
    )
    is_required = TickField("Spørgsmålet skal besvares, før forslaget kan sendes")
    most_words = WholeNumberField(
        "Højst så mange ord",
        description="Kun ved en lang tekst. For eksempel 200.",
        validators=[Optional()],
        least=1,
        most=MOST_WORDS,
    )
    options = ProseField(
        "Svarmuligheder",
        description="Kun ved et valg. Skriv én på hver linje, mindst to.",
        validators=[Optional()],
        max_characters=3_000,
    )

    def to_draft(self) -> QuestionDraft:
        """The question as it was typed; each line with something on it is an option."""
        lines = [" ".join(line.split()) for line in self.options.data.splitlines()]
        return QuestionDraft(
            kind=self.kind.data,
            label=self.label.data,
            hint=self.hint.data,
            is_required=self.is_required.data,
            most_words=self.most_words.data,
            options=tuple(line for line in lines if line),
        )


def question_fields(draft: QuestionDraft) -> dict[str, Any]:
    """What the form of a question is filled in with."""
    return {
        "kind": draft.kind,
        "label": draft.label,
        "hint": draft.hint,
        "is_required": draft.is_required,
        "most_words": draft.most_words,
        "options": "\n".join(draft.options),
    }


class ExtendDeadlineForm(_MomentForm):
    """A later deadline for an open call."""

    moments = ("closes",)

    version = VersionField()
    closes_on = DateField("Ny frist den", description="For eksempel 14.4.2027.", validators=[required(_ASK_DATE)])
    closes_time = TimeField("Klokken", description="For eksempel 12.00.", validators=[required(_ASK_TIME)])
    closes_turn = _turn_field("Hvilken af de to timer er fristen i?")
    reason = ProseField(
        "Hvorfor udsættes fristen?",
        description="Teksten står i mailen til dem, der har en kladde.",
        validators=[required("Skriv, hvorfor fristen udsættes.")],
        max_characters=LONGEST_REASON,
    )


class CancelCallForm(DanishForm):
    """Why a call is cancelled."""

    version = VersionField()
    reason = ProseField(
        "Hvorfor aflyses callet?",
        description="Teksten står på callets side og i mailen til dem, der har skrevet eller sendt et forslag.",
        validators=[required("Skriv, hvorfor callet aflyses.")],
        max_characters=LONGEST_REASON,
    )


class ActOnCallForm(DanishForm):
    """A button: it carries only which version of the call was on the screen."""

    version = VersionField()
