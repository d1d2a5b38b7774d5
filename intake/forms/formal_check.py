"""Which fields are there to verify the formal demands, to return or reject a proposal, to note, and to hand it over?"""

from collections.abc import Mapping

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
from intake.rules.formal_check import DEMANDS, CheckOutcome, ItemDraft
from intake.rules.formal_return import RejectionDraft, ReturnDraft
from intake.wording import words

_OUTCOMES = [choice(outcome.value, words(outcome)) for outcome in CheckOutcome]


class FormalCheckForm(DanishForm):
    """The base of the check: two fields a demand are added to it, `EL1_outcome` and `EL1_note`."""

    version = VersionField()
    applicant_department = ChoiceField("Hvilken forvaltning søger?", validators=[Optional()])

    def to_drafts(self) -> dict[str, ItemDraft]:
        """What was found, by rule; a demand that nobody has looked at is not there."""
        return {
            rule: ItemDraft(CheckOutcome(found), self[f"{rule}_note"].data)
            for rule in DEMANDS
            if (found := self[f"{rule}_outcome"].data)
        }


def _verifying(rule: str, demand: str) -> dict[str, object]:
    return {
        f"{rule}_outcome": RadiosField(f"{rule}: {demand}", choices=_OUTCOMES, validators=[Optional()]),
        f"{rule}_note": ProseField(f"Bemærkning til {rule}", validators=[Optional()], max_characters=10_000),
    }


VerifyForm: type[FormalCheckForm] = type(
    "VerifyForm",
    (FormalCheckForm,),
    {name: field for rule, demand in DEMANDS.items() for name, field in _verifying(rule, demand).items()},
)


def shown_items(items: Mapping[str, ItemDraft]) -> dict[str, str]:
    """What was found before, as the fields take it."""
    outcomes = {f"{rule}_outcome": item.outcome.value for rule, item in items.items()}
    return outcomes | {f"{rule}_note": item.note for rule, item in items.items()}


_LETTER = {
    "description": "Tryk på Lav udkast til brevet, når felterne ovenfor er udfyldt. Ret så i teksten. Trykker du igen, "
    "bliver teksten lavet forfra. Brevet bliver sendt og gemt, som det står her.",
    "validators": [Optional()],
    "max_characters": 20_000,
}


class ReturnForm(DanishForm):
    version = VersionField()
    asked_for = ProseField(
        "Hvad mangler?",
        description="Én ting på hver linje. Ansøgeren ser listen øverst i forslaget.",
        validators=[required("Skriv, hvad der mangler.")],
        max_characters=9000,
    )
    sections = ChecksField(
        "Hvilke dele skal ansøgeren kunne rette i?",
        description="De andre dele er lukket, så ingen får længere tid til dem end andre ansøgere.",
        validators=[required("Vælg mindst én del, som ansøgeren kan rette i.")],
    )
    due_on = DateField(
        "Hvornår skal ansøgeren senest svare?",
        description="En arbejdsdag efter i dag.",
        validators=[required("Skriv en dato, for eksempel 14.4.2027.")],
    )
    letter = ProseField("Brev til ansøgeren", **_LETTER)  # type: ignore[arg-type]

    def to_draft(self) -> ReturnDraft:
        if self.due_on.data is None:
            raise ValueError("the deadline is demanded, so a form that holds has one")
        lines = (line.strip(" -•\t") for line in self.asked_for.data.splitlines())
        return ReturnDraft(
            due_on=self.due_on.data,
            sections=tuple(self.sections.data or ()),
            asked_for=tuple(line for line in lines if line),
            letter=self.letter.data,
        )


class RejectForm(DanishForm):
    version = VersionField()
    rules = ChecksField(
        "Hvilke krav er ikke opfyldt?",
        validators=[required("Vælg mindst ét krav, som ikke er opfyldt.")],
    )
    considerations = ProseField(
        "Hvad er der lagt vægt på?",
        description="De hovedhensyn og fakta, der afgør sagen. Skriv, så ansøgeren kan forstå hvorfor.",
        validators=[required("Skriv, hvad der er lagt vægt på.")],
        max_characters=8000,
    )
    letter = ProseField("Brev til ansøgeren", **_LETTER)  # type: ignore[arg-type]

    def to_draft(self) -> RejectionDraft:
        return RejectionDraft(
            rules=tuple(self.rules.data or ()), considerations=self.considerations.data, letter=self.letter.data
        )


class NoteForm(DanishForm):
    text = ProseField(
        "Hvad skete der?",
        description="For eksempel, hvad der blev sagt på et møde eller i telefonen, og hvem der var med.",
        validators=[required("Skriv, hvad der skete.")],
        max_characters=8000,
    )
    happened_on = DateField("Hvornår skete det?", validators=[required("Skriv en dato, for eksempel 3.3.2027.")])


class CaseWorkerForm(DanishForm):
    version = VersionField()
    case_worker = ChoiceField(
        "Hvem skal være sagsbehandler?",
        description="En fra sekretariatet, som hverken er inhabil eller vurderer sagen.",
        validators=[required("Vælg en sagsbehandler.")],
    )
