"""Which fields does a department fill in to answer?"""

from dataclasses import replace
from typing import Any

from wtforms.validators import Optional

from foundation.fields import (
    DanishForm,
    KronerField,
    LineField,
    ProseField,
    RadiosField,
    VersionField,
    WholeNumberField,
    choice,
    required,
)
from scoring.forms.choices import YES_NO, YES_NO_VALUES
from scoring.rules.answers import MOST_YEARS, gaps_of_answer
from scoring.rules.drafts import AnswerDraft
from scoring.rules.payer import CanPay
from scoring.wording import words


class StatementForm(DanishForm):
    """The base of a department's answer: all but what it pays."""

    version = VersionField()
    statement = ProseField(
        "Hvad siger forvaltningen om forslaget?",
        description="Skriv fagligt og kort. Teksten kommer med i indstillingen til Rådet.",
        validators=[required("Skriv forvaltningens udtalelse.")],
        max_characters=8000,
    )
    confirms_gap = RadiosField(
        "Er der et hul i kommunens tilbud, som forslaget fylder?",
        choices=YES_NO,
        default="unknown",
        validators=[required("Vælg ja, nej eller ikke oplyst.")],
    )
    can_pay = RadiosField(
        "Er der et budget, der kan og vil betale, hvis indsatsen virker?",
        choices=[choice(answer.value, words(answer)) for answer in CanPay],
        validators=[required("Vælg, om der er et budget, der kan og vil betale.")],
    )
    backed_by = LineField(
        "Hvem i ledelsen bakker op?",
        description="Titel, ikke navn. Skal udfyldes ved ja og delvist.",
        validators=[Optional()],
    )
    has_adverse_facts = RadiosField(
        "Siger svaret noget nyt, som taler imod forslaget, og som ansøgeren ikke kender?",
        choices=[choice("yes", "Ja"), choice("no", "Nej")],
        validators=[required("Vælg, om svaret siger noget nyt, som taler imod forslaget.")],
    )
    adverse_facts = ProseField(
        "Hvad er det nye?",
        description="Skal udfyldes ved ja. Ansøgeren får teksten at se og kan svare på den.",
        validators=[Optional()],
        max_characters=4000,
    )

    def validate(self, extra_validators: Any = None) -> bool:
        """Besides each field for itself: a yes says from what it is paid, and news says what it is."""
        if not super().validate(extra_validators):
            return False
        gaps = list(gaps_of_answer(self.to_draft()))
        for name, text in gaps:
            self[name].errors = [*self[name].errors, text]
        return not gaps

    def to_draft(self) -> AnswerDraft:
        """The answer without what is paid."""
        return AnswerDraft(
            statement=self.statement.data,
            confirms_gap=YES_NO_VALUES.get(self.confirms_gap.data or ""),
            can_pay=CanPay(self.can_pay.data),
            budget_line="",
            backed_by=self.backed_by.data,
            has_adverse_facts=self.has_adverse_facts.data == "yes",
            adverse_facts=self.adverse_facts.data,
        )


class AnswerForm(StatementForm):
    """Where a donation is asked for: what the budget can pay in all."""

    budget_line = LineField(
        "Hvilket budget?",
        description="Konto eller bevilling. Skal udfyldes ved ja og delvist.",
        validators=[Optional()],
    )
    amount = KronerField(
        "Hvor meget kan budgettet betale i alt?",
        description="Hele kroner for alle årene. Skal udfyldes ved ja og delvist.",
        validators=[Optional()],
    )
    years = WholeNumberField(
        "Over hvor mange år?",
        description="Fra 1 til 20 år. Skal udfyldes ved ja og delvist.",
        validators=[Optional()],
        least=1,
        most=MOST_YEARS,
    )

    def to_draft(self) -> AnswerDraft:
        return replace(
            super().to_draft(), budget_line=self.budget_line.data, amount_ore=self.amount.data, years=self.years.data
        )
