"""Which fields do people fill in for a business case, for SØM's result, and to choose between them?"""

from collections.abc import Iterable, Sequence
from dataclasses import fields
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from wtforms import Field
from wtforms.validators import Optional

from foundation.fields import (
    ChoiceField,
    DanishForm,
    DanishPart,
    DateField,
    DecimalNumberField,
    KronerField,
    LineField,
    ProseField,
    RadiosField,
    RowsField,
    VersionField,
    WholeNumberField,
    YearField,
    choice,
    required,
)
from scoring.rules.business_case import LAST_YEAR, MOST_SAVING_YEARS, CostKind, Sector
from scoring.rules.business_case_drafts import (
    EARLIEST_YEAR,
    LATEST_YEAR,
    MOST_COSTS,
    MOST_GOALS,
    MOST_INTAKES,
    MOST_PARTICIPANTS,
    MOST_SAVINGS,
    PART_WORDS,
    BusinessCaseDraft,
    CaseGap,
    CostLine,
    GoalLine,
    IntakeLine,
    SavingLine,
    gaps_of_case,
    given,
)
from scoring.rules.business_case_origins import BusinessCaseOrigin
from scoring.rules.business_case_stored import SomResult
from scoring.wording import words

PARTS: Final = ("intakes", "costs", "goals", "savings")
_GOAL_NUMBERS: Final = tuple(str(number) for number in range(1, MOST_GOALS + 1))
_MINUS_SIGNS: Final = ("-", "\u2212", "\u2013")


class ShareField(DecimalNumberField):
    """A percentage from 0 to 100 with decimals; the sign behind the control may be typed as well."""

    def __init__(self, label: str | None = None, validators: Sequence[Any] | None = None, **kwargs: Any) -> None:
        super().__init__(label, validators, places=4, least=0, most=100, **kwargs)

    def read(self, text: str) -> Decimal:
        return super().read(text.removesuffix("%").rstrip())


class SignedKronerField(KronerField):
    """Whole kroner that may be negative."""

    def read(self, text: str) -> int:
        if text.startswith(_MINUS_SIGNS):
            return -super().read(text[1:].lstrip())
        return super().read(text)


def _options(members: Iterable[StrEnum]) -> list[Any]:
    return [choice("", "Vælg"), *(choice(member.value, words(member)) for member in members)]


def _optional() -> list[Any]:
    return [Optional()]


class IntakePart(DanishPart):
    year = WholeNumberField("År", validators=_optional(), most=LAST_YEAR)
    participants = WholeNumberField("Hvor mange begynder?", validators=_optional(), least=1, most=MOST_PARTICIPANTS)


class CostPart(DanishPart):
    year = WholeNumberField("År", validators=_optional(), most=LAST_YEAR)
    kind = ChoiceField("Slags", validators=_optional(), choices=_options(CostKind))
    amount = KronerField("Beløb", validators=_optional(), least=0)


class GoalPart(DanishPart):
    name = LineField("Hvad skal ændre sig?", validators=_optional())
    success = ShareField("Hvor mange når målet?", validators=_optional())
    deadweight = ShareField("Hvor mange ville nå det alligevel?", validators=_optional())
    deadweight_reason = LineField(
        "Hvorfor ville ingen nå det alligevel? Kun ved 0 %.", validators=_optional(), max_characters=300
    )


class SavingPart(DanishPart):
    goal = ChoiceField(
        "Hvilket mål?",
        validators=_optional(),
        choices=[choice("", "Vælg"), *(choice(number, f"Mål {number}") for number in _GOAL_NUMBERS)],
    )
    payer = LineField("Hvem sparer pengene?", validators=_optional())
    sector = ChoiceField("Sektor", validators=_optional(), choices=_options(Sector))
    per_success = KronerField("Besparelse om året for hver borger, der når målet", validators=_optional(), least=0)
    starts_after = WholeNumberField("Begynder så mange år efter start", validators=_optional(), most=LAST_YEAR)
    years = WholeNumberField("Varer så mange år", validators=_optional(), least=1, most=MOST_SAVING_YEARS)
    drop_off = ShareField("Falder fra hvert år", validators=_optional())


def _rows(label: str, key: str, part: type[DanishPart], most: int, hint: str) -> RowsField:
    return RowsField(label, part=part, most_rows=most, row_name=PART_WORDS[key], description=hint)


class BusinessCaseForm(DanishForm):
    version = VersionField()
    origin = RadiosField(
        "Hvis tal er det?",
        choices=[
            choice(one.value, words(one)) for one in (BusinessCaseOrigin.DEPARTMENT, BusinessCaseOrigin.APPLICANT)
        ],
        default=BusinessCaseOrigin.DEPARTMENT.value,
        validators=[required("Vælg, hvis tal det er.")],
    )
    first_year = YearField(
        "Hvilket kalenderår er år 0?",
        description="Det første år med udgifter. For eksempel 2027.",
        validators=[Optional()],
        least=EARLIEST_YEAR,
        most=LATEST_YEAR,
    )
    intakes = _rows(
        "Hvor mange begynder hvert år?",
        "intakes",
        IntakePart,
        MOST_INTAKES,
        "Skriv årene som tal fra år 0. Begynder alle samtidig, er der én række.",
    )
    costs = _rows(
        "Hvad koster det?",
        "costs",
        CostPart,
        MOST_COSTS,
        "Hele kroner. Administration er det, selve ordningen koster, for eksempel kontrakt, måling og revision.",
    )
    goals = _rows(
        "Hvilke mål er der?",
        "goals",
        GoalPart,
        MOST_GOALS,
        "Procent af dem, der begynder. Skriv decimaler med komma. Effekten er forskellen mellem de to tal.",
    )
    savings = _rows(
        "Hvad spares der?",
        "savings",
        SavingPart,
        MOST_SAVINGS,
        "En række for hver, der sparer. Beløbet gælder ét år for én borger, der har nået målet.",
    )
    source = LineField(
        "Hvor er tallene fra?",
        description="For eksempel: Forslagets budget og forvaltningens enhedspriser for 2026.",
        validators=[required("Skriv, hvor tallene er fra.")],
        max_characters=300,
    )
    reason = ProseField(
        "Hvad er anderledes end i forslaget, og hvorfor?",
        description="Skriv, hvad I har rettet.",
        validators=[Optional()],
        max_characters=4000,
    )

    def validate(self, extra_validators: Any = None) -> bool:
        """Besides each field for itself: nothing that the calculation needs may be missing."""
        self.show_empty()
        valid = super().validate(extra_validators)
        gaps = gaps_of_case(self.to_draft())
        for gap in gaps:
            self._hang(gap)
        return valid and not gaps

    def _hang(self, gap: CaseGap) -> None:
        """Say what is missing at its cell, unless the cell has already said what is wrong with it."""
        entries = self[gap.part].entries if gap.part else ()
        field: Field = entries[min(gap.place, len(entries) - 1)].form[gap.cell] if entries else self[gap.cell]
        if not field.errors:
            field.errors = [gap.text]

    def show_empty(self) -> None:
        """Every part shows at least one row, so that what is missing has a place."""
        for part in PARTS:
            if not self[part].entries:
                self[part].show_blank(1)

    def to_draft(self) -> BusinessCaseDraft:
        return BusinessCaseDraft(
            first_year=self.first_year.data,
            intakes=tuple(IntakeLine(**row) for row in self._typed("intakes")),
            costs=tuple(
                CostLine(year=row["year"], kind=_member(CostKind, row["kind"]), amount_ore=row["amount"])
                for row in self._typed("costs")
            ),
            goals=tuple(_goal_line(row) for row in self._typed("goals")),
            savings=tuple(_saving_line(row) for row in self._typed("savings")),
        )

    def _typed(self, part: str) -> list[dict[str, Any]]:
        """The rows in which something stands; one that is shown empty is none."""
        return [entry.form.data for entry in self[part].entries if any(map(_is_touched, entry.form))]

    def to_origin(self) -> BusinessCaseOrigin:
        """The department's, where the form does not ask."""
        return BusinessCaseOrigin(self.origin.data) if "origin" in self else BusinessCaseOrigin.DEPARTMENT


def _is_touched(cell: Field) -> bool:
    return bool(cell.process_errors) or cell.data not in (None, "")


def _member(members: Any, value: str | None) -> Any:
    return members(value) if value in set(members) else None


def _goal_line(row: dict[str, Any]) -> GoalLine:
    return GoalLine(
        name=row["name"],
        success_percent=row["success"],
        deadweight_percent=row["deadweight"],
        deadweight_reason=row["deadweight_reason"],
    )


def _saving_line(row: dict[str, Any]) -> SavingLine:
    return SavingLine(
        goal=int(row["goal"]) if row["goal"] in _GOAL_NUMBERS else None,
        payer=row["payer"],
        sector=_member(Sector, row["sector"]),
        per_success_ore=row["per_success"],
        starts_after=row["starts_after"],
        years=row["years"],
        drop_off_percent=row["drop_off"],
    )


def shown_case(draft: BusinessCaseDraft) -> dict[str, Any]:
    """A draft as the form shows it."""
    return {
        "first_year": draft.first_year,
        **{part: [_shown_line(line) for line in getattr(draft, part)] for part in PARTS},
    }


def _shown_line(line: Any) -> dict[str, Any]:
    return {_cell(field.name): _shown(getattr(line, field.name)) for field in fields(line)}


def _cell(name: str) -> str:
    return name.removesuffix("_percent").removesuffix("_ore")


def _shown(value: Any) -> Any:
    return value.value if isinstance(value, StrEnum) else value


class SomForm(DanishForm):
    version = VersionField()
    npv = SignedKronerField(
        "Nettonutidsværdi",
        description="Hele kroner. Skriv minus foran, hvis den er negativ.",
        validators=[required("Skriv nettonutidsværdien.")],
        least=0,
    )
    cost = KronerField("Udgift i alt", validators=[required("Skriv, hvad det koster.")], least=0)
    saving = KronerField("Besparelse i alt", validators=[required("Skriv, hvad der spares.")], least=0)
    payback_year = WholeNumberField(
        "Efter hvor mange år er det tjent ind?",
        description="Tomt, hvis det aldrig bliver tjent ind.",
        validators=[Optional()],
        most=LAST_YEAR,
    )
    model_version = LineField(
        "Hvilken udgave af SØM?",
        description="For eksempel: SØM 3.1.",
        validators=[required("Skriv, hvilken udgave af SØM der er brugt.")],
        max_characters=100,
    )
    calculated_on = DateField(
        "Hvornår er det beregnet?",
        description="For eksempel 1.3.2027.",
        validators=[required("Skriv, hvornår det er beregnet.")],
        earliest=date(EARLIEST_YEAR, 1, 1),
        latest=date(LATEST_YEAR, 12, 31),
    )
    source = LineField(
        "Hvem har beregnet det, og med hvilke tal?",
        validators=[required("Skriv, hvem der har beregnet det.")],
        max_characters=300,
    )

    def to_result(self) -> SomResult:
        return SomResult(
            npv_ore=given(self.npv.data),
            cost_ore=given(self.cost.data),
            saving_ore=given(self.saving.data),
            payback_year=self.payback_year.data,
            model_version=self.model_version.data,
            calculated_on=given(self.calculated_on.data),
        )


class ChooseBusinessCaseForm(DanishForm):
    version = VersionField()
    business_case = RadiosField(
        "Hvilke tal skal sagen hvile på?", validators=[required("Vælg, hvilke tal der gælder.")]
    )
    reason = ProseField(
        "Hvorfor disse tal?",
        description="Begrundelsen står i sagen og i indstillingen.",
        validators=[required("Skriv, hvorfor sagen skal hvile på disse tal.")],
        max_characters=2000,
    )
    transaction_reason = ProseField(
        "Hvorfor er det i orden, at så meget går til administration?",
        description="Skal kun udfyldes, når administrationen er mere end 25 % af udgiften.",
        validators=[Optional()],
        max_characters=2000,
    )

    def to_id(self) -> UUID:
        return UUID(self.business_case.data)
