"""Which fields does the secretariat fill in about a memo, a meeting and an agenda?"""

import functools
from collections.abc import Mapping, Sequence
from datetime import date

from wtforms import HiddenField
from wtforms.validators import Optional

from foundation.fields import (
    ChecksField,
    ChoiceField,
    DanishForm,
    DanishPart,
    DateField,
    KronerField,
    LineField,
    ProseField,
    RowsField,
    VersionField,
    choice,
    required,
)
from foundation.formats import day
from portfolio.rules.agenda import gets_it_late
from portfolio.rules.drafts import FrameDraft
from portfolio.rules.memo_check import day_fault
from portfolio.rules.memo_dates import MOST_FOLLOW_UPS, FollowUpDraft
from portfolio.rules.memo_texts import MemoText


class MemoTextsForm(DanishForm):
    """The base of a form for one part of the memo; its text fields are made from the catalogue."""

    version = VersionField()
    seen = HiddenField()


_ROOM_FOR_LONG_TEXTS = 100_000


def memo_texts_form(texts: Sequence[MemoText], shown: Mapping[str, str], *, version: int, seen: str) -> MemoTextsForm:
    """A form with one field for each text; one from the case that is longer than the memo's has room all the same.

    `seen` marks the texts of the case that the page shows.
    """
    room = tuple(one.most_letters if len(shown[one.key]) <= one.most_letters else _ROOM_FOR_LONG_TEXTS for one in texts)
    return _texts_form(tuple(texts), room)(data={**shown, "version": version, "seen": seen})


@functools.lru_cache(maxsize=256)
def _texts_form(texts: tuple[MemoText, ...], room: tuple[int, ...]) -> type[MemoTextsForm]:
    fields = {
        one.key: ProseField(one.label, validators=[Optional()], max_characters=most)
        for one, most in zip(texts, room, strict=True)
    }
    return type("MemoPartForm", (MemoTextsForm,), fields)


class FollowUpPart(DanishPart):
    on = DateField("Dato", validators=[required("Skriv en dato, for eksempel 14.4.2028.")])
    text = LineField("Hvad ses der på?", validators=[required("Skriv, hvad der ses på.")], max_characters=200)


class FrameForm(DanishForm):
    """`seen` marks the sorting and the limits that the page shows."""

    version = VersionField()
    seen = HiddenField()
    case_number = LineField(
        "Kommunens sagsnummer",
        description="Nummeret i journalsystemet, for eksempel 26/001234-7. Er feltet tomt, står forslagets nummer på "
        "indstillingen.",
        validators=[Optional()],
        max_characters=40,
    )
    amount = KronerField(
        "Hvor stort et beløb indstilles Rådet til?",
        description="Er feltet tomt, gælder det beløb, der er søgt. Et mindre beløb skal begrundes.",
        validators=[Optional()],
    )
    smaller_reason = ProseField(
        "Hvorfor et mindre beløb end det, der er søgt?",
        description="Begrundelsen kommer også til at stå i brevet til ansøgeren.",
        validators=[Optional()],
        max_characters=4000,
    )
    outcome_fund_max = KronerField(
        "Hvor meget kan resultatbetalingspuljen højst betale?",
        description="Højst det, der er i puljen, og højst det beløb, der indstilles.",
        validators=[Optional()],
    )
    conditions = ProseField(
        "Særlige vilkår",
        description="Ét vilkår på hver linje.",
        validators=[Optional()],
        max_characters=8000,
    )
    report_on = DateField("Hvornår skal ansøgeren aflevere sin rapport?", validators=[Optional()])
    follow_ups = RowsField("Opfølgning", part=FollowUpPart, most_rows=MOST_FOLLOW_UPS, row_name="Opfølgning")
    annexes = ChecksField("Hvilke bilag følger med?", validators=[Optional()])

    def to_draft(self) -> FrameDraft:
        return FrameDraft(
            case_number=self.case_number.data,
            amount_ore=self.amount.data,
            smaller_reason=self.smaller_reason.data,
            outcome_fund_max_ore=self.outcome_fund_max.data,
            conditions=tuple(line.strip() for line in self.conditions.data.splitlines() if line.strip()),
            report_on=self.report_on.data,
            follow_ups=tuple(sorted(self._follow_ups(), key=lambda one: one.on)),
            annexes=tuple(self.annexes.data or ()),
        )

    def _follow_ups(self) -> list[FollowUpDraft]:
        rows = [(entry.form.on.data, entry.form.text.data) for entry in self.follow_ups.entries]
        return [FollowUpDraft(on, text) for on, text in rows if isinstance(on, date)]

    def days_hold(self, begins_on: date | None) -> bool:
        """Whether every follow-up comes after the effort has begun; one that does not is told at its row."""
        for entry in self.follow_ups.entries:
            if fault := day_fault(entry.form.on.data, begins_on=begins_on):
                entry.form.on.errors = [fault]
        return not self.follow_ups.faults

    def offer_annexes(self, names: Mapping[str, str]) -> None:
        self.annexes.choices = [choice(key, name) for key, name in names.items()]


class ReleaseForm(DanishForm):
    """`seen` marks the whole memo that the page shows."""

    version = VersionField()
    seen = HiddenField()


class SendBackForm(DanishForm):
    reason = ProseField(
        "Hvad skal laves om?",
        description="Teksten bliver stående i sagen og vises på indstillingens side.",
        validators=[required("Skriv, hvad der skal laves om.")],
        max_characters=4000,
    )


class MeetingForm(DanishForm):
    held_on = DateField(
        "Hvornår holder Rådet møde?",
        description="En arbejdsdag efter i dag.",
        validators=[required("Skriv en dato, for eksempel 14.4.2027.")],
    )


class PlaceForm(DanishForm):
    meeting = ChoiceField("Hvilket møde?", validators=[required("Vælg et møde.")])
    reason = ProseField(
        "Hvorfor kan sagen ikke vente?",
        description="Kun hvis der er under syv dage til mødet.",
        validators=[Optional()],
        max_characters=2000,
    )

    def offer(self, meetings: Sequence[date], *, on: date) -> None:
        """The days to choose from; of one that comes soon it is said that it needs a reason."""
        self.meeting.choices = [
            choice("", "Vælg et møde"),
            *(choice(held_on.isoformat(), _meeting_label(held_on, on=on)) for held_on in meetings),
        ]


def _meeting_label(held_on: date, *, on: date) -> str:
    return f"{day(held_on)} (skal begrundes)" if gets_it_late(held_on, on=on) else day(held_on)


class RemoveForm(DanishForm):
    reason = ProseField(
        "Hvorfor tages sagen af dagsordenen?",
        validators=[required("Skriv, hvorfor sagen tages af dagsordenen.")],
        max_characters=2000,
    )


class MoveItemForm(DanishForm):
    version = VersionField()
    item = LineField("Punkt", validators=[required("Åbn dagsordenen igen, og prøv derfra.")])
    direction = ChoiceField("Retning", choices=[choice("up", "Op"), choice("down", "Ned")], validators=[required()])
