"""Which columns does a file with proposals for one call have, and what belongs in each?

The codes are stable; the Danish headings follow the call's questions. A question of several rows has one column for
each part of each row: `budget.1.amount` is the amount of the first row.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from foundation.identity.organisation_kinds import KIND_WORDS
from intake.rules.questions import Kind, Option, Question, QuestionSet

SHEET_NAME: Final = "Forslag"
MOST_PROPOSALS: Final = 2_000
ROWS_IN_TEMPLATE: Final = 3
"""So many rows of a question of several rows are in the template; a file may have as many as the question has room."""

RECEIVED: Final = "received_at"
_ORGANISATION: Final = "organisation."


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `needed`: the file must have it; `row` counts from 1 where the question has several rows."""

    code: str
    heading: str
    hint: str
    needed: bool
    key: str = ""
    row: int = 0
    options: tuple[Option, ...] = field(default=())
    is_day: bool = False

    @property
    def field_name(self) -> str:
        """What the control of a form is called."""
        return f"{self.key.partition('.')[0]}-{self.row - 1}-{self.key.partition('.')[2]}" if self.row else self.key


def _organisation(name: str, heading: str, hint: str, *, needed: bool, options: tuple[Option, ...] = ()) -> Column:
    return Column(f"{_ORGANISATION}{name}", heading, hint, needed, key=name, options=options)


ENVELOPE: Final[tuple[Column, ...]] = (
    Column(
        RECEIVED,
        "Modtaget",
        "Dag og klokkeslæt, da forslaget kom, for eksempel 12.3.2027 kl. 14.05.",
        needed=True,
        key=RECEIVED,
    ),
    _organisation("name", "Organisationens navn", "", needed=True),
    _organisation(
        "kind",
        "Slags organisation",
        "",
        needed=True,
        options=tuple(Option(kind.value, words) for kind, words in KIND_WORDS.items()),
    ),
    _organisation("cvr", "CVR-nummer", "Otte cifre. En kommunal forvaltning kan lade feltet stå tomt.", needed=True),
    _organisation("staff_years", "Årsværk", "Et helt tal. Enten årsværk eller omsætning skal stå der.", needed=False),
    _organisation("turnover", "Omsætning på et år", "Hele kroner.", needed=False),
    _organisation("address", "Adresse", "", needed=False),
    _organisation("contact_name", "Kontaktperson", "", needed=True),
    _organisation(
        "contact_email",
        "Kontaktpersonens mailadresse",
        "Den, som forslaget kom fra. Personen får adgang til sagen og en kvittering.",
        needed=True,
    ),
    _organisation("contact_phone", "Kontaktpersonens telefonnummer", "", needed=False),
)
"""What an import asks beside the call's own questions."""

GAP_COLUMNS: Final = {"staff_years": "organisation.staff_years"}


def organisation_code(name: str) -> str:
    """The code of the column that a field of the organisation has."""
    return f"{_ORGANISATION}{name}"


def columns_of(questions: QuestionSet, areas: tuple[Option, ...], wishes: tuple[Option, ...]) -> tuple[Column, ...]:
    """Every column that a file may have, in the order of the form. `areas` and `wishes` are what can be chosen."""
    chosen = {Kind.FOCUS_AREA: areas, Kind.WISH: wishes, Kind.YES_NO: (Option("yes", "Ja"), Option("no", "Nej"))}
    asked = (column for question in questions.questions for column in _asked(question, chosen))
    return (*ENVELOPE, *asked)


def _asked(question: Question, chosen: dict[Kind, tuple[Option, ...]]) -> Iterator[Column]:
    if question.kind is not Kind.ROWS:
        options = chosen.get(question.kind, question.options)
        needed = question.required and question.when is None
        is_day = question.kind is Kind.DATE
        yield Column(
            question.key, question.label, question.hint, needed, key=question.key, options=options, is_day=is_day
        )
        return
    for row in range(1, question.most_rows + 1):
        for part in question.columns:
            yield Column(
                f"{question.key}.{row}.{part.key}",
                f"{question.row_name} {row}: {part.label}",
                part.hint,
                needed=False,
                key=f"{question.key}.{part.key}",
                row=row,
                options=chosen.get(part.kind, part.options),
            )


def in_template(column: Column) -> bool:
    """Is the column in the template, which leaves out rows that few need?"""
    return column.row <= ROWS_IN_TEMPLATE


# ---- history ------------------------------------------------------------------------------------------------------

PAST_STATE: Final = "history.state"
PAST_TRACK: Final = "history.track"
PAST_SCORE: Final = "history.score."
_ALWAYS_TOLD: Final = frozenset({"title", "organisation.name", PAST_STATE})


def past_columns(
    columns: tuple[Column, ...],
    *,
    states: tuple[Option, ...],
    tracks: tuple[Option, ...],
    dimensions: tuple[Option, ...],
) -> tuple[Column, ...]:
    """The columns of a file with cases of before Rådslag: little must be known of them, and how they ended is told."""
    told = (
        Column(PAST_STATE, "Sådan endte sagen", "", needed=True, options=states),
        Column(PAST_TRACK, "Spor", "", needed=False, options=tracks),
        Column("history.granted", "Bevilget", "Hele kroner.", needed=False, key="granted"),
        Column("history.decided_on", "Afgjort", "En dato.", needed=False, key="decided_on", is_day=True),
        Column("history.source", "Kilde", "Hvor det står.", needed=False, key="source"),
        *(
            Column(f"{PAST_SCORE}{one.value}", f"Eksempel: {one.label}", "0-4", needed=False, key=one.value)
            for one in dimensions
        ),
    )
    return (*(replace(column, needed=column.code in _ALWAYS_TOLD) for column in columns), *told)
