"""Which fields does the office fill in about the figures of the fund and of the law?"""

from typing import TypeVar

from wtforms.validators import Optional

from foundation.fields import (
    ChoiceField,
    DanishForm,
    DateField,
    DecimalNumberField,
    KronerField,
    LineField,
    ReadField,
    choice,
    required,
)
from scoring.rules.fund import FundFiguresDraft
from scoring.rules.legal_figures import LegalFigureDraft, LegalFigureKind
from scoring.wording import words

ValueT = TypeVar("ValueT")


def _given(field: ReadField[ValueT]) -> ValueT:
    """The answer of a required field, once the form is found to be in order."""
    if field.data is None:
        raise ValueError(f"{field.name} is not given")
    return field.data


class FundFiguresForm(DanishForm):
    as_of = DateField(
        "Hvilken dag gælder tallene?",
        description="I dag eller en tidligere dag.",
        validators=[required("Skriv, hvilken dag tallene gælder.")],
    )
    capital = KronerField(
        "Fondens kapital",
        description="Det, fonden har, når alt, der er givet tilsagn om, er trukket fra.",
        validators=[required("Skriv fondens kapital. Er der ikke noget, så skriv 0.")],
        least=0,
    )
    reserved = KronerField(
        "Holdt tilbage til drift",
        description="Sekretariat og honorarer i de år, Rådet har tilbage.",
        validators=[required("Skriv, hvor meget der er holdt tilbage. Er det ingenting, så skriv 0.")],
        least=0,
    )
    outcome_fund = KronerField(
        "Resultatbetalingspuljen",
        validators=[required("Skriv, hvor meget der er i puljen. Er den tom, så skriv 0.")],
        least=0,
    )
    donation_pool = KronerField(
        "Rest til donationer i år",
        description="Det, der er tilbage, når de donationer, Rådet har sagt ja til, er trukket fra. En donation, der "
        "kun er sorteret, er ikke trukket fra endnu.",
        validators=[required("Skriv, hvor meget der er til donationer. Er der ikke mere, så skriv 0.")],
        least=0,
    )
    source = LineField(
        "Hvor kommer tallene fra?",
        description="For eksempel: Økonomisystemet, udtræk 3. marts.",
        validators=[required("Skriv, hvor tallene kommer fra.")],
        max_characters=300,
    )

    def to_draft(self) -> FundFiguresDraft:
        return FundFiguresDraft(
            as_of=_given(self.as_of),
            capital_ore=_given(self.capital),
            reserved_ore=_given(self.reserved),
            outcome_fund_balance_ore=_given(self.outcome_fund),
            donation_pool_left_ore=_given(self.donation_pool),
            source=self.source.data,
        )


class LegalFigureForm(DanishForm):
    figure = ChoiceField(
        "Hvad er tallet?",
        choices=[choice("", "Vælg"), *(choice(kind.value, words(kind)) for kind in LegalFigureKind)],
        validators=[required("Vælg, hvad tallet er.")],
    )
    value = DecimalNumberField(
        "Tallet",
        description="I kroner. Loftet for de minimis-støtte er i euro.",
        validators=[required("Skriv tallet.")],
        places=2,
        least=1,
    )
    valid_from = DateField("Fra hvilken dag?", validators=[required("Skriv den første dag.")])
    valid_to = DateField(
        "Til og med hvilken dag?",
        description="Tomt, hvis tallet gælder, til der kommer et nyt.",
        validators=[Optional()],
    )
    source = LineField(
        "Hvor står tallet?",
        description="For eksempel: Bekendtgørelse om tærskelværdier 2026-2027.",
        validators=[required("Skriv, hvor tallet står.")],
        max_characters=300,
    )

    def to_draft(self) -> LegalFigureDraft:
        return LegalFigureDraft(
            figure=LegalFigureKind(self.figure.data),
            value=_given(self.value),
            valid_from=_given(self.valid_from),
            valid_to=self.valid_to.data,
            source=self.source.data,
        )
