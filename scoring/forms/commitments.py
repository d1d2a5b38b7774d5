"""Which fields does a department fill in to answer where an investment may come of a proposal?"""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any, ClassVar

from wtforms.validators import Optional

from foundation.fields import (
    ChoiceField,
    DanishPart,
    DecimalNumberField,
    KronerField,
    LineField,
    ProseField,
    RadiosField,
    RowsField,
    YearField,
    choice,
    required,
)
from scoring.forms.answers import StatementForm
from scoring.rules.commitment import (
    FIRST_YEAR,
    LAST_YEAR,
    MOST_AMOUNTS,
    MOST_CO_PAYERS,
    MOST_SHARES,
    PERCENT_PLACES,
    CoPayer,
    Gap,
    PayerShare,
    Promise,
    YearAmount,
    gaps_of_commitment,
)
from scoring.rules.drafts import AnswerDraft
from scoring.rules.gain_share import GainKind
from scoring.rules.goal_payers import PayerKind
from scoring.rules.payer import CanPay
from scoring.wording import words

_LONGEST_NAME = 200
_BELOW_THE_PROMISE = ("backed_by", "has_adverse_facts", "adverse_facts")
_HELD_TOGETHER = ("can_pay", "reason", "amounts", "co_payers", "shares", "gain_kind", "gain_percent", "gain_reason")


class AmountPart(DanishPart):
    """One budget in one year."""

    year = YearField("År", validators=[required("Skriv året.")], least=FIRST_YEAR, most=LAST_YEAR)
    budget_line = LineField(
        "Budget",
        description="Konto eller bevilling.",
        validators=[required("Skriv, hvilket budget der betaler.")],
        max_characters=_LONGEST_NAME,
    )
    amount = KronerField("Beløb", validators=[required("Skriv beløbet i hele kroner.")])


class CoPayerPart(DanishPart):
    """One more who would pay."""

    payer = ChoiceField(
        "Hvem?",
        choices=[
            choice("", "Vælg"),
            *(choice(one.value, words(one)) for one in (PayerKind.OUTCOME_FUND, PayerKind.OTHER)),
        ],
        validators=[required("Vælg, hvem der betaler.")],
    )
    name = LineField(
        "Navn",
        description="Skal udfyldes, når det er en anden.",
        validators=[Optional()],
        max_characters=_LONGEST_NAME,
    )
    amount = KronerField("Beløb i alt", validators=[required("Skriv beløbet i hele kroner.")])
    confirmed = ChoiceField(
        "Har de selv sagt ja?",
        choices=[choice("", "Vælg"), choice("yes", "Ja"), choice("no", "Nej, ikke endnu")],
        validators=[required("Vælg, om de selv har sagt ja.")],
    )


class FullAnswerForm(StatementForm):
    """The base of the full answer; the goals to split are put in by `full_answer_form`.

    Budget, amount and years are not asked for themselves: they follow from the rows.
    """

    goals: ClassVar[tuple[str, ...]] = ()
    leads: ClassVar[bool] = False

    reason = ProseField(
        "Hvorfor nej, eller hvorfor kun en del?",
        description="Skal udfyldes ved nej og delvist.",
        validators=[Optional()],
        max_characters=4000,
    )
    amounts = RowsField(
        "Hvad betaler forvaltningen, år for år?",
        description="En række for hvert år og budget. Skal udfyldes ved ja og delvist.",
        part=AmountPart,
        most_rows=MOST_AMOUNTS,
        row_name="Beløb",
    )
    co_payers = RowsField(
        "Hvad ville resultatbetalingspuljen eller andre betale?",
        description="Kun dem, I ved noget om.",
        part=CoPayerPart,
        most_rows=MOST_CO_PAYERS,
        row_name="Medbetaler",
    )
    gain_kind = RadiosField(
        "Hvordan er den gevinst, forvaltningen venter?",
        choices=[choice(kind.value, words(kind)) for kind in GainKind],
        validators=[Optional()],
    )
    gain_percent = DecimalNumberField(
        "Hvor stor en del af gevinsten går tilbage til fonden?",
        description="Fra 0 til 100. Der foreslås 25 %, når gevinsten er langsigtet eller svær at måle, og 75 %, når "
        "den er konkret og viser sig med det samme.",
        validators=[Optional()],
        places=2,
        most=100,
    )
    gain_reason = ProseField(
        "Hvorfor en anden andel end den, der foreslås?",
        description="Skal kun udfyldes, når andelen er en anden.",
        validators=[Optional()],
        max_characters=4000,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in _BELOW_THE_PROMISE:  # The summary tells the faults in the order of the page.
            self._fields[name] = self._fields.pop(name)

    def validate(self, extra_validators: Any = None) -> bool:
        """Besides each field for itself: the promise is whole, and what is to be 100 % together is."""
        valid = super().validate(extra_validators)
        # What cannot be read cannot be held together; a fault elsewhere on the page hides nothing of the promise.
        if any(self[name].errors for name in _HELD_TOGETHER if name in self):
            return False
        gaps = list(gaps_of_commitment(self._promise(), CanPay(self.can_pay.data), self.goals, leads=self.leads))
        for gap in gaps:
            self._hang(gap)
        return valid and not gaps

    def _hang(self, gap: Gap) -> None:
        field = self[gap.field]
        if not isinstance(field, RowsField):
            field.errors = [*field.errors, gap.text]
            return
        if gap.row is not None:
            cell = field.entries[gap.row].form[gap.column]
        elif len(field.entries) < field.most_rows:
            cell = _first_of_new_row(field, gap)
        else:
            self.form_errors.append(gap.text)
            return
        cell.errors = [*cell.errors, gap.text]

    def to_draft(self) -> AnswerDraft:
        return replace(super().to_draft(), promise=self._promise())

    def _promise(self) -> Promise:
        return Promise(
            reason=self.reason.data,
            amounts=tuple(YearAmount(row["year"], row["budget_line"], row["amount"]) for row in self.amounts.data),
            co_payers=tuple(
                CoPayer(PayerKind(row["payer"]), row["name"], row["amount"], row["confirmed"] == "yes")
                for row in self.co_payers.data
            ),
            shares=self._shares(),
            gain_kind=GainKind(self.gain_kind.data) if self.gain_kind.data else None,
            gain_percent=self.gain_percent.data,
            gain_reason=self.gain_reason.data,
        )

    def _shares(self) -> tuple[PayerShare, ...]:
        if not self.leads:
            return ()
        return tuple(
            PayerShare(self.goals[int(row["goal"])], PayerKind(row["payer"]), row["name"], row["percent"])
            for row in self["shares"].data
        )


def _first_of_new_row(rows: RowsField, gap: Gap) -> Any:
    """The cell that the message hangs at, in a row that is put there to be filled in."""
    if gap.field != "shares":
        return next(iter(rows.append_entry().form))
    entry = rows.append_entry({"payer": PayerKind.DEPARTMENT.value})
    goal = entry.form["goal"]
    goal.data = next(value for value, text, *_ in goal.choices if text == gap.goal)
    return entry.form["percent"]


def full_answer_form(goals: Sequence[str], *, leads: bool) -> type[FullAnswerForm]:
    """The form for the goals of one proposal; the lead alone splits them on those who pay."""
    fields: dict[str, Any] = {"goals": tuple(goals), "leads": leads}
    if leads:
        fields["shares"] = RowsField(
            "Hvem betaler for hvert mål?",
            description="Andelene for et mål skal være 100 % tilsammen. Skal udfyldes ved ja og delvist.",
            part=_share_part(goals),
            most_rows=MOST_SHARES,
            row_name="Andel",
        )
    return type("FullAnswerForm", (FullAnswerForm,), fields)


def _share_part(goals: Sequence[str]) -> type[DanishPart]:
    """How much one payer carries of a goal; the goals to choose from are those of the proposal."""
    listed = [choice("", "Vælg"), *(choice(str(number), goal) for number, goal in enumerate(goals))]
    payers = [choice("", "Vælg"), *(choice(one.value, words(one)) for one in PayerKind)]
    fields = {
        "goal": ChoiceField("Mål", choices=listed, validators=[required("Vælg målet.")]),
        "payer": ChoiceField("Hvem betaler?", choices=payers, validators=[required("Vælg, hvem der betaler.")]),
        "name": LineField(
            "Navn",
            description="Skal udfyldes, når det er en anden.",
            validators=[Optional()],
            max_characters=_LONGEST_NAME,
        ),
        "percent": DecimalNumberField(
            "Andel", validators=[required("Skriv andelen i procent.")], places=PERCENT_PLACES, most=100
        ),
    }
    return type("SharePart", (DanishPart,), fields)


def shown_promise(promise: Promise, goals: Sequence[str]) -> dict[str, Any]:
    """A promise as the fields show it; a share of a goal that is gone is left out."""
    return {
        "reason": promise.reason,
        "amounts": [
            {"year": one.year, "budget_line": one.budget_line, "amount": one.amount_ore} for one in promise.amounts
        ],
        "co_payers": [
            {
                "payer": one.payer.value,
                "name": one.name,
                "amount": one.amount_ore,
                "confirmed": "yes" if one.confirmed else "no",
            }
            for one in promise.co_payers
        ],
        "shares": [
            {
                "goal": str(list(goals).index(one.goal)),
                "payer": one.payer.value,
                "name": one.name,
                "percent": one.percent,
            }
            for one in promise.shares
            if one.goal in goals
        ],
        "gain_kind": promise.gain_kind.value if promise.gain_kind else None,
        "gain_percent": promise.gain_percent,
        "gain_reason": promise.gain_reason,
    }


def first_shares(goals: Sequence[str]) -> list[dict[str, Any]]:
    """What the page proposes before anybody has split: the department carries all of every goal (domain.md MON10)."""
    return [
        {"goal": str(number), "payer": PayerKind.DEPARTMENT.value, "name": "", "percent": Decimal(100)}
        for number in range(len(goals))
    ]
